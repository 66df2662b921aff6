/** The keys of the software module: installed by name or handed over as blocks, both wrapped under the local master key. */
import type { Random } from '../kernel/time.ts';
import { HeldKey } from './held-key.ts';
import type { KeyRef } from './hsm.ts';
import type { KeyBlockHeader } from './key-block-header.ts';
import { type KeyOperation, requirePermission } from './key-permissions.ts';
import { KeysError } from './keys-error.ts';
import { wrapKeyBlock } from './tr31.ts';

const NAME = /^[a-z][a-z0-9._/-]{0,63}$/;
/** Blocks unwrapped at a time; the oldest goes first and is unwrapped again when needed. */
const HELD_MAX = 1024;

export class KeyCabinet {
  readonly #masterKey: Uint8Array;
  readonly #random: Random;
  readonly #installed = new Map<string, HeldKey>();
  readonly #held = new Map<string, HeldKey>();

  /** 32 bytes.  Errors  KEY_MALFORMED */
  constructor(masterKey: Uint8Array, random: Random) {
    if (masterKey.length !== 32)
      throw new KeysError('KEY_MALFORMED', { algorithm: 'aes', bytes: masterKey.length });
    this.#masterKey = Uint8Array.from(masterKey);
    this.#random = random;
  }

  /** Errors  KEY_UNKNOWN for a name that is none; those of a key block. */
  install(name: string, block: string): void {
    if (!NAME.test(name)) throw new KeysError('KEY_UNKNOWN', { length: name.length });
    this.#installed.set(name, HeldKey.unwrap(this.#masterKey, block));
  }

  /** Errors  KEY_UNKNOWN | KEY_USE_FORBIDDEN; those of a key block. */
  use(ref: KeyRef, operation: KeyOperation): HeldKey {
    const key = this.find(ref);
    requirePermission(key.header, operation);
    return key;
  }

  find(ref: KeyRef): HeldKey {
    if (!NAME.test(ref)) return this.#unwrap(ref);
    const key = this.#installed.get(ref);
    if (key === undefined) throw new KeysError('KEY_UNKNOWN', { name: ref });
    return key;
  }

  wrap(header: KeyBlockHeader, key: Uint8Array): string {
    return wrapKeyBlock(this.#masterKey, { ...header, version: 'D' }, key, this.#random);
  }

  #unwrap(block: string): HeldKey {
    const known = this.#held.get(block);
    if (known !== undefined) return known;
    const key = HeldKey.unwrap(this.#masterKey, block);
    if (this.#held.size >= HELD_MAX) {
      const [oldest] = this.#held.keys();
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.set(block, key);
    return key;
  }
}
