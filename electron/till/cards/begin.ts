/** Beginning a card transaction: what must be there, and the order that is journaled before the PIN pad is asked. */
import { RUB } from '../../../gateway/kernel/currency.ts';
import { compare, cumulativeShare, type Money, money, zero } from '../../../gateway/kernel/money.ts';
import {
  type CardAttempt,
  type CardConversion,
  type CardOrder,
  type CardOriginal,
  newCardAttempt,
} from '../../card/card-attempt.ts';
import type { CardKeyReason } from '../../contract/card-reasons.ts';
import { firstDue } from '../../journal/card-advices.ts';
import {
  approvedPreauthorisations,
  cardAttemptById,
  countingFollowers,
  insertCardAttempt,
  openCardAttempts,
} from '../../journal/card-attempts.ts';
import { currentBatch, knownBatch } from '../../journal/card-batches.ts';
import { cashierOf, type TillCore } from '../core.ts';
import { requireGiftTold } from '../gifts.ts';
import { requireTotal } from '../payments.ts';
import { Refusal, type RefusalCode } from '../refusal.ts';
import { currentHead } from '../sales.ts';
import { type PinProof, record, requireSupervisor } from '../staff-commands.ts';
import { cardTerminal } from './desk.ts';
import { cardEvent } from './drive.ts';

/** Why no card transaction can begin now; null when one can. */
export function cardKeyReason(core: TillCore): CardKeyReason | null {
  const { cards } = core;
  if (cards === null) return 'NOT_CONFIGURED';
  switch (cards.pad.state) {
    case 'absent':
      return 'PINPAD_ABSENT';
    case 'faulted':
      return 'PINPAD_FAULTED';
    case 'opening':
      return 'PINPAD_OPENING';
    case 'ready':
      break;
  }
  if (core.parts.link.state !== 'up' || cardTerminal(core) === null) return 'GATEWAY_DOWN';
  const owed = firstDue(core.journal);
  if (owed !== null) return owed.refused ? 'REVERSAL_REFUSED' : 'REVERSAL_PENDING';
  if (openCardAttempts(core.journal).length > 0) return 'TRANSACTION_OPEN';
  const batch = knownBatch(core.journal);
  return batch !== null && batch.state !== 'open' ? 'BATCH_CLOSING' : null;
}

const REFUSALS: Readonly<Record<CardKeyReason, RefusalCode>> = {
  NOT_CONFIGURED: 'PINPAD_NOT_READY',
  PINPAD_ABSENT: 'PINPAD_NOT_READY',
  PINPAD_FAULTED: 'PINPAD_NOT_READY',
  PINPAD_OPENING: 'PINPAD_NOT_READY',
  GATEWAY_DOWN: 'LINK_DOWN',
  REVERSAL_PENDING: 'CARD_REVERSAL_PENDING',
  REVERSAL_REFUSED: 'CARD_REVERSAL_PENDING',
  TRANSACTION_OPEN: 'CARD_TRANSACTION_OPEN',
  BATCH_CLOSING: 'BATCH_CLOSING',
};

/** Errors  PINPAD_NOT_READY | LINK_DOWN | CARD_REVERSAL_PENDING | CARD_TRANSACTION_OPEN | BATCH_CLOSING */
export function requireCards(core: TillCore): void {
  const reason = cardKeyReason(core);
  if (reason !== null) throw new Refusal(REFUSALS[reason], { reason });
}

/** Errors  BASKET_EMPTY | GIFT_NOT_TOLD and requireCards' */
export function beginCardSale(core: TillCore): void {
  const amount = requireTotal(core);
  requireCards(core);
  requireGiftTold(core);
  const { saleId, tenderId, receiptNumber } = currentHead(core);
  const sale = { saleId, wireSaleId: saleId, tenderId, receiptNumber };
  startCard(core, { ...baseOrder(core, 'sale', amount), ...sale });
}

/** Errors  requireCards' */
export function beginBalance(core: TillCore): void {
  requireCards(core);
  startCard(core, baseOrder(core, 'balance', zero(RUB)));
}

/** Errors  requireCards' */
export function beginPreauthorisation(core: TillCore, amountMinor: string): void {
  requireCards(core);
  startCard(core, baseOrder(core, 'preauthorisation', money(BigInt(amountMinor), RUB)));
}

/** Pays the basket from a hold: by the hold's terms where its customer chose yuan, of which its part of the price is taken.
 *  Errors  PREAUTH_NOT_FOUND | PREAUTH_TOO_SMALL | BASKET_EMPTY | GIFT_NOT_TOLD and requireCards' */
