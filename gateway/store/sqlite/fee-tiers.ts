/** What months' turnover made of merchants' prices. Rows are only ever added. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import type { Mid } from '../../kernel/identifiers.ts';
import { rateOfTerms } from '../../ledger/fee-rate.ts';
import type { MonthTier } from '../../ledger/month-tier.ts';
import { bigintOf, prepare, type Row, textOf } from './columns.ts';

export type FeeTierTables = ReturnType<typeof feeTierTables>;

interface RateJson {
  readonly bp: number;
  readonly fixedMinor?: string;
  readonly floorMinor?: string;
  readonly capMinor?: string;
}

/** The one in force and those that wait, of two tenders and a few currencies. */
const OF_MERCHANT_MOST = 24;

export function feeTierTables(db: Database.Database) {
  const insert = prepare(
    db,
    `INSERT INTO fee_tier (mid, tender, currency, month, turnover_minor, rate, effective_from, set_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const ofMerchant = prepare(
    db,
    `SELECT * FROM fee_tier WHERE mid = ? ORDER BY month DESC, tender, currency LIMIT ${OF_MERCHANT_MOST}`,
  );
  const ofMonth = prepare(db, 'SELECT * FROM fee_tier WHERE month = ? ORDER BY mid, tender, currency');
  const finish = prepare(
    db,
    'INSERT INTO fee_month (month, tiers, done_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const isDone = prepare(db, 'SELECT month FROM fee_month WHERE month = ?');
  return {
    /** False where the month has one already. */
    insert: ({ mid, tender, month, turnover, rate, effectiveFrom }: MonthTier, setAt: number): boolean =>
      insert.run(
        ...[mid, tender, turnover.currency, month, turnover.amountMinor],
        ...[rateText(rate), effectiveFrom, setAt],
      ).changes === 1,
    ofMerchant: (mid: Mid): readonly MonthTier[] => ofMerchant.all(mid).map(tierOf),
    ofMonth: (month: string): readonly MonthTier[] => ofMonth.all(month).map(tierOf),
    /** False where it was finished before. */
    finish: (month: string, tiers: number, at: number): boolean => finish.run(month, tiers, at).changes === 1,
    isDone: (month: string): boolean => isDone.get(month) !== undefined,
  };
}

function rateText({ bp, fixed, floor, cap }: MonthTier['rate']): string {
  const json: RateJson = {
    ...{ bp, fixedMinor: fixed.toString() },
    ...(floor === null ? {} : { floorMinor: floor.toString() }),
    ...(cap === null ? {} : { capMinor: cap.toString() }),
  };
  return JSON.stringify(json);
}

function tierOf(row: Row): MonthTier {
  const { bp, ...bounds } = JSON.parse(textOf(row, 'rate')) as RateJson;
  return {
    mid: textOf(row, 'mid') as Mid,
    tender: textOf(row, 'tender') as MonthTier['tender'],
    month: textOf(row, 'month'),
    turnover: {
      amountMinor: bigintOf(row, 'turnover_minor'),
      currency: parseCurrencyCode(textOf(row, 'currency')),
    },
    rate: rateOfTerms(bp, bounds),
    effectiveFrom: textOf(row, 'effective_from'),
  };
}
