/** The machine's own time, for drivers over real sockets and ports. */
import { randomBytes } from 'node:crypto';
import type { Runtime } from '../../gateway/kernel/time.ts';

export const realRuntime: Runtime = {
  clock: { now: () => Date.now() },
  timers: {
    after(delayMs, run) {
      const handle = setTimeout(run, delayMs);
      return () => clearTimeout(handle);
    },
  },
  random: { bytes: (length) => new Uint8Array(randomBytes(length)) },
};

export async function until(condition: () => boolean, what: string, limitMs = 30_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`This did not happen in ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
