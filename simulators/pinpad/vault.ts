/** The device's secure memory: keys and counters, each durable before the value it guards goes out.
 *  Errors  PadRefusal */
import { createHash } from 'node:crypto';
import type { DukptData, EncryptedPin, LastTransaction } from '../../drivers/contract/pin-pad.ts';
import type { Random } from '../../gateway/kernel/time.ts';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import { initialKsn, type Ksn, ksnBytes, ksnFromBytes, nextKsn, parseKsn } from '../../gateway/keys/ksn.ts';
import { equalBytes } from '../../gateway/keys/octets.ts';
import type { VirtualCard } from './card-deck.ts';
import {
  encryptAccount,
  encryptPin,
  type InitialKey,
  initialKeyOf,
  macOf,
  openKeyBlock,
  padScheme,
} from './pad-keys.ts';
import type { CardState, PadRecord, PadStorage } from './pad-storage.ts';
import { PadRefusal } from './refusal.ts';
import type { PadSecrets } from './settings.ts';

/** MAC serial numbers remembered: more than a till ever has answers outstanding. */
const MAC_KSNS_KEPT = 32;

export class Vault {
  readonly #storage: PadStorage;
  readonly #secrets: PadSecrets;
  readonly #random: Random;
  #record: PadRecord;
  #initial: InitialKey;

  constructor(storage: PadStorage, secrets: PadSecrets, random: Random) {
    this.#storage = storage;
    this.#secrets = secrets;
    this.#random = random;
    const injected = initialKeyOf(secrets.initialKey.ksn, secrets.initialKey.key);
    const kept = storage.load();
    this.#record = kept ?? freshRecord(injected.ksn);
    this.#initial =
      this.#record.keyBlock === null ? injected : openKeyBlock(secrets.transportKey, this.#record.keyBlock);
    // Another key was injected at the service bench: its counter begins, the rest of the memory stays.
    if (initialKsn(parseKsn(this.#record.ksn)) !== this.#initial.ksn)
      this.#record = { ...this.#record, ksn: this.#initial.ksn, macKsns: [] };
    const had = new Set([...this.#record.had, injected.ksn, this.#initial.ksn]);
    this.#record = { ...this.#record, had: [...had] };
  }

  get scheme(): 'tdes' | 'aes' {
    return padScheme(this.#initial);
  }

  get last(): LastTransaction | null {
    return this.#record.last;
  }

  keepLast(last: LastTransaction): void {
    this.#save({ ...this.#record, last });
  }

  encryptPin(pin: string, pan: string): EncryptedPin {
    return encryptPin(this.#initial, this.#takeNext(), pin, pan, this.#random);
  }

  encryptAccount(card: VirtualCard, byChip: boolean): DukptData {
    return encryptAccount(this.#initial, this.#takeNext(), card, byChip);
  }

  issueMacKsn(): Uint8Array {
    const ksn = this.#next();
    const macKsns = [...this.#record.macKsns, { ksn, digest: null }].slice(-MAC_KSNS_KEPT);
    this.#save({ ...this.#record, ksn, macKsns });
    return ksnBytes(ksn);
  }

  /** One message for each serial number; asked again for the same message it gives the same MAC. */
  mac(ksnBytesGiven: Uint8Array, message: Uint8Array): Uint8Array {
    const ksn = this.#issued(ksnBytesGiven);
    const digest = createHash('sha256').update(message).digest('hex');
    const known = this.#record.macKsns.find((issued) => issued.ksn === ksn)?.digest ?? null;
    if (known !== null && known !== digest) throw new PadRefusal('ksn_used');
    if (known === null) {
      const macKsns = this.#record.macKsns.map((issued) => (issued.ksn === ksn ? { ksn, digest } : issued));
      this.#save({ ...this.#record, macKsns });
    }
    return macOf(this.#initial, ksn, 'macRequest', message);
  }

  verifyMac(ksnBytesGiven: Uint8Array, message: Uint8Array, mac: Uint8Array): boolean {
    const right = macOf(this.#initial, this.#issued(ksnBytesGiven), 'macResponse', message);
    return equalBytes(right, mac);
  }

  /** A block that was loaded before would turn the counter back and is refused. */
  loadKey(keyBlock: string, checkValue: string): void {
    const loaded = openKeyBlock(this.#secrets.transportKey, keyBlock);
    if (loaded.checkValue !== checkValue) throw new PadRefusal('check_value_differs');
    const { had } = this.#record;
    if (had.includes(loaded.ksn)) throw new PadRefusal('key_block_refused');
    this.#save({ ...this.#record, keyBlock, had: [...had, loaded.ksn], ksn: loaded.ksn, macKsns: [] });
    this.#initial = loaded;
  }

  countTransaction(): number {
    const transactions = (this.#record.transactions % 99_999_999) + 1;
    this.#save({ ...this.#record, transactions });
    return transactions;
  }

  cardState(card: VirtualCard): CardState {
    return this.#record.cards[card.name] ?? { atc: 0, triesLeft: card.pinTries };
  }

  keepCardState(card: VirtualCard, state: CardState): void {
    this.#save({ ...this.#record, cards: { ...this.#record.cards, [card.name]: state } });
  }

  issuerKey(card: VirtualCard): Uint8Array {
    const key = this.#secrets.issuerKeys[card.issuer];
    if (key === undefined) throw new PadRefusal('no_key');
    return Buffer.from(key, 'hex');
  }

  #issued(bytes: Uint8Array): Ksn {
    const ksn = parsedKsn(bytes);
    if (ksn === null || !this.#record.macKsns.some((issued) => issued.ksn === ksn))
      throw new PadRefusal('ksn_not_issued');
    return ksn;
  }

  #takeNext(): Ksn {
    const ksn = this.#next();
    this.#save({ ...this.#record, ksn });
    return ksn;
  }

  #next(): Ksn {
    try {
      return nextKsn(parseKsn(this.#record.ksn));
    } catch (error) {
      if (error instanceof KeysError && error.code === 'KSN_EXHAUSTED')
        throw new PadRefusal('keys_exhausted');
      throw error;
    }
  }

  #save(record: PadRecord): void {
    try {
      this.#storage.save(record);
    } catch (cause) {
      throw new PadRefusal('storage_failed', { cause });
    }
    this.#record = record;
  }
}

function freshRecord(ksn: string): PadRecord {
  return { version: 1, ksn, keyBlock: null, had: [], macKsns: [], last: null, transactions: 0, cards: {} };
}

function parsedKsn(bytes: Uint8Array): Ksn | null {
  try {
    return ksnFromBytes(bytes);
  } catch (error) {
    if (error instanceof KeysError) return null;
    throw error;
  }
}
