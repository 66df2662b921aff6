/** BER-TLV of the PIN pad's payloads, read strictly: every length inside its container, shortest form, nothing left over.
 *
 *  Shape   tag 1 to 3 bytes as a number (0x9F02), length 0..65535, value
 *  Errors  DriverError PINPAD_PROTOCOL with the offset
 *  Source  ISO/IEC 8825-1 for definite lengths; EMV 4.3 Book 3, annex B for the tags */
import { DriverError } from '../contract/device.ts';

export interface Tlv {
  readonly tag: number;
  readonly value: Uint8Array;
}

export const DEPTH_MAX = 6;

export function isConstructed(tag: number): boolean {
  const first = tag > 0xffff ? tag >>> 16 : tag > 0xff ? tag >>> 8 : tag;
  return (first & 0x20) !== 0;
}

export function readTlvs(bytes: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    const [tag, afterTag] = readTag(bytes, at);
    const [length, start] = readLength(bytes, afterTag);
    if (length > bytes.length - start) throw malformed('value', start);
    found.push({ tag, value: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return found;
}

export function writeTlv(tag: number, value: Uint8Array): Uint8Array {
  return Buffer.concat([tagBytes(tag), lengthBytes(value.length), value]);
}

/** Calls `visit` with every tag at every depth. Errors  PINPAD_PROTOCOL for a tree that is malformed or too deep. */
export function walkTlvs(bytes: Uint8Array, visit: (tag: number) => void, depth = 0): void {
  if (depth > DEPTH_MAX) throw malformed('depth', depth);
  for (const { tag, value } of readTlvs(bytes)) {
    visit(tag);
    if (isConstructed(tag)) walkTlvs(value, visit, depth + 1);
  }
}

function readTag(bytes: Uint8Array, at: number): [tag: number, next: number] {
  let tag = byteAt(bytes, at, 'tag');
  if ((tag & 0x1f) !== 0x1f) return [tag, at + 1];
  for (let next = at + 1; next < at + 3; next += 1) {
    const byte = byteAt(bytes, next, 'tag');
    tag = tag * 256 + byte;
    if ((byte & 0x80) === 0) return [tag, next + 1];
  }
  throw malformed('tag', at);
}

function readLength(bytes: Uint8Array, at: number): [length: number, start: number] {
  const first = byteAt(bytes, at, 'length');
  if (first < 0x80) return [first, at + 1];
  if (first === 0x81) {
    const length = byteAt(bytes, at + 1, 'length');
    if (length < 0x80) throw malformed('length', at);
    return [length, at + 2];
  }
  if (first !== 0x82) throw malformed('length', at);
  const length = byteAt(bytes, at + 1, 'length') * 256 + byteAt(bytes, at + 2, 'length');
  if (length < 0x100) throw malformed('length', at);
  return [length, at + 3];
}

function byteAt(bytes: Uint8Array, at: number, part: string): number {
  const byte = bytes[at];
  if (byte === undefined) throw malformed(part, at);
  return byte;
}

function tagBytes(tag: number): Uint8Array {
  if (tag > 0xffff) return Uint8Array.of(tag >>> 16, (tag >>> 8) & 0xff, tag & 0xff);
  return tag > 0xff ? Uint8Array.of(tag >>> 8, tag & 0xff) : Uint8Array.of(tag);
}

function lengthBytes(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  if (length < 0x100) return Uint8Array.of(0x81, length);
  if (length > 0xffff) throw new RangeError('A value is over the protocol’s limit.');
  return Uint8Array.of(0x82, length >>> 8, length & 0xff);
}

function malformed(part: string, offset: number): DriverError {
  return new DriverError('PINPAD_PROTOCOL', 'The PIN pad sent data that cannot be read.', { part, offset });
}
