/** TDES and AES as the payment formats need them: whole blocks, no padding, any start value.
 *
 *  Only `des-ede3-cbc`, `aes-*-cbc` and `aes-*-ecb` are used. Electron's BoringSSL has them all, while `des-ede3` (ECB), single
 *  DES under OpenSSL 3 and key wrapping are missing in one or the other; so one block is a chain of one, a two-part key is
 *  K1 K2 K1, and single DES is K K K. A cipher object lives as long as its key and what it has chained is cancelled by exclusive or: making one costs
 *  several times what using it costs, and making it of raw bytes several times more than of a `KeyObject`. */
import {
  type Cipheriv,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
} from 'node:crypto';
import { InvariantError } from '../kernel/errors.ts';
import { KeysError } from './keys-error.ts';
import { xor } from './octets.ts';

export type CipherAlgorithm = 'tdes' | 'aes';

export class BlockCipher {
  readonly algorithm: CipherAlgorithm;
  readonly blockBytes: 8 | 16;
  readonly #key: KeyObject;
  readonly #modes: Modes;
  #encryptor: Chain | undefined;
  #decryptor: Chain | undefined;
  #each: Cipheriv | undefined;

  /** `key` is 8 (single DES), 16 or 24 bytes for TDES; 16, 24 or 32 for AES.
   *  Errors  KEY_MALFORMED */
  constructor(algorithm: CipherAlgorithm, key: Uint8Array) {
    this.algorithm = algorithm;
    this.blockBytes = algorithm === 'tdes' ? 8 : 16;
    this.#modes = algorithm === 'tdes' ? TDES_MODES : aesModes(key);
    this.#key = createSecretKey(algorithm === 'tdes' ? tripleKey(key) : key);
  }

  encryptBlock(block: Uint8Array): Buffer {
    return this.encryptCbc(block);
  }

  decryptBlock(block: Uint8Array): Buffer {
    return this.decryptCbc(block);
  }

  /** Every block by itself; AES only. For derivation data, of which no two blocks are alike. */
  encryptEach(clear: Uint8Array): Buffer {
    const { each } = this.#modes;
    if (each === null) throw new InvariantError('Blocks are enciphered by themselves under AES only.');
    this.#each ??= createCipheriv(each, this.#key, null).setAutoPadding(false);
    this.#requireBlocks(clear);
    return this.#each.update(clear);
  }

  /** `iv` is zeros unless given. */
  encryptCbc(clear: Uint8Array, iv?: Uint8Array): Buffer {
    this.#encryptor ??= { cipher: this.#open(createCipheriv), last: new Uint8Array(this.blockBytes) };
    const chain = this.#encryptor;
    this.#requireBlocks(clear);
    if (clear.length === 0) return Buffer.alloc(0);
    const out = chain.cipher.update(withFirst(clear, chain.last, iv));
    chain.last.set(out.subarray(out.length - this.blockBytes));
    return out;
  }

  /** `iv` is zeros unless given. */
  decryptCbc(secret: Uint8Array, iv?: Uint8Array): Buffer {
    this.#decryptor ??= { cipher: this.#open(createDecipheriv), last: new Uint8Array(this.blockBytes) };
    const chain = this.#decryptor;
    this.#requireBlocks(secret);
    if (secret.length === 0) return Buffer.alloc(0);
    const out = chain.cipher.update(secret);
    const clear = withFirst(out, chain.last, iv);
    chain.last.set(secret.subarray(secret.length - this.blockBytes));
    return clear;
  }

  #open(create: (name: string, key: KeyObject, iv: Uint8Array) => Cipheriv): Cipheriv {
    return create(this.#modes.chained, this.#key, new Uint8Array(this.blockBytes)).setAutoPadding(false);
  }

  #requireBlocks(data: Uint8Array): void {
    // A part of a block would stay inside the cipher object and come out in the next call.
    if (data.length % this.blockBytes !== 0)
      throw new InvariantError('A cipher was given a part of a block.');
  }
}

/** By the names that `node:crypto` has for them, whole: a test reads here which ones there are. */
interface Modes {
  readonly chained: string;
  /** Every block by itself; null where it is not used. */
  readonly each: string | null;
}

const TDES_MODES: Modes = { chained: 'des-ede3-cbc', each: null };
const AES_MODES: ReadonlyMap<number, Modes> = new Map([
  [16, { chained: 'aes-128-cbc', each: 'aes-128-ecb' }],
  [24, { chained: 'aes-192-cbc', each: 'aes-192-ecb' }],
  [32, { chained: 'aes-256-cbc', each: 'aes-256-ecb' }],
]);

interface Chain {
  readonly cipher: Cipheriv;
  /** The cipher text the object has chained last. */
  readonly last: Uint8Array;
}

/** The data with its first block taken off what was chained before, and put onto `iv` instead. */
function withFirst(data: Uint8Array, last: Uint8Array, iv: Uint8Array | undefined): Buffer {
  const out = Buffer.from(data);
  for (let i = 0; i < last.length; i += 1) out[i] = (out[i] ?? 0) ^ (last[i] ?? 0) ^ (iv?.[i] ?? 0);
  return out;
}

function tripleKey(key: Uint8Array): Uint8Array {
  if (key.length === 24) return key;
  if (key.length === 16) return Buffer.concat([key, key.subarray(0, 8)]);
  if (key.length === 8) return Buffer.concat([key, key, key]);
  throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: key.length });
}

function aesModes(key: Uint8Array): Modes {
  const modes = AES_MODES.get(key.length);
  if (modes === undefined) throw new KeysError('KEY_MALFORMED', { algorithm: 'aes', bytes: key.length });
  return modes;
}

/** Each byte with an odd number of bits, as DES keys are kept; the eighth bit takes no part in the cipher. */
export function oddParity(key: Uint8Array): Buffer {
  return Buffer.from(key.map((byte) => ODD[byte] ?? 0));
}

const ODD = Uint8Array.from({ length: 256 }, (_, byte) => (ones(byte) % 2 === 1 ? byte : byte ^ 1));

function ones(byte: number): number {
  let count = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}

/** A key and a constant that make a variant of it, as TDES-DUKPT and the older key blocks do. */
export function variant(key: Uint8Array, mask: Uint8Array): Buffer {
  return xor(key, mask);
}
