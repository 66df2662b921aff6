/** The files in a zip archive: stored or deflated, each checked against its CRC-32; no encryption, no archive in parts.
 *  Source  PKWARE APPNOTE 6.3: end of central directory, central directory headers, general purpose bit 11 */
import { inflateSync } from 'fflate';
import { refusal } from './source.ts';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const ENTRIES_MAX = 1000;
const BYTES_MAX = 2 ** 29;
const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;

/** Errors  FILE_TRUNCATED | FILE_MALFORMED | FILE_TOO_LARGE */
export function readZip(file: string, bytes: Uint8Array): readonly ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return entriesOf(file, bytes, view);
  } catch (cause) {
    // A directory that points outside the archive.
    if (cause instanceof RangeError) throw broken(file, 'Its directory points outside the archive.', cause);
    throw cause;
  }
}

function entriesOf(file: string, bytes: Uint8Array, view: DataView): readonly ZipEntry[] {
  const end = endOfDirectory(view);
  if (end === null) {
    const reason = 'The archive has no directory: its end is lost, or it is no zip.';
    throw refusal('FILE_TRUNCATED', file, { line: 0, column: '' }, reason);
  }
  const entries = view.getUint16(end + 10, true);
  if (entries === 0 || entries > ENTRIES_MAX) throw broken(file, `It holds ${entries} files.`);
  let at = view.getUint32(end + 16, true);
  let total = 0;
  const files: ZipEntry[] = [];
  for (let i = 0; i < entries; i += 1) {
    if (view.getUint32(at, true) !== CENTRAL) throw broken(file, 'Its directory is damaged.');
    const size = view.getUint32(at + 24, true);
    total += size;
    if (total > BYTES_MAX)
      throw refusal('FILE_TOO_LARGE', file, { line: 0, column: '' }, 'It unpacks to more than 512 MiB.');
    const nameLength = view.getUint16(at + 28, true);
    const name = nameOf(file, bytes.subarray(at + 46, at + 46 + nameLength), view.getUint16(at + 8, true));
    if (!name.endsWith('/')) files.push({ name, bytes: unpack(file, bytes, view, at) });
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return files;
}

function unpack(file: string, bytes: Uint8Array, view: DataView, central: number): Uint8Array {
  const method = view.getUint16(central + 10, true);
  const crc = view.getUint32(central + 16, true);
  const packed = view.getUint32(central + 20, true);
  const size = view.getUint32(central + 24, true);
  const local = view.getUint32(central + 42, true);
  if ((view.getUint16(central + 8, true) & 1) !== 0) throw broken(file, 'It is encrypted.');
  if (view.getUint32(local, true) !== LOCAL) throw broken(file, 'A file in it has no heading.');
  const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const data = bytes.subarray(from, from + packed);
  if (data.length !== packed) throw broken(file, 'A file in it is cut off.');
  const plain = method === 0 ? data : method === 8 ? inflated(file, data, size) : null;
  if (plain === null) throw broken(file, 'A file in it is packed by a method that is not read here.');
  if (plain.length !== size || crc32(plain) !== crc) throw broken(file, 'A file in it is damaged.');
  return plain;
}

function inflated(file: string, data: Uint8Array, size: number): Uint8Array {
  try {
    // One byte of room beyond the stated size shows a stream that is longer than it says.
    return inflateSync(data, { out: new Uint8Array(size + 1) });
  } catch (cause) {
    throw broken(file, 'A file in it cannot be unpacked.', cause);
  }
}

function endOfDirectory(view: DataView): number | null {
  const lowest = Math.max(0, view.byteLength - 22 - 65_535);
  for (let at = view.byteLength - 22; at >= lowest; at -= 1) {
    const comment = view.getUint32(at, true) === END ? view.getUint16(at + 20, true) : -1;
    if (comment === view.byteLength - at - 22) return at;
  }
  return null;
}

function nameOf(file: string, raw: Uint8Array, flags: number): string {
  try {
    return new TextDecoder((flags & 0x800) !== 0 ? 'utf-8' : 'gb18030', { fatal: true }).decode(raw);
  } catch (cause) {
    throw broken(file, 'The name of a file in it cannot be read.', cause);
  }
}

const CRC_TABLE: readonly number[] = Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = ((CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8)) >>> 0;
  return (crc ^ 0xffffffff) >>> 0;
}

function broken(file: string, reason: string, cause?: unknown) {
  return refusal('FILE_MALFORMED', file, { line: 0, column: '' }, reason, cause);
}
