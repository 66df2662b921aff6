/** The `sale` table: what was to be paid, and how the sale ended at the till. */
import type Database from 'better-sqlite3';
import type { SaleId } from '../../kernel/identifiers.ts';
import type { SaleRecord } from '../../payments/ports.ts';
import {
  giftColumns,
  giftOrNull,
  insertSql,
  moneyColumns,
  moneyOrNull,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  type SqlValue,
  textOf,
  textOrNull,
  updateSql,
} from './columns.ts';

const COLUMNS = [
  'sale_id',
  'tid',
  'mid',
  'total_minor',
  'total_currency',
  'gift_charity',
  'gift_minor',
  'gift_currency',
  'gift_revision',
  'disposition',
  'closed_by',
  'closed_reason',
  'closed_at',
  'version',
] as const;

export type SaleTable = ReturnType<typeof saleTable>;

export function saleTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('sale', COLUMNS));
  const update = prepareNamed(db, updateSql('sale', 'sale_id', COLUMNS));
  const byId = prepare(db, `SELECT ${COLUMNS.join(', ')} FROM sale WHERE sale_id = ?`);
  return {
    insert: (row: SaleRecord): void => void insert.run(toRow(row)),
    update: (row: SaleRecord): void => void update.run(toRow(row)),
    find(saleId: SaleId): SaleRecord | null {
      const row = byId.get(saleId);
      return row === undefined ? null : fromRow(row);
    },
  };
}

function toRow(s: SaleRecord): Record<string, SqlValue> {
  return {
    sale_id: s.saleId,
    tid: s.tid,
    mid: s.mid,
    ...moneyColumns('total', s.total),
    ...giftColumns(s.gift),
    gift_revision: s.giftRevision,
    disposition: s.disposition,
    closed_by: s.closedBy,
    closed_reason: s.closedReason,
    closed_at: s.closedAt,
    version: s.version,
  };
}

function fromRow(row: Row): SaleRecord {
  return {
    saleId: textOf(row, 'sale_id') as SaleRecord['saleId'],
    tid: textOf(row, 'tid') as SaleRecord['tid'],
    mid: textOf(row, 'mid') as SaleRecord['mid'],
    total: moneyOrNull(row, 'total'),
    gift: giftOrNull(row),
    giftRevision: numberOf(row, 'gift_revision'),
    disposition: textOrNull(row, 'disposition') as SaleRecord['disposition'],
    closedBy: textOrNull(row, 'closed_by'),
    closedReason: textOrNull(row, 'closed_reason'),
    closedAt: numberOrNull(row, 'closed_at'),
    version: numberOf(row, 'version'),
  };
}
