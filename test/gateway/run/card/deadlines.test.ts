import { expect, test } from 'vitest';
import { Deadlines } from '../../../../gateway/run/card/deadlines.ts';
import { VirtualWorld } from '../../../sim/virtual-runtime.ts';

test('many deadlines share one timer, and each is met or missed by itself', async () => {
  const world = new VirtualWorld();
  const deadlines = new Deadlines(world, 1_000);
  const later = (ms: number) =>
    new Promise<string>((resolve) => world.timers.after(ms, () => resolve(`after ${ms}`)));
  const results: Promise<string>[] = [];
  for (const ms of [10, 2_000, 999, 5_000]) {
    results.push(deadlines.within(later(ms), () => 'late'));
    await world.advance(1);
  }
  await world.advance(10_000);
  expect(await Promise.all(results)).toEqual(['after 10', 'late', 'after 999', 'late']);
  const rejected = deadlines.within(Promise.reject(new Error('no')), () => 'late');
  await expect(rejected).rejects.toThrow('no');
  expect(await world.step()).toBe(true);
  expect(await world.step()).toBe(false);
});
