/** Key blocks: a key wrapped together with what it may do, so that neither can be changed without the other.
 *
 *  Shape   header | key in hexadecimal: 2 bytes of length in bits, key, random fill, enciphered | MAC in hexadecimal
 *          B: TDES, 8 bytes of MAC; D: AES, 16. Both keys are derived from the protection key and the MAC covers header and
 *          clear key. A and C (variants, 4 bytes of MAC over the cipher text) are read and never written.
 *  Errors  KEY_BLOCK_MALFORMED | KEY_BLOCK_UNSUPPORTED | KEY_BLOCK_MAC_WRONG | KEY_MALFORMED. Nothing of the key is looked at
 *          before its MAC was found right.
 *  Source  ASC X9 TR 31-2018, 5 and A.7 */
import type { Random } from '../kernel/time.ts';
import { BlockCipher, type CipherAlgorithm, variant } from './cipher.ts';
import { formatHeader, type KeyBlockHeader, type KeyBlockVersion, parseHeader } from './key-block-header.ts';
import { KeysError } from './keys-error.ts';
import { cbcMac, cmac } from './mac.ts';
import { equalBytes, toHex } from './octets.ts';

export interface UnwrappedKey {
  readonly header: KeyBlockHeader;
  readonly key: Uint8Array;
}

interface VersionRow {
  readonly algorithm: CipherAlgorithm;
  readonly macBytes: number;
  readonly binding: 'variant' | 'derivation';
}

const VERSIONS: Readonly<Record<KeyBlockVersion, VersionRow>> = {
  A: { algorithm: 'tdes', macBytes: 4, binding: 'variant' },
  B: { algorithm: 'tdes', macBytes: 8, binding: 'derivation' },
  C: { algorithm: 'tdes', macBytes: 4, binding: 'variant' },
  D: { algorithm: 'aes', macBytes: 16, binding: 'derivation' },
};

export function unwrapKeyBlock(kbpk: Uint8Array, block: string): UnwrappedKey {
  const { header, end } = parseHeader(block);
  const row = VERSIONS[header.version];
  const { secret, mac } = splitWrapped(block.slice(end), row, end);
  const head = Buffer.from(block.slice(0, end), 'ascii');
  const clear =
    row.binding === 'derivation'
      ? openDerived(kbpk, row, head, secret, mac)
      : openVariant(kbpk, row, head, secret, mac);
  return { header, key: keyOf(clear, header) };
}

/** `header.version` is B or D, as the protection key is TDES or AES. */
export function wrapKeyBlock(
  kbpk: Uint8Array,
  header: KeyBlockHeader,
  key: Uint8Array,
  random: Random,
): string {
  const row = VERSIONS[header.version];
  if (row.binding !== 'derivation') throw new KeysError('KEY_BLOCK_UNSUPPORTED', { version: header.version });
  requireKeyLength(header, key.length);
  const size = row.algorithm === 'aes' ? 16 : 8;
  const clear = Buffer.alloc(Math.ceil((2 + key.length) / size) * size);
  clear.writeUInt16BE(key.length * 8, 0);
  clear.set(key, 2);
  clear.set(random.bytes(clear.length - 2 - key.length), 2 + key.length);
  const text = formatHeader(header, (clear.length + row.macBytes) * 2);
  const { encryption, authentication } = derivedKeys(kbpk, row.algorithm);
  const mac = cmac(authentication, Buffer.concat([Buffer.from(text, 'ascii'), clear]));
  return text + toHex(encryption.encryptCbc(clear, mac)) + toHex(mac);
}

function openDerived(
  kbpk: Uint8Array,
  row: VersionRow,
  head: Uint8Array,
  secret: Uint8Array,
  mac: Uint8Array,
): Buffer {
  const { encryption, authentication } = derivedKeys(kbpk, row.algorithm);
  const clear = encryption.decryptCbc(secret, mac);
  requireMac(cmac(authentication, Buffer.concat([head, clear])), mac);
  return clear;
}

function openVariant(
  kbpk: Uint8Array,
  row: VersionRow,
  head: Uint8Array,
  secret: Uint8Array,
  mac: Uint8Array,
): Buffer {
  const under = (byte: number) =>
    new BlockCipher('tdes', variant(kbpk, new Uint8Array(kbpk.length).fill(byte)));
  const whole = cbcMac(under(0x4d), Buffer.concat([head, secret]), 1);
  requireMac(whole.subarray(0, row.macBytes), mac);
  return under(0x45).decryptCbc(secret, head.subarray(0, 8));
}

/** One CMAC of the protection key for each block of key: counter 1 | use 2 | `00` | algorithm 2 | bits 2. */
function derivedKeys(
  kbpk: Uint8Array,
  algorithm: CipherAlgorithm,
): { encryption: BlockCipher; authentication: BlockCipher } {
  const codes = algorithm === 'aes' ? { 16: 2, 24: 3, 32: 4 } : { 16: 0, 24: 1 };
  const code = (codes as Readonly<Record<number, number>>)[kbpk.length];
  if (code === undefined) throw new KeysError('KEY_MALFORMED', { algorithm, bytes: kbpk.length });
  const cipher = new BlockCipher(algorithm, kbpk);
  const derive = (use: number): BlockCipher => {
    const parts: Buffer[] = [];
    for (let counter = 1; (counter - 1) * cipher.blockBytes < kbpk.length; counter += 1) {
      const data = Buffer.from([counter, 0, use, 0, 0, code, 0, 0]);
      data.writeUInt16BE(kbpk.length * 8, 6);
      parts.push(cmac(cipher, data));
    }
    return new BlockCipher(algorithm, Buffer.concat(parts).subarray(0, kbpk.length));
  };
  return { encryption: derive(0), authentication: derive(1) };
}

function splitWrapped(text: string, row: VersionRow, at: number): { secret: Buffer; mac: Buffer } {
  if (!/^([0-9A-F]{2})+$/.test(text)) throw malformed('wrapped key', at);
  const bytes = Buffer.from(text, 'hex');
  const secret = bytes.subarray(0, bytes.length - row.macBytes);
  const size = row.algorithm === 'aes' ? 16 : 8;
  if (secret.length === 0 || secret.length % size !== 0) throw malformed('wrapped key', at);
  return { secret, mac: bytes.subarray(secret.length) };
}

function keyOf(clear: Buffer, header: KeyBlockHeader): Uint8Array {
  const bits = clear.readUInt16BE(0);
  if (bits % 8 !== 0 || bits === 0 || 2 + bits / 8 > clear.length) throw malformed('key length', 0);
  requireKeyLength(header, bits / 8);
  return Uint8Array.from(clear.subarray(2, 2 + bits / 8));
}

function requireKeyLength(header: KeyBlockHeader, bytes: number): void {
  const lengths: Readonly<Record<string, readonly number[]>> = { T: [16, 24], A: [16, 24, 32] };
  const allowed = lengths[header.algorithm];
  const fits = allowed === undefined ? bytes > 0 && bytes <= 256 : allowed.includes(bytes);
  if (!fits) throw new KeysError('KEY_MALFORMED', { algorithm: header.algorithm, bytes });
}

function requireMac(whole: Uint8Array, mac: Uint8Array): void {
  if (!equalBytes(whole, mac)) throw new KeysError('KEY_BLOCK_MAC_WRONG');
}

function malformed(part: string, at: number): KeysError {
  return new KeysError('KEY_BLOCK_MALFORMED', { part, at });
}
