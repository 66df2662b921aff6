/** The ledger as the bank's day reads it: entries by position, their sums, and balances as of any position. Entries below a
 *  position never change, so one day may be read in many moments. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import type { LedgerLine, LedgerSum } from '../../settlement/contract.ts';
import type { AccountBalance, PositionRange } from '../../settlement/ports.ts';
import {
  bigintOf,
  moneyOf,
  numberOf,
  prepare,
  type Row,
  type SqlValue,
  textOf,
  textOrNull,
} from './columns.ts';

export type DayLedger = ReturnType<typeof dayLedger>;

/** Transfers of one read: some tens of milliseconds. */
const LINES_BATCH = 2_000;
const SUMS_BATCH = 20_000;

export function dayLedger(db: Database.Database) {
  const last = prepare(db, 'SELECT coalesce(max(position), 0) AS position FROM ledger_position');
  const balances = prepare(db, 'SELECT * FROM balance ORDER BY account, currency');
  const statements = new Map<string, ReturnType<typeof prepare>>();
  const statement = (families: readonly string[] | undefined, sql: (where: string) => string) => {
    const text = sql(familyCondition(families));
    const known = statements.get(text) ?? prepare(db, text);
    statements.set(text, known);
    return known;
  };
  const bounds = (range: PositionRange, families: readonly string[] | undefined): readonly SqlValue[] => [
    range.after,
    range.upTo,
    ...(families ?? []).flatMap((family) => [`${family}:`, `${family};`]),
  ];

  const lines = (range: PositionRange, families?: readonly string[]): readonly LedgerLine[] =>
    statement(families, LINES_SQL)
      .all(...bounds(range, families))
      .map(lineOf);
  const sums = (range: PositionRange, families?: readonly string[]): readonly LedgerSum[] =>
    statement(families, SUMS_SQL)
      .all(...bounds(range, families))
      .map(sumOf);
  const lastPosition = (): number => {
    const row = last.get();
    return row === undefined ? 0 : numberOf(row, 'position');
  };
  return {
    lastPosition,
    linesBatch: (range: PositionRange, families?: readonly string[]) => ({
      rows: lines(part(range, LINES_BATCH), families),
      rest: rest(range, LINES_BATCH),
    }),
    sumsBatch: (range: PositionRange, families: readonly string[]) => ({
      rows: sums(part(range, SUMS_BATCH), families),
      rest: rest(range, SUMS_BATCH),
    }),
    /** Folded balances less what came after the position. */
    balancesAt: db.transaction(
      (position: number, families?: readonly string[]): readonly AccountBalance[] => {
        const isMeant = (account: string): boolean =>
          families === undefined || families.some((family) => account.startsWith(`${family}:`));
        const at = new Map<string, AccountBalance>();
        for (const row of balances.all()) {
          const balance = balanceOf(row);
          if (isMeant(balance.account)) at.set(`${balance.account} ${balance.currency}`, balance);
        }
        for (const sum of sums({ after: position, upTo: lastPosition() }, families)) takeBack(at, sum);
        return [...at.values()].filter(({ debit, credit }) => debit !== 0n || credit !== 0n);
      },
    ),
  };
}

const HEAD = `FROM ledger_position p CROSS JOIN transfer t ON t.seq = p.transfer_seq
  CROSS JOIN entry e ON e.transfer_id = t.transfer_id
  WHERE p.position > ? AND p.position <= ? AND t.state = 'posted'`;

const LINES_SQL = (where: string): string =>
  `SELECT p.position, t.transfer_id, t.template, t.reference, t.mid, t.business_date, t.posted_at, e.account, e.side,
     e.amount_minor, e.currency AS amount_currency ${HEAD} ${where} ORDER BY p.position, e.line`;

/** Of what gives a payment's fee back, or takes that back, the payment's own: booked on a later day, it is taxed as the fee was. Looked
 *  up for these alone; its own day where no such payment is recorded. */
const PAID_ON = `coalesce(CASE
  WHEN t.template GLOB 'card_refund*' THEN (SELECT paid.business_date FROM card_transaction back
    JOIN card_transaction paid ON paid.card_id = back.original_id WHERE back.card_id = t.reference)
  WHEN t.template GLOB 'card_sale_reversal*' THEN (
    SELECT paid.business_date FROM card_transaction paid WHERE paid.card_id = t.reference)
  WHEN t.template GLOB 'wallet_refund*' THEN (SELECT paid.business_date FROM refund back
    JOIN payment paid ON paid.attempt_id = back.attempt_id WHERE back.refund_id = t.reference)
  END, t.business_date)`;

const SUMS_SQL = (where: string): string =>
  `SELECT e.account, t.template, ${PAID_ON} AS paid_on, e.side, e.currency AS amount_currency,
     sum(e.amount_minor) AS amount_minor, count(*) AS count ${HEAD} ${where}
   GROUP BY e.account, t.template, paid_on, e.side, e.currency
   ORDER BY e.account, t.template, paid_on, e.side, e.currency`;

/** `family:` and everything that begins with it. */
function familyCondition(families: readonly string[] | undefined): string {
  if (families === undefined) return '';
  return `AND (${families.map(() => '(e.account >= ? AND e.account < ?)').join(' OR ')})`;
}

function part({ after, upTo }: PositionRange, most: number): PositionRange {
  return { after, upTo: Math.min(upTo, after + most) };
}

function rest({ after, upTo }: PositionRange, most: number): PositionRange | null {
  return after + most >= upTo ? null : { after: after + most, upTo };
}

function takeBack(at: Map<string, AccountBalance>, { account, side, amount }: LedgerSum): void {
  const key = `${account} ${amount.currency}`;
  const known = at.get(key);
  if (known === undefined) return;
  at.set(key, { ...known, [side]: known[side] - amount.amountMinor });
}

function lineOf(row: Row): LedgerLine {
  return {
    position: numberOf(row, 'position'),
    transferId: textOf(row, 'transfer_id'),
    template: textOf(row, 'template'),
    reference: textOf(row, 'reference'),
    mid: textOrNull(row, 'mid') as LedgerLine['mid'],
    businessDate: textOf(row, 'business_date'),
    postedAt: numberOf(row, 'posted_at'),
    account: textOf(row, 'account'),
    side: textOf(row, 'side') as LedgerLine['side'],
    amount: moneyOf(row, 'amount'),
  };
}

function sumOf(row: Row): LedgerSum {
  return {
    account: textOf(row, 'account'),
    template: textOf(row, 'template'),
    paidOn: textOf(row, 'paid_on'),
    side: textOf(row, 'side') as LedgerSum['side'],
    amount: moneyOf(row, 'amount'),
    count: numberOf(row, 'count'),
  };
}

function balanceOf(row: Row): AccountBalance {
  return {
    account: textOf(row, 'account'),
    currency: parseCurrencyCode(textOf(row, 'currency')),
    debit: bigintOf(row, 'debit_minor'),
    credit: bigintOf(row, 'credit_minor'),
  };
}
