/** One order's three amounts: as priced, as the buyer pays in yuan, and as the merchant is settled. */
import { CNY, type CurrencyCode, currencyOf } from '../../gateway/kernel/currency.ts';
import { type Money, money, parseDecimalMoney } from '../../gateway/kernel/money.ts';
import { convert, type ExactRate, rateText } from '../../gateway/kernel/rate.ts';
import { divideRounded } from '../../gateway/kernel/rounding.ts';

export interface Price {
  readonly total: Money;
  readonly payFen: bigint;
  readonly settle: Money;
  /** Yuan for one unit of the pricing currency. */
  readonly transPayRate: string;
  /** Settlement currency for one unit of the pricing currency. */
  readonly settleTransRate: string;
}

export type PriceRefusal = 'ACQ.INVALID_PARAMETER' | 'ACQ.TOTAL_FEE_EXCEED';

const AMOUNT = /^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$/;
const GREATEST_UNITS = 100_000_000n;

/** Prices an order. A foreign pricing currency is settled in itself; only yuan may be settled in another currency.
 *  Units   `total` decimal in `transCurrency`, at most 11 characters, 0.01 to 100000000
 *  Source  Open Platform, trade.pay: total_amount, trans_currency, settle_currency, trans_pay_rate, settle_trans_rate */
export function priceOrder(
  total: string,
  transCurrency: string | null,
  settleCurrency: string | null,
  rates: ReadonlyMap<CurrencyCode, ExactRate>,
): Price | PriceRefusal {
  const trans = knownCurrency(transCurrency ?? settleCurrency ?? 'CNY', rates);
  const settle = knownCurrency(settleCurrency ?? transCurrency ?? 'CNY', rates);
  if (trans === null || settle === null || (trans !== settle && trans !== CNY))
    return 'ACQ.INVALID_PARAMETER';
  if (!AMOUNT.test(total) || total.length > 11) return 'ACQ.INVALID_PARAMETER';
  const exponent = currencyOf(trans).exponent;
  if ((total.split('.')[1] ?? '').length > exponent) return 'ACQ.INVALID_PARAMETER';
  const priced = parseDecimalMoney(total, trans);
  if (priced.amountMinor <= 0n) return 'ACQ.INVALID_PARAMETER';
  if (priced.amountMinor > GREATEST_UNITS * 10n ** BigInt(exponent)) return 'ACQ.TOTAL_FEE_EXCEED';
  return priceIn(priced, trans, settle, rates);
}

function priceIn(
  priced: Money,
  trans: CurrencyCode,
  settle: CurrencyCode,
  rates: ReadonlyMap<CurrencyCode, ExactRate>,
): Price | PriceRefusal {
  const payRate = rates.get(trans);
  const pay = payRate === undefined ? priced : convert(priced, payRate, 'half_up');
  if (pay.amountMinor <= 0n) return 'ACQ.INVALID_PARAMETER';
  const settleRate = trans === settle ? undefined : inverse(rates.get(settle));
  return {
    total: priced,
    payFen: pay.amountMinor,
    settle:
      settleRate === undefined ? money(priced.amountMinor, settle) : convert(priced, settleRate, 'half_up'),
    transPayRate: payRate === undefined ? '1' : rateText(payRate),
    settleTransRate: settleRate === undefined ? '1' : rateText(settleRate),
  };
}

function knownCurrency(code: string, rates: ReadonlyMap<CurrencyCode, ExactRate>): CurrencyCode | null {
  if (code === 'CNY') return CNY;
  for (const currency of rates.keys()) if (currency === code) return currency;
  return null;
}

/** The published way back has eight decimals; the settlement follows what was published. */
function inverse(rate: ExactRate | undefined): ExactRate | undefined {
  if (rate === undefined) return undefined;
  const value = divideRounded(10n ** BigInt(8 + rate.scale), rate.value, 'half_up');
  return { base: rate.quote, quote: rate.base, value, scale: 8 };
}
