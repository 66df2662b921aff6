/** Packs and unpacks ISO 8583 messages by a profile, strictly: every bound is checked before a byte is taken, every class
 *  of content both ways, nothing may be left over, and what is refused is named with its data element and offset. */
import { CodecError } from './codec-error.ts';
import { wireBytes } from './field-plan.ts';
import { DE_MAX, type FieldValue, type IsoMessage } from './message.ts';
import { MTI_BY_NUMBER, type Mti } from './mti.ts';
import { hexNibble, readPrefix, readValue, type Sources } from './read-field.ts';
import type { Spec } from './spec.ts';
import { UnpackedMessage } from './unpacked-message.ts';
import { fieldBytes, writeField } from './write-field.ts';

/** What a length of two bytes can frame. */
export const MESSAGE_BYTES_MAX = 65_535;

const LAST_PRIMARY = 64;

/** Packs a message.
 *  Shape   MTI | primary bitmap | secondary bitmap when a data element above 64 is there | data elements in order
 *  Errors  CodecError FIELD_UNKNOWN | FIELD_TYPE | FIELD_TOO_SHORT | FIELD_TOO_LONG | FIELD_CONTENT | FIELD_PADDING |
 *          MTI_MALFORMED | MESSAGE_TOO_LONG */
export function pack(spec: Spec, message: IsoMessage): Uint8Array {
  const { fields } = message;
  const { plans } = spec;
  const count = fields.length;
  if (count > DE_MAX + 1 || fields[0] !== undefined || fields[1] !== undefined) {
    throw new CodecError('FIELD_UNKNOWN', count > DE_MAX + 1 ? DE_MAX + 1 : 1, 0);
  }
  let size = 0;
  let last = 1;
  for (let de = 2; de < count; de += 1) {
    const value = fields[de];
    if (value === undefined) continue;
    const plan = plans[de];
    if (plan === undefined) throw new CodecError('FIELD_UNKNOWN', de, size);
    size += fieldBytes(plan, value, size);
    last = de;
  }
  const mtiSize = spec.mti === 'bcd' ? 2 : 4;
  const maps = last > LAST_PRIMARY ? 16 : 8;
  const body = mtiSize + (spec.bitmap === 'hex' ? maps * 2 : maps);
  size += body;
  if (size > MESSAGE_BYTES_MAX) throw new CodecError('MESSAGE_TOO_LONG', null, size);

  const out = Buffer.allocUnsafe(size);
  writeMti(out, spec, message.mti);
  for (let at = mtiSize; at < mtiSize + maps; at += 1) out[at] = 0;
  if (maps === 16) out[mtiSize] = 0x80;
  let at = body;
  for (let de = 2; de <= last; de += 1) {
    const value = fields[de];
    const plan = plans[de];
    if (value === undefined || plan === undefined) continue;
    const byte = mtiSize + ((de - 1) >> 3);
    out[byte] = (out[byte] ?? 0) | (0x80 >> ((de - 1) & 7));
    at = writeField(out, at, plan, value);
  }
  if (spec.bitmap === 'hex') spreadToHex(out, mtiSize, maps);
  return out;
}

function writeMti(out: Uint8Array, spec: Spec, mti: Mti): void {
  const number = Number(mti);
  if (mti.length !== 4 || MTI_BY_NUMBER[number] !== mti) throw new CodecError('MTI_MALFORMED', 0, 0);
  const tens = (number / 100) | 0;
  const rest = number - tens * 100;
  if (spec.mti === 'bcd') {
    out[0] = (((tens / 10) | 0) << 4) | (tens % 10);
    out[1] = (((rest / 10) | 0) << 4) | (rest % 10);
    return;
  }
  const zero = spec.mti === 'ascii' ? 0x30 : 0xf0;
  out[0] = zero + ((tens / 10) | 0);
  out[1] = zero + (tens % 10);
  out[2] = zero + ((rest / 10) | 0);
  out[3] = zero + (rest % 10);
}

/** Bytes become twice as many characters in the same place, so the last goes first. */
function spreadToHex(out: Uint8Array, start: number, bytes: number): void {
  for (let index = bytes - 1; index >= 0; index -= 1) {
    const byte = out[start + index] ?? 0;
    out[start + index * 2] = hexDigit(byte >> 4);
    out[start + index * 2 + 1] = hexDigit(byte & 15);
  }
}

function hexDigit(nibble: number): number {
  return nibble > 9 ? nibble + 0x37 : nibble + 0x30;
}

/** Unpacks one whole message.
 *  Errors  CodecError MESSAGE_TRUNCATED | MESSAGE_TRAILING_BYTES | MESSAGE_TOO_LONG | MTI_MALFORMED | BITMAP_MALFORMED |
 *          FIELD_UNKNOWN | FIELD_LENGTH_MALFORMED | FIELD_TOO_SHORT | FIELD_TOO_LONG | FIELD_CONTENT | FIELD_PADDING */
export function unpack(spec: Spec, bytes: Uint8Array): UnpackedMessage {
  const message = new UnpackedMessage(spec, bytes);
  readMessage(message);
  return message;
}

