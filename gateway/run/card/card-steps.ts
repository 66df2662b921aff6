/** Applies events to card transactions: read, decide, commit the record with its answer, postings and advice. */
import { invariant } from '../../kernel/errors.ts';
import { newUlid } from '../../kernel/identifiers.ts';
import type { CardDecision, CardEvent } from '../../payments/card/card-events.ts';
import { stepCard } from '../../payments/card/card-machine.ts';
import { type CardSupplies, cardChanges } from '../../payments/card/card-unit.ts';
import type { CardRecord } from '../../payments/card/records.ts';
import type { Change, CommitResult } from '../../payments/ports.ts';
import type { PreparedAnswer } from './answer.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';

/** The answer that goes with a decision, to be kept with the record; null where none is kept. */
export type AnswerMaker = (decision: CardDecision) => PreparedAnswer | null;

export interface CardStep {
  readonly decision: CardDecision;
  /** As the maker made it for this decision, and as it is stored now. */
  readonly answer: PreparedAnswer | null;
}

/** Commits one event. `known`: the record as last seen, to save the first read. `with`: changes of the same commit.
 *  Errors  what the store throws */
export async function applyToCard(
  context: CardContext,
  cardId: string,
  event: CardEvent,
  make: AnswerMaker = () => null,
  known: CardRecord | null = null,
  beside: readonly Change[] = [],
): Promise<CardStep> {
  let record = known;
  let pending = event;
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    record ??= await context.store.cards.card(cardId);
    invariant(record !== null, 'A card transaction that is worked on exists.');
    const original = await originalOf(context, record);
    const now = context.store.now();
    const decision = stepCard(record, pending, now, original);
    const answer = make(decision);
    const kept = record.answer === null && decision.record !== record ? (answer?.kept ?? null) : null;
    const changes = [...cardChanges(decision, record, suppliesOf(context, decision, kept), now), ...beside];
    if (changes.length === 0) return noted(context, decision, answer);
    const result = await context.store.commit(changes);
    if (result.ok) {
      tell(context, decision);
      return noted(context, decision, answer);
    }
    // The bank approved twice what it had declined: it has been told to undo it, and nothing else was to be committed.
    if (result.refusal.reason === 'exists' && decision.record === record) {
      return noted(context, decision, answer);
    }
    pending = afterRefusal(pending, result, decision);
    record = null;
  }
  throw new Error('A card transaction kept changing under its writer.');
}

/** An approval that its sale no longer takes is given up; whatever else collided is read and decided again. */
function afterRefusal(
  event: CardEvent,
  { refusal }: Extract<CommitResult, { ok: false }>,
  { record }: CardDecision,
): CardEvent {
  const { reason } = refusal;
  if (reason === 'sale_closed' || reason === 'live_attempt') {
    invariant(record.state === 'approved', 'Only an approval needs its sale.');
    return { kind: 'sale_closed' };
  }
  // `exists`: its bank has been told already.
  invariant(reason === 'version' || reason === 'exists', 'A card step collides only with another step.');
  return event;
}

async function originalOf(context: CardContext, record: CardRecord): Promise<CardRecord | null> {
  if (record.kind !== 'refund' || record.originalId === null) return null;
  return context.store.cards.card(record.originalId);
}

/** An advice gets numbers of its own; a completion's are those its record was given. */
export function suppliesOf(
  context: Pick<CardContext, 'numbers' | 'runtime' | 'store'>,
  decision: CardDecision,
  answer: Uint8Array | null,
): CardSupplies {
  return {
    answer,
    adviceNumbers: () => {
      const adviceId = newUlid(context.runtime.clock, context.runtime.random);
      const own = decision.advice?.kind === 'completion' ? decision.record.bankReference : null;
      const { stan, transmittedAt } = own ?? context.numbers().next(context.store.now());
      return { adviceId, stan, transmittedAt };
    },
  };
}

/** After a commit: wakes whoever has work by it. */
export function tell(context: Pick<CardContext, 'committed'>, decision: CardDecision): void {
  context.committed(decision.advice?.bank ?? null, decision.transfers.length > 0);
}

function noted(
  context: Pick<CardContext, 'log'>,
  decision: CardDecision,
  answer: PreparedAnswer | null,
): CardStep {
  logNotes(context, decision);
  return { decision, answer };
}

export function logNotes({ log }: Pick<CardContext, 'log'>, { notes }: CardDecision): void {
  for (const { note, facts } of notes) {
    if (note === 'late_answer') log.warn(`card_${note}`, facts);
    else log.alarm(`card_${note}`, facts);
  }
}
