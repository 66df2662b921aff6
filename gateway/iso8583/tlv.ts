/** BER-TLV as EMV uses it: DE55, and the private DE59. Unknown tags are kept, in order, and repeated ones stay repeated.
 *
 *  Shape   tag of 1 to 4 bytes | length of 1 byte, or 81 and 1 byte, or 82 and 2 bytes | value
 *  Source  EMV 4.3 Book 3, annex B: zero bytes before, between and after data objects are padding */
import { CodecError } from './codec-error.ts';

export interface Tlv {
  /** Upper-case hexadecimal, e.g. `9F26`. */
  readonly tag: string;
  /** A view of what was parsed. */
  readonly value: Uint8Array;
}

const TAG_BYTES_MAX = 4;
const TLVS_MAX = 256;
const TAG = /^(?:[0-9A-F]{2}){1,4}$/;

/** One level; a constructed value is parsed by calling again.
 *  Errors  CodecError TLV_MALFORMED with the offset inside `bytes`, naming `de` */
export function parseTlv(bytes: Uint8Array, de: number | null = null): readonly Tlv[] {
  const found: Tlv[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] === 0) {
      at += 1;
      continue;
    }
    const tagEnd = endOfTag(bytes, at, de);
    const { start, size } = lengthAt(bytes, tagEnd, de);
    // Compared by what is left, so that no sum with a length from outside is ever formed.
    if (size > bytes.length - start) throw new CodecError('TLV_MALFORMED', de, tagEnd);
    if (found.length === TLVS_MAX) throw new CodecError('TLV_MALFORMED', de, at);
    found.push({ tag: tagName(bytes, at, tagEnd), value: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return found;
}

/** Errors  CodecError TLV_MALFORMED for a tag that would be read back as another, or a value over 65,535 bytes */
export function buildTlv(objects: readonly Tlv[], de: number | null = null): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { tag, value } of objects) parts.push(tagBytes(tag, de), lengthBytes(value.length, de), value);
  return Buffer.concat(parts);
}

/** The first value with this tag. */
export function tagValue(objects: readonly Tlv[], tag: string): Uint8Array | undefined {
  return objects.find((object) => object.tag === tag)?.value;
}

/** Errors  CodecError TLV_TAG_MISSING */
export function requireTag(objects: readonly Tlv[], tag: string, de: number | null = null): Uint8Array {
  const value = tagValue(objects, tag);
  if (value === undefined) throw new CodecError('TLV_TAG_MISSING', de, 0);
  return value;
}

/** Bit 6 of the first byte: the value is itself BER-TLV. */
export function isConstructed(tag: string): boolean {
  return (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** Every byte as its two digits: a tag is named by a look-up a byte, which costs a tenth of going through the engine's own. */
const BYTE_NAMES: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).toUpperCase().padStart(2, '0'),
);

function tagName(bytes: Uint8Array, start: number, end: number): string {
  let name = '';
  for (let at = start; at < end; at += 1) name += BYTE_NAMES[bytes[at] ?? 0] ?? '';
  return name;
}

function endOfTag(bytes: Uint8Array, start: number, de: number | null): number {
  let at = start + 1;
  if (((bytes[start] ?? 0) & 0x1f) !== 0x1f) return at;
  for (; at < bytes.length && at - start < TAG_BYTES_MAX; at += 1) {
    if (((bytes[at] ?? 0) & 0x80) === 0) return at + 1;
  }
  throw new CodecError('TLV_MALFORMED', de, start);
}

function lengthAt(bytes: Uint8Array, at: number, de: number | null): { start: number; size: number } {
  const first = bytes[at];
  if (first === undefined) throw new CodecError('TLV_MALFORMED', de, at);
  if (first < 0x80) return { start: at + 1, size: first };
  // 80 would be an indefinite length, which EMV does not know; 83 and more could not fit any message.
  const second = bytes[at + 1];
  const third = bytes[at + 2];
  if (first === 0x81 && second !== undefined) return { start: at + 2, size: second };
  if (first === 0x82 && second !== undefined && third !== undefined) {
    return { start: at + 3, size: second * 256 + third };
  }
  throw new CodecError('TLV_MALFORMED', de, at);
}

function tagBytes(tag: string, de: number | null): Uint8Array {
  const bytes = TAG.test(tag) ? Buffer.from(tag, 'hex') : Buffer.alloc(0);
  if (bytes.length === 0 || bytes[0] === 0 || endOfTag(bytes, 0, de) !== bytes.length) {
    throw new CodecError('TLV_MALFORMED', de, 0);
  }
  return bytes;
}

function lengthBytes(size: number, de: number | null): Uint8Array {
  if (size < 0x80) return Uint8Array.of(size);
  if (size <= 0xff) return Uint8Array.of(0x81, size);
  if (size <= 0xffff) return Uint8Array.of(0x82, size >> 8, size & 0xff);
  throw new CodecError('TLV_MALFORMED', de, 0);
}
