/** What two persons agreed on about a matter of cards, as what is to be committed. The money moves by named templates only,
 *  and nothing here makes a sale paid: what a bank settles for a sale that was undone is held for its customer. */
import { unreachable } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { CardDecision } from './card-events.ts';
import { stepCard } from './card-machine.ts';
import { booksAsSale, unchangedCard } from './card-record.ts';
import type { CardMatter, CardMatterKind, ResolutionOutcome } from './matters.ts';
import { moneyFound, moneyReturned } from './postings.ts';
import type { AdviceRecord, CardRecord } from './records.ts';
import { OWN_CODES } from './response-codes.ts';

const OUTCOMES: Readonly<Record<CardMatterKind, readonly ResolutionOutcome[]>> = {
  reversal_waiting: ['bank_undid', 'bank_pays'],
  reversal_refused: ['bank_undid', 'bank_pays'],
  completion_waiting: ['given_up'],
  completion_refused: ['given_up', 'bank_accepts'],
  money_to_return: ['returned'],
  bank_day_waiting: [],
  bank_day_different: ['explained'],
  batch_different: ['explained'],
};

/** A bank settles debits only: what it paid out for a refund it takes back by undoing it. */
export function outcomesFor({ kind, card }: Pick<CardMatter, 'kind' | 'card'>): readonly ResolutionOutcome[] {
  const settles = card !== null && booksAsSale(card.kind);
  return OUTCOMES[kind].filter((outcome) => outcome !== 'bank_pays' || settles);
}

export interface Resolved {
  readonly decision: CardDecision;
  /** An advice that needs no more telling, to be put. */
  readonly advice: AdviceRecord | null;
}

/** `original`: what a refund is about. `advice`: the reversal's or completion's own. Null where the transaction does not allow
 *  it any more. Errors  InvariantError when a refund comes without its original */
export function resolveCard(
  outcome: ResolutionOutcome,
  record: CardRecord,
  original: CardRecord | null,
  advice: AdviceRecord | null,
  now: EpochMs,
): Resolved | null {
  const told = advice === null || advice.doneAt !== null ? null : ended(advice, now);
  switch (outcome) {
    case 'bank_undid':
      return { decision: settled(record, original, now), advice: told };
    case 'bank_pays': {
      const decision = settled(record, original, now);
      const transfers = [...decision.transfers, moneyFound(record, now)];
      return { decision: { ...decision, transfers }, advice: told };
    }
    case 'returned':
      return {
        decision: { ...unchangedCard(record), transfers: [moneyReturned(record, now)] },
        advice: null,
      };
    case 'given_up': {
      const why = { kind: 'reversal_requested', cause: 'answer_invalid', emv: null } as const;
      const decision = stepCard(record, why, now, original);
      return decision.answerCode === OWN_CODES.approved ? { decision, advice: told } : null;
    }
    case 'bank_accepts':
    case 'explained':
      return { decision: unchangedCard(record), advice: null };
    default:
      return unreachable(outcome);
  }
}

function settled(record: CardRecord, original: CardRecord | null, now: EpochMs): CardDecision {
  return stepCard(record, { kind: 'reversal_acknowledged' }, now, original);
}

function ended(advice: AdviceRecord, now: EpochMs): AdviceRecord {
  return { ...advice, doneAt: now, version: advice.version + 1 };
}
