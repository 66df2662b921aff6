/** Exact quotients of rates. A path over several rates is one fraction, so that it is rounded once and at the end. */
import { type CurrencyCode, currencyExponent } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import { divideRounded, type Rounding } from '../kernel/rounding.ts';

/** Both above zero. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** How many units of the last currency one unit of `from` is, along rates each of which knows the currency reached.
 *  Errors  FX_PATH_UNKNOWN when a rate does not go on from there */
export function along(
  from: CurrencyCode,
  legs: readonly ExactRate[],
): { readonly to: CurrencyCode; readonly fraction: Fraction } {
  let to = from;
  let fraction: Fraction = { numerator: 1n, denominator: 1n };
  for (const leg of legs) {
    const power = 10n ** BigInt(leg.scale);
    if (to === leg.base) {
      fraction = times(fraction, { numerator: leg.value, denominator: power });
      to = leg.quote;
    } else if (to === leg.quote) {
      fraction = times(fraction, { numerator: power, denominator: leg.value });
      to = leg.base;
    } else {
      throw new AmurError('FX_PATH_UNKNOWN', { from: to, to: `${leg.base}/${leg.quote}` });
    }
  }
  return { to, fraction };
}

export function times(left: Fraction, right: Fraction): Fraction {
  return {
    numerator: left.numerator * right.numerator,
    denominator: left.denominator * right.denominator,
  };
}

/** `amount` x `fraction` in `to`, from minor units to minor units, with one rounding. */
export function applied(amount: Money, fraction: Fraction, to: CurrencyCode, rounding: Rounding): Money {
  const fromUnit = 10n ** BigInt(currencyExponent(amount.currency));
  const toUnit = 10n ** BigInt(currencyExponent(to));
  return {
    amountMinor: divideRounded(
      amount.amountMinor * fraction.numerator * toUnit,
      fraction.denominator * fromUnit,
      rounding,
    ),
    currency: to,
  };
}

/** How far apart two prices of one thing are, in basis points of the second, rounded up: 0 only where they are equal. */
export function divergenceBp(one: Fraction, other: Fraction): bigint {
  const left = one.numerator * other.denominator;
  const right = other.numerator * one.denominator;
  const apart = left > right ? left - right : right - left;
  return divideRounded(apart * 10_000n, right, 'up');
}

/** As a decimal with so many places, half up: for people and records, never for computing.
 *  Errors  RATE_MALFORMED where so few places leave nothing */
export function shown(
  fraction: Fraction,
  base: CurrencyCode,
  quote: CurrencyCode,
  places: number,
): ExactRate {
  const value = divideRounded(fraction.numerator * 10n ** BigInt(places), fraction.denominator, 'half_up');
  if (value === 0n) throw new AmurError('RATE_MALFORMED', { base, quote, places });
  return { base, quote, value, scale: places };
}
