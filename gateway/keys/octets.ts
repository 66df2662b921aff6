/** Byte strings: hexadecimal in and out, exclusive or, and a comparison that takes the same time wherever it differs. */
import { timingSafeEqual } from 'node:crypto';
import { KeysError } from './keys-error.ts';

/** Upper-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex').toUpperCase();
}

/** Errors  KEY_MALFORMED where the text is not pairs of hexadecimal digits: Node itself would stop there in silence. */
export function fromHex(text: string): Buffer {
  if (text.length % 2 !== 0 || !/^[0-9A-Fa-f]*$/.test(text))
    throw new KeysError('KEY_MALFORMED', { characters: text.length });
  return Buffer.from(text, 'hex');
}

export function xor(left: Uint8Array, right: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(left.length);
  for (let i = 0; i < left.length; i += 1) out[i] = (left[i] ?? 0) ^ (right[i] ?? 0);
  return out;
}

/** Unequal lengths are unequal; their contents are not looked at. */
export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
