/** `cancelling`: the attempt was given up and the cancel is repeated until the wallet is definite.
 *
 *  Money that shows up meanwhile is left to the cancel, which gives it back. Where the wallet refuses to cancel, or the
 *  window for it is over, the wallet is asked, and money found goes back by refund. */
import { unreachable } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import {
  alarmOf,
  CALL_CANCEL,
  cameAndWent,
  cancelUnpaid,
  closedWhileOpen,
  foundLate,
  unchanged,
} from './payment-ends.ts';
import type { PaymentDecision, PaymentEffect, PaymentEvent } from './payment-events.ts';
import { advance, tradeFacts } from './payment-record.ts';
import { backoffMs, callsForPerson, type PaymentPolicy } from './policy.ts';
import type { PaymentRecord } from './ports.ts';
import type { CancelAnswer, WalletTrade } from './wallet-port.ts';

const CALL_QUERY: PaymentEffect = { kind: 'call', call: { call: 'query', purpose: 'cancel_refused' } };

export function stepCancelling(
  record: PaymentRecord,
  event: PaymentEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (event.kind) {
    case 'due':
    case 'check_requested':
      return unchanged(record, now < record.createdAt + policy.cancelWindowMs ? CALL_CANCEL : CALL_QUERY);
    case 'cancel_answered':
      return cancelAnswered(record, event.answer, now, policy);
    case 'query_answered':
      return queryAnswered(record, event, now, policy);
    case 'pay_answered':
      return event.answer.kind === 'paid' ? noteTrade(record, event.answer.trade, now) : unchanged(record);
    case 'notified':
      return { record: advance(record, now, { nextActionAt: now }), effects: [] };
    case 'started':
    case 'precreate_answered':
    case 'cancel_requested':
    case 'sale_closed':
    case 'return_settled':
      return unchanged(record);
    default:
      return unreachable(event);
  }
}

function cancelAnswered(
  record: PaymentRecord,
  answer: CancelAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (answer.kind) {
    case 'cancelled':
      return answer.action === 'refund'
        ? cameAndWent(record, now, 'cancelled')
        : cancelUnpaid(record, now, policy);
    case 'retry_later':
    case 'unknown':
      return tryAgainLater(record, now, policy);
    case 'refused':
      return tryAgainLater(record, now, policy, CALL_QUERY);
    default:
      return unreachable(answer);
  }
}

function tryAgainLater(
  record: PaymentRecord,
  now: EpochMs,
  policy: PaymentPolicy,
  ...effects: readonly PaymentEffect[]
): PaymentDecision {
  const cancelsMade = record.cancelsMade + 1;
  const delayMs = backoffMs(policy.cancelRetryFirstMs, policy.cancelRetryMostMs, cancelsMade);
  const next = advance(record, now, { cancelsMade, nextActionAt: now + delayMs });
  return { record: next, effects: callsForPerson(cancelsMade) ? [stuck(next), ...effects] : effects };
}

function stuck(record: PaymentRecord): PaymentEffect {
  const facts = { attemptId: record.attemptId, tid: record.tid, tries: record.cancelsMade };
  return { kind: 'alarm', alarm: 'cancel_not_settled', facts };
}

function queryAnswered(
  record: PaymentRecord,
  event: Extract<PaymentEvent, { kind: 'query_answered' }>,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const { answer } = event;
  const cancelIsNoWay = event.purpose === 'cancel_refused';
  switch (answer.kind) {
    case 'closed':
      return closedWhileOpen(record, answer.trade, now, policy);
    case 'paid': {
      if (!cancelIsNoWay) return noteTrade(record, answer.trade, now);
      const alarm = alarmOf(record, answer.trade);
      if (alarm === null) return foundLate(record, answer.trade, now);
      // An amount that we never ordered is not ours to refund by our own books: it stays open and keeps alarming.
      return tryAgainLater(record, now, policy, alarm);
    }
    case 'not_found':
      return cancelIsNoWay ? cancelUnpaid(record, now, policy) : unchanged(record);
    case 'pending':
    case 'unknown':
      return cancelIsNoWay ? tryAgainLater(record, now, policy) : unchanged(record);
    default:
      return unreachable(answer);
  }
}

function noteTrade(record: PaymentRecord, trade: WalletTrade, now: EpochMs): PaymentDecision {
  const alarm = alarmOf(record, trade);
  if (alarm !== null) return unchanged(record, alarm);
  return { record: advance(record, now, tradeFacts(record, trade)), effects: [] };
}
