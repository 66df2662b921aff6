/** A card transaction at the till as a pure state machine. The financial request leaves once; whatever is not known after it
 *  is undone, and only an accepted answer together with the card's own yes strikes out the reversal journaled before it.
 *  An event that does not belong to the phase is late and changes nothing. */
import type {
  CardAuthorisation,
  CardCompletion,
  CardRead,
  Done,
  Ended,
  PinPadEnd,
} from '../../drivers/contract/pin-pad.ts';
import type { CardReason } from '../contract/card-reasons.ts';
import type { CardOperationName, CardUnknownCause } from '../contract/card-view.ts';
import { type CardAnswer, type CardAttempt, type CardOutcome, chargedOf, summaryOf } from './card-attempt.ts';
import type { CardEffect, CardEvent, ExchangeEnd, ReversalCause } from './card-events.ts';
import type { CardPolicy } from './card-policy.ts';
import { fallbackAllowed } from './entry-mode.ts';
import { codeRow, isApproval } from './response-codes.ts';

export interface CardStep {
  readonly attempt: CardAttempt;
  /** In this order. */
  readonly effects: readonly CardEffect[];
}

export function stepCard(attempt: CardAttempt, event: CardEvent, policy: CardPolicy): CardStep {
  const { phase } = attempt;
  if (phase === 'final') return same(attempt);
  switch (event.kind) {
    case 'begin':
      return { attempt, effects: [{ do: phase === 'asking' ? 'advise' : 'read' }] };
    case 'read':
      return phase === 'reading' ? wasRead(attempt, event.result) : same(attempt);
    case 'offered':
      return phase === 'offering' ? offered(attempt, event) : same(attempt);
    case 'no_offer':
      return phase === 'offering' ? authorise({ ...attempt, conversion: null }) : same(attempt);
    case 'chosen':
      return phase === 'choosing' ? chosen(attempt, event.accept) : same(attempt);
    case 'offer_expired':
      return phase === 'choosing'
        ? { attempt: { ...attempt, phase: 'offering', conversion: null }, effects: [{ do: 'ask_offer' }] }
        : same(attempt);
    case 'authorised':
      return phase === 'authorising' ? authorised(attempt, event.result) : same(attempt);
    case 'pin':
      if (phase !== 'reentering') return same(attempt);
      return event.result.kind === 'done' ? send(attempt) : ended(attempt, event.result.why);
    case 'exchanged':
      return phase === 'sending' && event.stan === attempt.request?.stan
        ? exchanged(attempt, event.end, policy)
        : same(attempt);
    case 'completed':
      return phase === 'completing' ? completed(attempt, event.result) : same(attempt);
    case 'pad_last':
      return phase === 'completing' ? remembered(attempt, event) : same(attempt);
    case 'signature':
      return phase === 'signing' ? signed(attempt, event.accepted) : same(attempt);
    case 'cancel':
      return cancel(attempt);
    case 'acknowledged':
      return acknowledged(attempt, event.answer);
    case 'give_up':
      return giveUp(attempt);
    case 'restarted':
      return restarted(attempt);
  }
}

const same = (attempt: CardAttempt): CardStep => ({ attempt, effects: [] });

/** Operations whose price may be converted, and which the card itself signs. */
const OFFERED: ReadonlySet<CardOperationName> = new Set(['sale', 'preauthorisation']);

function wasRead(attempt: CardAttempt, result: Done<CardRead> | Ended): CardStep {
  if (result.kind === 'ended') return ended(attempt, result.why);
  const { operation, original } = attempt.order;
  const known: CardAttempt = { ...attempt, card: summaryOf(result.value, null) };
  if (result.value.entry === 'fallback' && !fallbackAllowed(operation)) {
    return end(known, { kind: 'declined', reason: 'CARD_FALLBACK_NOT_ALLOWED' }, [{ do: 'abort_pad' }]);
  }
  // Money goes back to the card it came from; the gateway compares the whole number.
  if (original !== null && !sameCard(original.maskedPan, result.value.maskedPan)) {
    return end(known, { kind: 'declined', reason: 'CARD_USE_OTHER' }, [{ do: 'abort_pad' }]);
  }
  if (operation === 'refund') return send(known);
  if (!OFFERED.has(operation)) return authorise(known);
  return { attempt: { ...known, phase: 'offering' }, effects: [{ do: 'ask_offer' }] };
}

function sameCard(one: string, other: string): boolean {
  return one.slice(0, 6) === other.slice(0, 6) && one.slice(-4) === other.slice(-4);
}

