/** A row of a profile turned into numbers, so that packing and unpacking branch on small integers only. */
import { CLASS_BITS } from './characters.ts';
import { CodecError } from './codec-error.ts';
import type { FieldSpec } from './spec.ts';

export const TEXT = 0;
export const BCD_RIGHT = 1;
export const BCD_LEFT = 2;
export const BYTES = 3;
export const HEX = 4;
export const EBCDIC = 5;

export const PREFIX_NONE = 0;
export const PREFIX_ASCII = 1;
export const PREFIX_BCD = 2;
export const PREFIX_BINARY = 3;
export const PREFIX_EBCDIC = 4;

export const PAD_NONE = 0;
export const PAD_SPACE_RIGHT = 1;
export const PAD_ZERO_LEFT = 2;

/** All plans have one shape, which the engine compiles for once. */
export interface FieldPlan {
  readonly de: number;
  readonly encoding: number;
  readonly prefix: number;
  readonly prefixDigits: number;
  readonly prefixBytes: number;
  /** In units of the length rule; equal for a fixed field. */
  readonly min: number;
  readonly max: number;
  readonly fixed: boolean;
  readonly classBit: number;
  readonly signed: boolean;
  /** Largest nibble a BCD value may hold: 9, or 15 for track data. */
  readonly nibbleMax: number;
  readonly padding: number;
  readonly filler: number;
  readonly spec: FieldSpec;
}

const ENCODINGS = {
  ascii: TEXT,
  'bcd-right': BCD_RIGHT,
  'bcd-left': BCD_LEFT,
  binary: BYTES,
  hex: HEX,
  ebcdic: EBCDIC,
} as const;
const PREFIXES = {
  ascii: PREFIX_ASCII,
  bcd: PREFIX_BCD,
  binary: PREFIX_BINARY,
  ebcdic: PREFIX_EBCDIC,
} as const;
const PADDINGS = { none: PAD_NONE, 'space-right': PAD_SPACE_RIGHT, 'zero-left': PAD_ZERO_LEFT } as const;
const DIGITS = { fixed: 0, LL: 2, LLL: 3, LLLL: 4 } as const;

/** Errors  CodecError SPEC_INVALID */
export function planField(spec: FieldSpec): FieldPlan {
  const digits = DIGITS[spec.length.rule];
  const fixed = spec.length.rule === 'fixed';
  const min = spec.length.rule === 'fixed' ? spec.length.length : spec.length.min;
  const max = spec.length.rule === 'fixed' ? spec.length.length : spec.length.max;
  const prefix = fixed ? PREFIX_NONE : PREFIXES[spec.prefix];
  refuseContradictions(spec, min, max);
  return {
    de: spec.number,
    encoding: ENCODINGS[spec.encoding],
    prefix,
    prefixDigits: digits,
    prefixBytes: prefixBytes(prefix, digits),
    min,
    max,
    fixed,
    classBit: CLASS_BITS[spec.content],
    signed: spec.content === 'x+n',
    nibbleMax: spec.content === 'z' ? 15 : 9,
    padding: PADDINGS[spec.padding],
    filler: spec.filler,
    spec,
  };
}

/** How many bytes `units` digits, characters or bytes take on the wire. */
export function wireBytes(plan: FieldPlan, units: number): number {
  switch (plan.encoding) {
    case BCD_RIGHT:
    case BCD_LEFT:
      return (units + 1) >> 1;
    case HEX:
      return units * 2;
    default:
      return units;
  }
}

function prefixBytes(prefix: number, digits: number): number {
  if (prefix === PREFIX_NONE) return 0;
  if (prefix === PREFIX_BCD) return (digits + 1) >> 1;
  if (prefix === PREFIX_BINARY) return digits === 2 ? 1 : 2;
  return digits;
}

const LIMITS = { fixed: 999, LL: 99, LLL: 999, LLLL: 9_999 } as const;

function refuseContradictions(spec: FieldSpec, min: number, max: number): void {
  const bytes = spec.content === 'b';
  const bcd = spec.encoding === 'bcd-left' || spec.encoding === 'bcd-right';
  const digital = spec.content === 'n' || spec.content === 'z' || spec.content === 'x+n';
  const limit = spec.prefix === 'binary' && spec.length.rule === 'LL' ? 255 : LIMITS[spec.length.rule];
  const sound =
    Number.isInteger(min) &&
    Number.isInteger(max) &&
    min >= 0 &&
    max >= 1 &&
    min <= max &&
    max <= limit &&
    bytes === (spec.encoding === 'binary' || spec.encoding === 'hex') &&
    (!bcd || digital) &&
    (spec.content !== 'x+n' || (spec.length.rule === 'fixed' && spec.encoding !== 'bcd-left' && min > 1)) &&
    (spec.padding === 'none' || (spec.length.rule === 'fixed' && !bytes && !bcd && spec.content !== 'x+n')) &&
    (spec.padding !== 'zero-left' || spec.content === 'n');
  if (!sound) throw new CodecError('SPEC_INVALID', spec.number, 0);
}
