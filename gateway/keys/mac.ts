/** Message authentication codes of the card world. Whole codes come out; a message carries the left part of one.
 *
 *  Shape   retail (ISO/IEC 9797-1 algorithm 3, ANSI X9.19): 8 bytes; CBC (algorithm 1) and CMAC (algorithm 5): a cipher block
 *  Source  ISO/IEC 9797-1:2011; NIST SP 800-38B, RFC 4493 for CMAC */

import { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { equalBytes } from './octets.ts';

/** 1 fills with zeros (an empty message becomes one block), 2 with a bit and zeros, 3 as 1 with the length in front. */
export type MacPadding = 1 | 2 | 3;

/** The two ciphers of a 16-byte key that algorithm 3 needs: single DES for the chain, both halves for its end. */
export class RetailMacKey {
  readonly #chain: BlockCipher;
  readonly #end: BlockCipher;

  /** Errors  KEY_MALFORMED */
  constructor(key: Uint8Array) {
    if (key.length !== 16) throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: key.length });
    this.#chain = new BlockCipher('tdes', key.subarray(0, 8));
    this.#end = new BlockCipher('tdes', key);
  }

  /** The last block's E(K1) D(K2) E(K1) is TDES itself, so the whole code costs two calls however long the message is. */
  mac(data: Uint8Array, padding: MacPadding): Buffer {
    const padded = pad(data, padding, 8);
    const head = this.#chain.encryptCbc(padded.subarray(0, padded.length - 8));
    const iv = head.length === 0 ? undefined : head.subarray(head.length - 8);
    return this.#end.encryptCbc(padded.subarray(padded.length - 8), iv);
  }
}

export function retailMac(key: Uint8Array, data: Uint8Array, padding: MacPadding): Buffer {
  return new RetailMacKey(key).mac(data, padding);
}

export function cbcMac(cipher: BlockCipher, data: Uint8Array, padding: MacPadding): Buffer {
  return lastBlock(cipher.encryptCbc(pad(data, padding, cipher.blockBytes)), cipher.blockBytes);
}

/** A key with its two masks, which are made once; the second only when it is needed. */
export class CmacKey {
  readonly #cipher: BlockCipher;
  readonly #wholeMask: Buffer;
  #paddedMask: Buffer | undefined;

  constructor(cipher: BlockCipher) {
    this.#cipher = cipher;
    this.#wholeMask = doubled(cipher.encryptBlock(new Uint8Array(cipher.blockBytes)));
  }

  mac(data: Uint8Array): Buffer {
    const size = this.#cipher.blockBytes;
    const whole = data.length > 0 && data.length % size === 0;
    const mask = whole ? this.#wholeMask : this.#forPadded();
    const padded = whole ? Buffer.from(data) : pad(data, 2, size);
    const at = padded.length - size;
    for (let i = 0; i < size; i += 1) padded[at + i] = (padded[at + i] ?? 0) ^ (mask[i] ?? 0);
    return lastBlock(this.#cipher.encryptCbc(padded), size);
  }

  #forPadded(): Buffer {
    this.#paddedMask ??= doubled(this.#wholeMask);
    return this.#paddedMask;
  }
}

export function cmac(cipher: BlockCipher, data: Uint8Array): Buffer {
  return new CmacKey(cipher).mac(data);
}

/** Whether `mac` is the left part of `whole`, at least 8 bytes of it; takes the same time wherever it differs. */
export function macMatches(whole: Uint8Array, mac: Uint8Array): boolean {
  return mac.length >= 8 && mac.length <= whole.length && equalBytes(whole.subarray(0, mac.length), mac);
}

export function pad(data: Uint8Array, padding: MacPadding, size: number): Buffer {
  const marker = padding === 2 ? 1 : 0;
  const blocks = Math.max(1, Math.ceil((data.length + marker) / size));
  const front = padding === 3 ? size : 0;
  const out = Buffer.alloc(front + blocks * size);
  out.set(data, front);
  if (padding === 2) out[data.length] = 0x80;
  if (padding === 3) out.writeUInt32BE(data.length * 8, size - 4);
  return out;
}

/** Multiplication by x in the field of the block: one place left, and the field's polynomial where a bit falls out. */
function doubled(block: Uint8Array): Buffer {
  const out = Buffer.alloc(block.length);
  let carry = 0;
  for (let i = block.length - 1; i >= 0; i -= 1) {
    const byte = block[i] ?? 0;
    out[i] = ((byte << 1) & 0xff) | carry;
    carry = byte >> 7;
  }
  const last = block.length - 1;
  if (carry === 1) out[last] = (out[last] ?? 0) ^ (block.length === 8 ? 0x1b : 0x87);
  return out;
}

function lastBlock(chained: Buffer, size: number): Buffer {
  return chained.subarray(chained.length - size);
}
