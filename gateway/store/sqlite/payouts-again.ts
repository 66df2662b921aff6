/** Payments that came back, and their orders since. */
import type Database from 'better-sqlite3';
import type { PayoutAgain } from '../../settlement/contract.ts';
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
import { filteredRows } from './filtered-rows.ts';

export type PayoutsAgain = ReturnType<typeof payoutsAgain>;

const COLUMNS = [
  ...['order_id', 'cycle_id', 'number', 'amount_minor', 'amount_currency', 'state', 'version'],
  ...['return_reference', 'returned_at', 'exception_id', 'proposed_by', 'ordered_by', 'ordered_at'],
  ...['document_number', 'document_date', 'sent_at', 'confirmed_at', 'bank_reference'],
];

export function payoutsAgain(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('payout_again', COLUMNS));
  const update = prepareNamed(db, updateSql('payout_again', 'order_id', COLUMNS));
  const find = prepare(db, 'SELECT * FROM payout_again WHERE order_id = ?');
  const some = filteredRows(db, 'payout_again', 'cycle_id, number');
  const list = (filter: {
    readonly cycleId?: string | undefined;
    readonly states?: readonly PayoutAgain['state'][] | undefined;
    readonly exceptionId?: string | undefined;
    readonly documentDate?: string | undefined;
  }): readonly PayoutAgain[] =>
    some({
      ...{ cycle_id: filter.cycleId, state: filter.states },
      ...{ exception_id: filter.exceptionId, document_date: filter.documentDate },
    }).map(payoutOf);
  return {
    find: (orderId: string): PayoutAgain | null => {
      const row = find.get(orderId);
      return row === undefined ? null : payoutOf(row);
    },
    list,
    insert: (row: PayoutAgain): void => void insert.run(columnsOf(row)),
    update: (row: PayoutAgain): void => void update.run(columnsOf(row)),
  };
}

function columnsOf(row: PayoutAgain): Record<string, SqlValue> {
  return {
    order_id: row.orderId,
    cycle_id: row.cycleId,
    number: row.number,
    ...moneyColumns('amount', row.amount),
    state: row.state,
    version: row.version,
    return_reference: row.returnReference,
    returned_at: row.returnedAt,
    exception_id: row.exceptionId,
    proposed_by: row.proposedBy,
    ordered_by: row.orderedBy,
    ordered_at: row.orderedAt,
    document_number: row.documentNumber,
    document_date: row.documentDate,
    sent_at: row.sentAt,
    confirmed_at: row.confirmedAt,
    bank_reference: row.bankReference,
  };
}

function payoutOf(row: Row): PayoutAgain {
  return {
    orderId: textOf(row, 'order_id'),
    cycleId: textOf(row, 'cycle_id'),
    number: numberOf(row, 'number'),
    amount: moneyOf(row, 'amount'),
    state: textOf(row, 'state') as PayoutAgain['state'],
    version: numberOf(row, 'version'),
    returnReference: textOf(row, 'return_reference'),
    returnedAt: numberOf(row, 'returned_at'),
    exceptionId: textOf(row, 'exception_id'),
    proposedBy: textOrNull(row, 'proposed_by'),
    orderedBy: textOrNull(row, 'ordered_by'),
    orderedAt: numberOrNull(row, 'ordered_at'),
    documentNumber: numberOrNull(row, 'document_number'),
    documentDate: textOrNull(row, 'document_date'),
    sentAt: numberOrNull(row, 'sent_at'),
    confirmedAt: numberOrNull(row, 'confirmed_at'),
    bankReference: textOrNull(row, 'bank_reference'),
  };
}
