/** A card transaction as a pure state machine.
 *
 *    sent ──┬── approved ──┐
 *           ├── declined   ├── reversing ── reversed
 *           └──────────────┘                             parked: a reversal that came before its original
 *
 *  The bank is asked once and never again. Whatever is not known is given up, in the same commit as one advice to the bank,
 *  which is repeated until the bank has settled it. A transaction that is given up never comes back: an approval that turns
 *  up later is logged. What was booked is undone by a transfer of its own.
 *
 *  A refund holds its amount on its original from its opening until it is declined or its reversal is settled, and the part
 *  that is booked is held apart, so that shares are cut from what the books say. */
import { invariant, unreachable } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';
import { bankAnswered } from './card-answers.ts';
import type { CardDecision, CardEvent } from './card-events.ts';
import { answerOwed } from './card-opening.ts';
import { decisionOf, isAttemptKind, unchangedCard } from './card-record.ts';
import { giveUp, giveUpUnlessUsed, reversed } from './card-undoing.ts';
import { lateAnswer, lateWhileSent } from './late-answers.ts';
import type { BankAnswer } from './ports.ts';
import type { CardRecord } from './records.ts';
import { OWN_CODES } from './response-codes.ts';

/** `original`: the transaction a refund is about, as stored now; null for all other kinds. Commit what comes with
 *  `card-unit.ts`; when the store says `version`, read both again and step again.
 *  Errors  InvariantError when a refund comes without its original */
export function stepCard(
  record: CardRecord,
  event: CardEvent,
  now: EpochMs,
  original: CardRecord | null = null,
): CardDecision {
  invariant(
    record.kind !== 'refund' || record.originalId === null || original?.cardId === record.originalId,
    'A refund is stepped together with its original.',
  );
  switch (event.kind) {
    case 'bank_answered':
      if (record.state === 'sent') return bankAnswered(record, event.answer, now, original);
      return { ...afterwards(record, event.answer), answerCode: answerOwed(record) };
    case 'late_answer':
      return record.state === 'sent'
        ? lateWhileSent(record, event.answer, now, original)
        : lateAnswer(record, event.answer);
    case 'reversal_requested':
      return reversalRequested(record, event, now, original);
    case 'sale_closed':
      return isAttemptKind(record.kind) || record.kind === 'completion'
        ? { ...giveUpUnlessUsed(record, { cause: 'sale_closed', emv: null }, now, null), answerCode: null }
        : unchangedCard(record);
    case 'restart':
      return record.state === 'sent'
        ? giveUp(record, { cause: 'restart', emv: null }, now, original)
        : unchangedCard(record);
    case 'reversal_acknowledged':
      return record.state === 'reversing' ? reversed(record, now, original) : unchangedCard(record);
    default:
      return unreachable(event);
  }
}

/** The request's own answer, to a transaction that was given up while it was under way. */
function afterwards(record: CardRecord, answer: BankAnswer): CardDecision {
  return answer.kind === 'answered' ? lateAnswer(record, answer) : unchangedCard(record);
}

/** Answered 00 when there is nothing to undo or it is undone already: the till asks until it is told so. */
function reversalRequested(
  record: CardRecord,
  why: Extract<CardEvent, { kind: 'reversal_requested' }>,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  if (record.kind === 'balance') return decisionOf(record, { answerCode: OWN_CODES.approved });
  // Our tills ask for a void again until it is answered. To say that one was undone would be a lie: its sale stays undone.
  if (record.kind === 'void') {
    const stands = record.state === 'approved';
    return decisionOf(record, { answerCode: stands ? OWN_CODES.notAllowed : OWN_CODES.approved });
  }
  return giveUpUnlessUsed(record, why, now, original);
}
