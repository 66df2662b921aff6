/** The payment at the till as a pure state machine. A lost answer is never a decline: it is asked for until it is definite.
 *
 *  Errors of the gateway come as codes. Only one that says the start was refused ends the attempt, and at once only if
 *  it was sent once; after a second sending the first may still be on its way, so the attempt is first given up at the
 *  gateway (a tombstone) and ends with the gateway's word. */
import { equal, type Money, moneyFromJson } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import type { Attempt, AttemptOutcome, AttemptRequest } from './attempt.ts';

export interface TenderPolicy {
  readonly askEveryMs: number;
  readonly resendWithinMs: number;
}

export type AttemptEvent =
  /** Journaled and wanted: send it. */
  | { readonly kind: 'begin' }
  /** A reply to any request, or an event the gateway sent by itself. */
  | { readonly kind: 'answered'; readonly payment: PaymentWire; readonly by: AttemptRequest | 'event' }
  | { readonly kind: 'failed'; readonly request: AttemptRequest; readonly code: string }
  /** The timer for asking again ran out. What the clock says by now is no matter: somebody may have set it. */
  | { readonly kind: 'tick' }
  | { readonly kind: 'link_up' }
  | { readonly kind: 'check' }
  | { readonly kind: 'give_up'; readonly reason: string };

export interface AttemptStep {
  readonly attempt: Attempt;
  /** The request to make now, if any; at most one is ever under way. */
  readonly send: AttemptRequest | null;
}

/** The gateway refuses a start with these before it has done anything. Whatever else it answers says nothing of the
 *  payment: a store that failed may have failed after the wallet paid. */
const REFUSED = new Set([
  'WALLET_UNSUPPORTED',
  'PERSONAL_CODE_REFUSED',
  'CODE_UNRECOGNISED',
  'AMOUNT_OUT_OF_RANGE',
  'QUOTE_NOT_FOUND',
  'QUOTE_EXPIRED',
  'QUOTE_USED',
  'RATE_UNAVAILABLE',
  'SALE_CONFLICT',
  'MESSAGE_MALFORMED',
  'MESSAGE_TOO_LARGE',
  'MESSAGE_VERSION_UNSUPPORTED',
  'MESSAGE_TYPE_UNKNOWN',
]);
const NO_ANSWER = new Set(['LINK_DOWN', 'REPLY_TIMEOUT']);
/** Refusals that name another payment: the gateway must bury this one before it counts as ended. */
const BURY_FIRST = new Set(['SALE_HAS_LIVE_ATTEMPT', 'SALE_ALREADY_PAID', 'PAYMENT_CONFLICT', 'SALE_CLOSED']);

export function stepAttempt(
  attempt: Attempt,
  event: AttemptEvent,
  now: EpochMs,
  policy: TenderPolicy,
): AttemptStep {
  if (attempt.phase === 'final') return { attempt, send: null };
  switch (event.kind) {
    case 'begin':
      return send(attempt, 'payment.start');
    case 'answered':
      return answered(attempt, event.payment, event.by, now, policy);
    case 'failed':
      return failed({ ...attempt, request: null }, event.request, event.code, now, policy);
    case 'tick':
      return attempt.askAt === null ? { attempt, send: null } : ask(attempt);
    case 'link_up':
      return ask(attempt);
    case 'check':
      return attempt.request === null
        ? send(
            attempt,
            attempt.phase === 'open' && attempt.wish === 'pay' ? 'payment.check' : asking(attempt),
          )
        : { attempt, send: null };
    case 'give_up':
      return ask({
        ...attempt,
        wish: 'cancel',
        wishReason: attempt.wishReason ?? event.reason,
      });
  }
}

/** True when the gateway's word fits what was asked; anything else is an alarm, not a payment. */
export function sameOrder(attempt: Attempt, payment: PaymentWire): boolean {
  const { order } = attempt;
  return (
    payment.attemptId === order.attemptId &&
    payment.saleId === order.saleId &&
    equal(moneyFromJson(payment.amount), order.amount)
  );
}

function answered(
  before: Attempt,
  payment: PaymentWire,
  by: AttemptRequest | 'event',
  now: EpochMs,
  policy: TenderPolicy,
): AttemptStep {
  const attempt = by === 'event' ? before : { ...before, request: null, gatewayAnswering: true };
  if (!sameOrder(attempt, payment)) return later(attempt, now, policy);
  const newest =
    attempt.payment !== null && attempt.payment.version > payment.version ? attempt.payment : payment;
  const known: Attempt = { ...attempt, payment: newest, phase: 'open', code: null };
  const outcome = outcomeOf(newest, known);
  if (outcome !== null) {
    return { attempt: { ...known, phase: 'final', outcome, askAt: null, request: null }, send: null };
  }
  const cancelOwed = known.wish === 'cancel' && newest.state !== 'cancelling' && by !== 'payment.cancel';
  if (cancelOwed && known.request === null) return send(known, 'payment.cancel');
  return later(known, now, policy);
}

