/** How a card transaction ends, or turns to being undone. */
import type { PinPadEnd } from '../../drivers/contract/pin-pad.ts';
import type { CardReason } from '../contract/card-reasons.ts';
import type { CardUnknownCause } from '../contract/card-view.ts';
import type { CardAttempt, CardOutcome } from './card-attempt.ts';
import type { CardEffect, ReversalCause } from './card-events.ts';

export interface CardStep {
  readonly attempt: CardAttempt;
  /** In this order. */
  readonly effects: readonly CardEffect[];
}

export const same = (attempt: CardAttempt): CardStep => ({ attempt, effects: [] });

export function end(attempt: CardAttempt, outcome: CardOutcome, effects: readonly CardEffect[]): CardStep {
  return { attempt: { ...attempt, phase: 'final', outcome }, effects };
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
  keys_exhausted: 'PINPAD_KEYS_ENDED',
  device_lost: 'PINPAD_LOST',
};

/** Nothing is under way at the bank: what had been sent was declined. */
export function ended(attempt: CardAttempt, why: PinPadEnd): CardStep {
  const stuck = why === 'busy' || why === 'device_lost' || why === 'keys_exhausted';
  return end(attempt, { kind: 'cancelled', reason: ENDS[why] }, stuck ? [{ do: 'abort_pad' }] : []);
}

/** Why the bank is told to undo it. */
export const CAUSES: Readonly<
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

/** What is still being asked for is reversed instead, whether it had arrived or not. */
export function withdraw(attempt: CardAttempt): CardStep {
  return {
    attempt: { ...attempt, phase: 'undoing', cause: 'asked_again' },
    effects: [{ do: 'withdraw' }, { do: 'owe', reason: 'customer_cancelled' }],
  };
}

export function undo(attempt: CardAttempt, cause: CardUnknownCause): CardStep {
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
