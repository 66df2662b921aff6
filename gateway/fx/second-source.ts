/** Files of the second source, the one the pricing source is held against.
 *
 *  Alipay's forex_rate_file: lines `yyyyMMdd|HHmmss|CUR|rate|...`, CNY for one CUR, as its settlement files use the word
 *  rate (Rmb_amount = Amount x Rate). Source: open clients of the service; direction not stated there: UNVERIFIED.
 *  A table of our own, for CFETS and whoever publishes no file: `date,base,quote,nominal,value`, `value` units of `quote` for
 *  `nominal` units of `base`, so that no direction is left to guess.
 *  Errors  RATE_FILE_INVALID with `reason` */
import { CNY, parseCurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { RateSet } from './rate-set.ts';

const FILE_BYTES_MAX = 262_144;
const HEADER = 'date,base,quote,nominal,value';

/** One day's rates; of several moments of the day each currency's last. */
export function parseAlipayRates(bytes: Uint8Array, loadedAt: EpochMs): RateSet {
  const latest = new Map<string, { readonly time: string; readonly rate: ExactRate }>();
  const dates = new Set<string>();
  for (const line of linesOf(bytes)) {
    const [date = '', time = '', letters = '', value = ''] = line.split('|');
    if (!/^[0-9]{8}$/.test(date) || !/^[0-9]{6}$/.test(time)) throw invalid('line');
    dates.add(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
    const base = currency(letters);
    if (base === null) continue;
    const known = latest.get(base);
    if (known === undefined || known.time <= time) {
      latest.set(base, { time, rate: { base, quote: CNY, ...decimal(value) } });
    }
  }
  const rates = [...latest.values()].map(({ rate }) => rate);
  return { source: 'ALIPAY', side: 'middle', effectiveOn: oneDate(dates), rates: distinct(rates), loadedAt };
}

/** A table of one date, under the name of whoever published it: `CFETS`. */
export function parseRateTable(bytes: Uint8Array, source: string, loadedAt: EpochMs): RateSet {
  const [header, ...lines] = linesOf(bytes);
  if (header !== HEADER) throw invalid('header');
  const dates = new Set<string>();
  const rates: ExactRate[] = [];
  for (const line of lines) {
    const cells = line.split(',');
    const [date = '', base = '', quote = '', nominal = '', value = ''] = cells;
    if (cells.length !== 5) throw invalid('line');
    dates.add(date);
    rates.push(tableRate(base, quote, nominal, value));
  }
  return { source, side: 'middle', effectiveOn: oneDate(dates), rates: distinct(rates), loadedAt };
}

function tableRate(baseText: string, quoteText: string, nominal: string, valueText: string): ExactRate {
  const [base, quote] = [currency(baseText), currency(quoteText)];
  if (base === null || quote === null || base === quote) throw invalid('currency');
  // A nominal is a power of ten, so that it moves the decimal point and nothing else.
  if (!/^10{0,6}$/.test(nominal)) throw invalid('nominal');
  const { value, scale } = decimal(valueText);
  return { base, quote, value, scale: scale + nominal.length - 1 };
}

function linesOf(bytes: Uint8Array): readonly string[] {
  if (bytes.length === 0 || bytes.length > FILE_BYTES_MAX) throw invalid('size');
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('encoding', cause);
  }
  return text.split(/\r?\n/).filter((line) => line !== '');
}

function distinct(rates: readonly ExactRate[]): readonly ExactRate[] {
  const pairs = new Set(rates.map(({ base, quote }) => [base, quote].sort().join('/')));
  if (rates.length === 0) throw invalid('empty');
  if (pairs.size !== rates.length) throw invalid('duplicate');
  return rates;
}

function oneDate(dates: ReadonlySet<string>): string {
  const [date = ''] = dates;
  const at = Date.parse(`${date}T00:00:00Z`);
  const isDate = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date) && !Number.isNaN(at);
  if (dates.size !== 1 || !isDate || new Date(at).toISOString().slice(0, 10) !== date) throw invalid('date');
  return date;
}

function decimal(text: string): { readonly value: bigint; readonly scale: number } {
  const match = /^([0-9]{1,9})(?:\.([0-9]{1,12}))?$/.exec(text);
  const value = match === null ? 0n : BigInt(`${match[1]}${match[2] ?? ''}`);
  if (value === 0n) throw invalid('value');
  return { value, scale: match?.[2]?.length ?? 0 };
}

/** Null for letters that ISO 4217's list does not carry: a source may name more than can be priced. */
function currency(letters: string) {
  if (!/^[A-Z]{3}$/.test(letters)) throw invalid('currency');
  try {
    return parseCurrencyCode(letters);
  } catch (error) {
    if (error instanceof AmurError && error.code === 'CURRENCY_UNKNOWN') return null;
    throw error;
  }
}

function invalid(reason: string, cause?: unknown): AmurError {
  return new AmurError('RATE_FILE_INVALID', { reason }, { cause });
}
