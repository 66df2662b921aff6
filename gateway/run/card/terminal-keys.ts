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
  /** Replaces `ksnPrefix`, digit for digit: the new key's serial number. No pad has had it before, since the same number
   *  would give it the keys it has used already: so renewals form chains that never come back, and no two lead to one prefix. */
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
    invariant(renewalFaults(sets).length === 0, 'Renewals give no pad a key serial number twice.');
    this.#sets = [...sets].sort((a, b) => b.ksnPrefix.length - a.ksnPrefix.length);
  }

  find(ksn: Ksn): TerminalKeySet | null {
    return this.#sets.find((set) => ksn.startsWith(set.ksnPrefix)) ?? null;
  }

  /** Whether it is of the pad whose numbers began with `first`, under that key or under any that renewals gave it since. */
  isOfPad(ksn: string, first: string): boolean {
    if (ksn.startsWith(first)) return true;
    return this.#sets.some(({ ksnPrefix, renewal }) => {
      if (renewal === null || !ksn.startsWith(renewal.ksnPrefix)) return false;
      return this.isOfPad(`${ksnPrefix}${ksn.slice(ksnPrefix.length)}`, first);
    });
  }

  /** Null for a serial number that belongs to no set here, or that no pad can send. */
  use(ksnBytes: Uint8Array): KeyUse | null {
    const ksn = readKsn(ksnBytes);
    const set = ksn === null ? null : this.find(ksn);
    return ksn === null || set === null ? null : { kind: 'dukpt', bdk: set.bdk, ksn };
  }
}

/** By which renewals a pad could come to a key serial number that it, or another, has had: sentences for the configuration. */
export function renewalFaults(
  sets: readonly Pick<TerminalKeySet, 'ksnPrefix' | 'renewal'>[],
): readonly string[] {
  const found: string[] = [];
  const reached = new Set<string>();
  for (const { ksnPrefix, renewal } of sets) {
    if (renewal === null) continue;
    if (reached.has(renewal.ksnPrefix))
      found.push(`terminal keys ${ksnPrefix}: another renewal leads to ${renewal.ksnPrefix} too`);
    reached.add(renewal.ksnPrefix);
    if (leadsTo(sets, renewal.ksnPrefix, ksnPrefix))
      found.push(
        `terminal keys ${ksnPrefix}: renewals lead back to them, and would give the same keys again`,
      );
  }
  return found;
}

/** Whether a pad that is given `from` may be given `to` by the renewals that follow. */
function leadsTo(
  sets: readonly Pick<TerminalKeySet, 'ksnPrefix' | 'renewal'>[],
  from: string,
  to: string,
): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    if (overlap(prefix, to)) return true;
    if (seen.has(prefix)) continue;
    seen.add(prefix);
    for (const { ksnPrefix, renewal } of sets)
      if (renewal !== null && overlap(prefix, ksnPrefix)) open.push(renewal.ksnPrefix);
  }
  return false;
}

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

export function readKsn(bytes: Uint8Array): Ksn | null {
  try {
    return ksnFromBytes(bytes);
  } catch {
    return null;
  }
}
