/** Data elements made of parts of fixed length: rows as data, every part checked both ways, the whole consumed. */
import { CHARACTER_BITS, CLASS_BITS } from './characters.ts';
import { CodecError } from './codec-error.ts';
import type { ContentClass } from './spec.ts';

export interface PartRow<Name extends string> {
  readonly name: Name;
  readonly content: Extract<ContentClass, 'n' | 'an' | 'ans' | 'x+n'>;
  readonly length: number;
}

export type Parts<Name extends string> = Readonly<Record<Name, string>>;

export function part<Name extends string>(
  name: Name,
  content: PartRow<Name>['content'],
  length: number,
): PartRow<Name> {
  return { name, content, length };
}

/** How many characters all parts take. */
export function compositeLength(rows: readonly PartRow<string>[]): number {
  return rows.reduce((sum, row) => sum + row.length, 0);
}

/** Errors  CodecError COMPOSITE_MALFORMED, at the part that does not fit its row */
export function packComposite<Name extends string>(
  de: number,
  rows: readonly PartRow<Name>[],
  parts: Parts<Name>,
): string {
  let text = '';
  for (const row of rows) {
    const value = parts[row.name];
    if (value.length !== row.length || !fits(row, value)) {
      throw new CodecError('COMPOSITE_MALFORMED', de, text.length);
    }
    text += value;
  }
  return text;
}

/** Errors  CodecError COMPOSITE_MALFORMED, also for anything left over */
export function parseComposite<Name extends string>(
  de: number,
  rows: readonly PartRow<Name>[],
  text: string,
): Parts<Name> {
  const parts: Partial<Record<Name, string>> = {};
  let at = 0;
  for (const row of rows) {
    const value = text.slice(at, at + row.length);
    if (value.length !== row.length || !fits(row, value)) throw new CodecError('COMPOSITE_MALFORMED', de, at);
    parts[row.name] = value;
    at += row.length;
  }
  if (at !== text.length) throw new CodecError('COMPOSITE_MALFORMED', de, at);
  return parts as Record<Name, string>;
}

/** An amount in minor units as so many digits. Errors  CodecError COMPOSITE_MALFORMED when it is negative or too large */
export function amountDigits(de: number, amountMinor: bigint, digits: number): string {
  const text = amountMinor.toString().padStart(digits, '0');
  if (amountMinor < 0n || text.length > digits) throw new CodecError('COMPOSITE_MALFORMED', de, 0);
  return text;
}

/** A count as so many digits. Errors  CodecError COMPOSITE_MALFORMED when it is not a whole number that fits */
export function countDigits(de: number, count: number, digits: number): string {
  const text = String(count).padStart(digits, '0');
  if (!Number.isSafeInteger(count) || count < 0 || text.length > digits) {
    throw new CodecError('COMPOSITE_MALFORMED', de, 0);
  }
  return text;
}

function fits(row: PartRow<string>, value: string): boolean {
  const signed = row.content === 'x+n';
  if (signed && value[0] !== 'C' && value[0] !== 'D') return false;
  const bits = CLASS_BITS[row.content];
  for (let index = signed ? 1 : 0; index < value.length; index += 1) {
    if (((CHARACTER_BITS[value.charCodeAt(index)] ?? 0) & bits) === 0) return false;
  }
  return true;
}
