/** What a key must say in its block to be used for something: usage, algorithm and mode of use, a row an operation.
 *
 *  Source  ASC X9 TR 31-2018, tables 6 (usage), 7 (algorithm), 8 (mode of use) */
import type { KeyBlockHeader } from './key-block-header.ts';
import { KeysError } from './keys-error.ts';

interface Permission {
  readonly usages: readonly string[];
  readonly algorithms: readonly string[];
  readonly modes: readonly string[];
}

const OPEN = ['B', 'D', 'N'];
const SEAL = ['B', 'E', 'N'];
const MAKE = ['C', 'G', 'N'];
const CHECK = ['C', 'V', 'N'];
const DERIVE = ['X', 'N'];
const BOTH = ['T', 'A'];

export const PERMISSIONS = {
  deriveTransactionKey: { usages: ['B0'], algorithms: BOTH, modes: DERIVE },
  openPin: { usages: ['P0'], algorithms: BOTH, modes: OPEN },
  sealPin: { usages: ['P0'], algorithms: BOTH, modes: SEAL },
  makeMac: { usages: ['M1', 'M3', 'M6'], algorithms: BOTH, modes: MAKE },
  checkMac: { usages: ['M1', 'M3', 'M6'], algorithms: BOTH, modes: CHECK },
  openAccount: { usages: ['D0'], algorithms: BOTH, modes: OPEN },
  sealPan: { usages: ['D0'], algorithms: ['A'], modes: SEAL },
  openPan: { usages: ['D0'], algorithms: ['A'], modes: OPEN },
  hashPan: { usages: ['M7'], algorithms: ['H'], modes: MAKE },
  unwrapKey: { usages: ['K0', 'K1'], algorithms: BOTH, modes: OPEN },
  wrapKey: { usages: ['K0', 'K1'], algorithms: BOTH, modes: SEAL },
  deriveCardKey: { usages: ['E0'], algorithms: ['T'], modes: DERIVE },
  makePvv: { usages: ['V2'], algorithms: ['T'], modes: MAKE },
  checkPvv: { usages: ['V2'], algorithms: ['T'], modes: CHECK },
} as const satisfies Record<string, Permission>;

export type KeyOperation = keyof typeof PERMISSIONS;

/** Errors  KEY_USE_FORBIDDEN, with what the block says. */
export function requirePermission(header: KeyBlockHeader, operation: KeyOperation): void {
  const { usages, algorithms, modes }: Permission = PERMISSIONS[operation];
  const { usage, algorithm, modeOfUse } = header;
  if (usages.includes(usage) && algorithms.includes(algorithm) && modes.includes(modeOfUse)) return;
  throw new KeysError('KEY_USE_FORBIDDEN', { operation, usage, algorithm, modeOfUse });
}

/** Errors  KEY_NOT_EXPORTABLE for a key that may not leave, or under a key that is easier to break than it is. */
export function requireExport(key: SizedKey, under: SizedKey): void {
  const { exportability } = key.header;
  const allowed = exportability === 'E' || exportability === 'S';
  if (!allowed || strength(under) < strength(key))
    throw new KeysError('KEY_NOT_EXPORTABLE', { exportability, under: under.header.algorithm });
}

export interface SizedKey {
  readonly header: KeyBlockHeader;
  readonly bytes: number;
}

/** Order of strength: both TDES lengths below every AES (NIST SP 800-57 part 1, table 2). */
export function strength(key: SizedKey): number {
  return key.header.algorithm === 'T' ? key.bytes : 100 + Math.min(key.bytes, 32);
}
