/** Rows for store tests: plausible, and changed by what a test names. */
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
import type { ExactRate } from '../../../gateway/kernel/rate.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import type {
  ContractTerms,
  MerchantRecord,
  PaymentRecord,
  QuoteRecord,
  RefundRecord,
  SaleRecord,
  TerminalRecord,
} from '../../../gateway/payments/ports.ts';

const ulid = (n: number, letter: string) => `01KABCDEF0${letter}${n.toString().padStart(15, '0')}`;

export const T0 = Date.parse('2026-11-21T09:00:00Z');
export const DAY = '2026-11-21';
export const TID = parseTid('00000001');
export const MID = parseMid('100000000000001');
export const saleId = (n = 1) => parseSaleId(ulid(n, 'S'));
export const tenderId = (n = 1) => parseTenderId(ulid(n, 'T'));
export const attemptId = (n = 1) => parseAttemptId(ulid(n, 'A'));
export const refundId = (n = 1) => parseRefundId(ulid(n, 'R'));
export const quoteId = (n = 1) => parseQuoteId(ulid(n, 'Q'));

export const RATE: ExactRate = { base: CNY, quote: RUB, value: 111_930_475n, scale: 7 };

export const TERMS: ContractTerms = {
  converter: 'acquirer',
  settleCurrency: 'CNY',
  mdrBp: 175,
  mdrReturned: true,
  refundRatePolicy: 'original',
};

export const MERCHANT: MerchantRecord = {
  mid: MID,
  name: 'Магазин «Амур»',
  nameZh: '阿穆尔商店',
  inn: '7707083893',
  address: 'Благовещенск, ул. Ленина, 1',
  markupBp: 150,
  terms: TERMS,
};

export const TERMINAL: TerminalRecord = { tid: TID, mid: MID, publicKey: null, revokedAt: null };

export function quoteRow(changes: Partial<QuoteRecord> = {}): QuoteRecord {
  return {
    quoteId: quoteId(),
    tid: TID,
    rate: RATE,
    sourceRate: { ...RATE, value: 113_635n, scale: 4 },
    source: 'CBR',
    sourceDate: DAY,
    markupBp: 150,
    issuedAt: T0,
    expiresAt: T0 + 60_000,
    ...changes,
  };
}

export function saleRow(changes: Partial<SaleRecord> = {}): SaleRecord {
  return {
    saleId: saleId(),
    tid: TID,
    mid: MID,
    total: money(100_000n, RUB),
    gift: null,
    giftRevision: 0,
    disposition: null,
    closedBy: null,
    closedReason: null,
    closedAt: null,
    version: 1,
    ...changes,
  };
}

export function paymentRow(changes: Partial<PaymentRecord> = {}): PaymentRecord {
  return {
    attemptId: attemptId(),
    saleId: saleId(),
    tenderId: tenderId(),
    tid: TID,
    mid: MID,
    state: 'intent',
    version: 1,
    wallet: 'alipay',
    method: 'scanned',
    contentHash: 'c0ffee',
    amount: money(100_000n, RUB),
    order: money(8_934n, CNY),
    payer: null,
    settlement: null,
    rate: RATE,
    quoteId: quoteId(),
    terms: TERMS,
    subject: 'Чай и пряники',
    receiptNumber: '1-1',
    operator: 'Анна',
    codeTail: '0001',
    qrContent: null,
    qrExpiresAt: null,
    providerRef: null,
    buyer: null,
    declineCode: null,
    inquiriesMade: 0,
    cancelsMade: 0,
    nextActionAt: null,
    cancelAt: null,
    steps: [{ step: 'sent', at: T0 }],
    refundedPrice: money(0n, RUB),
    refundedOrder: money(0n, CNY),
    businessDate: DAY,
    createdAt: T0,
    updatedAt: T0,
    ...changes,
  };
}

export function refundRow(changes: Partial<RefundRecord> = {}): RefundRecord {
  return {
    refundId: refundId(),
    attemptId: attemptId(),
    saleId: saleId(),
    tid: TID,
    mid: MID,
    state: 'intent',
    version: 1,
    cause: 'till',
    contentHash: 'beef',
    amount: money(40_000n, RUB),
    order: money(3_574n, CNY),
    reason: 'Возврат товара',
    operator: 'Анна',
    declineCode: null,
    triesMade: 0,
    nextActionAt: null,
    businessDate: DAY,
    createdAt: T0,
    updatedAt: T0,
    ...changes,
  };
}

export function transferRow(id: string, changes: Partial<Transfer> = {}): Transfer {
  const amount = money(8_934n, CNY);
  return {
    transferId: id,
    template: 'wallet_money_found',
    templateVersion: 1,
    state: 'posted',
    endsTransferId: null,
    reference: attemptId(),
    mid: MID,
    businessDate: DAY,
    postedAt: T0,
    entries: [
      { account: 'wallet_receivable:alipay', side: 'debit', amount },
      { account: 'suspense:alipay', side: 'credit', amount },
    ],
    ...changes,
  };
}
