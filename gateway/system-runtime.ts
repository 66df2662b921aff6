/** The real clock, timers and randomness, for the gateway's composition root. */
import { randomBytes } from 'node:crypto';
import type { Runtime } from './kernel/time.ts';

export function systemRuntime(): Runtime {
  return {
    clock: { now: () => Date.now() },
    timers: {
      after: (delayMs, run) => {
        const timer = setTimeout(run, delayMs);
        return () => clearTimeout(timer);
      },
    },
    random: { bytes: (length) => randomBytes(length) },
  };
}
