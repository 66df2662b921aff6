/** A price in another currency than the card's: what the card pays, and DE6, DE10 and DE51 that say so.
 *
 *  Shape   DE10: the number of decimals, then seven digits
 *  Errors  none: a rate that does not fit DE10 is refused when the configuration is read
 *  Source  docs/bank-link.md, section 7 */
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { money } from '../../gateway/kernel/money.ts';
import { convert, type ExactRate } from '../../gateway/kernel/rate.ts';
import type { Values } from './messages.ts';

export interface Billing {
  readonly billingMinor: bigint;
  readonly billingCurrency: string;
  /** DE10, null where nothing was converted. */
  readonly rate: string | null;
}

/** Null when the bank has no rate for the two. Currencies as letters. */
export function billingOf(
  rates: ReadonlyMap<string, ExactRate>,
  amountMinor: bigint,
  currency: string,
  billingCurrency: string,
): Billing | null {
  if (currency === billingCurrency) return { billingMinor: amountMinor, billingCurrency, rate: null };
  const rate = rates.get(`${currency}/${billingCurrency}`);
  if (rate === undefined) return null;
  return { ...billedAt(rate, amountMinor), billingCurrency, rate: rateField(rate) };
}

/** As an earlier transaction was converted. */
export function billingLike(earlier: Billing, amountMinor: bigint, currency: string): Billing {
  if (earlier.rate === null) return { ...earlier, billingMinor: amountMinor };
  const rate: ExactRate = {
    base: currencyOf(currency).code,
    quote: currencyOf(earlier.billingCurrency).code,
    value: BigInt(earlier.rate.slice(1)),
    scale: Number(earlier.rate.slice(0, 1)),
  };
  return { ...earlier, ...billedAt(rate, amountMinor) };
}

function billedAt(rate: ExactRate, amountMinor: bigint): { billingMinor: bigint } {
  return { billingMinor: convert(money(amountMinor, rate.base), rate, 'half_up').amountMinor };
}

export function rateField({ value, scale }: ExactRate): string {
  return `${scale}${value.toString().padStart(7, '0')}`;
}

/** Whether DE10 can carry it. */
export function fitsRateField({ value, scale }: ExactRate): boolean {
  return value < 10_000_000n && scale <= 9;
}

export function billingFields({ billingMinor, billingCurrency, rate }: Billing): Values {
  if (rate === null) return {};
  return {
    6: billingMinor.toString().padStart(12, '0'),
    10: rate,
    51: currencyOf(billingCurrency).numeric,
  };
}
