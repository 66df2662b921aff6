/** Writes one data element, and says beforehand how many bytes it will take. Everything is checked while it is written. */

import { CHARACTER_BITS, CREDIT, DEBIT } from './characters.ts';
import { CodecError } from './codec-error.ts';
import { ASCII_TO_EBCDIC } from './ebcdic.ts';
import {
  BCD_LEFT,
  BCD_RIGHT,
  BYTES,
  EBCDIC,
  type FieldPlan,
  HEX,
  PAD_NONE,
  PAD_SPACE_RIGHT,
  PREFIX_ASCII,
  PREFIX_BCD,
  PREFIX_BINARY,
  PREFIX_NONE,
  wireBytes,
} from './field-plan.ts';
import type { FieldValue } from './message.ts';

const HEX_DIGITS = Uint8Array.from('0123456789ABCDEF', (character) => character.charCodeAt(0));
const SPACE = 0x20;
const ZERO = 0x30;

/** Bytes on the wire, prefix included. Errors  CodecError FIELD_TYPE | FIELD_TOO_SHORT | FIELD_TOO_LONG at `offset` */
export function fieldBytes(plan: FieldPlan, value: FieldValue, offset: number): number {
  const binary = plan.encoding === BYTES || plan.encoding === HEX;
  if ((typeof value === 'string') === binary) throw new CodecError('FIELD_TYPE', plan.de, offset);
  const units = value.length;
  if (units > plan.max) throw new CodecError('FIELD_TOO_LONG', plan.de, offset);
  if (plan.padding !== PAD_NONE) return wireBytes(plan, plan.max);
  if (units < plan.min) throw new CodecError('FIELD_TOO_SHORT', plan.de, offset);
  return plan.prefixBytes + wireBytes(plan, units);
}

/** Writes the prefix and the value; returns the position behind them.
 *  Errors  CodecError FIELD_CONTENT | FIELD_PADDING */
export function writeField(out: Buffer, start: number, plan: FieldPlan, value: FieldValue): number {
  const at = plan.prefix === PREFIX_NONE ? start : writePrefix(out, start, plan, value.length);
  if (typeof value !== 'string') return writeBytes(out, at, plan, value);
  switch (plan.encoding) {
    case BCD_RIGHT:
    case BCD_LEFT:
      return writeBcd(out, at, plan, value);
    default:
      return writeCharacters(out, at, plan, value);
  }
}

function writePrefix(out: Buffer, start: number, plan: FieldPlan, units: number): number {
  const { prefixBytes } = plan;
  let rest = units;
  if (plan.prefix === PREFIX_ASCII) {
    for (let at = start + prefixBytes - 1; at >= start; at -= 1) {
      const tens = (rest / 10) | 0;
      out[at] = ZERO + rest - tens * 10;
      rest = tens;
    }
  } else if (plan.prefix === PREFIX_BCD) {
    for (let at = start + prefixBytes - 1; at >= start; at -= 1) {
      const hundreds = (rest / 100) | 0;
      const pair = rest - hundreds * 100;
      const tens = (pair / 10) | 0;
      out[at] = (tens << 4) | (pair - tens * 10);
      rest = hundreds;
    }
  } else if (plan.prefix === PREFIX_BINARY) {
    for (let at = start + prefixBytes - 1; at >= start; at -= 1) {
      out[at] = rest & 0xff;
      rest >>= 8;
    }
  } else {
    for (let at = start + prefixBytes - 1; at >= start; at -= 1) {
      const tens = (rest / 10) | 0;
      out[at] = 0xf0 + rest - tens * 10;
      rest = tens;
    }
  }
  return start + prefixBytes;
}

