/** TDES DUKPT: a new key for each transaction, and a variant of it for each use.
 *
 *  Shape   keys of 16 bytes. A PIN or MAC key is the transaction key with a mask in each half; a data key is in addition
 *          enciphered under itself.
 *  Errors  KEY_MALFORMED, KSN_MALFORMED
 *  Source  ANSI X9.24-1:2009, annex A */
import { BlockCipher, variant } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { counterPrefixes, type Ksn, ksnBytes, ksnCounter, ksnScheme } from './ksn.ts';
import { xor } from './octets.ts';

const DERIVATION_MASK = Buffer.from('C0C0C0C000000000C0C0C0C000000000', 'hex');

/** Which byte of each half the mask stands in. */
const USAGE_MASKS = {
  pin: masked(0x00000000000000ffn),
  macRequest: masked(0x000000000000ff00n),
  macResponse: masked(0x00000000ff000000n),
  dataRequest: masked(0x0000000000ff0000n),
  dataResponse: masked(0x000000ff00000000n),
} as const;

export type TdesUsage = keyof typeof USAGE_MASKS;

/** The key a device is loaded with. `ksn` is any of the device's. */
export function tdesInitialKey(bdk: Uint8Array, ksn: Ksn): Buffer {
  requireKey(bdk);
  const identity = identityOf(ksn).subarray(0, 8);
  const left = new BlockCipher('tdes', bdk).encryptBlock(identity);
  const right = new BlockCipher('tdes', variant(bdk, DERIVATION_MASK)).encryptBlock(identity);
  return Buffer.concat([left, right]);
}

/** The key of one counter, before any variant: one derivation for each bit set, from the left. */
export function tdesTransactionKey(initialKey: Uint8Array, ksn: Ksn): Uint8Array {
  const counter = ksnCounter(ksn);
  if (counter === 0) throw new KeysError('KSN_MALFORMED', { counter });
  let key = initialKey;
  for (const prefix of counterPrefixes(counter)) key = tdesStep(key, ksn, prefix);
  return key;
}

/** The key of the counter `prefix`, from the key of `prefix` without its lowest bit. */
export function tdesStep(key: Uint8Array, ksn: Ksn, prefix: number): Buffer {
  requireKey(key);
  const register = Buffer.from(identityOf(ksn).subarray(2));
  register.writeUInt32BE((register.readUInt32BE(4) | prefix) >>> 0, 4);
  const right = stepHalf(key, register);
  const left = stepHalf(variant(key, DERIVATION_MASK), register);
  return Buffer.concat([left, right]);
}

export function tdesWorkingKey(transactionKey: Uint8Array, usage: TdesUsage): Buffer {
  requireKey(transactionKey);
  const key = variant(transactionKey, USAGE_MASKS[usage]);
  if (usage !== 'dataRequest' && usage !== 'dataResponse') return key;
  const cipher = new BlockCipher('tdes', key);
  return Buffer.concat([cipher.encryptBlock(key.subarray(0, 8)), cipher.encryptBlock(key.subarray(8))]);
}

function stepHalf(key: Uint8Array, register: Uint8Array): Buffer {
  const right = key.subarray(8);
  const single = new BlockCipher('tdes', key.subarray(0, 8));
  return xor(single.encryptBlock(xor(register, right)), right);
}

/** The KSN with its 21 bits of counter at zero. */
function identityOf(ksn: Ksn): Buffer {
  if (ksnScheme(ksn) !== 'tdes') throw new KeysError('KSN_MALFORMED', { length: ksn.length });
  const bytes = Buffer.from(ksnBytes(ksn));
  bytes.writeUInt32BE((bytes.readUInt32BE(6) & 0xffe00000) >>> 0, 6);
  return bytes;
}

function masked(half: bigint): Buffer {
  const out = Buffer.alloc(16);
  out.writeBigUInt64BE(half, 0);
  out.writeBigUInt64BE(half, 8);
  return out;
}

function requireKey(key: Uint8Array): void {
  if (key.length !== 16) throw new KeysError('KEY_MALFORMED', { algorithm: 'tdes', bytes: key.length });
}
