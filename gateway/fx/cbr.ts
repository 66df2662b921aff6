/** Reads the Bank of Russia's daily file of official rates.
 *
 *  Shape   <ValCurs Date="dd.mm.yyyy"><Valute><NumCode><CharCode><Nominal><Name><Value>[<VunitRate>]</Valute>...</ValCurs>
 *  Units   `Value` is roubles for `Nominal` units, decimal comma; `VunitRate`, where present, roubles for one unit
 *  Errors  RATE_FILE_INVALID with `reason`
 *  Source  Bank of Russia, XML_daily; older files lack `VunitRate` */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { currencyOf, RUB } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';

export interface DailyRates {
  /** `2026-11-21`: the date the rates are for, never the day they were fetched. */
  readonly date: string;
  /** Roubles for one unit, by currency letters; currencies that ISO 4217's list does not carry are left out. */
  readonly rates: ReadonlyMap<string, ExactRate>;
}

const FILE_BYTES_MAX = 262_144;
const ENCODINGS: ReadonlySet<string> = new Set(['windows-1251', 'utf-8']);
/** Enough decimals for any quotient of a published value by a nominal made of twos and fives. */
const SCALE_MAX = 16;

export function parseDailyRates(bytes: Uint8Array): DailyRates {
  const text = decode(bytes);
  // No document type: nothing in this format needs one, and entities defined there have no business here.
  if (text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) throw invalid('xml');
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    parseTagValue: false,
    parseAttributeValue: false,
    isArray: (name) => name === 'Valute',
  });
  const root = field(parser.parse(text), 'ValCurs');
  const rows = field(root, 'Valute');
  if (!Array.isArray(rows)) throw invalid('rows');
  const rates = new Map<string, ExactRate>();
  const seen = new Set<string>();
  for (const row of rows) {
    const letters = matched(field(row, 'CharCode'), /^[A-Z]{3}$/, 'CharCode');
    if (seen.has(letters)) throw invalid('duplicate', letters);
    seen.add(letters);
    const rate = rateOfRow(row, letters);
    if (rate !== null) rates.set(letters, rate);
  }
  return { date: isoDate(matched(field(root, '@Date'), /^[0-9]{2}\.[0-9]{2}\.[0-9]{4}$/, 'Date')), rates };
}

function rateOfRow(row: unknown, letters: string): ExactRate | null {
  const digits = matched(field(row, 'NumCode'), /^[0-9]{3}$/, 'NumCode');
  const nominal = BigInt(matched(field(row, 'Nominal'), /^[1-9][0-9]{0,6}$/, 'Nominal'));
  const value = decimal(field(row, 'Value'), 'Value');
  const perUnit = field(row, 'VunitRate');
  if (perUnit !== undefined) {
    const unit = decimal(perUnit, 'VunitRate');
    // unit x nominal = value, across their scales.
    const agrees = unit.value * nominal * 10n ** value.scale === value.value * 10n ** unit.scale;
    if (!agrees) throw invalid('VunitRate', letters);
  }
  const known = knownCurrency(letters);
  if (known === null) return null;
  if (known.numeric !== digits) throw invalid('NumCode', letters);
  return { base: known.code, quote: RUB, ...perOne(value, nominal, letters) };
}

interface Decimal {
  readonly value: bigint;
  readonly scale: bigint;
}

function decimal(raw: unknown, name: string): Decimal {
  const text = matched(raw, /^[0-9]{1,9}(,[0-9]{1,12})?$/, name);
  const [whole = '', fraction = ''] = text.split(',');
  const value = BigInt(whole + fraction);
  if (value === 0n) throw invalid(name);
  return { value, scale: BigInt(fraction.length) };
}

/** `amount` / `nominal`, exactly; a quotient that no decimal can hold is refused. */
function perOne(amount: Decimal, nominal: bigint, letters: string): { value: bigint; scale: number } {
  let value = amount.value;
  let scale = Number(amount.scale);
  while (value % nominal !== 0n) {
    if (scale >= SCALE_MAX) throw invalid('Nominal', letters);
    value *= 10n;
    scale += 1;
  }
  return { value: value / nominal, scale };
}

function knownCurrency(letters: string): ReturnType<typeof currencyOf> | null {
  try {
    return currencyOf(letters);
  } catch (error) {
    // The file also lists special drawing rights and whatever may come; only what can be priced matters.
    if (error instanceof AmurError && error.code === 'CURRENCY_UNKNOWN') return null;
    throw error;
  }
}

function decode(bytes: Uint8Array): string {
  if (bytes.length === 0 || bytes.length > FILE_BYTES_MAX) throw invalid('size');
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^\s*(?:ï»¿)?<\?xml[^>]*\bencoding=["']([A-Za-z0-9-]+)["']/.exec(head)?.[1] ?? 'utf-8';
  const encoding = declared.toLowerCase();
  if (!ENCODINGS.has(encoding)) throw invalid('encoding');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalid('encoding', '', cause);
  }
}

function isoDate(text: string): string {
  const iso = `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
  const at = Date.parse(`${iso}T00:00:00Z`);
  // A parser may carry 31 February over into March; the round trip does not.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== iso) throw invalid('Date');
  return iso;
}

function field(parent: unknown, name: string): unknown {
  if (typeof parent !== 'object' || parent === null || !Object.hasOwn(parent, name)) return undefined;
  return (parent as Record<string, unknown>)[name];
}

function matched(value: unknown, pattern: RegExp, name: string): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw invalid(name);
  return value;
}

function invalid(reason: string, currency = '', cause?: unknown): AmurError {
  return new AmurError('RATE_FILE_INVALID', { reason, currency }, { cause });
}
