/** A merchant's price for a month, by what it turned over in the month before: set once, dated, and never changed afterwards. */
import { AmurError } from '../kernel/errors.ts';
import type { Mid } from '../kernel/identifiers.ts';
import type { Money } from '../kernel/money.ts';
import { type FeeRow, type FeeTender, rateFor } from './fee-book.ts';
import type { FeeRate } from './fee-rate.ts';

export interface MonthTier {
  readonly mid: Mid;
  readonly tender: FeeTender;
  /** `2026-11`: the month whose turnover it is by. */
  readonly month: string;
  /** Sales less refunds of that month, in the currency of the fee. */
  readonly turnover: Money;
  readonly rate: FeeRate;
  /** The first business date it holds for; until a later month's. */
  readonly effectiveFrom: string;
}

/** What the agreed rows say of such a turnover on a day; null where no row by turnover is in force.
 *  Errors  FEE_TERMS_INVALID */
export function rateByTurnover(
  rows: readonly FeeRow[],
  { mid, tender, turnover, effectiveFrom }: Omit<MonthTier, 'month' | 'rate'>,
): FeeRate | null {
  const byTurnover = rows.filter(({ measure }) => measure === 'month_turnover');
  try {
    return rateFor(byTurnover, {
      ...{ payee: 'merchant', mid, tender, amount: turnover, businessDate: effectiveFrom },
      lastMonth: turnover,
    });
  } catch (error) {
    if (error instanceof AmurError && error.code === 'FEE_NOT_AGREED') return null;
    throw error;
  }
}

/** The one in force on a business date. */
export function tierOn(
  tiers: readonly MonthTier[],
  tender: FeeTender,
  currency: string,
  date: string,
): MonthTier | null {
  return tiers
    .filter((tier) => tier.tender === tender && tier.turnover.currency === currency)
    .filter(({ effectiveFrom }) => effectiveFrom <= date)
    .reduce<MonthTier | null>(
      (best, tier) => (best === null || tier.effectiveFrom > best.effectiveFrom ? tier : best),
      null,
    );
}
