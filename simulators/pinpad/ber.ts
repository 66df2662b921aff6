/** BER-TLV as the device reads and writes it: objects as a map from the tag's hexadecimal text.
 *  Source  EMV 4.3 Book 3, annex B; docs/pinpad-protocol.md, Payloads */

export type Objects = ReadonlyMap<string, Buffer>;

export function tlv(tag: string, value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'hex') : Buffer.from(value);
  const size = bytes.length;
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255];
  return Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from(length), bytes]);
}

export function tlvs(...parts: readonly (Buffer | null)[]): Buffer {
  return Buffer.concat(parts.filter((part) => part !== null));
}

/** Null for anything that is not whole, that repeats an object or that has bytes over. */
export function objectsIn(bytes: Uint8Array): Objects | null {
  const rows = listIn(bytes);
  if (rows === null) return null;
  const objects = new Map(rows);
  return objects.size === rows.length ? objects : null;
}

/** In order, repeats kept: issuer scripts may come several times. Null for what is not whole. */
export function listIn(bytes: Uint8Array): readonly (readonly [tag: string, value: Buffer])[] | null {
  const source = Buffer.from(bytes);
  const rows: [string, Buffer][] = [];
  let at = 0;
  while (at < source.length) {
    const tagEnd = endOfTag(source, at);
    if (tagEnd === null) return null;
    const head = source.at(tagEnd) ?? 0;
    if (tagEnd >= source.length || head > 0x82 || head === 0x80) return null;
    const sizeBytes = head < 0x80 ? 0 : head - 0x80;
    const start = tagEnd + 1 + sizeBytes;
    if (start > source.length) return null;
    const size = sizeBytes === 0 ? head : source.readUIntBE(tagEnd + 1, sizeBytes);
    if (start + size > source.length) return null;
    rows.push([source.toString('hex', at, tagEnd).toUpperCase(), source.subarray(start, start + size)]);
    at = start + size;
  }
  return rows;
}

function endOfTag(source: Buffer, at: number): number | null {
  if (((source[at] ?? 0) & 0x1f) !== 0x1f) return at + 1;
  for (let end = at + 1; end < at + 3 && end < source.length; end += 1)
    if (((source[end] ?? 0) & 0x80) === 0) return end + 1;
  return null;
}
