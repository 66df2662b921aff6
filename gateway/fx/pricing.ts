/** What a customer pays: the way from the price's currency to the order's, and the mark-up on it.
 *
 *  The acquirer buys the customer's currency for the price's, so its rate, price per order, is the source's x (1 - mark-up):
 *  a positive mark-up never lowers what is due. All of it is one fraction, rounded once. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { Rounding } from '../kernel/rounding.ts';
import { along, applied, type Fraction, shown, times } from './fraction.ts';

export interface Pricing {
  readonly from: CurrencyCode;
  readonly to: CurrencyCode;
  /** The source's rates along the way, none where the currencies are one. */
  readonly legs: readonly ExactRate[];
  readonly markupBp: number;
  readonly source: string;
  readonly sourceDate: string;
}

/** Errors  FX_PATH_UNKNOWN | RATE_MALFORMED for a mark-up out of range */
export function priced(price: Money, pricing: Pricing, rounding: Rounding): Money {
  if (price.currency !== pricing.from) {
    throw new AmurError('FX_PATH_UNKNOWN', { from: price.currency, to: pricing.to });
  }
  return applied(price, fractionOf(pricing), pricing.to, rounding);
}

/** `to` per `from` with the mark-up in it: x 10000 / (10000 - markupBp). */
export function fractionOf({ from, to, legs, markupBp }: Pricing): Fraction {
  if (!Number.isInteger(markupBp) || markupBp < 0 || markupBp >= 10_000) {
    throw new AmurError('RATE_MALFORMED', { markupBp, lowest: 0, highest: 9_999 });
  }
  const end = along(from, legs);
  if (end.to !== to) throw new AmurError('FX_PATH_UNKNOWN', { from, to });
  return times(end.fraction, { numerator: 10_000n, denominator: BigInt(10_000 - markupBp) });
}

/** `from` per one `to`, as a price board shows it: ten places, for people. */
export function boardRate(pricing: Pricing): ExactRate {
  const { numerator, denominator } = fractionOf(pricing);
  return shown({ numerator: denominator, denominator: numerator }, pricing.to, pricing.from, 10);
}
