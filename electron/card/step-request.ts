/** Up to the request: the card is read, conversion offered, the card signs. Nothing has been sent yet. */
import type { CardAuthorisation, CardRead, Done, Ended } from '../../drivers/contract/pin-pad.ts';
import type { CardOperationName } from '../contract/card-view.ts';
import { type CardAttempt, summaryOf } from './card-attempt.ts';
import type { CardEvent } from './card-events.ts';
import { chipEnd } from './chip-end.ts';
import { fallbackAllowed } from './entry-mode.ts';
import { type CardStep, end, ended } from './step-ends.ts';

/** Operations whose price may be converted, and which the card itself signs. */
const OFFERED: ReadonlySet<CardOperationName> = new Set(['sale', 'preauthorisation']);

export function wasRead(attempt: CardAttempt, result: Done<CardRead> | Ended): CardStep {
  if (result.kind === 'ended') return ended(attempt, result.why);
  const { operation, original } = attempt.order;
  const known: CardAttempt = { ...attempt, card: summaryOf(result.value, null) };
  if (result.value.entry === 'fallback' && !fallbackAllowed(operation)) {
    return end(known, { kind: 'declined', reason: 'CARD_FALLBACK_NOT_ALLOWED' }, [{ do: 'abort_pad' }]);
  }
  // Money goes back to the card it came from; the gateway compares the whole number.
  if (original !== null && !sameCard(original.maskedPan, result.value.maskedPan)) {
    return end(known, { kind: 'declined', reason: 'CARD_NOT_ORIGINAL' }, [{ do: 'abort_pad' }]);
  }
  if (!OFFERED.has(operation)) return authorise(known);
  return { attempt: { ...known, phase: 'offering' }, effects: [{ do: 'ask_offer' }] };
}

function sameCard(one: string, other: string): boolean {
  return one.slice(0, 6) === other.slice(0, 6) && one.slice(-4) === other.slice(-4);
}

export function offered(attempt: CardAttempt, event: Extract<CardEvent, { kind: 'offered' }>): CardStep {
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

export function chosen(attempt: CardAttempt, accept: boolean): CardStep {
  const { conversion } = attempt;
  return authorise({
    ...attempt,
    conversion: conversion === null ? null : { ...conversion, chosen: accept },
  });
}

export function authorise(attempt: CardAttempt): CardStep {
  return { attempt: { ...attempt, phase: 'authorising' }, effects: [{ do: 'authorise' }] };
}

export function authorised(attempt: CardAttempt, result: Done<CardAuthorisation> | Ended): CardStep {
  if (result.kind === 'ended') return ended(attempt, result.why);
  const { cvm, cardDeclined } = result.value;
  const known: CardAttempt = { ...attempt, cvm, chip: chipEnd(result.value.emv) };
  if (cardDeclined) {
    return end(known, { kind: 'declined', reason: 'CARD_DECLINED_OFFLINE' }, [
      { do: 'release_pad', responseCode: null },
    ]);
  }
  return send(known);
}

export function send(attempt: CardAttempt): CardStep {
  return {
    attempt: { ...attempt, phase: 'sending', sends: attempt.sends + 1, answer: null },
    effects: [{ do: 'send' }],
  };
}