function offered(attempt: CardAttempt, event: Extract<CardEvent, { kind: 'offered' }>): CardStep {
  const { card } = attempt;
  const known: CardAttempt = { ...attempt, card: card === null ? null : { ...card, scheme: event.scheme } };
  if (!event.routed) {
    return end(known, { kind: 'declined', reason: 'CARD_NOT_ROUTED' }, [{ do: 'abort_pad' }]);
  }
  const { conversion } = event;
  if (conversion === null) return authorise(known);
  return {
    attempt: { ...known, phase: 'choosing', conversion },
    effects: [{ do: 'await_choice', until: conversion.expiresAt }],
  };
}

function chosen(attempt: CardAttempt, accept: boolean): CardStep {
  const { conversion } = attempt;
  return authorise({
    ...attempt,
    conversion: conversion === null ? null : { ...conversion, chosen: accept },
  });
}

function authorise(attempt: CardAttempt): CardStep {
  return { attempt: { ...attempt, phase: 'authorising' }, effects: [{ do: 'authorise' }] };
}

function authorised(attempt: CardAttempt, result: Done<CardAuthorisation> | Ended): CardStep {
  if (result.kind === 'ended') return ended(attempt, result.why);
  const { cvm, cardDeclined } = result.value;
  const known: CardAttempt = { ...attempt, cvm };
  if (cardDeclined) {
    return end(known, { kind: 'declined', reason: 'CARD_DECLINED_OFFLINE' }, [
      { do: 'release_pad', responseCode: null },
    ]);
  }
  return send(known);
}

function send(attempt: CardAttempt): CardStep {
  return {
    attempt: { ...attempt, phase: 'sending', sends: attempt.sends + 1, answer: null },
    effects: [{ do: 'send' }],
  };
}

const NOT_SENT: Readonly<Record<Extract<ExchangeEnd<never>, { kind: 'not_sent' }>['cause'], CardReason>> = {
  LINK_DOWN: 'CARD_LINK_DOWN',
  PINPAD_LOST: 'PINPAD_LOST',
  UNPACKABLE: 'CARD_CONFIGURATION',
};

