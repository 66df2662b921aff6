/** Exact exchange rates and the one conversion. */
import { type CurrencyCode, currencyExponent, parseCurrencyCode } from './currency.ts';
import { AmurError } from './errors.ts';
import type { Money } from './money.ts';
import { divideRounded, type Rounding } from './rounding.ts';

/** 1 `base` = value / 10^scale of `quote`. `base: CNY, quote: RUB, value: 112726n, scale: 4` is 11.2726 RUB per CNY. */
export interface ExactRate {
  readonly base: CurrencyCode;
  readonly quote: CurrencyCode;
  readonly value: bigint;
  readonly scale: number;
}

export interface ExactRateJson {
  readonly base: string;
  readonly quote: string;
  readonly value: string;
  readonly scale: number;
}

export function rateToJson(rate: ExactRate): ExactRateJson {
  return { base: rate.base, quote: rate.quote, value: rate.value.toString(), scale: rate.scale };
}

/** Errors  RATE_MALFORMED | CURRENCY_UNKNOWN */
export function rateFromJson(rate: ExactRateJson): ExactRate {
  if (
    !/^[1-9][0-9]{0,29}$/.test(rate.value) ||
    !Number.isInteger(rate.scale) ||
    rate.scale < 0 ||
    rate.scale > 24
  ) {
    throw new AmurError('RATE_MALFORMED', { value: rate.value, scale: rate.scale });
  }
  return {
    base: parseCurrencyCode(rate.base),
    quote: parseCurrencyCode(rate.quote),
    value: BigInt(rate.value),
    scale: rate.scale,
  };
}

/** `11.2726`, without trailing zeros: for records and files. */
export function rateText(rate: ExactRate): string {
  const digits = rate.value.toString().padStart(rate.scale + 1, '0');
  const whole = digits.slice(0, digits.length - rate.scale);
  const fraction = digits.slice(digits.length - rate.scale).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** One price written with fewer or more places is one rate. */
export function sameRate(left: ExactRate, right: ExactRate): boolean {
  const up = (rate: ExactRate, other: ExactRate): bigint => rate.value * 10n ** BigInt(other.scale);
  return left.base === right.base && left.quote === right.quote && up(left, right) === up(right, left);
}

/** Converts either way between the rate's two currencies with a single rounding at the end.
 *  Units   minor units of the other currency
 *  Errors  CURRENCY_MISMATCH when `amount` is in neither currency of the rate */
export function convert(amount: Money, rate: ExactRate, rounding: Rounding): Money {
  const scale = 10n ** BigInt(rate.scale);
  const baseUnit = 10n ** BigInt(currencyExponent(rate.base));
  const quoteUnit = 10n ** BigInt(currencyExponent(rate.quote));
  if (amount.currency === rate.quote) {
    return {
      amountMinor: divideRounded(amount.amountMinor * scale * baseUnit, rate.value * quoteUnit, rounding),
      currency: rate.base,
    };
  }
  if (amount.currency === rate.base) {
    return {
      amountMinor: divideRounded(amount.amountMinor * rate.value * quoteUnit, scale * baseUnit, rounding),
      currency: rate.quote,
    };
  }
  throw new AmurError('CURRENCY_MISMATCH', { left: amount.currency, right: `${rate.base}/${rate.quote}` });
}
