/** A terminal's totals of one business date, as the gateway has them.
 *
 *  An approved payment whose money went back by itself was never part of the day's trade: while its automatic return is
 *  open or done, neither it nor any refund of it counts. Other refunds count on the date of the refund. */
import type Database from 'better-sqlite3';
import { RUB } from '../../kernel/currency.ts';
import { invariant } from '../../kernel/errors.ts';
import type { Tid } from '../../kernel/identifiers.ts';
import { type Money, zero } from '../../kernel/money.ts';
import type { DayTotalsRecord } from '../../payments/ports.ts';
import { moneyOf, numberOf, prepare, type Row } from './columns.ts';

const SUMS = `amount_currency, sum(amount_minor) AS amount_minor, order_currency, sum(order_minor) AS order_minor,
  count(*) AS rows`;

/** Money of the attempt went back by itself, or is on its way. */
const autoReturned = (attempt: string) => `EXISTS (
  SELECT 1 FROM refund a WHERE a.attempt_id = ${attempt} AND a.cause = 'auto_return' AND a.state <> 'declined')`;

export function dayTotalsReader(db: Database.Database): (tid: Tid, businessDate: string) => DayTotalsRecord {
  const paid = prepare(
    db,
    `SELECT ${SUMS} FROM payment p WHERE tid = ? AND business_date = ? AND state = 'approved'
       AND NOT ${autoReturned('p.attempt_id')}
     GROUP BY amount_currency, order_currency ORDER BY order_currency`,
  );
  const refunded = prepare(
    db,
    `SELECT ${SUMS} FROM refund r WHERE tid = ? AND business_date = ? AND state = 'approved' AND cause = 'till'
       AND NOT ${autoReturned('r.attempt_id')}
     GROUP BY amount_currency, order_currency ORDER BY order_currency`,
  );
  const open = prepare(
    db,
    `SELECT (SELECT count(*) FROM payment WHERE tid = ? AND business_date = ?
               AND state IN ('intent', 'waiting', 'unknown', 'cancelling'))
          + (SELECT count(*) FROM refund WHERE tid = ? AND business_date = ?
               AND state IN ('intent', 'unknown', 'awaiting_funds')) AS open`,
  );
  return (tid, businessDate) => {
    const payments = paid.all(tid, businessDate);
    const refunds = refunded.all(tid, businessDate);
    const openRow = open.get(tid, businessDate, tid, businessDate);
    return {
      payments: countOf(payments),
      paid: priceOf(payments),
      paidOrder: payments.map((row) => moneyOf(row, 'order')),
      refunds: countOf(refunds),
      refunded: priceOf(refunds),
      refundedOrder: refunds.map((row) => moneyOf(row, 'order')),
      open: openRow === undefined ? 0 : numberOf(openRow, 'open'),
    };
  };
}

function countOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + numberOf(row, 'rows'), 0);
}

/** A shop prices in one currency; roubles where it has sold nothing. */
function priceOf(rows: readonly Row[]): Money {
  const prices = rows.map((row) => moneyOf(row, 'amount'));
  const first = prices[0] ?? zero(RUB);
  invariant(
    prices.every((price) => price.currency === first.currency),
    'A terminal prices in one currency.',
  );
  return { ...first, amountMinor: prices.reduce((sum, price) => sum + price.amountMinor, 0n) };
}
