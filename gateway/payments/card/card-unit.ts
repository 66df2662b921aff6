/** A decision as the unit of changes that commits it. */
import { invariant } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { Change } from '../ports.ts';
import type { CardDecision } from './card-events.ts';
import type { CardRecord } from './records.ts';

/** What the machine cannot make: bytes, and a new message's own numbers. */
export interface CardSupplies {
  /** The answer to the record's own message as it goes out, to be kept with it. Null after `reversal_requested`: a 0430 is
   *  made anew each time. */
  readonly answer: Uint8Array | null;
  /** Asked for once when there is an advice to queue. For a completion: the numbers of its bank reference. */
  readonly adviceNumbers: () => {
    readonly adviceId: string;
    readonly stan: string;
    readonly transmittedAt: string;
  };
}

/** The changes; none when nothing changed. An original's stands before that of the record about it, so that whoever was slower than
 *  another with the same original is told so by its version. `before`: the record as stored; null for a new one. */
export function cardChanges(
  decision: CardDecision,
  before: CardRecord | null,
  supplies: CardSupplies,
  now: EpochMs,
): readonly Change[] {
  const { record, original, advice, transfers } = decision;
  const changes: Change[] = [];
  if (original !== null) changes.push({ kind: 'card.put', row: original });
  if (before === null) changes.push({ kind: 'card.insert', row: withAnswer(record, supplies.answer) });
  else if (record !== before) changes.push({ kind: 'card.put', row: withAnswer(record, supplies.answer) });
  if (advice !== null) {
    const { adviceId, stan, transmittedAt } = supplies.adviceNumbers();
    const row = { ...advice, adviceId, stan, transmittedAt, ...NEW_ADVICE, nextAt: now };
    changes.push({ kind: 'advice.insert', row });
  }
  for (const transfer of transfers) changes.push({ kind: 'transfer.insert', transfer });
  return changes;
}

const NEW_ADVICE = { tries: 0, doneAt: null, responseCode: null, undoneMinor: null, version: 1 } as const;

function withAnswer(record: CardRecord, answer: Uint8Array | null): CardRecord {
  if (answer === null) return record;
  invariant(record.answer === null, 'A transaction is answered once; after that it is replayed.');
  return { ...record, answer };
}
