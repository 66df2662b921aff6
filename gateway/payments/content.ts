/** Tells a replay from a conflict: the same id with the same content is answered with what is stored, and with other
 *  content is refused by the name of the first field that differs. */
import { createHash } from 'node:crypto';
import type { Tid } from '../kernel/identifiers.ts';
import type { RequestBody } from '../wire/messages.ts';
import { giftFromWire, giftText } from './gift.ts';
import type { PaymentRecord, RefundRecord } from './ports.ts';

type StartBody = RequestBody<'payment.start'>;
type RefundBody = RequestBody<'refund.start'>;

export function paymentContentHash(tid: Tid, body: StartBody): string {
  return digest([
    tid,
    body.attemptId,
    body.saleId,
    body.tenderId,
    body.saleTotal.amountMinor,
    body.saleTotal.currency,
    body.amount.amountMinor,
    body.amount.currency,
    body.quoteId,
    body.method.kind,
    body.method.kind === 'scanned' ? codeMark(body.method.code) : '',
    body.subject,
    body.receiptNumber,
    body.operator,
    ...(body.gift === undefined ? [] : [giftText(giftFromWire(body.gift))]),
  ]);
}

export function refundContentHash(tid: Tid, body: RefundBody): string {
  const { amountMinor, currency } = body.amount;
  return digest([
    tid,
    body.refundId,
    body.attemptId,
    body.saleId,
    amountMinor,
    currency,
    body.reason,
    body.operator,
  ]);
}

/** The first field in which a start message differs from the payment stored under its id; null for a replay, and for a
 *  tombstone, which stands for whatever would have been started. */
export function paymentConflict(stored: PaymentRecord, tid: Tid, body: StartBody): string | null {
  if (stored.contentHash === null || stored.contentHash === paymentContentHash(tid, body)) return null;
  const code = body.method.kind === 'scanned' ? body.method.code.slice(-4) : null;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['tid', stored.tid, tid],
    ['saleId', stored.saleId, body.saleId],
    ['tenderId', stored.tenderId, body.tenderId],
    ['amount', moneyText(stored.amount), moneyText(body.amount)],
    ['gift', giftText(stored.gift), giftText(giftFromWire(body.gift))],
    ['method', stored.method, body.method.kind],
    ['code', stored.codeTail, code],
    ['quoteId', stored.quoteId ?? body.quoteId, body.quoteId],
    ['subject', stored.subject, body.subject],
    ['receiptNumber', stored.receiptNumber, body.receiptNumber],
    ['operator', stored.operator, body.operator],
  ];
  return firstDifference(pairs) ?? 'content';
}

export function refundConflict(stored: RefundRecord, tid: Tid, body: RefundBody): string | null {
  if (stored.contentHash === refundContentHash(tid, body)) return null;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['tid', stored.tid, tid],
    ['attemptId', stored.attemptId, body.attemptId],
    ['saleId', stored.saleId, body.saleId],
    ['amount', moneyText(stored.amount), moneyText(body.amount)],
    ['reason', stored.reason, body.reason],
    ['operator', stored.operator, body.operator],
  ];
  return firstDifference(pairs) ?? 'content';
}

function firstDifference(pairs: readonly (readonly [string, unknown, unknown])[]): string | null {
  return pairs.find(([, stored, sent]) => stored !== sent)?.[0] ?? null;
}

function moneyText(value: { readonly amountMinor: bigint | string; readonly currency: string }): string {
  return `${value.amountMinor} ${value.currency}`;
}

/** A code is never stored. Four bytes of its digest tell two codes apart, and fit very many codes each. */
function codeMark(code: string): string {
  return createHash('sha256').update(code, 'utf8').digest('hex').slice(0, 8);
}

function digest(fields: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(fields), 'utf8').digest('hex');
}
