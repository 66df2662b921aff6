/** Keeps the rate board on the file: read at the start, and again whenever its time or size changes. A file that cannot
 *  be used leaves the board as it was and raises an alarm once. */
import { readFileSync, statSync } from 'node:fs';
import { AmurError } from './kernel/errors.ts';
import type { Log } from './kernel/log.ts';
import type { CancelTimer, Runtime } from './kernel/time.ts';

/** Returns the way to stop. */
export function followRateFile(
  file: string,
  everyMs: number,
  load: (bytes: Uint8Array) => string,
  runtime: Runtime,
  log: Log,
): () => void {
  let seen = '';
  let cancel: CancelTimer = () => undefined;
  const look = () => {
    const mark = markOf(file);
    if (mark !== seen) {
      seen = mark;
      loadOnce(file, load, log);
    }
    cancel = runtime.timers.after(everyMs, look);
  };
  look();
  return () => cancel();
}

/** Nothing about the path may end the process: what cannot be looked at cannot be read either, and is said there. */
function markOf(file: string): string {
  try {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? 'missing' : `${found.mtimeMs}:${found.size}`;
  } catch {
    return 'unreachable';
  }
}

function loadOnce(file: string, load: (bytes: Uint8Array) => string, log: Log): void {
  try {
    log.info('rates_loaded', { sourceDate: load(readFileSync(file)) });
  } catch (error) {
    const code = error instanceof AmurError ? error.code : 'RATE_FILE_UNREADABLE';
    log.alarm('rates_refused', { code });
  }
}
