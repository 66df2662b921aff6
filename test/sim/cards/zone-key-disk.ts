/** Where the gateway keeps the zone keys of one link: outlives its process, which may die before a write or right after it. */
import type { KeyStore, ZoneKeySets } from '../../../gateway/banks/key-store.ts';
import { type Living, never } from '../living.ts';

export class ZoneKeyDisk {
  #sets: ZoneKeySets | null = null;

  /** As one process sees it. */
  open(living: Living): KeyStore {
    return {
      load: async () => (living.passes() ? this.#sets : never()),
      save: async (sets) => {
        if (!living.passes()) return never();
        this.#sets = sets;
        return living.passes() ? undefined : never();
      },
    };
  }
}