/** Null while the gateway is not done with it. */
export function outcomeOf(payment: PaymentWire, attempt: Attempt): AttemptOutcome | null {
  switch (payment.state) {
    case 'approved':
      // An approval whose money is already going back was never this sale's.
      if (payment.autoReturn !== null) return { kind: 'cancelled', reasonCode: 'MONEY_RETURNED' };
      return { kind: 'approved' };
    case 'declined':
      return { kind: 'declined', reasonCode: payment.declineCode ?? 'DECLINED' };
    case 'cancelled':
      return { kind: 'cancelled', reasonCode: attempt.wishReason ?? 'CANCELLED_BY_GATEWAY' };
    case 'returned_late':
      return { kind: 'cancelled', reasonCode: 'MONEY_RETURNED' };
    case 'intent':
    case 'waiting':
    case 'unknown':
    case 'cancelling':
      return null;
  }
}

function failed(
  attempt: Attempt,
  request: AttemptRequest,
  code: string,
  now: EpochMs,
  policy: TenderPolicy,
): AttemptStep {
  // Nothing left this till, ever: that much is certain.
  if (code === 'LINK_DOWN' && request === 'payment.start' && attempt.sends === 1) {
    return end(attempt, { kind: 'cancelled', reasonCode: 'LINK_DOWN' });
  }
  const known = { ...attempt, gatewayAnswering: !NO_ANSWER.has(code) };
  if (code === 'PAYMENT_NOT_FOUND') return notFound(known, request, now, policy);
  if (request !== 'payment.start') return later(known, now, policy);
  if (BURY_FIRST.has(code) || (REFUSED.has(code) && known.sends > 1)) {
    return send({ ...known, wish: 'cancel', wishReason: code }, 'payment.cancel');
  }
  return REFUSED.has(code) ? end(known, { kind: 'declined', reasonCode: code }) : later(known, now, policy);
}

/** The start was lost on the way: the same one again while the customer still stands there, a tombstone later. */
function notFound(
  attempt: Attempt,
  request: AttemptRequest,
  now: EpochMs,
  policy: TenderPolicy,
): AttemptStep {
  if (request === 'payment.cancel') return later(attempt, now, policy);
  const canResend = attempt.order.method === 'shown' || attempt.code !== null;
  const inTime = now - attempt.order.startedAt <= policy.resendWithinMs;
  if (attempt.wish === 'pay' && canResend && inTime && attempt.phase === 'sending') {
    return send(attempt, 'payment.start');
  }
  const wishReason = attempt.wishReason ?? 'NOT_SENT_IN_TIME';
  return send({ ...attempt, wish: 'cancel', wishReason }, 'payment.cancel');
}

/** With a request under way nothing is planned: whatever becomes of it plans the next time. */
function ask(attempt: Attempt): AttemptStep {
  if (attempt.request !== null) return { attempt: { ...attempt, askAt: null }, send: null };
  return send(attempt, asking(attempt));
}

/** A payment that was given up is cancelled, not asked about, until the gateway says it is at it. */
function asking(attempt: Attempt): AttemptRequest {
  return attempt.wish === 'cancel' && attempt.payment?.state !== 'cancelling'
    ? 'payment.cancel'
    : 'payment.get';
}

function send(attempt: Attempt, request: AttemptRequest): AttemptStep {
  const sends = attempt.sends + (request === 'payment.start' ? 1 : 0);
  return { attempt: { ...attempt, request, sends, askAt: null }, send: request };
}

function later(attempt: Attempt, now: EpochMs, policy: TenderPolicy): AttemptStep {
  return { attempt: { ...attempt, askAt: now + policy.askEveryMs }, send: null };
}

function end(attempt: Attempt, outcome: AttemptOutcome): AttemptStep {
  return { attempt: { ...attempt, phase: 'final', outcome, code: null, askAt: null }, send: null };
}

/** What the customer's account was charged, or will be: the wallet's word before ours. */
export function yuanOf(attempt: Attempt): Money | null {
  const { payment, order } = attempt;
  if (payment?.payer != null) return moneyFromJson(payment.payer);
  if (payment !== null && payment.order.currency === 'CNY') return moneyFromJson(payment.order);
  return order.yuan;
}
