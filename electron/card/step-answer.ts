/** From the request on: what the bank answered, what the card said to it, and what is undone. */
import type { CardCompletion, Done, Ended } from '../../drivers/contract/pin-pad.ts';
import type { CardReason } from '../contract/card-reasons.ts';
import { type CardAnswer, type CardAttempt, chargedOf } from './card-attempt.ts';
import type { CardEvent, ExchangeEnd, NotSentCause } from './card-events.ts';
import type { CardPolicy } from './card-policy.ts';
import { chipEnd } from './chip-end.ts';
import { type CodeRow, codeRow, HOLD_GONE, isApproval } from './response-codes.ts';
import { CAUSES, type CardStep, end, ended, same, undo, withdraw } from './step-ends.ts';

const NOT_SENT: Readonly<Record<NotSentCause, CardReason>> = {
  LINK_DOWN: 'CARD_LINK_DOWN',
  PINPAD_LOST: 'PINPAD_LOST',
  PINPAD_KEYS_ENDED: 'PINPAD_KEYS_ENDED',
  UNPACKABLE: 'CARD_CONFIGURATION',
  GATEWAY_BUSY: 'CARD_SYSTEM_ERROR',
  CARDS_NOT_OFFERED: 'CARD_CONFIGURATION',
};

export function exchanged(
  attempt: CardAttempt,
  exchange: ExchangeEnd<CardAnswer>,
  policy: CardPolicy,
): CardStep {
  switch (exchange.kind) {
    case 'not_sent': {
      return end(attempt, { kind: 'cancelled', reason: NOT_SENT[exchange.cause] }, [
        { do: 'strike' },
        { do: 'release_pad', responseCode: null },
      ]);
    }
    case 'no_answer':
      return undo(attempt, 'no_answer');
    case 'invalid':
      return undo(attempt, 'answer_invalid');
    case 'answered':
      return answered(attempt, exchange.answer, policy);
  }
}

function answered(attempt: CardAttempt, answer: CardAnswer, policy: CardPolicy): CardStep {
  const row = codeRow(answer.responseCode, limitAsksChip(attempt, policy));
  return alarmed(byRow({ ...attempt, answer }, answer, row, policy), row, answer);
}

function limitAsksChip({ card }: CardAttempt, { plainLimitSchemes }: CardPolicy): boolean {
  return card?.entry === 'contactless' && !plainLimitSchemes.includes(card.scheme ?? '');
}

/** The same, and those told whom the code calls. */
function alarmed(step: CardStep, { alarm, reason }: CodeRow, { responseCode }: CardAnswer): CardStep {
  if (alarm === null) return step;
  return { ...step, effects: [...step.effects, { do: 'alarm', alarm, responseCode, reason }] };
}

function byRow(known: CardAttempt, answer: CardAnswer, row: CodeRow, policy: CardPolicy): CardStep {
  const { responseCode } = answer;
  switch (row.action) {
    case 'approve':
      if (answer.approved.amountMinor < chargedOf(known).amountMinor) return undo(known, 'partial_only');
      if (known.order.operation === 'refund') {
        return end(known, { kind: 'approved' }, [{ do: 'strike' }, { do: 'release_pad', responseCode }]);
      }
      return { attempt: { ...known, phase: 'completing' }, effects: [{ do: 'complete', responseCode }] };
    case 'reenter_pin':
      if (known.cvm === 'online_pin' && known.sends < policy.pinEntriesMost) {
        return {
          attempt: { ...known, phase: 'reentering' },
          effects: [{ do: 'strike' }, { do: 'reenter_pin' }],
        };
      }
      return declined(known, row.reason, responseCode);
    case 'reverse':
      return undo(known, 'answer_invalid');
    case 'upload':
    case 'decline':
      return declined(known, row.reason, responseCode);
  }
}

function declined(attempt: CardAttempt, reason: CardReason, responseCode: string): CardStep {
  return end(attempt, { kind: 'declined', reason }, [{ do: 'strike' }, { do: 'release_pad', responseCode }]);
}

