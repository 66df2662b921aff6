/** Records as terminals see them. */
import { type Money, moneyToJson } from '../kernel/money.ts';
import { rateToJson } from '../kernel/rate.ts';
import type { PaymentWire, QuoteWire, RefundWire } from '../wire/messages.ts';
import { hasStep, isOpen } from './payment-record.ts';
import type { PaymentPolicy } from './policy.ts';
import type { PaymentRecord, QuoteRecord, RefundRecord } from './ports.ts';

/** `refunds`: those of this payment; only the ones that we made by ourselves are looked at. */
export function paymentToWire(
  record: PaymentRecord,
  refunds: readonly RefundRecord[],
  policy: PaymentPolicy,
): PaymentWire {
  return {
    attemptId: record.attemptId,
    saleId: record.saleId,
    tenderId: record.tenderId,
    state: record.state,
    wallet: record.wallet,
    method: record.method,
    amount: moneyToJson(record.amount),
    order: moneyToJson(record.order),
    payer: record.payer === null ? null : moneyToJson(record.payer),
    rate: record.rate === null ? null : rateToJson(record.rate),
    codeTail: record.codeTail,
    qr: qrOf(record),
    providerRef: record.providerRef,
    buyer: record.buyer,
    declineCode: record.declineCode,
    steps: [...record.steps],
    inquiry: inquiryOf(record, policy),
    refunded: moneyToJson(record.refundedPrice),
    autoReturn: autoReturnOf(record, refunds),
    businessDate: record.businessDate,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    version: record.version,
  };
}

export function refundToWire(record: RefundRecord): RefundWire {
  return {
    refundId: record.refundId,
    attemptId: record.attemptId,
    saleId: record.saleId,
    state: record.state,
    amount: moneyToJson(record.amount),
    order: moneyToJson(record.order),
    cause: record.cause,
    declineCode: record.declineCode,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    version: record.version,
  };
}

export function quoteToWire(record: QuoteRecord): QuoteWire {
  return {
    quoteId: record.quoteId,
    rate: rateToJson(record.rate),
    sourceRate: rateToJson(record.sourceRate),
    source: record.source,
    sourceDate: record.sourceDate,
    markupBp: record.markupBp,
    issuedAt: record.issuedAt,
    expiresAt: record.expiresAt,
  };
}

/** Only while it may be paid: a code that is being cancelled is not to be shown again. */
function qrOf(record: PaymentRecord): PaymentWire['qr'] {
  if (record.state !== 'waiting' || record.qrContent === null || record.qrExpiresAt === null) return null;
  return { content: record.qrContent, expiresAt: record.qrExpiresAt };
}

function inquiryOf(record: PaymentRecord, policy: PaymentPolicy): PaymentWire['inquiry'] {
  if (!isOpen(record.state)) return null;
  const most =
    record.method === 'scanned'
      ? policy.inquiriesMost
      : Math.ceil(policy.qrLifeMs / policy.inquiryEveryMs) + 1;
  return { made: record.inquiriesMade, most, nextAt: record.nextActionAt, cancelAt: record.cancelAt };
}

function autoReturnOf(record: PaymentRecord, refunds: readonly RefundRecord[]): PaymentWire['autoReturn'] {
  const returns = refunds.filter((refund) => refund.cause === 'auto_return');
  const first = returns[0];
  if (first !== undefined) {
    const amountMinor = returns.reduce((sum, refund) => sum + refund.amount.amountMinor, 0n);
    const amount: Money = { amountMinor, currency: first.amount.currency };
    return { amount: moneyToJson(amount), done: returns.every((refund) => refund.state === 'approved') };
  }
  // The cancel itself gave the money back; there is no refund of ours to show.
  return hasStep(record, 'money_returned') ? { amount: moneyToJson(record.amount), done: true } : null;
}
