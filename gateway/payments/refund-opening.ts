/** Opens refunds: the limit is reserved on the payment's row before anything is asked of the wallet. */
import { AmurError } from '../kernel/errors.ts';
import type { RefundId, Tid } from '../kernel/identifiers.ts';
import { cumulativeShare, type Money, zero } from '../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { advance } from './payment-record.ts';
import type { PaymentRecord, RefundRecord } from './ports.ts';

export interface RefundRequest {
  readonly refundId: RefundId;
  readonly tid: Tid;
  readonly amount: Money;
  readonly reason: string;
  readonly operator: string;
  readonly contentHash: string;
}

export interface OpenedRefund {
  readonly payment: PaymentRecord;
  readonly refund: RefundRecord;
}

/** A refund asked for at the till, of all or a part. Commit both rows together.
 *  Errors  PAYMENT_NOT_REFUNDABLE | CURRENCY_MISMATCH | REFUND_EXCEEDS_PAID | AMOUNT_OUT_OF_RANGE when the part is worth
 *          less than the wallet's smallest unit */
export function openRefund(
  payment: PaymentRecord,
  request: RefundRequest,
  now: EpochMs,
  resumeAfterMs: number,
): OpenedRefund {
  if (payment.state !== 'approved') throw new AmurError('PAYMENT_NOT_REFUNDABLE', { state: payment.state });
  const order = orderShare(payment, request.amount);
  return open(payment, { ...request, order, cause: 'till' }, now, resumeAfterMs);
}

/** The return, by ourselves, of all that is left of a payment; null when nothing is left. */
export function openAutoReturn(
  payment: PaymentRecord,
  refundId: RefundId,
  now: EpochMs,
  resumeAfterMs: number,
): OpenedRefund | null {
  const order = rest(payment.order, payment.refundedOrder);
  if (order.amountMinor === 0n) return null;
  const amount = rest(payment.amount, payment.refundedPrice);
  const request = {
    refundId,
    tid: payment.tid,
    amount,
    reason: 'auto_return',
    operator: payment.operator,
    contentHash: 'auto_return',
  };
  return open(payment, { ...request, order, cause: 'auto_return' }, now, resumeAfterMs);
}

/** Undoes the reservation of a refund that was declined. */
export function releaseRefund(payment: PaymentRecord, refund: RefundRecord, now: EpochMs): PaymentRecord {
  return advance(payment, now, {
    refundedPrice: rest(payment.refundedPrice, refund.amount),
    refundedOrder: rest(payment.refundedOrder, refund.order),
  });
}

/** The part of the order that goes back with `amount` of the price: cut from the running sum, so that the refund which
 *  completes the price takes what is left of the order exactly. */
function orderShare(payment: PaymentRecord, amount: Money): Money {
  if (amount.currency !== payment.amount.currency) {
    throw new AmurError('CURRENCY_MISMATCH', { left: payment.amount.currency, right: amount.currency });
  }
  const left = rest(payment.amount, payment.refundedPrice);
  if (amount.amountMinor > left.amountMinor) {
    throw new AmurError('REFUND_EXCEEDS_PAID', {
      left: left.amountMinor.toString(),
      asked: amount.amountMinor.toString(),
    });
  }
  const through = { ...amount, amountMinor: payment.refundedPrice.amountMinor + amount.amountMinor };
  const share = cumulativeShare(payment.order, payment.amount, zero(amount.currency), through);
  const order = rest(share, payment.refundedOrder);
  if (order.amountMinor <= 0n) {
    throw new AmurError('AMOUNT_OUT_OF_RANGE', { asked: amount.amountMinor.toString(), order: '0' });
  }
  return order;
}

function open(
  payment: PaymentRecord,
  request: RefundRequest & { readonly order: Money; readonly cause: RefundRecord['cause'] },
  now: EpochMs,
  resumeAfterMs: number,
): OpenedRefund {
  const refund: RefundRecord = {
    refundId: request.refundId,
    attemptId: payment.attemptId,
    saleId: payment.saleId,
    tid: request.tid,
    mid: payment.mid,
    state: 'intent',
    version: 1,
    cause: request.cause,
    contentHash: request.contentHash,
    amount: request.amount,
    order: request.order,
    reason: request.reason,
    operator: request.operator,
    declineCode: null,
    triesMade: 0,
    nextActionAt: now + resumeAfterMs,
    businessDate: localTime(now, MOSCOW_OFFSET_MINUTES).date,
    createdAt: now,
    updatedAt: now,
  };
  const reserved = advance(payment, now, {
    refundedPrice: sum(payment.refundedPrice, request.amount),
    refundedOrder: sum(payment.refundedOrder, request.order),
  });
  return { payment: reserved, refund };
}

function rest(whole: Money, part: Money): Money {
  return { amountMinor: whole.amountMinor - part.amountMinor, currency: whole.currency };
}

function sum(left: Money, right: Money): Money {
  return { amountMinor: left.amountMinor + right.amountMinor, currency: left.currency };
}
