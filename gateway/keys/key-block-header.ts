/** The clear part of a key block: what its key is, what it may do, and whether it may leave.
 *
 *  Shape   version 1 | length 4 | usage 2 | algorithm 1 | mode of use 1 | key version 2 | exportability 1 |
 *          optional blocks 2 | reserved `00` | optional blocks: id 2, length 2 (or `00` `02` and 4), data
 *  Units   lengths in characters of the whole block, hexadecimal where of an optional block, decimal where of the whole
 *  Errors  KEY_BLOCK_MALFORMED with the position, KEY_BLOCK_UNSUPPORTED
 *  Source  ASC X9 TR 31-2018 (interoperable with ANSI X9.143), 4 */
import { KeysError } from './keys-error.ts';

/** A and C bind by variants, B by derivation under TDES, D by derivation under AES. */
export type KeyBlockVersion = 'A' | 'B' | 'C' | 'D';

export interface OptionalBlock {
  readonly id: string;
  readonly data: string;
}

/** What a maker of a key decides; the rest follows. */
export interface KeyAttributes {
  /** Two characters: B0 BDK, B1 initial DUKPT key, P0 PIN, M1 M3 M6 MAC, M7 HMAC, D0 data, K0 K1 key wrapping, E0 EMV, V1 V2 PIN check. */
  readonly usage: string;
  /** T TDES, A AES, H HMAC. */
  readonly algorithm: string;
  /** B both ways, C make and check a MAC, D open, E encrypt, G make, V check, X derive, N anything its usage allows. */
  readonly modeOfUse: string;
  /** Key length. */
  readonly bytes: number;
  /** E under a key block key, S also otherwise, N never. */
  readonly exportability: string;
}

export interface KeyBlockHeader {
  readonly version: KeyBlockVersion;
  readonly usage: string;
  readonly algorithm: string;
  readonly modeOfUse: string;
  /** `00` where keys are not counted. */
  readonly keyVersion: string;
  readonly exportability: string;
  readonly optional: readonly OptionalBlock[];
}

export const HEADER_CHARS = 16;
const LENGTH_MAX = 9999;
const FIXED = /^([ABCD])([0-9]{4})([A-Z0-9]{2})([A-Z0-9])([A-Z0-9])([A-Za-z0-9]{2})([A-Z0-9])([0-9]{2})00/;

/** The header and where the wrapped key begins. */
export function parseHeader(block: string): { readonly header: KeyBlockHeader; readonly end: number } {
  if (!/^[\x20-\x7e]*$/.test(block)) throw malformed('characters', 0);
  const parts = FIXED.exec(block);
  if (parts === null) throw malformed('header', 0);
  const [, version, length, usage, algorithm, modeOfUse, keyVersion, exportability, count] = parts;
  if (Number(length) !== block.length) throw malformed('length', 1);
  const { optional, end } = parseOptional(block, Number(count));
  if (end % cipherBlockChars(version as KeyBlockVersion) !== 0) throw malformed('optional blocks', end);
  return {
    header: {
      version: version as KeyBlockVersion,
      usage: usage ?? '',
      algorithm: algorithm ?? '',
      modeOfUse: modeOfUse ?? '',
      keyVersion: keyVersion ?? '',
      exportability: exportability ?? '',
      optional,
    },
    end,
  };
}

function parseOptional(
  block: string,
  count: number,
): { readonly optional: readonly OptionalBlock[]; readonly end: number } {
  const optional: OptionalBlock[] = [];
  let at = HEADER_CHARS;
  for (let i = 0; i < count; i += 1) {
    const { id, length, dataAt } = parseOptionalHead(block, at);
    if (length < dataAt - at || at + length > block.length) throw malformed('optional block length', at + 2);
    if (optional.some((each) => each.id === id)) throw malformed('optional block repeated', at);
    // The padding block says nothing and must come last.
    if (id === 'PB' && i !== count - 1) throw malformed('padding block', at);
    optional.push({ id, data: block.slice(dataAt, at + length) });
    at += length;
  }
  return { optional, end: at };
}

function parseOptionalHead(block: string, at: number): { id: string; length: number; dataAt: number } {
  const short = /^([A-Z0-9]{2})([0-9A-F]{2})/.exec(block.slice(at, at + 4));
  if (short === null) throw malformed('optional block', at);
  const [, id = '', length = ''] = short;
  if (length !== '00') return { id, length: Number.parseInt(length, 16), dataAt: at + 4 };
  const long = /^02([0-9A-F]{4})$/.exec(block.slice(at + 4, at + 10));
  if (long === null) throw malformed('optional block length', at + 4);
  return { id, length: Number.parseInt(long[1] ?? '', 16), dataAt: at + 10 };
}

/** The header's text for a wrapped part of `wrappedChars`, padded with a PB block to whole cipher blocks. */
export function formatHeader(header: KeyBlockHeader, wrappedChars: number): string {
  const blocks = header.optional.filter((each) => each.id !== 'PB').map(formatOptional);
  const unit = cipherBlockChars(header.version);
  const over = blocks.join('').length % unit;
  if (over !== 0) blocks.push(paddingBlock(unit - over, unit));
  const length = HEADER_CHARS + blocks.join('').length + wrappedChars;
  if (length > LENGTH_MAX || blocks.length > 99) throw malformed('length', 1);
  const fixed = [
    header.version,
    String(length).padStart(4, '0'),
    header.usage,
    header.algorithm,
    header.modeOfUse,
    header.keyVersion,
    header.exportability,
    String(blocks.length).padStart(2, '0'),
    '00',
  ].join('');
  const text = fixed + blocks.join('');
  if (fixed.length !== HEADER_CHARS || !FIXED.test(fixed) || !/^[\x20-\x7e]*$/.test(text))
    throw malformed('header', 0);
  return text;
}

function formatOptional(block: OptionalBlock): string {
  const short = block.data.length + 4;
  if (short <= 0xff) return `${block.id}${hex(short, 2)}${block.data}`;
  return `${block.id}0002${hex(block.data.length + 10, 4)}${block.data}`;
}

function paddingBlock(missing: number, unit: number): string {
  const chars = missing < 4 ? missing + unit : missing;
  return `PB${hex(chars, 2)}${'0'.repeat(chars - 4)}`;
}

/** The header counts in characters, and each must fill whole blocks of the cipher. */
export function cipherBlockChars(version: KeyBlockVersion): number {
  return version === 'D' ? 16 : 8;
}

function hex(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0');
}

function malformed(part: string, at: number): KeysError {
  return new KeysError('KEY_BLOCK_MALFORMED', { part, at });
}
