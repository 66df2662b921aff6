/** What the device keeps through a loss of power: where its key counter stands, its last transaction, and its cards' own
 *  counters. Kept before it is used, so that a counter never goes back. */
import type { CardCompletion, CardRead, LastTransaction } from '../../drivers/contract/pin-pad.ts';

export interface CardState {
  /** Application transaction counter: tag 9F36. */
  readonly atc: number;
  readonly triesLeft: number;
}

export interface IssuedKsn {
  readonly ksn: string;
  /** Hash of the message a MAC was made of under it; null while it is unused. */
  readonly digest: string | null;
}

export interface PadRecord {
  readonly version: 1;
  /** The last key serial number used: what comes next is after it. */
  readonly ksn: string;
  /** A key loaded after the injected one, still wrapped; null while the injected one is in use. */
  readonly keyBlock: string | null;
  /** Serial numbers of all initial keys it has had, each at counter zero: none is loaded again, since its counter would begin again. */
  readonly had: readonly string[];
  readonly macKsns: readonly IssuedKsn[];
  readonly last: LastTransaction | null;
  /** Counted over all transactions: tag 9F41. */
  readonly transactions: number;
  readonly cards: Readonly<Record<string, CardState>>;
}

/** Synchronous: what `save` was given is durable when it returns, or it throws. */
export interface PadStorage {
  load(): PadRecord | null;
  save(record: PadRecord): void;
}

/** One device's memory inside one process; survives the device, not the process. */
export function memoryStorage(): PadStorage {
  let kept: string | null = null;
  return {
    load: () => (kept === null ? null : recordOf(kept)),
    save: (record) => {
      kept = recordText(record);
    },
  };
}

export function recordText(record: PadRecord): string {
  return JSON.stringify(record, (_key, value: unknown) =>
    value instanceof Uint8Array ? { hex: Buffer.from(value).toString('hex') } : value,
  );
}

/** Throws an Error for text that is no record of this version. */
export function recordOf(text: string): PadRecord {
  const value = JSON.parse(text, (_key, each: unknown) => (isHex(each) ? bytesOf(each.hex) : each)) as Omit<
    PadRecord,
    'had'
  > &
    Partial<Pick<PadRecord, 'had'>>;
  if (value.version !== 1 || typeof value.ksn !== 'string' || typeof value.transactions !== 'number')
    throw new Error('The PIN pad’s memory is not of this version.');
  // A memory of before it was kept: what it has had is what it has.
  return { ...value, had: value.had ?? [] };
}

export function lastWith(
  transactionId: string,
  stage: LastTransaction['stage'],
  read: CardRead | null,
  completion: CardCompletion | null,
): LastTransaction {
  return { transactionId, stage, read, completion };
}

/** A Buffer has a JSON form of its own, so bytes must be plain before they are kept. */
function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function isHex(value: unknown): value is { readonly hex: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).length === 1 &&
    'hex' in value &&
    typeof value.hex === 'string'
  );
}
