/** What the exchange position is worth at a day's rates, what a sale of a part of it earned, and the inputs of both postings.
 *
 *  Currency bought stands in credit of the position account, the roubles given for it in debit. Worth less cost is the
 *  unrealised gain: booked for a day, reversed on the next, so that every day is measured from what was paid. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import { cumulativeShare, type Money, zero } from '../kernel/money.ts';
import { along, applied } from './fraction.ts';
import { pathIn, type RateSet } from './rate-set.ts';

/** Of the position account, one row per currency, no revaluation standing in it. */
export interface PositionBalance {
  readonly currency: CurrencyCode;
  readonly debit: bigint;
  readonly credit: bigint;
}

export interface RevaluedCurrency {
  /** Above zero is held, below is owed. */
  readonly position: Money;
  readonly worth: Money;
}

export interface Revaluation {
  readonly home: CurrencyCode;
  readonly sourceDate: string;
  readonly currencies: readonly RevaluedCurrency[];
  /** Home currency given for all of them. */
  readonly cost: Money;
  /** Input of `fxRevalued`, signed: above zero is a gain. Nothing is booked for zero. */
  readonly gain: Money;
}

/** Each currency is rounded once, half up. Errors  FX_PATH_UNKNOWN when the set has no way from a held currency to `home` */
export function revalue(balances: readonly PositionBalance[], set: RateSet, home: CurrencyCode): Revaluation {
  const currencies = balances
    .filter(({ currency, debit, credit }) => currency !== home && debit !== credit)
    .toSorted((a, b) => (a.currency < b.currency ? -1 : 1))
    .map(({ currency, debit, credit }) => {
      const position = { amountMinor: credit - debit, currency };
      const { fraction } = along(currency, pathIn(set, currency, home));
      return { position, worth: applied(position, fraction, home, 'half_up') };
    });
  const cost = balances
    .filter(({ currency }) => currency === home)
    .reduce((sum, { debit, credit }) => sum + debit - credit, 0n);
  const worth = currencies.reduce((sum, row) => sum + row.worth.amountMinor, 0n);
  return {
    home,
    sourceDate: set.effectiveOn,
    currencies,
    cost: { amountMinor: cost, currency: home },
    gain: { amountMinor: worth - cost, currency: home },
  };
}

/** What selling `sold` of a position earned: proceeds less its share of what the position cost, so that selling all of it in
 *  any parts leaves no cost behind.
 *  Errors  ALLOCATION_OUT_OF_RANGE when more is sold than is held */
export function realisedGain(sale: {
  readonly held: Money;
  readonly cost: Money;
  readonly sold: Money;
  readonly bought: Money;
}): { readonly costOfSold: Money; readonly gain: Money } {
  const { held, cost, sold, bought } = sale;
  if (cost.currency !== bought.currency) {
    throw new AmurError('CURRENCY_MISMATCH', { left: cost.currency, right: bought.currency });
  }
  const costOfSold = cumulativeShare(cost, held, zero(held.currency), sold);
  return {
    costOfSold,
    gain: { amountMinor: bought.amountMinor - costOfSold.amountMinor, currency: cost.currency },
  };
}
