/** A card transaction at the till as a pure state machine. The financial request leaves once; whatever is not known after it
 *  is undone, and only an accepted answer together with the card's own yes strikes out the reversal journaled before it.
 *  An event that does not belong to the phase is late and changes nothing. */
import type { CardAttempt } from './card-attempt.ts';
import type { CardEffect, CardEvent } from './card-events.ts';
import type { CardPolicy } from './card-policy.ts';
import { acknowledged, completed, exchanged, giveUp, remembered, restarted, signed } from './step-answer.ts';
import { type CardStep, end, ended, same } from './step-ends.ts';
import { authorise, authorised, chosen, offered, send, wasRead } from './step-request.ts';

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
