/** Where the zone keys of a link stay between starts: wrapped under the HSM's own master key, never otherwise. */

import type { EpochMs } from '../kernel/time.ts';
import type { KeyRef } from '../keys/hsm.ts';

export type ZoneKeyKind = 'ZPK' | 'ZAK';

export interface ZoneKey {
  /** A key block under the HSM's master key. */
  readonly block: KeyRef;
  /** Six upper-case hexadecimal digits. */
  readonly kcv: string;
  readonly since: EpochMs;
}

/** `pending`: made here and offered to the bank, which has not answered; it may have it already. */
export interface ZoneKeySet {
  readonly current: ZoneKey | null;
  readonly previous: ZoneKey | null;
  readonly pending: ZoneKey | null;
}

export type ZoneKeySets = Readonly<Record<ZoneKeyKind, ZoneKeySet>>;

export const NO_ZONE_KEYS: ZoneKeySets = {
  ZPK: { current: null, previous: null, pending: null },
  ZAK: { current: null, previous: null, pending: null },
};

export interface KeyStore {
  /** Null before the first save. Rejects where what is stored cannot be read: that is for a person to look at. */
  load(): Promise<ZoneKeySets | null>;
  /** Resolves when it would survive a crash. */
  save(sets: ZoneKeySets): Promise<void>;
}
