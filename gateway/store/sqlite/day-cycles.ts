/** Settlement cycles, what each payee gets of them, and what is held back. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import type {
  CycleRecord,
  NetLine,
  PayeeKind,
  ReserveRecord,
  TenderLine,
} from '../../settlement/contract.ts';
import type { CycleFilter } from '../../settlement/ports.ts';
import {
  bigintOf,
  insertSql,
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

export type DayCycles = ReturnType<typeof dayCycles>;

const CYCLE_COLUMNS = [
  ...['cycle_id', 'partner', 'currency', 'business_date', 'value_date', 'state', 'version', 'from_position'],
  ...[
    'to_position',
    'net_minor',
    'carried_share_minor',
    'outcome',
    'cut_at',
    'calculated_by',
    'calculated_at',
  ],
  ...['approved_by', 'approved_at', 'sent_at', 'confirmed_at', 'bank_reference', 'closed_at'],
];
/** Sums of a line and their columns. */
const LINE_SUMS = {
  carriedIn: 'carried_in',
  sales: 'sales',
  refunds: 'refunds',
  chargebacks: 'chargebacks',
  fees: 'fees',
  feesReturned: 'fees_returned',
  donations: 'donations',
  adjustments: 'adjustments',
  reserveHeld: 'reserve_held',
  reserveReleased: 'reserve_released',
  vat: 'vat',
  partnerShare: 'partner_share',
  net: 'net',
  due: 'due',
  carriedOut: 'carried_out',
} as const satisfies Partial<Record<keyof NetLine, string>>;
const LINE_COLUMNS = [
  ...['cycle_id', 'kind', 'payee_id', 'currency', 'carried_from', 'sales_count', 'refunds_count'],
  ...Object.values(LINE_SUMS),
];

