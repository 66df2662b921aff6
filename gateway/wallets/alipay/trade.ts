/** Reads amounts and the facts of a trade from a verified node. What is signed may still not fit our books or the
 *  terminals' messages; it is stopped here, because a fact once stored is shown and booked as it stands. */
import { CNY, type CurrencyCode, parseCurrencyCode } from '../../kernel/currency.ts';
import { AmurError } from '../../kernel/errors.ts';
import { type Money, parseDecimalMoney } from '../../kernel/money.ts';
import type { ExactRate } from '../../kernel/rate.ts';
import type { WalletTrade } from '../../payments/wallet-port.ts';
import type { Fields } from './reply.ts';

/** Empty when the field is absent or not a string. */
export function textOf(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' ? value : '';
}

/** Null unless the field is one printable line of at most so many characters. */
function lineOf(fields: Fields, name: string, lengthMost: number): string | null {
  const text = textOf(fields, name);
  const fits = text !== '' && text.length <= lengthMost && text.isWellFormed() && !/\p{Cc}/u.test(text);
  return fits ? text : null;
}

/** The wallet's number of the trade, or null where it gives none that can be kept. */
export function providerRefOf(fields: Fields): string | null {
  return lineOf(fields, 'trade_no', 64);
}

/** What a QR is to show, or null where it cannot be shown. */
export function qrContentOf(fields: Fields): string | null {
  return lineOf(fields, 'qr_code', 1_024);
}

/** Eighteen digits: what messages carry and every book holds. */
const AMOUNT_MOST_MINOR = 10n ** 18n - 1n;

/** Null when absent; amounts are decimal strings in major units, e.g. `580.04`, and never below zero.
 *  Errors  MONEY_MALFORMED | CURRENCY_UNKNOWN */
export function amountOf(fields: Fields, name: string, currency: CurrencyCode): Money | null {
  const text = textOf(fields, name);
  if (text === '') return null;
  const amount = parseDecimalMoney(text, currency);
  if (amount.amountMinor >= 0n && amount.amountMinor <= AMOUNT_MOST_MINOR) return amount;
  throw new AmurError('MONEY_MALFORMED', { amount: text.slice(0, 40), currency });
}

/** The trade in the order's currency, or null when the node's amounts cannot be read or are in another currency.
 *  Alipay leaves `trans_currency` out where the order is in CNY, its own currency, and nowhere else. */
export function readTrade(fields: Fields, orderCurrency: string): WalletTrade | null {
  try {
    const currency = parseCurrencyCode(orderCurrency);
    const stated = textOf(fields, 'trans_currency');
    const order = amountOf(fields, 'total_amount', currency);
    const providerRef = providerRefOf(fields);
    if ((stated === '' ? CNY : stated) !== currency || order === null || providerRef === null) return null;
    return {
      providerRef,
      order,
      payer: readPayer(fields, order),
      settlement: readSettlement(fields),
      rate: readRate(fields, 'trans_pay_rate', currency, currencyIn(fields, 'pay_currency') ?? CNY),
      ...settlementRate(fields, currency),
      buyer: lineOf(fields, 'buyer_logon_id', 100),
      paidAt: textOf(fields, 'gmt_payment') || textOf(fields, 'send_pay_date') || null,
      refunded: null,
    };
  } catch (error) {
    if (error instanceof AmurError) return null;
    throw error;
  }
}

/** An order in CNY is what the customer pays; otherwise the wallet says how many yuan it took. */
function readPayer(fields: Fields, order: Money): Money | null {
  const currency = textOf(fields, 'pay_currency');
  const paid = amountOf(fields, 'pay_amount', currency === '' ? CNY : parseCurrencyCode(currency));
  return paid ?? (order.currency === CNY ? order : null);
}

/** Errors  MONEY_MALFORMED for nothing at all: a paid trade settles something */
function readSettlement(fields: Fields): Money | null {
  const currency = textOf(fields, 'settle_currency');
  if (currency === '') return null;
  const settled = amountOf(fields, 'settle_amount', parseCurrencyCode(currency));
  if (settled?.amountMinor === 0n) throw new AmurError('MONEY_MALFORMED', { amount: '0', currency });
  return settled;
}

/** `settle_amount = total_amount x settle_trans_rate`, where the settlement is in another currency than the order. */
function settlementRate(fields: Fields, order: CurrencyCode): Pick<WalletTrade, 'settlementRate'> {
  const settled = currencyIn(fields, 'settle_currency');
  if (settled === null || settled === order) return {};
  const rate = readRate(fields, 'settle_trans_rate', order, settled);
  return rate === null ? {} : { settlementRate: rate };
}

function currencyIn(fields: Fields, name: string): CurrencyCode | null {
  const text = textOf(fields, name);
  return text === '' ? null : parseCurrencyCode(text);
}

/** `pay_amount = total_amount x trans_pay_rate`: one unit of the order's currency in another.
 *  Errors  RATE_MALFORMED */
function readRate(
  fields: Fields,
  name: string,
  orderCurrency: CurrencyCode,
  quote: CurrencyCode,
): ExactRate | null {
  const text = textOf(fields, name);
  if (text === '') return null;
  const match = /^([0-9]{1,12})(?:\.([0-9]{1,18}))?$/.exec(text);
  const decimals = match?.[2] ?? '';
  const value = BigInt(match === null ? 0 : `${match[1]}${decimals}`);
  if (value === 0n) throw new AmurError('RATE_MALFORMED', { value: text.slice(0, 40) });
  return { base: orderCurrency, quote, value, scale: decimals.length };
}
