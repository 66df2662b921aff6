/** Drives refunds: journals what the machine says, makes the request it wants, and hands what was approved on to the register at the end. */

import { moneyToJson, negate } from '../../gateway/kernel/money.ts';
import type { RefundWire } from '../../gateway/wire/messages.ts';
import { recordCash } from '../journal/counter.ts';
import { insertRefund, saveRefund } from '../journal/refunds.ts';
import { saleById } from '../journal/sales.ts';
import {
  isRefundFinal,
  newRefund,
  type Refund,
  type RefundEvent,
  type RefundOrder,
  type RefundRequest,
  stepRefund,
} from '../refund/step.ts';
import { askGateway } from './ask.ts';
import { beginCardRefund } from './cards/refunds.ts';
import { cashierOf, type TillCore } from './core.ts';
import { registerReturn } from './returns.ts';

/** Journals the refund and sends it; cash goes back at once. */
export function beginRefund(core: TillCore, order: RefundOrder): void {
  if (order.cardAttemptId != null) {
    beginCardRefund(core, order);
    return;
  }
  const refund = newRefund(order);
  insertRefund(core.journal, refund, core.businessDate());
  core.set({ screen: { name: 'refund_progress', refundId: order.refundId } });
  if (order.attemptId === null) {
    const paidOut: Refund = { ...refund, state: 'approved' };
    saveRefund(core.journal, refund, paidOut);
    recordCash(core.journal, {
      shiftNumber: core.state.shift?.number ?? 0,
      kind: 'refund',
      amount: negate(order.amount),
      saleId: order.saleId,
      refundId: order.refundId,
      staffId: cashierOf(core).staffId,
    });
    finishRefund(core, paidOut);
    return;
  }
  advance(core, refund, { kind: 'begin' });
}

export function refundEvent(core: TillCore, refundId: string, event: RefundEvent): void {
  const refund = core.state.refunds.get(refundId);
  // One to a card goes by the card's own messages.
  if (refund === undefined || refund.order.cardAttemptId != null) return;
  advance(core, refund, event);
}

function advance(core: TillCore, before: Refund, event: RefundEvent): void {
  const { refundId } = before.order;
  const { refund, send } = stepRefund(before, event, core.now(), core.parts.policy);
  saveRefund(core.journal, before, refund);
  const refunds = new Map(core.state.refunds);
  if (isRefundFinal(refund)) refunds.delete(refundId);
  else refunds.set(refundId, refund);
  core.set({ refunds });
  if (send !== null) core.effect(() => request(core, refund, send));
  if (refund.askAt !== null) armRefund(core, refundId, refund.askAt);
  if (isRefundFinal(refund)) finishRefund(core, refund);
}

function armRefund(core: TillCore, refundId: string, askAt: number): void {
  const tick = (): void => refundEvent(core, refundId, { kind: 'tick' });
  const run = (): void => core.happen(tick, () => askAgain(core, refundId));
  core.arm(`refund ${refundId}`, askAt - core.now(), run);
}

function request(core: TillCore, { order }: Refund, type: RefundRequest): void {
  const { refundId } = order;
  const handlers = {
    answered: (refund: RefundWire) => refundEvent(core, refundId, { kind: 'answered', refund, by: type }),
    failed: (code: string) => refundEvent(core, refundId, { kind: 'failed', request: type, code }),
    lost: () => askAgain(core, refundId),
  };
  if (type === 'refund.get') {
    askGateway(core, type, { refundId }, handlers);
    return;
  }
  const { attemptId, saleId, amount, reason, operator } = order;
  const body = {
    refundId,
    attemptId: attemptId ?? '',
    saleId,
    amount: moneyToJson(amount),
    reason,
    operator,
  };
  askGateway(core, type, body, handlers);
}

function askAgain(core: TillCore, refundId: string): void {
  const refund = core.state.refunds.get(refundId);
  if (refund === undefined) return;
  const askAt = core.now() + core.parts.policy.askEveryMs;
  core.set({ refunds: new Map(core.state.refunds).set(refundId, { ...refund, request: null, askAt }) });
  armRefund(core, refundId, askAt);
}

/** Shown where the cashier waits for it, told by a notice where they went on. */
export function finishRefund(core: TillCore, refund: Refund): void {
  const { screen } = core.state;
  const { refundId } = refund.order;
  core.disarm(`refund ${refundId}`);
  const approved = refund.state === 'approved';
  if (approved) core.effect(() => registerReturn(core, refund.order, false));
  if (screen.name === 'refund_progress' && screen.refundId === refundId) {
    core.set({ screen: { name: 'refund_done', refund, receiptId: null } });
    return;
  }
  const receiptNumber = saleById(core.journal, refund.order.saleId)?.head.receiptNumber ?? '';
  const code = approved ? 'REFUND_APPROVED' : 'REFUND_DECLINED';
  core.notice(approved ? 'info' : 'warning', code, { receiptNumber, reasonCode: refund.reasonCode ?? '' });
}
