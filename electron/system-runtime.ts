/** The machine's own clock, timers and randomness. Wall time for records; timers keep a process alive only while the
 *  thing they wait for does. */
import { randomBytes } from 'node:crypto';
import type { Runtime } from '../gateway/kernel/time.ts';

export function systemRuntime(): Runtime {
  return {
    clock: { now: () => Date.now() },
    timers: {
      after(delayMs, run) {
        const handle = setTimeout(run, delayMs);
        return () => clearTimeout(handle);
      },
    },
    random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
  };
}