function exchanged(attempt: CardAttempt, exchange: ExchangeEnd<CardAnswer>, policy: CardPolicy): CardStep {
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
  const { responseCode } = answer;
  const row = codeRow(responseCode, attempt.card?.entry === 'contactless');
  const known: CardAttempt = { ...attempt, answer };
  switch (row.action) {
    case 'approve':
      if (answer.approved.amountMinor < chargedOf(attempt).amountMinor) return undo(known, 'partial_only');
      if (attempt.order.operation === 'refund') {
        return end(known, { kind: 'approved' }, [{ do: 'strike' }, { do: 'release_pad', responseCode }]);
      }
      return { attempt: { ...known, phase: 'completing' }, effects: [{ do: 'complete', responseCode }] };
    case 'reenter_pin':
      if (attempt.cvm === 'online_pin' && attempt.sends < policy.pinEntriesMost) {
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

function completed(attempt: CardAttempt, result: Done<CardCompletion> | Ended): CardStep {
  if (result.kind === 'done') return cardSays(attempt, result.value);
  // Whether the card said yes before the reply was lost, only the device knows.
  if (result.why === 'device_lost') return { attempt, effects: [{ do: 'ask_pad' }] };
  return undo(attempt, 'card_refused');
}

function cardSays(attempt: CardAttempt, { cryptogram, signatureNeeded }: CardCompletion): CardStep {
  const known: CardAttempt = { ...attempt, cryptogram };
  if (cryptogram === 'aac') return undo(known, 'card_refused');
  if (signatureNeeded) return { attempt: { ...known, phase: 'signing' }, effects: [] };
  return end(known, { kind: 'approved' }, [{ do: 'strike' }]);
}

function remembered(attempt: CardAttempt, { last }: Extract<CardEvent, { kind: 'pad_last' }>): CardStep {
  const mine = last !== null && last.transactionId === attempt.order.attemptId;
  if (mine && last.stage === 'completed' && last.completion !== null)
    return cardSays(attempt, last.completion);
  return undo(attempt, 'interrupted');
}

function signed(attempt: CardAttempt, accepted: boolean): CardStep {
  return accepted
    ? end(attempt, { kind: 'approved' }, [{ do: 'strike' }])
    : undo(attempt, 'signature_refused');
}

/** While the PIN pad is at it, its own answer to the abort ends the matter. */
function cancel(attempt: CardAttempt): CardStep {
  const abort: CardEffect = { do: 'abort_pad' };
  switch (attempt.phase) {
    case 'reading':
    case 'authorising':
    case 'reentering':
      return { attempt, effects: [abort] };
    case 'offering':
    case 'choosing':
      return end(attempt, { kind: 'cancelled', reason: 'CARD_CANCELLED_BY_CASHIER' }, [abort]);
    default:
      return same(attempt);
  }
}

const ENDS: Readonly<Record<PinPadEnd, CardReason>> = {
  cancelled_by_customer: 'CARD_CANCELLED_BY_CUSTOMER',
  aborted_by_till: 'CARD_CANCELLED_BY_CASHIER',
  timeout: 'CARD_TIMEOUT',
  card_removed: 'CARD_REMOVED',
  card_unreadable: 'CARD_UNREADABLE',
  card_unsupported: 'CARD_UNSUPPORTED',
  pin_tries_exceeded: 'CARD_PIN_TRIES_EXCEEDED',
  busy: 'PINPAD_BUSY',
  device_lost: 'PINPAD_LOST',
};

/** Nothing is under way at the bank: what had been sent was declined. */
function ended(attempt: CardAttempt, why: PinPadEnd): CardStep {
  const stuck = why === 'busy' || why === 'device_lost';
  return end(attempt, { kind: 'cancelled', reason: ENDS[why] }, stuck ? [{ do: 'abort_pad' }] : []);
}

/** Why the bank is told to undo it. */
const CAUSES: Readonly<
  Record<CardUnknownCause, { readonly reason: CardReason; readonly told: ReversalCause }>
> = {
  no_answer: { reason: 'CARD_NO_ANSWER', told: 'timeout' },
  answer_invalid: { reason: 'CARD_ANSWER_INVALID', told: 'answer_invalid' },
  card_refused: { reason: 'CARD_REFUSED_BY_CHIP', told: 'signature_refused' },
  signature_refused: { reason: 'CARD_SIGNATURE_REFUSED', told: 'signature_refused' },
  partial_only: { reason: 'CARD_PARTIAL_ONLY', told: 'customer_cancelled' },
  interrupted: { reason: 'CARD_INTERRUPTED', told: 'timeout' },
  asked_again: { reason: 'CARD_NO_ANSWER', told: 'timeout' },
};

function undo(attempt: CardAttempt, cause: CardUnknownCause): CardStep {
  const release: CardEffect = { do: 'release_pad', responseCode: null };
  // A look at the balance moves nothing: there is nothing to undo.
  if (attempt.order.operation === 'balance') {
    return end(attempt, { kind: 'cancelled', reason: CAUSES[cause].reason }, [release]);
  }
  return {
    attempt: { ...attempt, phase: 'undoing', cause },
    effects: [{ do: 'owe', reason: CAUSES[cause].told }, release],
  };
}

function acknowledged(attempt: CardAttempt, answer: CardAnswer): CardStep {
  const { phase, cause } = attempt;
  if (phase === 'undoing') {
    const wrong = attempt.answer === null ? null : codeRow(attempt.answer.responseCode, false);
    const reason = wrong?.action === 'reverse' ? wrong.reason : CAUSES[cause ?? 'no_answer'].reason;
    return end(attempt, { kind: 'cancelled', reason }, [{ do: 'tell_pad_reversed' }]);
  }
  if (phase !== 'asking') return same(attempt);
  const known: CardAttempt = { ...attempt, answer };
  // 21 of a cancellation: the hold had been undone before.
  const gone = attempt.order.operation === 'cancellation' && answer.responseCode === '21';
  if (isApproval(answer.responseCode) || gone) return end(known, { kind: 'approved' }, []);
  const { reason } = codeRow(answer.responseCode, false);
  return end(known, { kind: 'declined', reason }, []);
}

function giveUp(attempt: CardAttempt): CardStep {
  switch (attempt.phase) {
    case 'sending':
      return undo(attempt, 'no_answer');
    case 'completing':
      return undo(attempt, 'interrupted');
    case 'signing':
      return undo(attempt, 'signature_refused');
    default:
      return same(attempt);
  }
}

/** The card and its PIN are gone with the process: what was sent is undone, never sent again. */
function restarted(attempt: CardAttempt): CardStep {
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

function end(attempt: CardAttempt, outcome: CardOutcome, effects: readonly CardEffect[]): CardStep {
  return { attempt: { ...attempt, phase: 'final', outcome }, effects };
}
