/** Makes the record of a new attempt: what is ordered of the wallet, and under which terms. */
import { CNY, RUB } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { AttemptId, Mid, SaleId, TenderId, Tid } from '../kernel/identifiers.ts';
import { type Money, zero } from '../kernel/money.ts';
import { convert } from '../kernel/rate.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import type { PaymentPolicy } from './policy.ts';
import type { Gift, MerchantRecord, PaymentRecord, QuoteRecord, SaleRecord } from './ports.ts';
import type { WalletOrder } from './wallet-port.ts';

export interface PaymentRequest {
  readonly attemptId: AttemptId;
  readonly saleId: SaleId;
  readonly tenderId: TenderId;
  readonly tid: Tid;
  readonly amount: Money;
  readonly gift?: Gift;
  readonly method: 'scanned' | 'shown';
  readonly codeTail: string | null;
  readonly subject: string;
  readonly receiptNumber: string;
  readonly operator: string;
  readonly contentHash: string;
}

/** Errors  AMOUNT_OUT_OF_RANGE | CURRENCY_MISMATCH */
export function openPayment(
  request: PaymentRequest,
  merchant: MerchantRecord,
  quote: QuoteRecord,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentRecord {
  requireRange(request.amount, policy);
  const weConvert = merchant.terms.converter === 'acquirer';
  const order = weConvert ? convert(request.amount, quote.rate, 'half_up') : request.amount;
  if (order.amountMinor < 1n) {
    throw new AmurError('AMOUNT_OUT_OF_RANGE', { asked: request.amount.amountMinor.toString(), order: '0' });
  }
  return {
    ...blank(request, merchant, now),
    state: 'intent',
    contentHash: request.contentHash,
    order,
    payer: weConvert ? order : null,
    rate: weConvert ? quote.rate : null,
    quoteId: weConvert ? quote.quoteId : null,
    refundedOrder: zero(order.currency),
    nextActionAt: now + policy.resumeAfterMs,
    steps: [{ step: 'sent', at: now }],
  };
}

/** An attempt that was given up before the gateway heard of it: a late start finds it cancelled. Nothing was ordered. */
export function tombstone(
  request: Pick<PaymentRequest, 'attemptId' | 'saleId' | 'tenderId' | 'tid' | 'amount'>,
  merchant: MerchantRecord,
  now: EpochMs,
): PaymentRecord {
  const about = {
    method: 'scanned',
    codeTail: null,
    subject: '-',
    receiptNumber: '-',
    operator: '-',
  } as const;
  const order = zero(merchant.terms.converter === 'acquirer' ? CNY : request.amount.currency);
  return {
    ...blank({ ...request, ...about }, merchant, now),
    state: 'cancelled',
    contentHash: null,
    order,
    refundedOrder: order,
    steps: [{ step: 'cancelled', at: now }],
  };
}

function blank(
  request: Omit<PaymentRequest, 'contentHash'>,
  merchant: MerchantRecord,
  now: EpochMs,
): Omit<PaymentRecord, 'state' | 'contentHash' | 'order' | 'refundedOrder' | 'steps'> {
  return {
    attemptId: request.attemptId,
    saleId: request.saleId,
    tenderId: request.tenderId,
    tid: request.tid,
    mid: merchant.mid,
    version: 1,
    wallet: 'alipay',
    method: request.method,
    amount: request.amount,
    ...(request.gift === undefined ? {} : { gift: request.gift }),
    payer: null,
    settlement: null,
    rate: null,
    quoteId: null,
    terms: merchant.terms,
    subject: request.subject,
    receiptNumber: request.receiptNumber,
    operator: request.operator,
    codeTail: request.codeTail,
    qrContent: null,
    qrExpiresAt: null,
    providerRef: null,
    buyer: null,
    declineCode: null,
    inquiriesMade: 0,
    cancelsMade: 0,
    nextActionAt: null,
    cancelAt: null,
    refundedPrice: zero(request.amount.currency),
    businessDate: localTime(now, MOSCOW_OFFSET_MINUTES).date,
    createdAt: now,
    updatedAt: now,
  };
}

/** Errors  AMOUNT_OUT_OF_RANGE | CURRENCY_MISMATCH */
export function requireRange(amount: Money, policy: PaymentPolicy): void {
  if (amount.currency !== RUB) {
    throw new AmurError('CURRENCY_MISMATCH', { left: RUB, right: amount.currency });
  }
  if (amount.amountMinor < 1n || amount.amountMinor > policy.amountMostMinor) {
    throw new AmurError('AMOUNT_OUT_OF_RANGE', {
      asked: amount.amountMinor.toString(),
      least: '1',
      most: policy.amountMostMinor.toString(),
    });
  }
}

/** The order as every call about this attempt states it: the same each time, from the stored record. */
export function walletOrderOf(record: PaymentRecord): WalletOrder {
  return {
    outTradeNo: record.attemptId,
    order: record.order,
    settleCurrency: record.terms.converter === 'wallet' ? record.terms.settleCurrency : null,
    subject: record.subject,
    storeId: record.mid,
    terminalId: record.tid,
    operator: record.operator,
  };
}

export function newSale(
  request: { readonly saleId: SaleId; readonly tid: Tid; readonly mid: Mid },
  total: Money | null,
): SaleRecord {
  const { saleId, tid, mid } = request;
  const none = { gift: null, giftRevision: 0 };
  const open = { disposition: null, closedBy: null, closedReason: null, closedAt: null };
  return { saleId, tid, mid, total, ...none, ...open, version: 1 };
}
