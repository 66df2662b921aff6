/** A refund as a pure state machine: `intent`, `unknown` and `awaiting_funds` are open, `approved` and `declined` final.
 *
 *  One refund number for all tries, so the wallet can only execute it once. It is approved when the wallet says that
 *  money moved, or an inquiry finds the refund: an accepted request alone is neither. After a try whose outcome is
 *  unknown, or that a killed process may have made, the wallet is asked first. A decline after such a try is believed only once an inquiry, later than any request could
 *  still be on its way, finds nothing. A return that we make by ourselves never ends declined: it is tried until the
 *  money is back, with an alarm at each refusal. */
import { type ErrorFacts, unreachable } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import { backoffMs, callsForPerson, type PaymentPolicy } from './policy.ts';
import type { RefundRecord } from './ports.ts';
import type { QueryAnswer, RefundAnswer, RefundQueryAnswer } from './wallet-port.ts';

export type RefundEvent =
  /** The intent has just been committed by the process that will call the wallet. */
  | { readonly kind: 'started' }
  | { readonly kind: 'due' }
  | { readonly kind: 'refund_answered'; readonly answer: RefundAnswer }
  | { readonly kind: 'refund_query_answered'; readonly answer: RefundQueryAnswer }
  /** `fullyRefunded`: the trade is closed and all of its order went back. */
  | { readonly kind: 'trade_answered'; readonly answer: QueryAnswer; readonly fullyRefunded: boolean };

export type RefundCall =
  | { readonly call: 'refund' }
  | { readonly call: 'refund_query' }
  /** The whole trade, where a return of our own was refused: a cancel may have given the money back already. */
  | { readonly call: 'trade_query' };

export type RefundEffect =
  | { readonly kind: 'call'; readonly call: RefundCall }
  /** Book the refund, in the same commit. */
  | { readonly kind: 'post' }
  /** Give the reserved part of the limit back, in the same commit. */
  | { readonly kind: 'release' }
  | {
      readonly kind: 'alarm';
      readonly alarm: 'return_refused' | 'refund_awaits_funds' | 'refund_not_settled';
      readonly facts: ErrorFacts;
    };

export interface RefundDecision {
  readonly record: RefundRecord;
  readonly effects: readonly RefundEffect[];
}

export function stepRefund(
  record: RefundRecord,
  event: RefundEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): RefundDecision {
  switch (record.state) {
    case 'intent':
    case 'unknown':
    case 'awaiting_funds':
      return stepOpenRefund(record, event, now, policy);
    case 'approved':
    case 'declined':
      return { record, effects: [] };
    default:
      return unreachable(record.state);
  }
}

function stepOpenRefund(
  record: RefundRecord,
  event: RefundEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): RefundDecision {
  switch (event.kind) {
    case 'started':
      return call(record, 'refund');
    case 'due':
      return takeUp(record, now);
    case 'refund_answered':
      return refundAnswered(record, event.answer, now, policy);
    case 'refund_query_answered':
      return refundQueryAnswered(record, event.answer, now, policy);
    case 'trade_answered':
      return event.fullyRefunded ? approveRefund(record, now) : refusedReturn(record, now, policy);
    default:
      return unreachable(event);
  }
}

/** Whoever left an intent behind may have sent it, so that from here on its outcome is unknown. */
function takeUp(record: RefundRecord, now: EpochMs): RefundDecision {
  if (record.state === 'awaiting_funds') return call(record, 'refund');
  if (record.state === 'unknown') return call(record, 'refund_query');
  return call(advanceRefund(record, now, { state: 'unknown' }), 'refund_query');
}

function refundAnswered(
  record: RefundRecord,
  answer: RefundAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): RefundDecision {
  switch (answer.kind) {
    case 'refunded':
      return answer.fresh
        ? approveRefund(record, now)
        : becomeUnknown({ ...record, declineCode: null }, now, policy);
    case 'retry_later':
      return awaitFunds(record, answer.code, now, policy);
    case 'unknown':
      return becomeUnknown(record, now, policy);
    case 'declined':
      return refundDeclined(record, answer.code, now, policy);
    default:
      return unreachable(answer);
  }
}

