import { expect, test } from 'vitest';
import { ModuleGate } from '../../../gateway/edge/module-gate.ts';

test('Many that wait and are over as soon as they are let in all come in, in order, and not one from within another.', () => {
  const gate = new ModuleGate(1);
  const came: number[] = [];
  let depth = 0;
  let deepest = 0;
  gate.enter();
  for (let index = 0; index < 20_000; index += 1) {
    const wake = () => {
      depth += 1;
      deepest = Math.max(deepest, depth);
      came.push(index);
      gate.enter();
      gate.leave();
      depth -= 1;
    };
    expect(gate.hasRoom(wake)).toBe(false);
  }
  gate.leave();
  expect(came).toEqual(Array.from({ length: 20_000 }, (_, index) => index));
  expect(deepest).toBe(1);
});

test('One that is let in and takes nothing leaves its place to the next.', () => {
  const gate = new ModuleGate(1);
  const woken: string[] = [];
  gate.enter();
  gate.hasRoom(() => void woken.push('gone'));
  gate.hasRoom(() => {
    woken.push('next');
    gate.enter();
  });
  gate.hasRoom(() => void woken.push('later'));
  gate.leave();
  expect(woken).toEqual(['gone', 'next']);
});
