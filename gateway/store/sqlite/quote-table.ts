/** The `quote` table: rates promised to a terminal until an instant, for one payment. */
import type Database from 'better-sqlite3';
import type { QuoteId } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { QuoteRecord } from '../../payments/ports.ts';
import {
  insertSql,
  numberOf,
  prepare,
  prepareNamed,
  rateColumn,
  rateOf,
  textOf,
  textOrNull,
} from './columns.ts';

const COLUMNS = [
  'quote_id',
  'tid',
  'rate',
  'source_rate',
  'source',
  'source_date',
  'markup_bp',
  'issued_at',
  'expires_at',
  'signature',
  'card_bin',
] as const;

export type QuoteTable = ReturnType<typeof quoteTable>;

export function quoteTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('quote', COLUMNS));
  const byId = prepare(db, `SELECT ${COLUMNS.join(', ')} FROM quote WHERE quote_id = ?`);
  const user = prepare(db, 'SELECT used_by FROM quote WHERE quote_id = ?');
  const use = prepare(db, 'UPDATE quote SET used_by = ?, used_at = ? WHERE quote_id = ?');
  return {
    insert(row: QuoteRecord): void {
      insert.run({
        quote_id: row.quoteId,
        tid: row.tid,
        rate: rateColumn(row.rate),
        source_rate: rateColumn(row.sourceRate),
        source: row.source,
        source_date: row.sourceDate,
        markup_bp: row.markupBp,
        issued_at: row.issuedAt,
        expires_at: row.expiresAt,
        signature: row.signature ?? null,
        card_bin: row.cardBin ?? null,
      });
    },
    /** Whose it is by now; null while it is nobody's. */
    usedBy(quoteId: QuoteId): string | null {
      const row = user.get(quoteId);
      return row === undefined ? null : textOrNull(row, 'used_by');
    },
    use(quoteId: QuoteId, by: string, at: EpochMs): void {
      use.run(by, at, quoteId);
    },
    find(quoteId: QuoteId): QuoteRecord | null {
      const row = byId.get(quoteId);
      if (row === undefined) return null;
      const signature = textOrNull(row, 'signature');
      const cardBin = textOrNull(row, 'card_bin');
      return {
        quoteId: textOf(row, 'quote_id') as QuoteRecord['quoteId'],
        tid: textOf(row, 'tid') as QuoteRecord['tid'],
        rate: rateOf(row, 'rate'),
        sourceRate: rateOf(row, 'source_rate'),
        source: textOf(row, 'source'),
        sourceDate: textOf(row, 'source_date'),
        markupBp: numberOf(row, 'markup_bp'),
        issuedAt: numberOf(row, 'issued_at'),
        expiresAt: numberOf(row, 'expires_at'),
        ...(signature === null ? {} : { signature }),
        ...(cardBin === null ? {} : { cardBin }),
      };
    },
  };
}
