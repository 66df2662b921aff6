/** Which file is being read: its name for people, its hash for everything else. */
import { createHash } from 'node:crypto';
import { AmurError, type ErrorCode } from '../../kernel/errors.ts';

export interface FileSource {
  readonly name: string;
  /** SHA-256 of the bytes, 64 hexadecimal digits: see `fileIdOf`. */
  readonly fileId: string;
}

/** Where in a file: `line` from 1 as a person counts, 0 where the whole file is meant; `column` by its name in the file. */
export interface Place {
  readonly line: number;
  readonly column: string;
}

export type FileErrorCode = Extract<ErrorCode, `FILE_${string}`>;

/** The same bytes are the same file, whatever they are called. */
export function fileIdOf(chunks: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export function sourceOf(name: string, bytes: Uint8Array): FileSource {
  return { name, fileId: fileIdOf([bytes]) };
}

const ADVICE: Readonly<Record<FileErrorCode, string>> = {
  FILE_TRUNCATED: 'Ask the sender for the whole file and import that.',
  FILE_MALFORMED: 'Show the line to the sender and ask for a corrected file.',
  FILE_ENCODING_WRONG: 'Ask the sender for the file in its agreed encoding; do not convert it by hand.',
  FILE_TOTALS_WRONG: 'Ask the sender which is right, the rows or the totals, and for a corrected file.',
  FILE_TOO_LARGE: 'Ask the sender for the period in several files.',
  FILE_CHANGED: 'Wait until the file is no longer being written, then import it anew.',
  FILE_KIND_UNKNOWN: 'Check that this is the right file and that its version is one that is read here.',
  FILE_VALUE_UNFIT: 'Correct the value where it is kept and write the file anew.',
  FILE_SCHEMA_REFUSED:
    'Correct the value where it is kept, or show the line to the sender and ask for a corrected file.',
  FILE_SENDER_WRONG:
    'Ask the party of the folder how the file came there, and the bank or wallet it names for its own; do not move it.',
  FILE_ACCOUNT_FOREIGN:
    'Ask the bank why it sent it; where the account is ours, add it to the configuration and ask for the statement anew.',
  FILE_SCHEMA_UNUSABLE: 'Put the schema of this message there as ISO publishes it, under its own name.',
};

/** A file is refused whole. The facts say where and what to do and never quote the file, which may hold personal data. */
export function refusal(
  code: FileErrorCode,
  file: string,
  place: Place,
  reason: string,
  cause?: unknown,
): AmurError {
  const facts = { file, line: place.line, column: place.column, reason, advice: ADVICE[code] };
  return new AmurError(code, facts, cause === undefined ? undefined : { cause });
}
