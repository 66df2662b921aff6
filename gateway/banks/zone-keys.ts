/** The zone keys of one link: which is current, which was before, which is on its way. A key is used only after it is
 *  durable, and the one before stays good for checking while both sides change over. */

import { failureName, invariant } from '../kernel/errors.ts';
import type { Runtime } from '../kernel/time.ts';
import type { AcquirerHsm, KeyVault } from '../keys/hsm.ts';
import type { KeyAttributes } from '../keys/key-block-header.ts';
import {
  type KeyStore,
  NO_ZONE_KEYS,
  type ZoneKey,
  type ZoneKeyKind,
  type ZoneKeySet,
  type ZoneKeySets,
} from './key-store.ts';
import type { BankTerms } from './terms.ts';

export type ZoneHsm = Pick<AcquirerHsm, 'generateMac' | 'verifyMac'> &
  Pick<KeyVault, 'importKey' | 'exportKey' | 'generateKey'>;

export interface ZoneKeysOptions {
  readonly hsm: ZoneHsm;
  readonly terms: Pick<BankTerms, 'zmk' | 'mac' | 'macPadding' | 'pinBlock'>;
  readonly overlapMs: number;
  readonly store: KeyStore;
  readonly runtime: Pick<Runtime, 'clock' | 'timers'>;
  /** A key was put to use, or one that was to be could not be stored. Codes only. */
  readonly onChange: (kind: ZoneKeyKind, failure: string | null) => void;
}

/** A key on its way to the bank: under the ZMK, with its check value. */
export interface KeyOffer {
  readonly kind: ZoneKeyKind;
  readonly block: string;
  readonly kcv: string;
}

export class ZoneKeys {
  readonly #options: ZoneKeysOptions;
  #sets: ZoneKeySets = NO_ZONE_KEYS;
  /** Changes are written one after another. */
  #writing: Promise<void> = Promise.resolve();
  #promoting = false;
  #retiring: Record<ZoneKeyKind, boolean> = { ZPK: false, ZAK: false };
  #made = 0;

  constructor(options: ZoneKeysOptions) {
    this.#options = options;
  }

  /** Rejects when the store does. */
  async load(): Promise<void> {
    this.#sets = (await this.#options.store.load()) ?? NO_ZONE_KEYS;
  }

  get ready(): boolean {
    return this.#sets.ZPK.current !== null && this.#sets.ZAK.current !== null;
  }

  current(kind: ZoneKeyKind): ZoneKey | null {
    return this.#sets[kind].current;
  }

  /** MACs made since the start or the last change of the ZAK. */
  get messagesMade(): number {
    return this.#made;
  }

  /** 8 bytes under the current ZAK, which must be there. Errors  whatever the HSM refuses */
  mac(body: Uint8Array): Uint8Array {
    const { current } = this.#sets.ZAK;
    invariant(current !== null, 'A message is sent before there is a key for its MAC.');
    this.#made += 1;
    return this.#macUnder(current, body);
  }

  /** For the answer to a key change: MACs under the key that is current now, whatever is current later. */
  macBeforeChange(): ((body: Uint8Array) => Uint8Array) | null {
    const { current } = this.#sets.ZAK;
    return current === null ? null : (body) => this.#macUnder(current, body);
  }

  /** Whether the MAC is one of the bank's, under any key that is good now. A message under the key on its way tells that
   *  the bank has it. */
  verify(body: Uint8Array, mac: Uint8Array): boolean {
    const { current, previous, pending } = this.#sets.ZAK;
    if (current !== null && this.#isUnder(current, body, mac)) {
      if (previous !== null) this.#retireLater('ZAK');
      return true;
    }
    if (pending !== null && this.#isUnder(pending, body, mac)) {
      this.#promoteSoon(pending);
      return true;
    }
    return previous !== null && this.#isUnder(previous, body, mac);
  }

  /** A new key for the bank, durable before it leaves; the same one again while it has not been answered.
   *  Errors  rejects with what the HSM or the store refuses */
  async offer(kind: ZoneKeyKind): Promise<KeyOffer> {
    const { hsm, terms, runtime } = this.#options;
    let { pending } = this.#sets[kind];
    if (pending === null) {
      const { key, kcv } = hsm.generateKey(attributesOf(kind, terms));
      const made: ZoneKey = { block: key, kcv, since: runtime.clock.now() };
      await this.#change(kind, (set) => ({ ...set, pending: made }));
      pending = made;
    }
    const { block } = hsm.exportKey({ key: pending.block, under: terms.zmk });
    return { kind, kcv: pending.kcv, block };
  }

