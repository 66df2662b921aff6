/** The real clock, timers and randomness, for the gateway's composition root. */
import { randomBytes, randomFillSync } from 'node:crypto';
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
    random: pooledRandom(),
  };
}

const POOL_BYTES = 4_096;

/** Asking the system costs the same for ten bytes as for thousands. What is handed out is gone from the pool. */
function pooledRandom(): Runtime['random'] {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return {
    bytes: (length) => {
      if (length > POOL_BYTES) return randomBytes(length);
      if (used + length > POOL_BYTES) {
        randomFillSync(pool);
        used = 0;
      }
      const drawn = Uint8Array.from(pool.subarray(used, used + length));
      pool.fill(0, used, used + length);
      used += length;
      return drawn;
    },
  };
}