function refundDeclined(
  record: RefundRecord,
  code: string,
  now: EpochMs,
  policy: PaymentPolicy,
): RefundDecision {
  if (record.cause === 'auto_return') {
    return call(advanceRefund(record, now, { declineCode: code }), 'trade_query');
  }
  if (record.state === 'intent') return declineRefund(record, code, now);
  const hold = {
    state: 'unknown' as const,
    declineCode: code,
    nextActionAt: now + policy.refundDeclineHoldMs,
  };
  return { record: advanceRefund(record, now, hold), effects: [] };
}

function refundQueryAnswered(
  record: RefundRecord,
  answer: RefundQueryAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): RefundDecision {
  switch (answer.kind) {
    case 'refunded':
      return answer.amount.amountMinor === record.order.amountMinor &&
        answer.amount.currency === record.order.currency
        ? approveRefund(record, now)
        : becomeUnknown(record, now, policy);
    case 'not_found':
      // The decline that was held back is confirmed: nothing went through.
      if (record.declineCode !== null && record.cause === 'till' && record.state === 'unknown') {
        return declineRefund(record, record.declineCode, now);
      }
      return call(record, 'refund');
    case 'unknown':
      return becomeUnknown(record, now, policy);
    default:
      return unreachable(answer);
  }
}

function approveRefund(record: RefundRecord, now: EpochMs): RefundDecision {
  const next = advanceRefund(record, now, { state: 'approved', declineCode: null, nextActionAt: null });
  return { record: next, effects: [{ kind: 'post' }] };
}

function declineRefund(record: RefundRecord, code: string, now: EpochMs): RefundDecision {
  const next = advanceRefund(record, now, { state: 'declined', declineCode: code, nextActionAt: null });
  return { record: next, effects: [{ kind: 'release' }] };
}

function becomeUnknown(record: RefundRecord, now: EpochMs, policy: PaymentPolicy): RefundDecision {
  const triesMade = record.triesMade + 1;
  const delayMs = backoffMs(policy.refundRetryFirstMs, policy.refundRetryMostMs, triesMade);
  const next = advanceRefund(record, now, { state: 'unknown', triesMade, nextActionAt: now + delayMs });
  if (!callsForPerson(triesMade)) return { record: next, effects: [] };
  const facts = { refundId: record.refundId, attemptId: record.attemptId, tries: triesMade };
  return { record: next, effects: [{ kind: 'alarm', alarm: 'refund_not_settled', facts }] };
}

function awaitFunds(record: RefundRecord, code: string, now: EpochMs, policy: PaymentPolicy): RefundDecision {
  const facts = { refundId: record.refundId, code };
  return {
    record: fundsRetry(record, now, policy),
    effects: [{ kind: 'alarm', alarm: 'refund_awaits_funds', facts }],
  };
}

function refusedReturn(record: RefundRecord, now: EpochMs, policy: PaymentPolicy): RefundDecision {
  const facts = { refundId: record.refundId, code: record.declineCode ?? '' };
  return {
    record: fundsRetry(record, now, policy),
    effects: [{ kind: 'alarm', alarm: 'return_refused', facts }],
  };
}

function fundsRetry(record: RefundRecord, now: EpochMs, policy: PaymentPolicy): RefundRecord {
  const triesMade = record.triesMade + 1;
  const delayMs = backoffMs(policy.fundsRetryFirstMs, policy.fundsRetryMostMs, triesMade);
  return advanceRefund(record, now, { state: 'awaiting_funds', triesMade, nextActionAt: now + delayMs });
}

function call(record: RefundRecord, which: RefundCall['call']): RefundDecision {
  return { record, effects: [{ kind: 'call', call: { call: which } }] };
}

type RefundChanges = Partial<Omit<RefundRecord, 'refundId' | 'version' | 'updatedAt'>>;

function advanceRefund(record: RefundRecord, now: EpochMs, changes: RefundChanges): RefundRecord {
  return { ...record, ...changes, version: record.version + 1, updatedAt: now };
}
