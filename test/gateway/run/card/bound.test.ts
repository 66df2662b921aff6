import { expect, test } from 'vitest';
import { Bound } from '../../../../gateway/run/card/bound.ts';
import { VirtualWorld } from '../../../sim/virtual-runtime.ts';

test('many deadlines share one timer, and each is met or missed by itself', async () => {
  const world = new VirtualWorld();
  const bound = new Bound(world.timers, 1_000);
  const later = (ms: number) =>
    new Promise<string>((resolve) => world.timers.after(ms, () => resolve(`after ${ms}`)));
  const results: Promise<string>[] = [];
  for (const ms of [10, 2_000, 999, 5_000]) {
    results.push(bound.within(later(ms), () => 'late'));
    await world.advance(1);
  }
  await world.advance(10_000);
  expect(await Promise.all(results)).toEqual(['after 10', 'late', 'after 999', 'late']);
  const rejected = bound.within(Promise.reject(new Error('no')), () => 'late');
  await expect(rejected).rejects.toThrow('no');
  expect(await world.step()).toBe(true);
  expect(await world.step()).toBe(false);
});
