/** The host's side of DUKPT for one base key: transaction keys, with the last derivations of each device remembered.
 *
 *  A device counts upwards, so its next key is one derivation away from one that was made before; remembering those saves most of
 *  the work. It gives nothing away that the base key beside it does not: that a past key cannot be found from a later one is a
 *  promise of the device, which holds no base key. */
import {
  aesInitialKey,
  aesStep,
  aesTransaction,
  aesWorkingKey,
  type DukptKeyType,
  type WorkingKeyUsage,
} from './aes-dukpt.ts';
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
  /** Of AES DUKPT: its AES-128 working keys, of which a message needs nearly all, one behind the other as `USES` has them. */
  readonly working: Uint8Array | null;
}

const USES: readonly DukptUse[] = ['pin', 'macRequest', 'macResponse', 'dataRequest', 'dataResponse'];

const AES128_BYTES = 16;

/** Both schemes have these uses. */
export type DukptUse = TdesUsage & WorkingKeyUsage;

const DEVICES_MAX = 4096;
/** Two transactions' keys, all they came from, and all that come from them. */
const KNOWN_MAX = 64;

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
    const { key, working } = this.#transaction(ksn);
    if (working === null) return tdesWorkingKey(key, use);
    if (type !== 'AES128') return aesWorkingKey(key, ksn, use, type);
    const at = USES.indexOf(use) * AES128_BYTES;
    return working.subarray(at, at + AES128_BYTES);
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
    const working = this.#scheme === 'aes' ? workingKeysOf(key, ksn, device) : null;
    device.last = { counter, key, working };
    return device.last;
  }

  #transactionKey(device: Device, ksn: Ksn, counter: number): Uint8Array {
    let key = device.initialKey;
    for (const prefix of counterPrefixes(counter)) {
      key = device.known.get(prefix) ?? this.#step(key, ksn, prefix);
      device.known.delete(prefix);
      device.known.set(prefix, key);
    }
    while (device.known.size > KNOWN_MAX) forgetOldest(device.known);
    return key;
  }

  #step(key: Uint8Array, ksn: Ksn, prefix: number): Uint8Array {
    return this.#scheme === 'aes' ? aesStep(key, ksn, prefix) : tdesStep(key, ksn, prefix);
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

/** The keys that come from this one are known from now on: the device counts upwards and needs them next. */
function workingKeysOf(key: Uint8Array, ksn: Ksn, device: Device): Uint8Array {
  const { working, next } = aesTransaction(key, ksn, USES);
  for (const [counter, child] of next) device.known.set(counter, child);
  return working;
}

function forgetOldest(known: Map<unknown, unknown>): void {
  for (const oldest of known.keys()) {
    known.delete(oldest);
    return;
  }
}
