/** Opens refunds: the limit is reserved on the payment's row before anything is asked of the wallet. */
import { orderAtDay, refundAtRate } from '../fx/refund-rate.ts';
import { AmurError, invariant } from '../kernel/errors.ts';
import type { RefundId, Tid } from '../kernel/identifiers.ts';
import { cumulativeShare, type Money, zero } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { goodsLeft, undoesSale } from './gift.ts';
import { advance, receivableOf } from './payment-record.ts';
import type { PaymentRecord, RefundRate, RefundRecord } from './ports.ts';

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

/** The rate of the refund's day, as the board has it. */
export type DayRate = Omit<RefundRate, 'taken'>;

/** Between which currencies a refund of this payment asks for its own day's rate; null where it goes back at the payment's.
 *  A wallet's `next_day` is nobody's to know today: it is booked at the payment's, and the wallet's file shows the rest. */
export function dayRateNeeded(
  payment: PaymentRecord,
): { readonly from: Money['currency']; readonly to: Money['currency'] } | null {
  const { terms, amount, order } = payment;
  if (terms.refundRatePolicy !== 'refund_day') return null;
  if (terms.converter === 'acquirer') return { from: amount.currency, to: order.currency };
  const to = receivableOf(payment)?.currency ?? order.currency;
  return to === order.currency ? null : { from: order.currency, to };
}

/** A refund asked for at the till, of all or a part. Commit both rows together. `dayRate`: where `dayRateNeeded` asks for it.
 *  Errors  PAYMENT_NOT_REFUNDABLE | CURRENCY_MISMATCH | REFUND_EXCEEDS_PAID | AMOUNT_OUT_OF_RANGE when the part is worth
 *          less than the wallet's smallest unit */
export function openRefund(
  payment: PaymentRecord,
  request: RefundRequest,
  now: EpochMs,
  resumeAfterMs: number,
  dayRate: DayRate | null = null,
): OpenedRefund {
  if (payment.state !== 'approved') throw new AmurError('PAYMENT_NOT_REFUNDABLE', { state: payment.state });
  requireLeft(payment, request.amount);
  requireGiftStays(payment, request.amount, now);
  const { order, rate } = goesBack(payment, request.amount, dayRate);
  if (order.amountMinor <= 0n) {
    throw new AmurError('AMOUNT_OUT_OF_RANGE', { asked: request.amount.amountMinor.toString(), order: '0' });
  }
  const about = { ...request, order, ...(rate === null ? {} : { rate }), cause: 'till' } as const;
  return open(payment, about, now, resumeAfterMs);
}

/** The return, by ourselves, of all that is left of a payment, at the payment's own rate; null when nothing is left. */
export function openAutoReturn(
  payment: PaymentRecord,
  refundId: RefundId,
  now: EpochMs,
  resumeAfterMs: number,
): OpenedRefund | null {
  const order = rest(payment.order, payment.refundedOrder);
  const amount = rest(payment.amount, payment.refundedPrice);
  if (order.amountMinor === 0n || amount.amountMinor === 0n) return null;
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

/** Errors  CURRENCY_MISMATCH | REFUND_EXCEEDS_PAID */
function requireLeft(payment: PaymentRecord, amount: Money): void {
  if (amount.currency !== payment.amount.currency) {
    throw new AmurError('CURRENCY_MISMATCH', { left: payment.amount.currency, right: amount.currency });
  }
  const left = rest(payment.amount, payment.refundedPrice);
  // By rates of their own days, refunds of a part of the price may have given back all that was paid.
  const paidLeft = rest(payment.order, payment.refundedOrder);
  if (amount.amountMinor > left.amountMinor || paidLeft.amountMinor === 0n) {
    throw new AmurError('REFUND_EXCEEDS_PAID', {
      left: paidLeft.amountMinor === 0n ? '0' : left.amountMinor.toString(),
      asked: amount.amountMinor.toString(),
    });
  }
}

/** A gift goes back only with the whole sale, on its day. Errors  REFUND_EXCEEDS_PAID */
function requireGiftStays(payment: PaymentRecord, amount: Money, now: EpochMs): void {
  const { gift, amount: price, refundedPrice: refunded, businessDate } = payment;
  if (gift === undefined) return;
  const paid = { charged: price, price, gift, refunded, businessDate };
  if (undoesSale(paid, amount, localTime(now, MOSCOW_OFFSET_MINUTES).date)) return;
  const left = goodsLeft(paid);
  if (amount.amountMinor <= left.amountMinor) return;
  throw new AmurError('REFUND_EXCEEDS_PAID', {
    left: left.amountMinor.toString(),
    asked: amount.amountMinor.toString(),
    gift: gift.amount.amountMinor.toString(),
  });
}

function goesBack(
  payment: PaymentRecord,
  part: Money,
  dayRate: DayRate | null,
): { readonly order: Money; readonly rate: RefundRate | null } {
  if (dayRate === null) return { order: orderShare(payment, part), rate: null };
  if (payment.terms.converter === 'acquirer') {
    const order = orderAtDay({
      ...{ order: payment.order, price: payment.amount, part, saleRate: payment.rate },
      ...{ alreadyOrder: payment.refundedOrder, alreadyPrice: payment.refundedPrice },
      dayRate: onlyLeg(dayRate),
    });
    return { order, rate: { ...dayRate, taken: order } };
  }
  const order = orderShare(payment, part);
  const { taken } = refundAtRate({
    ...{ policy: 'refund_day', order: payment.order, settlement: receivableOf(payment) ?? payment.order },
    ...{ already: payment.refundedOrder, refund: order, dayLegs: dayRate.legs },
  });
  return { order, rate: { ...dayRate, taken } };
}

function onlyLeg({ legs }: DayRate): ExactRate {
  const [leg] = legs;
  invariant(leg !== undefined && legs.length === 1, 'A rate that we sell at is one, marked up.');
  return leg;
}

/** The part of the order that goes back with `amount` of the price: cut from the running sum, so that the refund which
 *  completes the price takes what is left of the order exactly. */
function orderShare(payment: PaymentRecord, amount: Money): Money {
  const through = { ...amount, amountMinor: payment.refundedPrice.amountMinor + amount.amountMinor };
  const share = cumulativeShare(payment.order, payment.amount, zero(amount.currency), through);
  return rest(share, payment.refundedOrder);
}

function open(
  payment: PaymentRecord,
  request: RefundRequest & Pick<RefundRecord, 'order' | 'rate' | 'cause'>,
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
    ...(request.rate === undefined ? {} : { rate: request.rate }),
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
