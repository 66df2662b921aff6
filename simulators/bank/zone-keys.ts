/** The keys shared with the acquirer, ZPK and ZAK: the current one, the one before, and one that is offered and not yet taken.
 *  They stand in the tables as key blocks under the security module's own master key. */
import type { KeyRef, KnownKey } from '../../gateway/keys/hsm.ts';
import { KeysError } from '../../gateway/keys/keys-error.ts';
import type { Books } from './books.ts';
import type { BankHsm, BankTerms } from './terms.ts';

export const ZONE_KEYS = ['ZPK', 'ZAK'] as const;
export type ZoneKeyName = (typeof ZONE_KEYS)[number];
type Slot = 'current' | 'previous' | 'offered';

export interface ZoneKey {
  readonly key: KeyRef;
  readonly kcv: string;
}

export interface OfferedKey {
  /** Under the ZMK. */
  readonly block: string;
  readonly kcv: string;
}

interface Wanted {
  readonly usage: string;
  readonly algorithm: 'T' | 'A';
  readonly modeOfUse: string;
}

export class ZoneKeys {
  readonly #books: Books;
  readonly #hsm: BankHsm;
  readonly #terms: BankTerms;
  #held: Map<string, ZoneKey> | null = null;

  constructor(books: Books, hsm: BankHsm, terms: BankTerms) {
    this.#books = books;
    this.#hsm = hsm;
    this.#terms = terms;
  }

  reload(): void {
    this.#held = null;
  }

  get(name: ZoneKeyName, slot: Slot): ZoneKey | null {
    return this.#all().get(`${name} ${slot}`) ?? null;
  }

  /** A key from the maker. `refused`: the block, its use or its check value is not as agreed, and nothing changed. */
  take(name: ZoneKeyName, block: string, kcv: string): 'taken' | 'same' | 'refused' {
    const opened = this.#opened(name, block, kcv);
    if (opened === null) return 'refused';
    if (this.get(name, 'current')?.kcv === kcv) return 'same';
    this.#makeCurrent(name, { key: opened.key, kcv });
    return 'taken';
  }

  /** A key of our making, the same one until it is taken or withdrawn. Valid at once beside the current one. */
  offer(name: ZoneKeyName): OfferedKey {
    const offered = this.get(name, 'offered') ?? this.#make(name);
    const { block } = this.#hsm.exportKey({ key: offered.key, under: this.#terms.zmk });
    return { block, kcv: offered.kcv };
  }

  confirm(name: ZoneKeyName): void {
    const offered = this.get(name, 'offered');
    if (offered === null) return;
    this.#remove(name, 'offered');
    this.#makeCurrent(name, offered);
  }

  withdraw(name: ZoneKeyName): void {
    this.#remove(name, 'offered');
  }

  /** After a new ceremony: no zone key is known any more. */
  forget(): void {
    this.#books.sql('DELETE FROM zone_keys').run();
    this.#held = null;
  }

  /** The key the MAC was made with, or null. A message under an offered key is how its taking is seen. */
  macKey(body: Uint8Array, mac: Uint8Array): ZoneKey | null {
    for (const slot of ['current', 'previous', 'offered'] as const) {
      const held = this.get('ZAK', slot);
      if (held === null || !this.#hsm.verifyMac({ ...this.#macUse(held, body), mac })) continue;
      if (slot === 'offered') this.confirm('ZAK');
      return held;
    }
    return null;
  }

  makeMac(body: Uint8Array, key: ZoneKey): Uint8Array {
    return this.#hsm.generateMac(this.#macUse(key, body));
  }

  /** The ZPK with that check value. */
  pinKey(kcv: string): ZoneKey | null {
    for (const slot of ['current', 'previous', 'offered'] as const) {
      const held = this.get('ZPK', slot);
      if (held?.kcv !== kcv) continue;
      if (slot === 'offered') this.confirm('ZPK');
      return held;
    }
    return null;
  }

  #opened(name: ZoneKeyName, block: string, kcv: string): KnownKey | null {
    const { usage, algorithm, modeOfUse } = this.#wanted(name);
    try {
      const known = this.#hsm.importKey({ block, under: this.#terms.zmk, expect: { usage, algorithm }, kcv });
      return known.header.modeOfUse === modeOfUse ? known : null;
    } catch (error) {
      if (error instanceof KeysError) return null;
      throw error;
    }
  }

  #make(name: ZoneKeyName): ZoneKey {
    const made = this.#hsm.generateKey({ ...this.#wanted(name), bytes: 16, exportability: 'E' });
    const key = { key: made.key, kcv: made.kcv };
    this.#write(name, 'offered', key);
    return key;
  }

  #wanted(name: ZoneKeyName): Wanted {
    const { pinBlock, mac } = this.#terms;
    if (name === 'ZPK') return { usage: 'P0', algorithm: pinBlock === 'format4' ? 'A' : 'T', modeOfUse: 'B' };
    return mac === 'cmac'
      ? { usage: 'M6', algorithm: 'A', modeOfUse: 'C' }
      : { usage: 'M3', algorithm: 'T', modeOfUse: 'C' };
  }

  #makeCurrent(name: ZoneKeyName, key: ZoneKey): void {
    const before = this.get(name, 'current');
    if (before !== null) this.#write(name, 'previous', before);
    this.#write(name, 'current', key);
  }

  #macUse(key: ZoneKey, data: Uint8Array) {
    const use = { kind: 'fixed', key: key.key } as const;
    return { key: use, direction: 'request', data, padding: this.#terms.macPadding } as const;
  }

  #write(name: ZoneKeyName, slot: Slot, key: ZoneKey): void {
    this.#books.sql('INSERT OR REPLACE INTO zone_keys VALUES (?, ?, ?, ?)').run(name, slot, key.key, key.kcv);
    this.#all().set(`${name} ${slot}`, key);
  }

  #remove(name: ZoneKeyName, slot: Slot): void {
    this.#books.sql('DELETE FROM zone_keys WHERE name = ? AND slot = ?').run(name, slot);
    this.#all().delete(`${name} ${slot}`);
  }

  #all(): Map<string, ZoneKey> {
    if (this.#held !== null) return this.#held;
    const rows = this.#books.sql('SELECT name, slot, block, kcv FROM zone_keys').all() as {
      name: string;
      slot: string;
      block: string;
      kcv: string;
    }[];
    this.#held = new Map(rows.map(({ name, slot, block, kcv }) => [`${name} ${slot}`, { key: block, kcv }]));
    return this.#held;
  }
}
