/** A runtime whose time stands still until a test moves it. */
import { createHash } from 'node:crypto';
import type { Runtime } from '../../../gateway/kernel/time.ts';

export interface ManualRuntime extends Runtime {
  /** Moves the clock, running every timer that falls due, in order. */
  advance(ms: number): void;
  readonly timersPending: number;
}

export function manualRuntime(seed: string, startAt = Date.UTC(2026, 10, 22, 9)): ManualRuntime {
  let now = startAt;
  let serial = 0;
  let drawn = 0;
  const due = new Map<number, { readonly at: number; readonly run: () => void }>();
  const next = () =>
    [...due].filter(([, timer]) => timer.at <= now).sort((a, b) => a[1].at - b[1].at || a[0] - b[0])[0];
  return {
    clock: { now: () => now },
    timers: {
      after: (delayMs, run) => {
        serial += 1;
        const id = serial;
        due.set(id, { at: now + delayMs, run });
        return () => due.delete(id);
      },
    },
    random: {
      bytes: (length) => {
        const bytes = Buffer.alloc(length);
        for (let i = 0; i < length; i += 1) {
          drawn += 1;
          bytes[i] = createHash('sha256').update(`${seed}:${drawn}`).digest()[0] ?? 0;
        }
        return bytes;
      },
    },
    advance: (ms) => {
      const until = now + ms;
      for (;;) {
        const soonest = Math.min(until, ...[...due.values()].map((timer) => timer.at));
        now = Math.max(now, soonest);
        const timer = next();
        if (timer === undefined) break;
        due.delete(timer[0]);
        timer[1].run();
      }
      now = until;
    },
    get timersPending() {
      return due.size;
    },
  };
}
