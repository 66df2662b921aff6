/** A refund at the till as a pure state machine: the same request under the same key until the answer is definite. */
import { equal, type Money, moneyFromJson } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { RefundWire } from '../../gateway/wire/messages.ts';
import type { RefundLine } from './plan.ts';

export interface RefundOrder {
  readonly refundId: string;
  readonly saleId: string;
  /** The payment it is taken from; null for cash. */
  readonly attemptId: string | null;
  /** The card transaction it is taken from; absent in journals of before cards. */
  readonly cardAttemptId?: string | null;
  readonly amount: Money;
  readonly yuan: Money | null;
  readonly lines: readonly RefundLine[];
  readonly reason: string;
  readonly operator: string;
  readonly supervisorId: string;
  readonly startedAt: EpochMs;
}

export type RefundRequest = 'refund.start' | 'refund.get';

export interface Refund {
  readonly order: RefundOrder;
  /** `sending` until the gateway answered once, then as it says. */
  readonly state: 'sending' | 'unknown' | 'awaiting_funds' | 'approved' | 'declined';
  readonly reasonCode: string | null;
  readonly wire: RefundWire | null;
  readonly sends: number;
  readonly request: RefundRequest | null;
  readonly askAt: EpochMs | null;
}

export type RefundEvent =
  | { readonly kind: 'begin' }
  | { readonly kind: 'answered'; readonly refund: RefundWire; readonly by: RefundRequest | 'event' }
  | { readonly kind: 'failed'; readonly request: RefundRequest; readonly code: string }
  | { readonly kind: 'tick' }
  | { readonly kind: 'link_up' };

export interface RefundStep {
  readonly refund: Refund;
  readonly send: RefundRequest | null;
}

/** The gateway or the payment it names can never accept this refund. */
const DEFINITE = new Set([
  'PAYMENT_NOT_FOUND',
  'PAYMENT_NOT_REFUNDABLE',
  'REFUND_EXCEEDS_PAID',
  'AMOUNT_OUT_OF_RANGE',
  'MESSAGE_MALFORMED',
]);

export function newRefund(order: RefundOrder): Refund {
  return { order, state: 'sending', reasonCode: null, wire: null, sends: 0, request: null, askAt: null };
}

export function isRefundFinal(refund: Refund): boolean {
  return refund.state === 'approved' || refund.state === 'declined';
}

export function stepRefund(
  refund: Refund,
  event: RefundEvent,
  now: EpochMs,
  policy: { readonly askEveryMs: number },
): RefundStep {
  if (isRefundFinal(refund)) return { refund, send: null };
  switch (event.kind) {
    case 'begin':
      return send(refund, 'refund.start');
    case 'answered':
      return answered(refund, event.refund, event.by, now, policy);
    case 'failed':
      return failed({ ...refund, request: null }, event.request, event.code, now, policy);
    case 'tick':
      return ticked(refund);
    case 'link_up':
      return refund.request === null ? send(refund, 'refund.get') : { refund, send: null };
  }
}

/** The timer ran out; what the clock says by now is no matter: somebody may have set it.
 *  With a request under way nothing is planned: whatever becomes of it plans the next time. */
function ticked(refund: Refund): RefundStep {
  if (refund.askAt === null) return { refund, send: null };
  if (refund.request !== null) return { refund: { ...refund, askAt: null }, send: null };
  return send(refund, 'refund.get');
}

function answered(
  before: Refund,
  wire: RefundWire,
  by: RefundRequest | 'event',
  now: EpochMs,
  policy: { readonly askEveryMs: number },
): RefundStep {
  const refund = by === 'event' ? before : { ...before, request: null };
  const fits =
    wire.refundId === refund.order.refundId && equal(moneyFromJson(wire.amount), refund.order.amount);
  if (!fits) return later(refund, now, policy);
  const newest = refund.wire !== null && refund.wire.version > wire.version ? refund.wire : wire;
  const reasonCode = newest.declineCode ?? (newest.state === 'declined' ? 'DECLINED' : null);
  const state = newest.state === 'intent' ? 'unknown' : newest.state;
  const known: Refund = { ...refund, wire: newest, state, reasonCode };
  return isRefundFinal(known)
    ? { refund: { ...known, request: null, askAt: null }, send: null }
    : later(known, now, policy);
}

function failed(
  refund: Refund,
  request: RefundRequest,
  code: string,
  now: EpochMs,
  policy: { readonly askEveryMs: number },
): RefundStep {
  // The start was lost: the same refund under the same key can only happen once, however often it is sent.
  if (code === 'REFUND_NOT_FOUND' && request === 'refund.get') return send(refund, 'refund.start');
  if (request === 'refund.start' && DEFINITE.has(code)) {
    return { refund: { ...refund, state: 'declined', reasonCode: code, askAt: null }, send: null };
  }
  return later({ ...refund, state: refund.state === 'sending' ? 'unknown' : refund.state }, now, policy);
}

function send(refund: Refund, request: RefundRequest): RefundStep {
  const sends = refund.sends + (request === 'refund.start' ? 1 : 0);
  return { refund: { ...refund, request, sends, askAt: null }, send: request };
}

function later(refund: Refund, now: EpochMs, policy: { readonly askEveryMs: number }): RefundStep {
  return { refund: { ...refund, askAt: now + policy.askEveryMs }, send: null };
}
