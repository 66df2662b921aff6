/** Keeps the rate board on a file, or on all files of a folder: read at the start, and again whenever one's time or size
 *  changes. A file that cannot be used leaves the board as it was and raises an alarm once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
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

/** Files are dropped into a folder and stay there; so many of them are looked at, the last by name. */
const FOLDER_FILES_MOST = 400;

/** The same for every `.xml` file of a folder, in the order of their names. Returns the way to stop. */
export function followRateFolder(
  folder: string,
  everyMs: number,
  load: (bytes: Uint8Array) => string,
  runtime: Runtime,
  log: Log,
): () => void {
  let seen: ReadonlyMap<string, string> = new Map();
  let cancel: CancelTimer = () => undefined;
  const look = () => {
    const marks = new Map(filesIn(folder).map((file) => [file, markOf(file)]));
    for (const [file, mark] of marks) {
      if (mark !== seen.get(file)) loadOnce(file, load, log);
    }
    if (marks.size === 0 && seen.size > 0) log.alarm('rates_refused', { code: 'RATE_FOLDER_EMPTY' });
    seen = marks;
    cancel = runtime.timers.after(everyMs, look);
  };
  look();
  return () => cancel();
}

function filesIn(folder: string): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => /\.xml$/i.test(name) && !name.startsWith('.'));
    return names
      .sort()
      .slice(-FOLDER_FILES_MOST)
      .map((name) => join(folder, name));
  } catch {
    // A folder that cannot be looked at has no files in it, which is said once where it had some.
    return [];
  }
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