export function completed(attempt: CardAttempt, result: Done<CardCompletion> | Ended): CardStep {
  if (result.kind === 'done') return cardSays(attempt, result.value);
  const { operation } = attempt.order;
  if (operation === 'balance' && result.why === 'device_lost') return ended(attempt, result.why);
  // Whether the card said yes before the reply was lost, only the device knows.
  if (result.why === 'device_lost') return { attempt, effects: [{ do: 'ask_pad' }] };
  return undo(attempt, 'card_refused');
}

function cardSays(attempt: CardAttempt, { cryptogram, emv, signatureNeeded }: CardCompletion): CardStep {
  const known: CardAttempt = { ...attempt, cryptogram, chip: chipEnd(emv) ?? attempt.chip };
  if (cryptogram === 'aac') return undo(known, 'card_refused');
  // A look at the balance leaves nothing to sign for.
  if (signatureNeeded && attempt.order.operation !== 'balance') {
    return { attempt: { ...known, signatureAsked: true, phase: 'signing' }, effects: [] };
  }
  return end(known, { kind: 'approved' }, [{ do: 'strike' }]);
}

export function remembered(
  attempt: CardAttempt,
  { last }: Extract<CardEvent, { kind: 'pad_last' }>,
): CardStep {
  const mine = last !== null && last.transactionId === attempt.order.attemptId;
  if (mine && last.stage === 'completed' && last.completion !== null)
    return cardSays(attempt, last.completion);
  return undo(attempt, 'interrupted');
}

export function signed(attempt: CardAttempt, accepted: boolean): CardStep {
  return accepted
    ? end(attempt, { kind: 'approved' }, [{ do: 'strike' }])
    : undo(attempt, 'signature_refused');
}

export function acknowledged(attempt: CardAttempt, answer: CardAnswer): CardStep {
  const { phase, cause } = attempt;
  if (phase === 'undoing') {
    const wrong = attempt.answer === null ? null : codeRow(attempt.answer.responseCode);
    const reason = wrong?.action === 'reverse' ? wrong.reason : CAUSES[cause ?? 'no_answer'].reason;
    return end(attempt, { kind: 'cancelled', reason }, [{ do: 'tell_pad_reversed' }]);
  }
  if (phase !== 'asking') return same(attempt);
  const known: CardAttempt = { ...attempt, answer };
  const { operation } = attempt.order;
  const gone = answer.responseCode === HOLD_GONE;
  if (isApproval(answer.responseCode) || (gone && operation === 'cancellation')) {
    return end(known, { kind: 'approved' }, []);
  }
  const row = codeRow(answer.responseCode);
  const reason = gone && operation === 'completion' ? 'CARD_ORIGINAL_NOT_FOUND' : row.reason;
  return alarmed(end(known, { kind: 'declined', reason }, []), row, answer);
}

export function giveUp(attempt: CardAttempt): CardStep {
  switch (attempt.phase) {
    case 'sending':
      return undo(attempt, 'no_answer');
    case 'completing':
      return undo(attempt, 'interrupted');
    case 'signing':
      return undo(attempt, 'signature_refused');
    case 'asking':
      // Its money belongs to the sale of its hold, which stays open: only its own reversal brings it back.
      return attempt.order.operation === 'completion' ? withdraw(attempt) : same(attempt);
    default:
      return same(attempt);
  }
}

/** The card and its PIN are gone with the process: what was sent is undone, never sent again. */
export function restarted(attempt: CardAttempt): CardStep {
  switch (attempt.phase) {
    case 'sending':
      return undo(attempt, 'interrupted');
    case 'completing':
      return { attempt, effects: [{ do: 'ask_pad' }] };
    case 'signing':
    case 'undoing':
    case 'asking':
    case 'final':
      return same(attempt);
    default:
      return end(attempt, { kind: 'cancelled', reason: 'CARD_INTERRUPTED' }, [{ do: 'abort_pad' }]);
  }
}
