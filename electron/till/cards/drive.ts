/** Drives a card transaction: journals what the machine says in the transition in which it says it, and has the rest done once
 *  that is durable. */
import type { CardAttempt, CardRequest } from '../../card/card-attempt.ts';
import { chargedOf } from '../../card/card-attempt.ts';
import type { CardEffect, CardEvent } from '../../card/card-events.ts';
import { stepCard } from '../../card/card-step.ts';
import { entryMode } from '../../card/entry-mode.ts';
import { kindOf } from '../../card/messages.ts';
import { transmissionTime } from '../../card/stan.ts';
import {
  type AdviceKind,
  armReversal,
  insertAdvice,
  oweReversal,
  strikeReversal,
  withdrawAdvice,
} from '../../journal/card-advices.ts';
import { cardAttemptById, saveCardAttempt } from '../../journal/card-attempts.ts';
import { takeStan } from '../../journal/card-messages.ts';
import type { TillCore } from '../core.ts';
import { tellOwed } from './advices.ts';
import { raiseAlarm } from './alarms.ts';
import { cardPolicy, showWhenSlow } from './desk.ts';
import { finishCard } from './finish.ts';
import { noteSent } from './notes.ts';
import { askOffer, padEffect } from './pad-steps.ts';
import { persist } from './persist.ts';
import { sendFinancial } from './send.ts';
import { issueSignatureSlip } from './slips.ts';

/** Anything that happens to a card transaction, on the screen or off it. Part of a transition. */
export function cardEvent(core: TillCore, attemptId: string, event: CardEvent): void {
  const { card } = core.state;
  const shown = card?.order.attemptId === attemptId ? card : null;
  const before = shown ?? cardAttemptById(core.journal, attemptId);
  if (before !== null) advance(core, before, event, shown !== null);
}

function advance(core: TillCore, before: CardAttempt, event: CardEvent, shown: boolean): void {
  const { attempt: decided, effects } = stepCard(before, event, cardPolicy(core.parts.policy));
  let attempt = decided;
  for (const effect of effects) attempt = perform(core, attempt, effect);
  saveCardAttempt(core.journal, before, attempt);
  if (shown) core.set({ card: attempt });
  if (attempt.phase === 'signing' && before.phase !== 'signing') {
    if (shown) issueSignatureSlip(core, attempt);
    // Left by the cashier: nobody stands there to compare a signature.
    else cardEvent(core, attempt.order.attemptId, { kind: 'give_up' });
  }
  if (attempt.phase === 'final' && before.phase !== 'final') finishCard(core, attempt, shown);
}

/** The durable part now, the rest after the commit. */
function perform(core: TillCore, attempt: CardAttempt, effect: CardEffect): CardAttempt {
  const { attemptId } = attempt.order;
  switch (effect.do) {
    case 'send': {
      const sent = withRequest(core, attempt);
      core.effect(() => sendFinancial(core, sent));
      return sent;
    }
    case 'advise': {
      const asked = withRequest(core, attempt);
      queueAdvice(core, asked);
      tellOwed(core);
      return asked;
    }
    case 'owe': {
      const at = core.now();
      const name = { stan: takeStan(core.journal), transmittedAt: transmissionTime(at) };
      oweReversal(core.journal, attemptId, name, effect.reason);
      tellOwed(core);
      return attempt;
    }
    case 'withdraw':
      if (attempt.request !== null) withdrawAdvice(core.journal, attemptId, attempt.request);
      return attempt;
    case 'strike':
      strikeReversal(core.journal, attemptId);
      return attempt;
    case 'await_choice':
      core.arm('card-offer', effect.until - core.now(), () =>
        persist(core, 'card-offer-end', () => cardEvent(core, attemptId, { kind: 'offer_expired' })),
      );
      return attempt;
    case 'ask_offer':
      askOffer(core, attempt);
      return attempt;
    case 'alarm':
      raiseAlarm(core, attempt, effect);
      return attempt;
    default:
      core.effect(() => padEffect(core, attempt, effect));
      return attempt;
  }
}

/** STAN, DE7 and, where the bank can be asked to undo it, the reversal that may be owed: durable before the first byte. */
function withRequest(core: TillCore, attempt: CardAttempt): CardAttempt {
  const { order, card } = attempt;
  const sentAt = core.now();
  const request: CardRequest = {
    ...kindOf(order.operation),
    stan: takeStan(core.journal),
    transmittedAt: transmissionTime(sentAt),
    entryMode: card === null ? (order.original?.entryMode ?? '000') : entryMode(card.entry),
    charged: chargedOf(attempt),
    sentAt,
  };
  const sent: CardAttempt = { ...attempt, request };
  if (attempt.phase === 'sending') {
    if (order.operation !== 'balance') armReversal(core.journal, order.attemptId, request);
    noteSent(core, sent, request);
  }
  showWhenSlow(core);
  return sent;
}

const ADVICES: Readonly<Partial<Record<CardAttempt['order']['operation'], AdviceKind>>> = {
  void: 'void',
  completion: 'completion',
  cancellation: 'cancellation',
};

function queueAdvice(core: TillCore, { order, request }: CardAttempt): void {
  const kind = ADVICES[order.operation];
  if (kind === undefined || request === null || order.original === null) return;
  insertAdvice(core.journal, {
    kind,
    attemptId: order.attemptId,
    stan: request.stan,
    transmittedAt: request.transmittedAt,
    original: order.original,
    reason: kind === 'cancellation' ? 'customer_cancelled' : null,
  });
}
