import { expect, test } from 'vitest';
import { sleep } from '../../gateway/kernel/time.ts';
import { VirtualWorld } from './virtual-runtime.ts';

test('timers fire in the order of their time, and of their making when times are equal', async () => {
  const world = new VirtualWorld();
  const fired: string[] = [];
  world.timers.after(20, () => fired.push('c'));
  world.timers.after(10, () => fired.push('a'));
  world.timers.after(10, () => fired.push('b'));
  await world.advance(20);
  expect(fired).toEqual(['a', 'b', 'c']);
});

test('a promise that hangs on a timer runs to its next wait before the next timer fires', async () => {
  const world = new VirtualWorld();
  const seen: string[] = [];
  const deep = async (name: string): Promise<void> => {
    await sleep(world.timers, 5);
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    seen.push(`${name}@${world.now() - start}`);
  };
  const start = world.now();
  await world.complete(Promise.all([deep('one'), deep('two')]));
  expect(seen).toEqual(['one@5', 'two@5']);
});

test('a cancelled timer does not fire, and a timer never fires while it is being made', async () => {
  const world = new VirtualWorld();
  let fired = 0;
  const cancel = world.timers.after(0, () => {
    fired += 1;
  });
  expect(fired).toBe(0);
  cancel();
  await world.runUntilIdle();
  expect(fired).toBe(0);
});

test('advance moves the clock exactly, past the last timer too', async () => {
  const world = new VirtualWorld({ startAt: 1_000 });
  world.timers.after(3, () => {});
  await world.advance(10);
  expect(world.now()).toBe(1_010);
});

test('a killed process never hears of its timers again, and the others do', async () => {
  const world = new VirtualWorld();
  const one = world.process();
  const two = world.process();
  const heard: string[] = [];
  one.timers.after(5, () => heard.push('one'));
  two.timers.after(5, () => heard.push('two'));
  one.kill();
  one.timers.after(1, () => heard.push('late one'));
  await world.advance(10);
  expect(heard).toEqual(['two']);
});

test('one seed gives one stream for each process, and two seeds give different ones', () => {
  const draw = (seed: number): string => {
    const world = new VirtualWorld({ seed });
    return [world.process(), world.process()]
      .map((p) => Buffer.from(p.random.bytes(8)).toString('hex'))
      .join();
  };
  expect(draw(7)).toBe(draw(7));
  expect(draw(7)).not.toBe(draw(8));
});

test('runUntil answers false when its time is over, and a promise that never settles is an error', async () => {
  const world = new VirtualWorld();
  expect(await world.runUntil(() => false, 100)).toBe(false);
  await expect(world.complete(new Promise(() => {}), 100)).rejects.toThrow('Nothing was settled');
});

test('numbers below a bound are in range and reach every value', () => {
  const { random } = new VirtualWorld({ seed: 3 });
  const seen = new Set(Array.from({ length: 500 }, () => random.below(7)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
});
