/** What was approved since an acquirer's last totals, by currency: four counts and four amounts. */
import type { Books } from './books.ts';

export const SIDES = ['credit', 'creditReversal', 'debit', 'debitReversal'] as const;
export type Side = (typeof SIDES)[number];

export interface Count {
  readonly count: bigint;
  readonly amountMinor: bigint;
}

export type PeriodTotals = Readonly<Record<Side, Count>>;

export class Periods {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  add(acquirer: string, currency: string, side: Side, amountMinor: bigint): void {
    this.#books
      .sql(
        `INSERT INTO counts VALUES (?, ?,
           coalesce((SELECT period FROM periods WHERE acquirer = ? AND currency = ?), 0), ?, 1, ?)
         ON CONFLICT DO UPDATE SET count = count + 1, amount_minor = amount_minor + excluded.amount_minor`,
      )
      .run(acquirer, currency, acquirer, currency, side, amountMinor);
  }

  totals(acquirer: string, currency: string): PeriodTotals {
    const rows = this.#books
      .sql(
        `SELECT side, count, amount_minor AS amountMinor FROM counts WHERE acquirer = @acquirer AND currency = @currency
           AND period = coalesce((SELECT period FROM periods WHERE acquirer = @acquirer AND currency = @currency), 0)`,
      )
      .all({ acquirer, currency }) as (Count & { side: Side })[];
    const of = (side: Side): Count => {
      const row = rows.find((each) => each.side === side);
      return { count: row?.count ?? 0n, amountMinor: row?.amountMinor ?? 0n };
    };
    return {
      credit: of('credit'),
      creditReversal: of('creditReversal'),
      debit: of('debit'),
      debitReversal: of('debitReversal'),
    };
  }

  close(acquirer: string, currency: string): void {
    this.#books
      .sql('INSERT INTO periods VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET period = period + 1')
      .run(acquirer, currency);
  }

  /** Every period there was, for the books' readers. */
  all(): readonly (Count & { acquirer: string; currency: string; period: bigint; side: Side })[] {
    return this.#books
      .sql(
        'SELECT acquirer, currency, period, side, count, amount_minor AS amountMinor FROM counts ORDER BY 1, 2, 3, 4',
      )
      .all() as (Count & { acquirer: string; currency: string; period: bigint; side: Side })[];
  }
}

/** Above zero when the acquirer is owed. */
export function netOf({ credit, creditReversal, debit, debitReversal }: PeriodTotals): bigint {
  return debit.amountMinor - debitReversal.amountMinor - credit.amountMinor + creditReversal.amountMinor;
}
