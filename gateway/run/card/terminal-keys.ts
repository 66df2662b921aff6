/** Under which base key a terminal's PIN pad derives its keys: known by the front of the key serial number it sends. */
import { invariant } from '../../kernel/errors.ts';
import type { KeyRef, KeyUse } from '../../keys/hsm.ts';
import { type Ksn, ksnFromBytes } from '../../keys/ksn.ts';

export interface TerminalKeySet {
  /** Leading hexadecimal digits of the key serial numbers it covers; the longest that fits decides. */
  readonly ksnPrefix: string;
  readonly bdk: KeyRef;
  /** What a pad of this set is given when it asks for a new initial key. Null where keys are only changed by hand. */
  readonly renewal: KeyRenewal | null;
}

export interface KeyRenewal {
  /** Replaces `ksnPrefix`, digit for digit: the new key's serial number. The base key must be another one, since the same
   *  one would give the pad the keys it has used already. */
  readonly ksnPrefix: string;
  readonly bdk: KeyRef;
  /** The key of the pad under which new ones travel to it; `{tid}` stands for the terminal's number. */
  readonly transportKey: string;
}

export class TerminalKeys {
  readonly #sets: readonly TerminalKeySet[];

  constructor(sets: readonly TerminalKeySet[]) {
    for (const { ksnPrefix, renewal } of sets) {
      invariant(/^[0-9A-F]{4,16}$/.test(ksnPrefix), 'A set of terminal keys is known by 4 to 16 digits.');
      invariant(
        renewal === null || renewal.ksnPrefix.length === ksnPrefix.length,
        'A renewed key serial number keeps its length.',
      );
    }
    this.#sets = [...sets].sort((a, b) => b.ksnPrefix.length - a.ksnPrefix.length);
  }

  find(ksn: Ksn): TerminalKeySet | null {
    return this.#sets.find((set) => ksn.startsWith(set.ksnPrefix)) ?? null;
  }

  /** Null for a serial number that belongs to no set here, or that no pad can send. */
  use(ksnBytes: Uint8Array): KeyUse | null {
    const ksn = readKsn(ksnBytes);
    const set = ksn === null ? null : this.find(ksn);
    return ksn === null || set === null ? null : { kind: 'dukpt', bdk: set.bdk, ksn };
  }
}

export function readKsn(bytes: Uint8Array): Ksn | null {
  try {
    return ksnFromBytes(bytes);
  } catch {
    return null;
  }
}