/** As much of a message as is sound, with what was wrong behind it: for tables and logs, never for a decision. */
export function unpackPartial(
  spec: Spec,
  bytes: Uint8Array,
): { readonly message: UnpackedMessage; readonly error: CodecError | null } {
  const message = new UnpackedMessage(spec, bytes);
  try {
    readMessage(message);
    return { message, error: null };
  } catch (error) {
    if (error instanceof CodecError) return { message, error };
    throw error;
  }
}

function readMessage(message: UnpackedMessage): void {
  const { spec, bytes } = message;
  const end = bytes.length;
  if (end > MESSAGE_BYTES_MAX) throw new CodecError('MESSAGE_TOO_LONG', null, MESSAGE_BYTES_MAX);
  const mtiSize = spec.mti === 'bcd' ? 2 : 4;
  if (end < mtiSize) throw new CodecError('MESSAGE_TRUNCATED', 0, end);
  message.mti = readMti(spec, bytes);
  const map = spec.bitmap === 'binary' ? bytes : bitmapFromHex(bytes, mtiSize);
  const mapAt = spec.bitmap === 'binary' ? mtiSize : 0;
  const unit = spec.bitmap === 'binary' ? 1 : 2;
  if (end < mtiSize + 8 * unit) throw new CodecError('MESSAGE_TRUNCATED', 1, end);
  const maps = (map[mapAt] ?? 0) >= 0x80 ? 16 : 8;
  if (end < mtiSize + maps * unit) throw new CodecError('MESSAGE_TRUNCATED', 1, end);

  // Not filled: that takes three times as long, and a hole reads as undefined too.
  const fields = new Array<FieldValue | undefined>(maps * 8 + 1);
  message.fields = fields;
  const from = sourcesOf(spec, bytes);
  let at = mtiSize + maps * unit;
  for (let index = 0; index < maps; index += 1) {
    let bits = map[mapAt + index] ?? 0;
    if (index === 0) bits &= 0x7f;
    while (bits !== 0) {
      const bit = Math.clz32(bits) - 24;
      bits &= ~(0x80 >> bit);
      const de = index * 8 + bit + 1;
      const plan = spec.plans[de];
      if (plan === undefined) throw new CodecError('FIELD_UNKNOWN', de, at);
      let units = plan.max;
      if (!plan.fixed) {
        if (at + plan.prefixBytes > end) throw new CodecError('MESSAGE_TRUNCATED', de, end);
        units = readPrefix(bytes, at, plan);
        if (units > plan.max) throw new CodecError('FIELD_TOO_LONG', de, at);
        if (units < plan.min) throw new CodecError('FIELD_TOO_SHORT', de, at);
        at += plan.prefixBytes;
      }
      const size = wireBytes(plan, units);
      if (at + size > end) throw new CodecError('MESSAGE_TRUNCATED', de, end);
      fields[de] = readValue(from, at, size, units, plan);
      at += size;
    }
  }
  if (at !== end) throw new CodecError('MESSAGE_TRAILING_BYTES', null, at);
}

function readMti(spec: Spec, bytes: Uint8Array): Mti {
  let number = 0;
  if (spec.mti === 'bcd') {
    const high = bytes[0] ?? 0;
    const low = bytes[1] ?? 0;
    const digits = high <= 0x99 && (high & 15) <= 9 && low <= 0x99 && (low & 15) <= 9;
    number = digits ? (high >> 4) * 1000 + (high & 15) * 100 + (low >> 4) * 10 + (low & 15) : -1;
  } else {
    const zero = spec.mti === 'ascii' ? 0x30 : 0xf0;
    for (let at = 0; at < 4; at += 1) {
      const digit = (bytes[at] ?? 0) - zero;
      if (digit >>> 0 > 9) throw new CodecError('MTI_MALFORMED', 0, at);
      number = number * 10 + digit;
    }
  }
  const mti = MTI_BY_NUMBER[number];
  if (mti === undefined) throw new CodecError('MTI_MALFORMED', 0, 0);
  return mti;
}

/** As many bytes of bitmap as the message has characters for, 16 at most. */
function bitmapFromHex(bytes: Uint8Array, start: number): Uint8Array {
  const map = new Uint8Array(16);
  let wanted = 8;
  for (let index = 0; index < wanted && start + index * 2 + 1 < bytes.length; index += 1) {
    const high = hexNibble(bytes[start + index * 2] ?? 0);
    const low = hexNibble(bytes[start + index * 2 + 1] ?? 0);
    if (high < 0 || low < 0) throw new CodecError('BITMAP_MALFORMED', 1, start + index * 2);
    map[index] = (high << 4) | low;
    if (index === 0 && high >= 8) wanted = 16;
  }
  return map;
}

function sourcesOf(spec: Spec, bytes: Uint8Array): Sources {
  const buffer = Buffer.isBuffer(bytes)
    ? bytes
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    bytes,
    text: buffer.toString('latin1'),
    hex: spec.hasBcd ? buffer.toString('hex') : '',
  };
}
