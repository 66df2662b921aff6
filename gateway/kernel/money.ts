/** Money as exact integers of minor units. No float comes near it, and no currency has a default exponent. */
import { type CurrencyCode, currencyExponent, parseCurrencyCode } from './currency.ts';
import { AmurError } from './errors.ts';
import { divideRounded, type Rounding } from './rounding.ts';

export interface Money {
  readonly amountMinor: bigint;
  readonly currency: CurrencyCode;
}

/** Money on a wire or in JSON: a decimal integer string of minor units. */
export interface MoneyJson {
  readonly amountMinor: string;
  readonly currency: string;
}

export function money(amountMinor: bigint, currency: CurrencyCode): Money {
  return { amountMinor, currency };
}

export function zero(currency: CurrencyCode): Money {
  return { amountMinor: 0n, currency };
}

export function moneyToJson(value: Money): MoneyJson {
  return { amountMinor: value.amountMinor.toString(), currency: value.currency };
}

/** Errors  MONEY_MALFORMED | CURRENCY_UNKNOWN */
export function moneyFromJson(value: MoneyJson): Money {
  if (!/^-?(0|[1-9][0-9]{0,17})$/.test(value.amountMinor)) {
    throw new AmurError('MONEY_MALFORMED', { amount: value.amountMinor });
  }
  return { amountMinor: BigInt(value.amountMinor), currency: parseCurrencyCode(value.currency) };
}

/** Reads `1234.50` for a currency: exactly its number of decimals or fewer, no sign but `-`, no grouping.
 *  Errors  MONEY_MALFORMED */
export function parseDecimalMoney(text: string, currency: CurrencyCode): Money {
  const exponent = currencyExponent(currency);
  const match = /^(-?)([0-9]{1,18})(?:\.([0-9]+))?$/.exec(text);
  const decimals = match?.[3] ?? '';
  if (match === null || decimals.length > exponent) {
    throw new AmurError('MONEY_MALFORMED', { amount: text, currency });
  }
  const minor = BigInt(`${match[2]}${decimals.padEnd(exponent, '0')}`);
  return { amountMinor: match[1] === '-' ? -minor : minor, currency };
}

/** `1234.50`: always the currency's number of decimals, a point, no grouping. For wires and files, not for people. */
export function formatDecimal(value: Money): string {
  const exponent = currencyExponent(value.currency);
  const negative = value.amountMinor < 0n;
  const digits = (negative ? -value.amountMinor : value.amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = exponent === 0 ? '' : `.${digits.slice(digits.length - exponent)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

/** Errors  CURRENCY_MISMATCH */
export function add(augend: Money, addend: Money): Money {
  requireSameCurrency(augend, addend);
  return { amountMinor: augend.amountMinor + addend.amountMinor, currency: augend.currency };
}

/** Errors  CURRENCY_MISMATCH */
export function subtract(minuend: Money, subtrahend: Money): Money {
  requireSameCurrency(minuend, subtrahend);
  return { amountMinor: minuend.amountMinor - subtrahend.amountMinor, currency: minuend.currency };
}

/** Negative, zero or positive as `left` is below, equal to or above `right`. Errors  CURRENCY_MISMATCH */
export function compare(left: Money, right: Money): number {
  requireSameCurrency(left, right);
  return left.amountMinor < right.amountMinor ? -1 : left.amountMinor > right.amountMinor ? 1 : 0;
}

export function equal(left: Money, right: Money): boolean {
  return left.currency === right.currency && left.amountMinor === right.amountMinor;
}

export function isZero(value: Money): boolean {
  return value.amountMinor === 0n;
}

export function negate(value: Money): Money {
  return { amountMinor: -value.amountMinor, currency: value.currency };
}

/** `value` x numerator / denominator with one rounding. Errors  DIVISION_BY_ZERO */
export function scaleMoney(value: Money, numerator: bigint, denominator: bigint, rounding: Rounding): Money {
  return {
    amountMinor: divideRounded(value.amountMinor * numerator, denominator, rounding),
    currency: value.currency,
  };
}

/** The share of `total` that belongs to `part` of `whole`, when shares are taken one after another.
 *
 *  Shares are cut from the running sum, so that after any sequence of parts the shares add up to what one cut of
 *  their sum would give, and the part that completes `whole` takes the remainder exactly.
 *  Units   `alreadyPart`, `part`, `whole` in one currency; the result in the currency of `total`
 *  Errors  ALLOCATION_OUT_OF_RANGE when the parts exceed the whole */
export function cumulativeShare(total: Money, whole: Money, alreadyPart: Money, part: Money): Money {
  requireSameCurrency(whole, part);
  requireSameCurrency(whole, alreadyPart);
  const through = alreadyPart.amountMinor + part.amountMinor;
  if (
    part.amountMinor < 0n ||
    alreadyPart.amountMinor < 0n ||
    through > whole.amountMinor ||
    whole.amountMinor <= 0n
  ) {
    throw new AmurError('ALLOCATION_OUT_OF_RANGE', {
      whole: whole.amountMinor.toString(),
      already: alreadyPart.amountMinor.toString(),
      part: part.amountMinor.toString(),
    });
  }
  const cut = (upTo: bigint): bigint => divideRounded(total.amountMinor * upTo, whole.amountMinor, 'half_up');
  return { amountMinor: cut(through) - cut(alreadyPart.amountMinor), currency: total.currency };
}

function requireSameCurrency(left: Money, right: Money): void {
  if (left.currency !== right.currency) {
    throw new AmurError('CURRENCY_MISMATCH', { left: left.currency, right: right.currency });
  }
}
