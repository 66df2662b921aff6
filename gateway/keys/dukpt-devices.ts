/** The host's side of DUKPT for one base key: transaction keys, with the last derivations of each device remembered.
 *
 *  A device counts upwards, so its next key is one derivation away from one that was made before; remembering those saves most of
 *  the work. It gives nothing away that the base key beside it does not: that a past key cannot be found from a later one is a
 *  promise of the device, which holds no base key. */
import {
  aesInitialKey,
  aesStep,
  aesWorkingKey,
  aesWorkingKeys128,
  type DukptKeyType,
  type WorkingKeyUsage,
} from './aes-dukpt.ts';
import { BlockCipher } from './cipher.ts';
import { KeysError } from './keys-error.ts';
import { counterPrefixes, initialKsn, type Ksn, ksnCounter, ksnScheme } from './ksn.ts';
import { type TdesUsage, tdesInitialKey, tdesStep, tdesWorkingKey } from './tdes-dukpt.ts';

interface Device {
  readonly initialKey: Uint8Array;
  /** By counter prefix, the one used longest ago first. */
  readonly known: Map<number, Uint8Array>;
  /** The transaction worked on last: each has several keys, which come one after another. */
  last: Transaction | null;
}

interface Transaction {
  readonly counter: number;
  readonly key: Uint8Array;
  /** Of AES DUKPT: its cipher, and the AES-128 working keys made with it, of which a message needs nearly all. */
  readonly aes: { readonly cipher: BlockCipher; readonly keys: ReadonlyMap<DukptUse, Uint8Array> } | null;
}

const USES: readonly DukptUse[] = ['pin', 'macRequest', 'macResponse', 'dataRequest', 'dataResponse'];

/** Both schemes have these uses. */
export type DukptUse = TdesUsage & WorkingKeyUsage;

const DEVICES_MAX = 4096;
/** Two transactions' keys and all they came from. */
const KNOWN_MAX = 40;

export class DukptDevices {
  readonly #bdk: Uint8Array;
  readonly #scheme: 'tdes' | 'aes';
  readonly #devices = new Map<Ksn, Device>();
  /** Of the key serial number asked for last: a message's keys come one after another. */
  #last: { readonly ksn: Ksn; readonly transaction: Transaction } | null = null;

  constructor(scheme: 'tdes' | 'aes', bdk: Uint8Array) {
    this.#scheme = scheme;
    this.#bdk = bdk;
  }

  /** Errors  KSN_MALFORMED for the other scheme's KSN or a counter of zero. */
  workingKey(ksn: Ksn, use: DukptUse, type: DukptKeyType): Uint8Array {
    const { key, aes } = this.#transaction(ksn);
    if (aes === null) return tdesWorkingKey(key, use);
    const known = type === 'AES128' ? aes.keys.get(use) : undefined;
    return known ?? aesWorkingKey(key, ksn, use, type, aes.cipher);
  }

  initialKey(ksn: Ksn): Uint8Array {
    return this.#device(ksn).initialKey;
  }

  #transaction(ksn: Ksn): Transaction {
    if (this.#last?.ksn === ksn) return this.#last.transaction;
    const transaction = this.#transactionOf(ksn);
    this.#last = { ksn, transaction };
    return transaction;
  }

  #transactionOf(ksn: Ksn): Transaction {
    const counter = ksnCounter(ksn);
    if (counter === 0) throw new KeysError('KSN_MALFORMED', { counter });
    const device = this.#device(ksn);
    if (device.last?.counter === counter) return device.last;
    const key = this.#transactionKey(device, ksn, counter);
    device.last = { counter, key, aes: this.#scheme === 'aes' ? workingKeysOf(key, ksn) : null };
    return device.last;
  }

  #transactionKey(device: Device, ksn: Ksn, counter: number): Uint8Array {
    let key = device.initialKey;
    let parent = 0;
    for (const prefix of counterPrefixes(counter)) {
      // Every second transaction comes from the one before it, whose cipher is at hand.
      const cipher = device.last?.counter === parent ? device.last.aes?.cipher : undefined;
      key = device.known.get(prefix) ?? this.#step(key, ksn, prefix, cipher);
      device.known.delete(prefix);
      device.known.set(prefix, key);
      parent = prefix;
    }
    while (device.known.size > KNOWN_MAX) forgetOldest(device.known);
    return key;
  }

  #step(key: Uint8Array, ksn: Ksn, prefix: number, cipher: BlockCipher | undefined): Uint8Array {
    return this.#scheme === 'aes' ? aesStep(key, ksn, prefix, cipher) : tdesStep(key, ksn, prefix);
  }

  #device(ksn: Ksn): Device {
    if (ksnScheme(ksn) !== this.#scheme) throw new KeysError('KSN_MALFORMED', { length: ksn.length });
    const identity = initialKsn(ksn);
    const known = this.#devices.get(identity);
    if (known !== undefined) return known;
    const derive = this.#scheme === 'aes' ? aesInitialKey : tdesInitialKey;
    const device: Device = { initialKey: derive(this.#bdk, ksn), known: new Map(), last: null };
    if (this.#devices.size >= DEVICES_MAX) forgetOldest(this.#devices);
    this.#devices.set(identity, device);
    return device;
  }
}

function workingKeysOf(key: Uint8Array, ksn: Ksn): Transaction['aes'] {
  const cipher = new BlockCipher('aes', key);
  const keys = aesWorkingKeys128(cipher, ksn, USES);
  return { cipher, keys: new Map(USES.map((use, index) => [use, keys[index] ?? new Uint8Array()])) };
}

function forgetOldest(known: Map<unknown, unknown>): void {
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