  /** The bank has taken the key on its way. Rejects when the store does: then the old key stays in use. */
  async accepted(kind: ZoneKeyKind, kcv: string): Promise<void> {
    if (this.#sets[kind].pending?.kcv !== kcv) return;
    await this.#change(kind, (set) =>
      set.pending?.kcv === kcv ? inUse(set, { ...set.pending, since: this.#now() }) : set,
    );
    this.#put(kind);
  }

  /** The bank refuses the key on its way: the next offer is another key. */
  async refused(kind: ZoneKeyKind): Promise<void> {
    await this.#change(kind, (set) => ({ ...set, pending: null }));
  }

  /** A key of the bank's, under the ZMK. False when it is not one, and nothing has changed. Rejects when the store does. */
  async take(offer: KeyOffer): Promise<boolean> {
    const known = this.#imported(offer);
    if (known === null) return false;
    if (this.#sets[offer.kind].current?.kcv === known.kcv) return true;
    await this.#change(offer.kind, (set) => inUse(set, known));
    this.#put(offer.kind);
    return true;
  }

  #imported({ kind, block, kcv }: KeyOffer): ZoneKey | null {
    const { hsm, terms } = this.#options;
    const { usage, algorithm } = attributesOf(kind, terms);
    const expect = { usage, algorithm: algorithm === 'A' ? ('A' as const) : ('T' as const) };
    try {
      const known = hsm.importKey({ block, under: terms.zmk, expect, kcv });
      return { block: known.key, kcv: known.kcv, since: this.#now() };
    } catch (error) {
      this.#options.onChange(kind, failureName(error));
      return null;
    }
  }

  #put(kind: ZoneKeyKind): void {
    if (kind === 'ZAK') this.#made = 0;
    // Only what we encrypt is under a ZPK, and that is under the current one from now on.
    if (kind === 'ZPK') this.#retireLater('ZPK');
    this.#options.onChange(kind, null);
  }

  #promoteSoon(pending: ZoneKey): void {
    if (this.#promoting) return;
    this.#promoting = true;
    this.accepted('ZAK', pending.kcv)
      .catch((error: unknown) => this.#options.onChange('ZAK', failureName(error)))
      .finally(() => {
        this.#promoting = false;
      });
  }

  #retireLater(kind: ZoneKeyKind): void {
    const retiring = this.#sets[kind].previous;
    if (this.#retiring[kind] || retiring === null) return;
    this.#retiring[kind] = true;
    this.#options.runtime.timers.after(this.#options.overlapMs, () => {
      this.#retiring[kind] = false;
      this.#change(kind, (set) =>
        set.previous?.kcv === retiring.kcv ? { ...set, previous: null } : set,
      ).catch((error: unknown) => this.#options.onChange(kind, failureName(error)));
    });
  }

  /** Durable first, then in use. */
  async #change(kind: ZoneKeyKind, change: (set: ZoneKeySet) => ZoneKeySet): Promise<void> {
    const before = this.#writing;
    const mine = before
      .catch(() => {})
      .then(async () => {
        const set = change(this.#sets[kind]);
        if (set === this.#sets[kind]) return;
        const sets = { ...this.#sets, [kind]: set };
        await this.#options.store.save(sets);
        this.#sets = sets;
      });
    this.#writing = mine;
    return mine;
  }

  #macUnder(key: ZoneKey, data: Uint8Array): Uint8Array {
    const { hsm, terms } = this.#options;
    return hsm.generateMac({ ...macUse(key), data, padding: terms.macPadding });
  }

  #isUnder(key: ZoneKey, data: Uint8Array, mac: Uint8Array): boolean {
    const { hsm, terms } = this.#options;
    return hsm.verifyMac({ ...macUse(key), data, padding: terms.macPadding, mac });
  }

  #now(): number {
    return this.#options.runtime.clock.now();
  }
}

function inUse(set: ZoneKeySet, key: ZoneKey): ZoneKeySet {
  return { current: key, previous: set.current, pending: null };
}

function macUse(key: ZoneKey) {
  return { key: { kind: 'fixed', key: key.block }, direction: 'request' } as const;
}

function attributesOf(kind: ZoneKeyKind, terms: Pick<BankTerms, 'mac' | 'pinBlock'>): KeyAttributes {
  const common = { bytes: 16, exportability: 'E' };
  if (kind === 'ZPK') {
    const algorithm = terms.pinBlock === 'format4' ? 'A' : 'T';
    return { ...common, usage: 'P0', algorithm, modeOfUse: 'B' };
  }
  const cmac = terms.mac === 'cmac';
  return { ...common, usage: cmac ? 'M6' : 'M3', algorithm: cmac ? 'A' : 'T', modeOfUse: 'C' };
}