function writeCharacters(out: Buffer, start: number, plan: FieldPlan, value: string): number {
  const { classBit } = plan;
  const { length } = value;
  let at = start;
  let index = 0;
  if (plan.padding !== PAD_NONE) {
    refusePadded(plan, value, start);
    if (plan.padding !== PAD_SPACE_RIGHT) for (; at < start + plan.max - length; at += 1) out[at] = ZERO;
  }
  if (plan.signed) {
    const sign = value.charCodeAt(0);
    if (sign !== CREDIT && sign !== DEBIT) throw new CodecError('FIELD_CONTENT', plan.de, at);
    out[at] = sign;
    at += 1;
    index = 1;
  }
  const first = at;
  let common = classBit;
  for (; index < length; index += 1) {
    const code = value.charCodeAt(index);
    common &= CHARACTER_BITS[code] ?? 0;
    out[at] = code;
    at += 1;
  }
  if (common === 0 && at > first) throw foreignCharacter(plan, value, first, at);
  if (plan.padding === PAD_SPACE_RIGHT) for (; at < start + plan.max; at += 1) out[at] = SPACE;
  if (plan.encoding === EBCDIC) toEbcdic(out, start, at);
  return at;
}

/** `start` and `end`: where the characters without their sign went. */
function foreignCharacter(plan: FieldPlan, value: string, start: number, end: number): CodecError {
  let at = start;
  const code = (): number => value.charCodeAt(value.length - (end - at));
  while (((CHARACTER_BITS[code()] ?? 0) & plan.classBit) !== 0) at += 1;
  return new CodecError('FIELD_CONTENT', plan.de, at);
}

/** A value that already looks padded would come back shorter than it went, so it is refused. */
function refusePadded(plan: FieldPlan, value: string, offset: number): void {
  const padded = plan.padding === PAD_SPACE_RIGHT ? value.endsWith(' ') : value.startsWith('0');
  if (padded) throw new CodecError('FIELD_PADDING', plan.de, offset);
}

function toEbcdic(out: Buffer, start: number, end: number): void {
  for (let at = start; at < end; at += 1) out[at] = ASCII_TO_EBCDIC[out[at] ?? 0] ?? 0;
}

/** A digit is its nibble, track characters `: ; < = > ?` are the nibbles A to F, and the signs C and D are theirs. */
function writeBcd(out: Buffer, start: number, plan: FieldPlan, value: string): number {
  const { length } = value;
  const { nibbleMax } = plan;
  let at = start;
  let index = 0;
  if (plan.signed) {
    const sign = value.charCodeAt(0);
    if (sign !== CREDIT && sign !== DEBIT) throw new CodecError('FIELD_CONTENT', plan.de, at);
    const nibble = sign - 0x37;
    if ((length & 1) === 1) out[at] = (plan.filler << 4) | nibble;
    else out[at] = (nibble << 4) | nibbleOf(plan, value.charCodeAt(1), at);
    at += 1;
    index = (length & 1) === 1 ? 1 : 2;
  } else if ((length & 1) === 1 && plan.encoding === BCD_RIGHT) {
    out[at] = (plan.filler << 4) | nibbleOf(plan, value.charCodeAt(0), at);
    at += 1;
    index = 1;
  }
  for (; index + 1 < length; index += 2) {
    const high = value.charCodeAt(index) - ZERO;
    const low = value.charCodeAt(index + 1) - ZERO;
    // A negative number is a large one without its sign, so one comparison refuses both sides.
    if (high >>> 0 > nibbleMax || low >>> 0 > nibbleMax) throw new CodecError('FIELD_CONTENT', plan.de, at);
    out[at] = (high << 4) | low;
    at += 1;
  }
  if (index < length) {
    out[at] = (nibbleOf(plan, value.charCodeAt(index), at) << 4) | plan.filler;
    at += 1;
  }
  return at;
}

function nibbleOf(plan: FieldPlan, code: number, offset: number): number {
  const nibble = code - ZERO;
  if (nibble >>> 0 > plan.nibbleMax) throw new CodecError('FIELD_CONTENT', plan.de, offset);
  return nibble;
}

function writeBytes(out: Buffer, start: number, plan: FieldPlan, value: Uint8Array): number {
  const { length } = value;
  if (plan.encoding === HEX) {
    for (let index = 0; index < length; index += 1) {
      const byte = value[index] ?? 0;
      out[start + index * 2] = HEX_DIGITS[byte >> 4] ?? 0;
      out[start + index * 2 + 1] = HEX_DIGITS[byte & 15] ?? 0;
    }
    return start + length * 2;
  }
  // A short copy is faster byte by byte than through the engine's own.
  if (length > 64) out.set(value, start);
  else for (let index = 0; index < length; index += 1) out[start + index] = value[index] ?? 0;
  return start + length;
}
