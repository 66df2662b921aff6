/** Faults planted in a statement, never in the bank's books: balances follow the planted entries, so that only a comparison with
 *  other books finds them. */
import type { DayOfAccount, Entry } from './house-bank.ts';

/** `truncated` is for the bytes: see `withoutTail`. */
export const STATEMENT_DEFECTS = ['missing', 'extra', 'wrong_amount', 'duplicate'] as const;

export interface StatementDefect {
  readonly kind: (typeof STATEMENT_DEFECTS)[number];
  /** The bank's reference of the entry; null takes the first. */
  readonly reference: string | null;
}

export function withDefects(day: DayOfAccount, defects: readonly StatementDefect[]): DayOfAccount {
  let entries = [...day.entries];
  for (const { kind, reference } of defects) {
    const at = entries.findIndex((entry) => reference === null || entry.reference === reference);
    const entry = entries[at];
    if (entry !== undefined) entries = planted(entries, at, entry, kind);
  }
  return { ...day, entries };
}

export function withoutTail(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, Math.floor((bytes.length * 2) / 3));
}

function planted(
  entries: readonly Entry[],
  at: number,
  entry: Entry,
  kind: StatementDefect['kind'],
): Entry[] {
  switch (kind) {
    case 'missing':
      return entries.toSpliced(at, 1);
    case 'duplicate':
      return entries.toSpliced(at, 0, entry);
    case 'wrong_amount':
      return entries.toSpliced(at, 1, { ...entry, minor: entry.minor + 100n });
    case 'extra':
      return entries.toSpliced(at + 1, 0, {
        ...entry,
        seq: entry.seq + 1_000_000,
        reference: `X${entry.reference.slice(1)}`,
        endToEndId: null,
        purpose: 'Unknown',
      });
  }
}