export function dayCycles(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('settlement_cycle', CYCLE_COLUMNS));
  const update = prepareNamed(db, updateSql('settlement_cycle', 'cycle_id', CYCLE_COLUMNS));
  const find = prepare(db, 'SELECT * FROM settlement_cycle WHERE cycle_id = ?');
  const some = filteredRows(db, 'settlement_cycle', 'business_date, partner, currency');
  const lineInsert = prepareNamed(db, insertSql('net_line', LINE_COLUMNS));
  const lineFind = prepare(db, 'SELECT * FROM net_line WHERE cycle_id = ? AND kind = ? AND payee_id = ?');
  const lineTaking = prepare(
    db,
    'SELECT cycle_id FROM net_line WHERE carried_from = ? AND kind = ? AND payee_id = ?',
  );
  const lines = prepare(db, 'SELECT * FROM net_line WHERE cycle_id = ? ORDER BY kind, payee_id');
  const tenderInsert = prepare(
    db,
    `INSERT INTO net_line_tender (cycle_id, kind, payee_id, tender, paid_in, sales, sales_count, refunds, refunds_count)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const tenders = prepare(
    db,
    'SELECT * FROM net_line_tender WHERE cycle_id = ? ORDER BY kind, payee_id, tender, paid_in',
  );
  const tendersOf = prepare(
    db,
    `SELECT * FROM net_line_tender WHERE cycle_id = ? AND kind = ? AND payee_id = ? AND tender = ? AND paid_in = ?`,
  );
  const carries = prepare(
    db,
    `SELECT l.* FROM net_line l JOIN settlement_cycle c ON c.cycle_id = l.cycle_id
     WHERE l.currency = ? AND l.carried_out <> 0 AND c.calculated_at < ? AND c.cycle_id <> ?
       AND NOT EXISTS (SELECT 1 FROM net_line t WHERE t.carried_from = l.cycle_id AND t.kind = l.kind
         AND t.payee_id = l.payee_id AND t.cycle_id <> ?)
     ORDER BY l.kind, l.payee_id, c.business_date, l.cycle_id`,
  );
  const reserveInsert = prepare(
    db,
    `INSERT INTO payee_reserve (cycle_id, kind, payee_id, amount_minor, amount_currency, release_on, released_in)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const reserveFind = prepare(
    db,
    'SELECT * FROM payee_reserve WHERE cycle_id = ? AND kind = ? AND payee_id = ?',
  );
  const reserveRelease = prepare(
    db,
    'UPDATE payee_reserve SET released_in = ? WHERE cycle_id = ? AND kind = ? AND payee_id = ?',
  );
  const reserves = prepare(db, 'SELECT * FROM payee_reserve WHERE cycle_id = ? ORDER BY kind, payee_id');
  const reservesHeld = prepare(
    db,
    `SELECT * FROM payee_reserve WHERE amount_currency = ? AND released_in IS NULL ORDER BY kind, payee_id, cycle_id`,
  );
  const reservesDue = prepare(
    db,
    `SELECT r.* FROM payee_reserve r JOIN settlement_cycle c ON c.cycle_id = r.cycle_id
     WHERE r.amount_currency = ? AND r.release_on <= ? AND c.calculated_at < ? AND c.cycle_id <> ?
       AND (r.released_in IS NULL OR r.released_in = ?)
     ORDER BY r.kind, r.payee_id, r.cycle_id`,
  );

  const findReserve = (cycleId: string, kind: PayeeKind, id: string): ReserveRecord | null => {
    const row = reserveFind.get(cycleId, kind, id);
    return row === undefined ? null : reserveOf(row);
  };
  return {
    insert: (row: CycleRecord): void => {
      insert.run(cycleColumns(row));
    },
    update: (row: CycleRecord): void => {
      update.run(cycleColumns(row));
    },
    find: (cycleId: string): CycleRecord | null => {
      const row = find.get(cycleId);
      return row === undefined ? null : cycleOf(row);
    },
    list: ({ partner, currency, states }: CycleFilter): readonly CycleRecord[] =>
      some({ partner, currency, state: states }).map(cycleOf),
    insertLine: (row: NetLine): void => {
      lineInsert.run(lineColumns(row));
    },
    findLine: (cycleId: string, kind: PayeeKind, id: string): NetLine | null => {
      const row = lineFind.get(cycleId, kind, id);
      return row === undefined ? null : lineOf(row);
    },
    /** The cycle that has taken a carry already. */
    taker: ({ carriedFrom, kind, id }: NetLine): string | null => {
      const row = carriedFrom === null ? undefined : lineTaking.get(carriedFrom, kind, id);
      return row === undefined ? null : textOf(row, 'cycle_id');
    },
    lines: (cycleId: string): readonly NetLine[] => lines.all(cycleId).map(lineOf),
    findTender: ({ cycleId, kind, id, tender, paidIn }: TenderLine): TenderLine | null => {
      const row = tendersOf.get(cycleId, kind, id, tender, paidIn);
      return row === undefined ? null : tenderOf(row);
    },
    insertTender: (row: TenderLine): void => {
      tenderInsert.run(
        ...[row.cycleId, row.kind, row.id, row.tender, row.paidIn],
        ...[row.sales, row.salesCount, row.refunds, row.refundsCount],
      );
    },
    tenders: (cycleId: string): readonly TenderLine[] => tenders.all(cycleId).map(tenderOf),
    carriesFor: ({ currency, cutAt, cycleId }: CycleRecord): readonly NetLine[] =>
      carries.all(currency, cutAt, cycleId, cycleId).map(lineOf),
    insertReserve: (row: ReserveRecord): void => {
      const { amount } = row;
      reserveInsert.run(
        ...[
          row.cycleId,
          row.kind,
          row.id,
          amount.amountMinor,
          amount.currency,
          row.releaseOn,
          row.releasedIn,
        ],
      );
    },
    findReserve,
    release: (cycleId: string, kind: PayeeKind, id: string, releasedIn: string): void => {
      reserveRelease.run(releasedIn, cycleId, kind, id);
    },
    reserves: (cycleId: string): readonly ReserveRecord[] => reserves.all(cycleId).map(reserveOf),
    reservesHeld: (currency: string): readonly ReserveRecord[] => reservesHeld.all(currency).map(reserveOf),
    reservesFor: ({ currency, businessDate, cutAt, cycleId }: CycleRecord): readonly ReserveRecord[] =>
      reservesDue.all(currency, businessDate, cutAt, cycleId, cycleId).map(reserveOf),
  };
}

