/** Figures and lines of a receipt, as people in Russia write them. */
import type { ReceiptBlock } from '../../drivers/contract/printer.ts';
import { currencyExponent } from '../../gateway/kernel/currency.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';

/** `10 506,08`: groups of three, a comma. */
export function amountText(value: Money): string {
  const exponent = currencyExponent(value.currency);
  const negative = value.amountMinor < 0n;
  const digits = (negative ? -value.amountMinor : value.amountMinor).toString().padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent).replace(/\B(?=(\d{3})+$)/g, ' ');
  const fraction = exponent === 0 ? '' : `,${digits.slice(digits.length - exponent)}`;
  return `${negative ? '-' : ''}${whole}${fraction}`;
}

/** `6` pieces or `0,412 кг`. */
export function quantityText(quantityMilli: number, unit: 'piece' | 'kg'): string {
  if (unit === 'piece') return String(quantityMilli / 1000);
  const digits = String(quantityMilli).padStart(4, '0');
  return `${digits.slice(0, -3)},${digits.slice(-3)} кг`;
}

/** `22.11.2026 17:27`, local. */
export function dateTimeText(at: EpochMs, utcOffsetMinutes: number): string {
  const { date, time } = localTime(at, utcOffsetMinutes);
  return `${dateText(date)} ${time.slice(0, 5)}`;
}

export function centred(text: string, size: 'normal' | 'double' = 'normal', bold = false): ReceiptBlock {
  return { kind: 'text', text, align: 'center', size, bold };
}

export function line(text: string, bold = false): ReceiptBlock {
  return { kind: 'text', text, align: 'left', size: 'normal', bold };
}

export function pair(left: string, right: string, bold = false): ReceiptBlock {
  return { kind: 'pair', left, right, size: 'normal', bold };
}

/** Columns of the narrowest paper, 58 mm. */
const NARROWEST_COLUMNS = 32;

/** A pair whose right side was named by a shop, a person or a wallet. The right side of a pair never wraps, so one that
 *  may not fit the narrowest paper stands on lines of its own. */
export function namedPair(left: string, right: string): readonly ReceiptBlock[] {
  const columns = [...right].reduce((sum, char) => sum + (char > '\u2e7f' ? 2 : 1), 0);
  return columns < NARROWEST_COLUMNS ? [pair(left, right)] : [line(left), line(right)];
}

/** `2026-11-22` as `22.11.2026`. */
export function dateText(date: string): string {
  return date.split('-').reverse().join('.');
}

/** Sources of rates by the gateway's names for them. */
const SOURCE_NAMES: ReadonlyMap<string, string> = new Map([
  ['CBR', 'Банк России 俄罗斯银行'],
  ['MANUAL', 'банк-эквайер 收单银行'],
]);

export function sourceLine(source: string, date: string): ReceiptBlock {
  return line(`Источник: ${SOURCE_NAMES.get(source) ?? source}, ${dateText(date)}`);
}

export function bigPair(left: string, right: string): ReceiptBlock {
  return { kind: 'pair', left, right, size: 'double', bold: true };
}

export const RULE: ReceiptBlock = { kind: 'rule', weight: 'light' };
export const HEAVY_RULE: ReceiptBlock = { kind: 'rule', weight: 'heavy' };

export function feed(lines: number): ReceiptBlock {
  return { kind: 'feed', lines };
}
