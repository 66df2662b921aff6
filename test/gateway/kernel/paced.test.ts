import { describe, expect, test } from 'vitest';
import { paced } from '../../../gateway/kernel/paced.ts';

function world() {
  const at = { now: 1_000 };
  const soon: (() => void)[] = [];
  const later: { readonly delayMs: number; readonly run: () => void }[] = [];
  const timers = {
    after: (delayMs: number, run: () => void) => {
      later.push({ delayMs, run });
      return () => undefined;
    },
  };
  const defer = paced((run) => void soon.push(run), { clock: { now: () => at.now }, timers }, 3);
  return { at, soon, later, defer };
}

describe('A paced commit', () => {
  test('begins at the end of the turn when the last one was a while ago', () => {
    const { at, soon, later, defer } = world();
    for (let n = 1; n <= 3; n += 1) {
      defer(() => undefined);
      soon.at(-1)?.();
      at.now += 3;
      expect(soon).toHaveLength(n);
    }
    expect(later).toEqual([]);
  });

  test('waits for the rest of the pause after the end of the last one', () => {
    const { at, soon, later, defer } = world();
    let runs = 0;
    defer(() => {
      at.now += 40;
      runs += 1;
    });
    soon[0]?.();
    at.now += 1;
    defer(() => {
      runs += 1;
    });
    expect(later.map(({ delayMs }) => delayMs)).toEqual([2]);
    later[0]?.run();
    expect(runs).toBe(2);
  });

  test('does not wait for a clock that was set back', () => {
    const { at, soon, later, defer } = world();
    defer(() => undefined);
    soon[0]?.();
    at.now -= 60_000;
    defer(() => undefined);
    expect([soon.length, later.length]).toEqual([2, 0]);
  });
});