function cycleColumns(row: CycleRecord): Record<string, SqlValue> {
  return {
    cycle_id: row.cycleId,
    partner: row.partner,
    currency: row.currency,
    business_date: row.businessDate,
    value_date: row.valueDate,
    state: row.state,
    version: row.version,
    from_position: row.fromPosition,
    to_position: row.toPosition,
    net_minor: row.net?.amountMinor ?? null,
    carried_share_minor: row.carriedShare?.amountMinor ?? null,
    outcome: row.outcome,
    cut_at: row.cutAt,
    calculated_by: row.calculatedBy,
    calculated_at: row.calculatedAt,
    approved_by: row.approvedBy,
    approved_at: row.approvedAt,
    sent_at: row.sentAt,
    confirmed_at: row.confirmedAt,
    bank_reference: row.bankReference,
    closed_at: row.closedAt,
  };
}

function cycleOf(row: Row): CycleRecord {
  const currency = parseCurrencyCode(textOf(row, 'currency'));
  const moneyOrNull = (column: string) =>
    row[column] === null ? null : { amountMinor: bigintOf(row, column), currency };
  return {
    cycleId: textOf(row, 'cycle_id'),
    partner: textOf(row, 'partner'),
    currency,
    businessDate: textOf(row, 'business_date'),
    valueDate: textOf(row, 'value_date'),
    state: textOf(row, 'state') as CycleRecord['state'],
    version: numberOf(row, 'version'),
    fromPosition: numberOf(row, 'from_position'),
    toPosition: numberOrNull(row, 'to_position'),
    net: moneyOrNull('net_minor'),
    carriedShare: moneyOrNull('carried_share_minor'),
    outcome: textOrNull(row, 'outcome') as CycleRecord['outcome'],
    cutAt: numberOrNull(row, 'cut_at'),
    calculatedBy: textOrNull(row, 'calculated_by'),
    calculatedAt: numberOrNull(row, 'calculated_at'),
    approvedBy: textOrNull(row, 'approved_by'),
    approvedAt: numberOrNull(row, 'approved_at'),
    sentAt: numberOrNull(row, 'sent_at'),
    confirmedAt: numberOrNull(row, 'confirmed_at'),
    bankReference: textOrNull(row, 'bank_reference'),
    closedAt: numberOrNull(row, 'closed_at'),
  };
}

type SumName = keyof typeof LINE_SUMS;
const SUM_NAMES = Object.keys(LINE_SUMS) as SumName[];

function lineColumns(row: NetLine): Record<string, SqlValue> {
  return {
    cycle_id: row.cycleId,
    kind: row.kind,
    payee_id: row.id,
    currency: row.currency,
    carried_from: row.carriedFrom,
    sales_count: row.salesCount,
    refunds_count: row.refundsCount,
    ...Object.fromEntries(SUM_NAMES.map((name) => [LINE_SUMS[name], row[name]])),
  };
}

function lineOf(row: Row): NetLine {
  const sums = Object.fromEntries(SUM_NAMES.map((name) => [name, bigintOf(row, LINE_SUMS[name])]));
  return {
    cycleId: textOf(row, 'cycle_id'),
    kind: textOf(row, 'kind') as PayeeKind,
    id: textOf(row, 'payee_id'),
    currency: parseCurrencyCode(textOf(row, 'currency')),
    carriedFrom: textOrNull(row, 'carried_from'),
    salesCount: numberOf(row, 'sales_count'),
    refundsCount: numberOf(row, 'refunds_count'),
    ...(sums as Record<SumName, bigint>),
  };
}

function tenderOf(row: Row): TenderLine {
  return {
    cycleId: textOf(row, 'cycle_id'),
    kind: textOf(row, 'kind') as PayeeKind,
    id: textOf(row, 'payee_id'),
    tender: textOf(row, 'tender') as TenderLine['tender'],
    paidIn: textOf(row, 'paid_in'),
    sales: bigintOf(row, 'sales'),
    salesCount: numberOf(row, 'sales_count'),
    refunds: bigintOf(row, 'refunds'),
    refundsCount: numberOf(row, 'refunds_count'),
  };
}

function reserveOf(row: Row): ReserveRecord {
  return {
    cycleId: textOf(row, 'cycle_id'),
    kind: textOf(row, 'kind') as PayeeKind,
    id: textOf(row, 'payee_id'),
    amount: moneyOf(row, 'amount'),
    releaseOn: textOf(row, 'release_on'),
    releasedIn: textOrNull(row, 'released_in'),
  };
}
