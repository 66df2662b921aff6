/** A card transaction as screens show it, and which of the card screens it is by now. */
import { moneyToJson } from '../../../gateway/kernel/money.ts';
import { rateToJson } from '../../../gateway/kernel/rate.ts';
import { type CardAttempt, type CardConversion, chargedOf } from '../../card/card-attempt.ts';
import type {
  CardKeyView,
  CardOfferView,
  CardOwedView,
  CardUnknownCause,
  CardView,
  CustomerChargeView,
  PinPadView,
} from '../../contract/card-view.ts';
import type { ScreenView } from '../../contract/view.ts';
import { dueAdviceOf, dueCount, firstDue } from '../../journal/card-advices.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { saleById } from '../../journal/sales.ts';
import { cardKeyReason } from '../cards/begin.ts';
import { isSlow } from '../cards/desk.ts';
import { cardSetAsideFrom } from '../cards/leave.ts';
import { supportOf } from '../cards/slips.ts';
import type { TillCore } from '../core.ts';
import { printOf } from '../printing.ts';
import { basketView } from './basket.ts';
import { refundSaleView } from './refund.ts';

export type CardFace =
  | { readonly name: 'card' | 'card_offer' | 'card_sending' | 'card_signature' }
  | { readonly name: 'card_unknown'; readonly cause: CardUnknownCause };

/** An answer that is only slow is waited for on `card_sending`; after its time the screen says what is not known. */
export function cardFace(core: TillCore, attempt: CardAttempt): CardFace {
  const slow = isSlow(core, attempt);
  switch (attempt.phase) {
    case 'reading':
    case 'offering':
    case 'authorising':
    case 'reentering':
      return { name: 'card' };
    case 'choosing':
      return { name: 'card_offer' };
    case 'sending':
      return slow ? { name: 'card_unknown', cause: 'no_answer' } : { name: 'card_sending' };
    case 'completing':
    case 'final':
      return { name: 'card_sending' };
    case 'asking':
      return slow ? { name: 'card_unknown', cause: 'asked_again' } : { name: 'card_sending' };
    case 'signing':
      return { name: 'card_signature' };
    case 'undoing':
      return { name: 'card_unknown', cause: attempt.cause ?? 'no_answer' };
  }
}

export function cardView(core: TillCore, attempt: CardAttempt): CardView {
  const { order, card, request, answer, conversion } = attempt;
  return {
    attemptId: order.attemptId,
    supportNumber: supportOf(attempt),
    operation: order.operation,
    amount: moneyToJson(order.amount),
    charged: moneyToJson(chargedOf(attempt)),
    startedAt: order.startedAt,
    sentAt: request?.sentAt ?? null,
    prompt: core.cards?.pad.prompt ?? { kind: 'idle' },
    promptAgain: isPromptAgain(core, attempt),
    maskedPan: card?.maskedPan ?? order.original?.maskedPan ?? null,
    entry: card?.entry ?? null,
    scheme: card?.scheme ?? null,
    label: card?.label ?? null,
    cvm: attempt.cvm,
    conversion: conversion === null ? null : { ...offerView(conversion), chosen: conversion.chosen },
    responseCode: answer?.responseCode ?? null,
    authCode: answer?.authCode ?? null,
    rrn: answer?.rrn ?? null,
    billing:
      answer?.billing == null
        ? null
        : { amount: moneyToJson(answer.billing.amount), rate: answer.billing.rate },
    reversal: owedView(core, attempt),
    gatewayAnswering: core.parts.link.state === 'up',
    pinPad: core.cards?.pad.state ?? 'absent',
    setAsideFrom: cardSetAsideFrom(core, attempt),
  };
}

export function isPromptAgain({ cards }: TillCore, { phase, card }: CardAttempt): boolean {
  const kind = cards?.pad.prompt.kind;
  return kind === 'enter_pin' ? phase === 'reentering' : kind === 'present_card' && card !== null;
}

function owedView(core: TillCore, { phase, order }: CardAttempt): CardOwedView | null {
  if (phase !== 'undoing' && phase !== 'asking') return null;
  const owed = dueAdviceOf(core.journal, order.attemptId);
  if (owed === null) return null;
  const { tries, responseCode, refused } = owed;
  const next = firstDue(core.journal)?.adviceId === owed.adviceId;
  return { tries, nextAt: next ? (core.cards?.tellAt ?? null) : null, responseCode, refused };
}

export function offerView(conversion: CardConversion): CardOfferView {
  const { price, converted, rate, sourceRate, source, sourceDate, markupBp, expiresAt } = conversion;
  return {
    price: moneyToJson(price),
    converted: moneyToJson(converted),
    rate: rateToJson(rate),
    sourceRate: rateToJson(sourceRate),
    source,
    sourceDate,
    markupBp,
    expiresAt,
  };
}

export function chargeView(attempt: CardAttempt, paid: boolean): CustomerChargeView {
  const { conversion, answer } = attempt;
  const billing = paid ? (answer?.billing ?? null) : null;
  return {
    charged: moneyToJson(chargedOf(attempt)),
    conversion: conversion?.chosen === true ? offerView(conversion) : null,
    billed: billing === null ? null : moneyToJson(billing.amount),
  };
}

/** The screen of a card transaction under way. */
export function cardScreen(core: TillCore, attempt: CardAttempt): ScreenView {
  const { order, conversion } = attempt;
  const face = cardFace(core, attempt);
  const sale = order.refundId === null || order.saleId === null ? null : saleById(core.journal, order.saleId);
  const shown = {
    basket: order.tenderId === null ? null : basketView(core),
    card: cardView(core, attempt),
    refund: sale === null ? null : refundSaleView(core, sale),
  };
  switch (face.name) {
    case 'card_unknown':
      return { ...face, ...shown };
    case 'card_offer':
      return conversion === null
        ? { name: 'card', ...shown }
        : { name: 'card_offer', ...shown, offer: offerView(conversion) };
    case 'card_signature': {
      return { name: 'card_signature', ...shown, print: printOf(core, core.state.receiptId) };
    }
    default:
      return { name: face.name, ...shown };
  }
}

export function cardKeyView(core: TillCore): CardKeyView {
  const reason = cardKeyReason(core);
  return {
    enabled: reason === null,
    reason,
    reversalsOpen: dueCount(core.journal),
    refused: refusedOf(core),
  };
}

function refusedOf(core: TillCore): CardKeyView['refused'] {
  const owed = firstDue(core.journal);
  const attempt = owed?.refused === true ? cardAttemptById(core.journal, owed.attemptId) : null;
  if (owed === null || attempt === null) return null;
  return { responseCode: owed.responseCode ?? '', supportNumber: supportOf(attempt) };
}

export function pinPadView(core: TillCore): PinPadView | null {
  const { cards } = core;
  if (cards === null) return null;
  const { state, prompt, identity } = cards.pad;
  return { state, prompt, serial: identity?.serial ?? null, model: identity?.model ?? null };
}
