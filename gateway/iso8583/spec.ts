/** A profile as data: one row for each data element, with four attributes that do not depend on one another (length,
 *  encoding, prefix, padding), and the class of what may stand in it. */
import { CodecError } from './codec-error.ts';
import { type FieldPlan, planField } from './field-plan.ts';

/** n digits; a letters; an letters and digits; ns digits and specials; ans all printable ASCII; z track data (digits and
 *  `: ; < = > ?`); b bytes; x+n `C` or `D` and digits. Letters are ASCII. */
export type ContentClass = 'n' | 'a' | 'an' | 'ns' | 'ans' | 'z' | 'b' | 'x+n';

/** `bcd-left`: digits begin in the first nibble, a filler stands last. `bcd-right`: digits end in the last nibble, a filler
 *  stands first. `hex`: bytes as upper-case hexadecimal text. */
export type Encoding = 'ascii' | 'bcd-left' | 'bcd-right' | 'binary' | 'hex' | 'ebcdic';

/** `bcd`: 2 digits in one byte, 3 or 4 in two. `binary`: LL in one byte, LLL and LLLL in two, big-endian. */
export type PrefixEncoding = 'ascii' | 'bcd' | 'binary' | 'ebcdic';

/** What a length counts: digits, characters, or bytes of a binary value; for x+n the sign is counted too. */
export type LengthRule =
  | { readonly rule: 'fixed'; readonly length: number }
  | { readonly rule: 'LL' | 'LLL' | 'LLLL'; readonly min: number; readonly max: number };

/** What fills a fixed character field on the wire; values are held without it. */
export type Padding = 'none' | 'space-right' | 'zero-left';

/** What a log or a table may show of the value. */
export type LogRule = 'clear' | 'mask-pan' | 'never';

export interface FieldSpec {
  readonly number: number;
  readonly name: string;
  readonly content: ContentClass;
  readonly length: LengthRule;
  readonly encoding: Encoding;
  /** Of the length; without meaning for a fixed one. */
  readonly prefix: PrefixEncoding;
  readonly padding: Padding;
  /** The nibble that makes an odd number of BCD digits whole bytes. */
  readonly filler: 0 | 15;
  readonly log: LogRule;
}

export interface SpecData {
  readonly name: string;
  readonly mti: 'ascii' | 'bcd' | 'ebcdic';
  /** 8 bytes, or 16 upper-case hexadecimal characters. */
  readonly bitmap: 'binary' | 'hex';
  readonly fields: readonly FieldSpec[];
}

/** A profile that was checked and prepared for speed. */
export interface Spec extends SpecData {
  /** By data element number. */
  readonly plans: readonly (FieldPlan | undefined)[];
  readonly hasBcd: boolean;
}

/** Errors  CodecError SPEC_INVALID for a row that contradicts itself or comes twice */
export function defineSpec(data: SpecData): Spec {
  const plans = new Array<FieldPlan | undefined>(129).fill(undefined);
  for (const field of data.fields) {
    const outside = !Number.isInteger(field.number) || field.number < 2 || field.number > 128;
    if (outside || field.number === 65 || plans[field.number] !== undefined) {
      throw new CodecError('SPEC_INVALID', field.number, 0);
    }
    plans[field.number] = planField(field);
  }
  const hasBcd = data.fields.some(({ encoding }) => encoding === 'bcd-left' || encoding === 'bcd-right');
  return { ...data, plans, hasBcd };
}

/** The same profile with some rows replaced or added: for a partner whose dialect differs in a few data elements. */
export function withFields(spec: SpecData, name: string, rows: readonly FieldSpec[]): Spec {
  const replaced = new Set(rows.map((row) => row.number));
  const kept = spec.fields.filter((field) => !replaced.has(field.number));
  const { mti, bitmap } = spec;
  return defineSpec({ name, mti, bitmap, fields: [...kept, ...rows].sort((a, b) => a.number - b.number) });
}
