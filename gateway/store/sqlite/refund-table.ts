/** The `refund` table: one row per refund, replaced by version. */
import type Database from 'better-sqlite3';
import type { AttemptId, RefundId } from '../../kernel/identifiers.ts';
import { type MoneyJson, moneyFromJson, moneyToJson } from '../../kernel/money.ts';
import { type ExactRateJson, rateFromJson, rateToJson } from '../../kernel/rate.ts';
import type { RefundRate, RefundRecord } from '../../payments/ports.ts';
import {
  insertSql,
  moneyColumns,
  moneyOf,
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
  'refund_id',
  'attempt_id',
  'sale_id',
  'tid',
  'mid',
  'state',
  'version',
  'cause',
  'content_hash',
  'amount_minor',
  'amount_currency',
  'order_minor',
  'order_currency',
  'rate',
  'reason',
  'operator',
  'decline_code',
  'tries_made',
  'next_action_at',
  'business_date',
  'created_at',
  'updated_at',
] as const;

const LIST = COLUMNS.join(', ');

export type RefundTable = ReturnType<typeof refundTable>;

export function refundTable(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('refund', COLUMNS));
  const update = prepareNamed(db, updateSql('refund', 'refund_id', COLUMNS));
  const byId = prepare(db, `SELECT ${LIST} FROM refund WHERE refund_id = ?`);
  const byPayment = prepare(
    db,
    `SELECT ${LIST} FROM refund WHERE attempt_id = ? ORDER BY created_at, refund_id`,
  );
  const page = prepare(db, `SELECT ${LIST} FROM refund WHERE refund_id > ? ORDER BY refund_id LIMIT 200`);
  return {
    insert: (row: RefundRecord): void => void insert.run(toRow(row)),
    update: (row: RefundRecord): void => void update.run(toRow(row)),
    find(refundId: RefundId): RefundRecord | null {
      const row = byId.get(refundId);
      return row === undefined ? null : fromRow(row);
    },
    ofPayment: (attemptId: AttemptId): readonly RefundRecord[] => byPayment.all(attemptId).map(fromRow),
    /** By id, in pages, so that the connection stays free between them. */
    *all(): Iterable<RefundRecord> {
      let rows = page.all('').map(fromRow);
      while (rows.length > 0) {
        yield* rows;
        rows = page.all(rows.at(-1)?.refundId ?? '').map(fromRow);
      }
    },
  };
}

function toRow(r: RefundRecord): Record<string, SqlValue> {
  return {
    refund_id: r.refundId,
    attempt_id: r.attemptId,
    sale_id: r.saleId,
    tid: r.tid,
    mid: r.mid,
    state: r.state,
    version: r.version,
    cause: r.cause,
    content_hash: r.contentHash,
    ...moneyColumns('amount', r.amount),
    ...moneyColumns('order', r.order),
    rate: r.rate === undefined ? null : rateText(r.rate),
    reason: r.reason,
    operator: r.operator,
    decline_code: r.declineCode,
    tries_made: r.triesMade,
    next_action_at: r.nextActionAt,
    business_date: r.businessDate,
    created_at: r.createdAt,
    updated_at: r.updatedAt,
  };
}

function fromRow(row: Row): RefundRecord {
  return {
    refundId: textOf(row, 'refund_id') as RefundRecord['refundId'],
    attemptId: textOf(row, 'attempt_id') as RefundRecord['attemptId'],
    saleId: textOf(row, 'sale_id') as RefundRecord['saleId'],
    tid: textOf(row, 'tid') as RefundRecord['tid'],
    mid: textOf(row, 'mid') as RefundRecord['mid'],
    state: textOf(row, 'state') as RefundRecord['state'],
    version: numberOf(row, 'version'),
    cause: textOf(row, 'cause') as RefundRecord['cause'],
    contentHash: textOf(row, 'content_hash'),
    amount: moneyOf(row, 'amount'),
    order: moneyOf(row, 'order'),
    ...(row.rate === null ? {} : { rate: rateIn(textOf(row, 'rate')) }),
    reason: textOf(row, 'reason'),
    operator: textOf(row, 'operator'),
    declineCode: textOrNull(row, 'decline_code'),
    triesMade: numberOf(row, 'tries_made'),
    nextActionAt: numberOrNull(row, 'next_action_at'),
    businessDate: textOf(row, 'business_date'),
    createdAt: numberOf(row, 'created_at'),
    updatedAt: numberOf(row, 'updated_at'),
  };
}

interface RateJson extends Omit<RefundRate, 'legs' | 'taken'> {
  readonly legs: readonly ExactRateJson[];
  readonly taken: MoneyJson;
}

function rateText({ legs, taken, ...about }: RefundRate): string {
  return JSON.stringify({ ...about, legs: legs.map(rateToJson), taken: moneyToJson(taken) });
}

function rateIn(text: string): RefundRate {
  const { legs, taken, ...about } = JSON.parse(text) as RateJson;
  return { ...about, legs: legs.map(rateFromJson), taken: moneyFromJson(taken) };
}
