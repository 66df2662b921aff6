/** The `quote` table: rates promised to a terminal until an instant. */
import type Database from 'better-sqlite3';
import type { QuoteId } from '../../kernel/identifiers.ts';
import type { QuoteRecord } from '../../payments/ports.ts';
import { insertSql, numberOf, prepare, prepareNamed, rateColumn, rateOf, textOf } from './columns.ts';

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
] as const;

export type QuoteTable = ReturnType<typeof quoteTable>;

export function quoteTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('quote', COLUMNS));
  const byId = prepare(db, `SELECT ${COLUMNS.join(', ')} FROM quote WHERE quote_id = ?`);
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
      });
    },
    find(quoteId: QuoteId): QuoteRecord | null {
      const row = byId.get(quoteId);
      if (row === undefined) return null;
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
      };
    },
  };
}
