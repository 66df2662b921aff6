/** Time a test moves by hand: timers run in order of their instants, with microtasks settled between them. */
import type { Runtime } from '../../gateway/kernel/time.ts';

export interface VirtualRuntime extends Runtime {
  advance(ms: number): Promise<void>;
}

export function virtualRuntime(): VirtualRuntime {
  let now = 1_800_000_000_000;
  let sequence = 0;
  const timers = new Map<number, { at: number; run: () => void }>();
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  };
  return {
    clock: { now: () => now },
    timers: {
      after(delayMs, run) {
        sequence += 1;
        const id = sequence;
        timers.set(id, { at: now + delayMs, run });
        return () => {
          timers.delete(id);
        };
      },
    },
    random: { bytes: (length) => new Uint8Array(length) },
    async advance(ms) {
      const end = now + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.at <= end);
        const next = due.sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (next === undefined) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].run();
        await settle();
      }
      now = end;
      await settle();
    },
  };
}
