/** What a person typed, as the contract wants it; null while it is not (yet) a value. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { parseDecimalMoney } from '../../gateway/kernel/money.ts';

/** `1 200,5` or `1200.50` -> `120050` kopecks as a string; null for nothing, zero or too many decimals. */
export function kopecksFromTyped(typed: string): string | null {
  const text = typed.replaceAll(/\s/g, '').replace(',', '.').replace(/\.$/, '');
  if (!/^[0-9]{1,10}(\.[0-9]{1,2})?$/.test(text)) return null;
  const { amountMinor } = parseDecimalMoney(text, RUB);
  return amountMinor > 0n ? amountMinor.toString() : null;
}

/** A whole number within the bounds, or null. */
export function wholeFromTyped(typed: string, least: number, most: number): number | null {
  const text = typed.trim();
  if (!/^[0-9]{1,6}$/.test(text)) return null;
  const value = Number.parseInt(text, 10);
  return value >= least && value <= most ? value : null;
}

/** Kilograms as people write them (`0,412`) or grams when there is no decimal mark (`412`) -> grams. */
export function gramsFromTyped(typed: string): number | null {
  const text = typed.trim().replace(',', '.');
  const kilograms = /^([0-9]{1,2})\.([0-9]{1,3})$/.exec(text);
  if (kilograms === null) return wholeFromTyped(text, 1, 99_999);
  const grams = Number.parseInt(`${kilograms[1]}${(kilograms[2] ?? '').padEnd(3, '0')}`, 10);
  return grams >= 1 && grams <= 99_999 ? grams : null;
}
