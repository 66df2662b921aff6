/** Records and answers that tests of payments start from. */
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import {
  parseAttemptId,
  parseMid,
  parseQuoteId,
  parseRefundId,
  parseSaleId,
  parseTenderId,
  parseTid,
} from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { PaymentEvent } from '../../../gateway/payments/payment-events.ts';
import type {
  ContractTerms,
  MerchantRecord,
  PaymentRecord,
  RefundRecord,
} from '../../../gateway/payments/ports.ts';
import type { WalletTrade } from '../../../gateway/payments/wallet-port.ts';
import type { PaymentState } from '../../../gateway/wire/messages.ts';

export const NOW = 1_795_327_200_000;
export const TID = parseTid('10000001');
export const MID = parseMid('100000000000001');

export function ulid(tail: string): string {
  return tail.padStart(26, '0');
}

export const TERMS: ContractTerms = {
  converter: 'acquirer',
  settleCurrency: 'CNY',
  mdrBp: 180,
  mdrReturned: true,
  refundRatePolicy: 'original',
};

export const MERCHANT: MerchantRecord = {
  mid: MID,
  name: 'Магазин',
  nameZh: '商店',
  inn: '7707083893',
  address: 'Владивосток',
  markupBp: 150,
  terms: TERMS,
};

/** 10,000.00 RUB at 11.2726, which is 887.11 CNY. */
export function payment(state: PaymentState, changes: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    attemptId: parseAttemptId(ulid('A1')),
    saleId: parseSaleId(ulid('S1')),
    tenderId: parseTenderId(ulid('T1')),
    tid: TID,
    mid: MID,
    state,
    version: 3,
    wallet: 'alipay',
    method: 'scanned',
    contentHash: 'hash',
    amount: money(1_000_000n, RUB),
    order: money(88_711n, CNY),
    payer: money(88_711n, CNY),
    settlement: null,
    rate: { base: CNY, quote: RUB, value: 112_726n, scale: 4 },
    quoteId: parseQuoteId(ulid('Q1')),
    terms: TERMS,
    subject: 'Покупка',
    receiptNumber: '12-0001',
    operator: 'Анна',
    codeTail: '4321',
    qrContent: null,
    qrExpiresAt: null,
    providerRef: null,
    buyer: null,
    declineCode: null,
    inquiriesMade: 0,
    cancelsMade: 0,
    nextActionAt: null,
    cancelAt: null,
    steps: [{ step: 'sent', at: NOW - 1_000 }],
    refundedPrice: money(0n, RUB),
    refundedOrder: money(0n, CNY),
    businessDate: '2026-11-22',
    createdAt: NOW - 1_000,
    updatedAt: NOW - 1_000,
    ...changes,
  };
}

export function refund(changes: Partial<RefundRecord> = {}): RefundRecord {
  const base = payment('approved');
  return {
    refundId: parseRefundId(ulid('R1')),
    attemptId: base.attemptId,
    saleId: base.saleId,
    tid: TID,
    mid: MID,
    state: 'intent',
    version: 1,
    cause: 'till',
    contentHash: 'hash',
    amount: money(400_000n, RUB),
    order: money(35_484n, CNY),
    reason: 'Возврат',
    operator: 'Анна',
    declineCode: null,
    triesMade: 0,
    nextActionAt: NOW,
    businessDate: '2026-11-22',
    createdAt: NOW,
    updatedAt: NOW,
    ...changes,
  };
}

export function trade(changes: Partial<WalletTrade> = {}): WalletTrade {
  return {
    providerRef: '2026112222001400001000000001',
    order: money(88_711n, CNY),
    payer: money(88_711n, CNY),
    settlement: null,
    rate: null,
    buyer: '138****1234',
    paidAt: '2026-11-22 14:00:05',
    refunded: null,
    ...changes,
  };
}

export const OTHER_AMOUNT = trade({ order: money(88_710n, CNY) });
export const REFUNDED = trade({ refunded: money(88_711n, CNY) });

const pay = (answer: Extract<PaymentEvent, { kind: 'pay_answered' }>['answer']) =>
  ({ kind: 'pay_answered', answer }) as const;
const query = (
  answer: Extract<PaymentEvent, { kind: 'query_answered' }>['answer'],
  purpose: 'planned' | 'check' | 'cancel_refused' = 'planned',
) => ({ kind: 'query_answered', answer, purpose }) as const;
const precreate = (answer: Extract<PaymentEvent, { kind: 'precreate_answered' }>['answer']) =>
  ({ kind: 'precreate_answered', answer }) as const;
const cancel = (answer: Extract<PaymentEvent, { kind: 'cancel_answered' }>['answer']) =>
  ({ kind: 'cancel_answered', answer }) as const;

/** Everything that can happen to a payment, by a short name. */
export const PAYMENT_EVENTS: Readonly<Record<string, PaymentEvent>> = {
  started: { kind: 'started' },
  due: { kind: 'due' },
  check: { kind: 'check_requested' },
  cancel: { kind: 'cancel_requested' },
  saleClosed: { kind: 'sale_closed' },
  notified: { kind: 'notified' },
  returnSettled: { kind: 'return_settled' },
  payPaid: pay({ kind: 'paid', trade: trade() }),
  payOther: pay({ kind: 'paid', trade: OTHER_AMOUNT }),
  payPending: pay({ kind: 'pending', providerRef: null }),
  payDeclined: pay({ kind: 'declined', code: 'ACQ.PAYMENT_AUTH_CODE_INVALID' }),
  payUnknown: pay({ kind: 'unknown', cause: 'timeout' }),
  qr: precreate({ kind: 'qr', content: 'https://qr.alipay.com/bax00001' }),
  qrDeclined: precreate({ kind: 'declined', code: 'ACQ.INVALID_PARAMETER' }),
  qrUnknown: precreate({ kind: 'unknown', cause: 'timeout' }),
  queryPaid: query({ kind: 'paid', trade: trade() }),
  queryOther: query({ kind: 'paid', trade: OTHER_AMOUNT }),
  queryPending: query({ kind: 'pending', providerRef: null }),
  queryClosed: query({ kind: 'closed', trade: null }),
  queryRefunded: query({ kind: 'closed', trade: REFUNDED }),
  queryNotFound: query({ kind: 'not_found' }),
  queryUnknown: query({ kind: 'unknown', cause: 'timeout' }),
  refusedPaid: query({ kind: 'paid', trade: trade() }, 'cancel_refused'),
  refusedOther: query({ kind: 'paid', trade: OTHER_AMOUNT }, 'cancel_refused'),
  refusedPending: query({ kind: 'pending', providerRef: null }, 'cancel_refused'),
  refusedNotFound: query({ kind: 'not_found' }, 'cancel_refused'),
  cancelledUnpaid: cancel({ kind: 'cancelled', action: 'close' }),
  cancelledNone: cancel({ kind: 'cancelled', action: 'none' }),
  cancelledRefund: cancel({ kind: 'cancelled', action: 'refund' }),
  cancelLater: cancel({ kind: 'retry_later', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }),
  cancelRefused: cancel({ kind: 'refused', code: 'ACQ.CANCEL_WINDOW' }),
  cancelUnknown: cancel({ kind: 'unknown', cause: 'timeout' }),
};
