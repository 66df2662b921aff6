import { expect, test } from 'vitest';
import { Deadlines } from '../../../gateway/kernel/deadlines.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

test('Deadlines set together fire together, never early and at most a granule late.', async () => {
  const world = new VirtualWorld();
  const deadlines = new Deadlines(world.timers);
  const fired: [name: string, lateByMs: number][] = [];
  const set = (name: string): void => {
    const due = world.now() + 1_000;
    deadlines.after(1_000, () => fired.push([name, world.now() - due]));
  };
  for (let index = 0; index < 10; index += 1) {
    set(`${index}`);
    await world.advance(17);
  }
  await world.advance(2_000);
  expect(fired.map(([name]) => name)).toEqual([...'0123456789']);
  for (const [, lateByMs] of fired) {
    expect(lateByMs).toBeGreaterThanOrEqual(0);
    expect(lateByMs).toBeLessThanOrEqual(50);
  }
});

test('A thousand deadlines that are met leave no timer that fires for them.', async () => {
  const world = new VirtualWorld();
  const deadlines = new Deadlines(world.timers);
  for (let index = 0; index < 1_000; index += 1) {
    deadlines.after(25_000, () => expect.unreachable('It was met.'))();
  }
  await world.advance(60_000);
  expect(world.firedCount).toBeLessThan(5);
});

test('One function may wait twice, and a cancelled deadline stays silent.', async () => {
  const world = new VirtualWorld();
  const deadlines = new Deadlines(world.timers);
  let calls = 0;
  const call = (): void => {
    calls += 1;
  };
  const cancel = deadlines.after(100, call);
  deadlines.after(100, call);
  deadlines.after(100, call);
  cancel();
  await world.advance(1_000);
  expect(calls).toBe(2);
  deadlines.after(100, call);
  deadlines.clear();
  await world.advance(1_000);
  expect(calls).toBe(2);
});