export function completePreauthorisation(core: TillCore, attemptId: string): void {
  const held = openPreauthorisation(core, attemptId);
  const amount = requireTotal(core);
  if (compare(amount, held.order.amount) > 0) {
    throw new Refusal('PREAUTH_TOO_SMALL', { held: held.order.amount.amountMinor.toString() });
  }
  requireCards(core);
  requireGiftTold(core);
  const { saleId, tenderId, receiptNumber } = currentHead(core);
  const original = originalOf(held);
  const charged = shareOf(original.charged, held.order.amount, zero(RUB), amount);
  const order: CardOrder = {
    ...baseOrder(core, 'completion', amount),
    saleId,
    wireSaleId: saleId,
    tenderId,
    receiptNumber,
    charged,
    original,
  };
  const { conversion } = held;
  const converted = conversion?.chosen === true ? { ...conversion, price: amount, converted: charged } : null;
  startCard(core, order, converted);
}

/** Errors  PREAUTH_NOT_FOUND, requireSupervisor's and requireCards' */
export function cancelPreauthorisation(
  core: TillCore,
  command: PinProof & { readonly attemptId: string; readonly reason: string },
): void {
  const held = openPreauthorisation(core, command.attemptId);
  const { staffId } = requireSupervisor(core, command);
  requireCards(core);
  record(core, { act: 'refund', staffId, subject: command.attemptId, reason: command.reason });
  const original = originalOf(held);
  startCard(core, {
    ...baseOrder(core, 'cancellation', held.order.amount),
    wireSaleId: held.order.wireSaleId,
    receiptNumber: held.order.receiptNumber,
    charged: original.charged,
    original,
  });
}

function openPreauthorisation(core: TillCore, attemptId: string): CardAttempt {
  const held = cardAttemptById(core.journal, attemptId);
  const sound = held?.order.operation === 'preauthorisation' && held.outcome?.kind === 'approved';
  if (held === null || !sound || countingFollowers(core.journal, attemptId).length > 0) {
    throw new Refusal('PREAUTH_NOT_FOUND', { attemptId });
  }
  return held;
}

export const PREAUTHORISATIONS_SHOWN = 50;

export function shownPreauthorisations(core: TillCore): readonly CardAttempt[] {
  return approvedPreauthorisations(core.journal, PREAUTHORISATIONS_SHOWN);
}

/** `part` of `whole`, in the currency the card was charged in. Cut from the running sum, so that all parts add up to what the
 *  card was charged. */
export function shareOf(charged: Money, whole: Money, already: Money, part: Money): Money {
  return charged.currency === whole.currency ? part : cumulativeShare(charged, whole, already, part);
}

/** An approved transaction as those name it that follow it. */
export function originalOf({ order, request, answer, card }: CardAttempt): CardOriginal {
  if (request === null || answer === null || answer.rrn === null) {
    throw new Refusal('RECEIPT_NOT_FOUND', { attemptId: order.attemptId });
  }
  return {
    attemptId: order.attemptId,
    operation: order.operation,
    mti: request.mti,
    stan: request.stan,
    transmittedAt: request.transmittedAt,
    rrn: answer.rrn,
    authCode: answer.authCode,
    entryMode: request.entryMode,
    maskedPan: card?.maskedPan ?? order.original?.maskedPan ?? '',
    charged: request.charged,
  };
}

export function baseOrder(core: TillCore, operation: CardOrder['operation'], amount: Money): CardOrder {
  return {
    attemptId: core.newId(),
    saleId: null,
    wireSaleId: core.newId(),
    tenderId: null,
    receiptNumber: core.state.head?.receiptNumber ?? '0',
    operation,
    amount,
    charged: null,
    original: null,
    refundId: null,
    batch: currentBatch(core.journal).batch,
    operator: cashierOf(core).staffId.slice(0, 28),
    startedAt: core.now(),
  };
}

/** Journals the order and begins. `conversion`: as it was chosen with the original, where its terms are this one's. */
export function startCard(core: TillCore, order: CardOrder, conversion: CardConversion | null = null): void {
  const attempt: CardAttempt = { ...newCardAttempt(order), conversion };
  insertCardAttempt(core.journal, attempt);
  core.set({ card: attempt, attempt: null, screen: { name: 'card_payment' } });
  cardEvent(core, order.attemptId, { kind: 'begin' });
}
