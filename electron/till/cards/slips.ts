/** The papers of card transactions, issued in the transition that makes them true. */
import { parseAttemptId, supportNumber } from '../../../gateway/kernel/identifiers.ts';
import { type CardAttempt, chargedOf } from '../../card/card-attempt.ts';
import { isApproval } from '../../card/response-codes.ts';
import type { BatchCurrencyTotals } from '../../journal/card-batches.ts';
import type { ReceiptKind } from '../../journal/receipts.ts';
import type { SlipCard } from '../../receipt/card-blocks.ts';
import {
  balanceSlip,
  batchReport,
  cardSlip,
  type DeclineSlip,
  declineSlip,
  type SlipHead,
} from '../../receipt/card-slips.ts';
import type { TillCore } from '../core.ts';
import { issuePaper } from '../printing.ts';

type Doc = ReturnType<typeof cardSlip>;

/** The shop's copy with its line to sign on, before the sale is done. */
export function issueSignatureSlip(core: TillCore, attempt: CardAttempt): void {
  issue(core, attempt, 'card_merchant', slipOf(core, attempt, 'merchant', true));
}

/** Of an approved sale: the shop's copy, unless it is out for the signature, and the customer's. */
export function issueCardSlips(core: TillCore, attempt: CardAttempt): void {
  if (!attempt.signatureAsked) {
    issue(core, attempt, 'card_merchant', slipOf(core, attempt, 'merchant', false));
  }
  issue(core, attempt, 'card_customer', slipOf(core, attempt, 'customer', false));
}

/** Of anything else that was approved. A balance is nobody's business but the customer's. */
export function issueOperationSlips(core: TillCore, attempt: CardAttempt): void {
  if (attempt.order.operation !== 'balance') {
    issueCardSlips(core, attempt);
    return;
  }
  const doc = balanceSlip({
    head: slipHead(core, attempt.order.operator),
    card: slipCard(attempt),
    balances: attempt.answer?.balances ?? [],
    supportNumber: supportOf(attempt),
  });
  issue(core, attempt, 'card_customer', doc);
}

/** Where the bank had refused, or may have been asked for money: a customer who was sent away may want it on paper. */
export function issueDeclineSlip(core: TillCore, attempt: CardAttempt): void {
  const { order } = attempt;
  const outcome = declineOf(attempt);
  if (outcome === null) return;
  const doc = declineSlip({
    head: slipHead(core, order.operator),
    operation: order.operation,
    receiptNumber: receiptOf(attempt),
    amount: chargedOf(attempt),
    card: slipCard(attempt),
    outcome,
    supportNumber: supportOf(attempt),
  });
  issue(core, attempt, 'card_note', doc);
}

/** Reversed is only what went through being undone; null where no paper is due: nothing was sent, or nothing was refused. */
function declineOf({ outcome, cause, answer }: CardAttempt): DeclineSlip['outcome'] | null {
  if (outcome === null || outcome.kind === 'approved') return null;
  if (cause !== null) return 'reversed';
  return answer === null || isApproval(answer.responseCode) ? null : 'declined';
}

export function issueBatchReport(
  core: TillCore,
  batch: string,
  totals: readonly BatchCurrencyTotals[],
  agreed: boolean,
): void {
  const head = slipHead(core, core.state.cashier?.staffId ?? '');
  issuePaper(core, {
    kind: 'batch',
    saleId: null,
    refundId: null,
    doc: batchReport({ head, batch, totals, agreed }),
  });
}

function issue(core: TillCore, { order }: CardAttempt, kind: ReceiptKind, doc: Doc): void {
  const receiptId = issuePaper(core, {
    kind,
    saleId: order.saleId,
    refundId: order.refundId,
    doc,
    cardAttemptId: order.attemptId,
  });
  if (core.state.card?.order.attemptId === order.attemptId) core.set({ receiptId });
}

function slipOf(core: TillCore, attempt: CardAttempt, copy: 'merchant' | 'customer', toSign: boolean): Doc {
  const { order } = attempt;
  return cardSlip({
    head: slipHead(core, order.operator),
    copy,
    operation: order.operation,
    receiptNumber: receiptOf(attempt),
    charged: chargedOf(attempt),
    card: slipCard(attempt),
    toSign,
    supportNumber: supportOf(attempt),
  });
}

function receiptOf({ order }: CardAttempt): string | null {
  return order.saleId === null ? null : order.receiptNumber;
}

export function supportOf({ order }: CardAttempt): string {
  return supportNumber(parseAttemptId(order.attemptId));
}

/** What a paper may say of the card: masked, as it is known here. */
export function slipCard(attempt: CardAttempt): SlipCard {
  const { card, answer, conversion, order, request } = attempt;
  return {
    maskedPan: card?.maskedPan ?? order.original?.maskedPan ?? '',
    scheme: card?.scheme ?? null,
    label: card?.label ?? null,
    aid: card?.aid ?? null,
    entry: card?.entry ?? null,
    cvm: attempt.cvm,
    signatureAsked: attempt.signatureAsked,
    authCode: answer?.authCode ?? null,
    rrn: answer?.rrn ?? null,
    responseCode: answer?.responseCode ?? null,
    stan: request?.stan ?? null,
    conversion:
      conversion === null || conversion.chosen === null ? null : { ...conversion, chosen: conversion.chosen },
    billing: answer?.billing ?? null,
  };
}

function slipHead(core: TillCore, operator: string): SlipHead {
  const { shop, identity, staff, policy, link } = core.parts;
  return {
    shop,
    tillName: identity.name,
    cashier: staff.find((s) => s.staffId === operator)?.name ?? operator,
    tid: identity.tid,
    mid: link.merchant?.mid ?? '',
    at: core.now(),
    utcOffsetMinutes: policy.utcOffsetMinutes,
  };
}
