/** Where something stands in a file, as a person looks for it there. */
import type { ConsoleWords } from '../text/ru.ts';

/** A file in an archive has its lines from its number times this on. */
const ARCHIVE_LINES = 10_000_000;
const HASH_SHOWN = 8;

export function lineText(line: number, words: ConsoleWords): string {
  const file = Math.floor(line / ARCHIVE_LINES);
  const own = words.reconciliation.line(line % ARCHIVE_LINES);
  return file === 0 ? own : `${words.reconciliation.archived(file)}, ${own}`;
}

/** A row of theirs goes by its file's hash and its line; the file's name stands beneath. */
export function subjectText(subject: string): string {
  const row = /^([0-9a-f]{64}):([0-9]+)$/.exec(subject);
  if (row !== null) return `${row[1]?.slice(0, HASH_SHOWN)}…:${row[2]}`;
  // A posting of ours: the operation's number alone, which is what one searches payments by.
  return /^[a-z_]+:([0-9A-HJKMNP-TV-Z]{26})$/.exec(subject)?.[1] ?? subject;
}
