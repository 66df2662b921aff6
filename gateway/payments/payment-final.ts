/** Final states. They stay as they are, with one named exception: an attempt that ended without money and is found paid
 *  after all becomes `returned_late`, and its money goes back by itself. */
import { unreachable } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import { alarmOf, CALL_CANCEL, cameAndWent, foundLate, unchanged } from './payment-ends.ts';
import type { PaymentDecision, PaymentEffect, PaymentEvent } from './payment-events.ts';
import { advance, endedAt, fullyRefunded, hasStep, tradeFacts, withSteps } from './payment-record.ts';
import { nextLateLook, type PaymentPolicy } from './policy.ts';
import type { PaymentRecord } from './ports.ts';
import type { CancelAnswer, QueryAnswer, WalletTrade } from './wallet-port.ts';

const CALL_LOOK: PaymentEffect = { kind: 'call', call: { call: 'query', purpose: 'planned' } };

export function stepEndedUnpaid(
  record: PaymentRecord,
  event: PaymentEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const moneyAlreadyBack = hasStep(record, 'money_returned');
  switch (event.kind) {
    case 'due':
    case 'check_requested':
      return moneyAlreadyBack ? nothingOwed(record, now) : unchanged(record, CALL_LOOK);
    case 'notified':
      return moneyAlreadyBack ? unchanged(record) : lookAt(record, now, now);
    case 'query_answered':
      return moneyAlreadyBack ? unchanged(record) : looked(record, event.answer, now, policy);
    case 'pay_answered':
      if (moneyAlreadyBack) return unchanged(record);
      if (event.answer.kind === 'paid') return foundAfterEnd(record, event.answer.trade, now, policy);
      return event.answer.kind === 'pending' ? lookAt(record, now, now) : unchanged(record);
    case 'cancel_answered':
      return moneyAlreadyBack ? unchanged(record) : cancelledAgain(record, event.answer, now, policy);
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

function looked(
  record: PaymentRecord,
  answer: QueryAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (answer.kind) {
    case 'paid':
      return foundAfterEnd(record, answer.trade, now, policy);
    case 'closed':
      return answer.trade !== null && fullyRefunded(record, answer.trade)
        ? cameAndWent(record, now, 'returned_late', tradeFacts(record, answer.trade))
        : lookAgain(record, now, policy);
    case 'not_found':
      return lookAgain(record, now, policy);
    case 'pending': {
      // Still payable: it was to be closed, so it is closed now.
      const retry = lookAt(record, now + policy.lateLookRetryMs, now);
      return { record: retry.record, effects: [CALL_CANCEL] };
    }
    case 'unknown':
      return lookAt(record, now + policy.lateLookRetryMs, now);
    default:
      return unreachable(answer);
  }
}

function foundAfterEnd(
  record: PaymentRecord,
  trade: WalletTrade,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const alarm = alarmOf(record, trade);
  if (alarm === null || alarm.kind !== 'alarm' || alarm.alarm !== 'trade_differs_from_order') {
    return foundLate(record, trade, now);
  }
  const retry = lookAt(record, now + policy.lateLookRetryMs, now);
  return { record: retry.record, effects: [alarm, CALL_CANCEL] };
}

function cancelledAgain(
  record: PaymentRecord,
  answer: CancelAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  if (answer.kind !== 'cancelled') return lookAt(record, now + policy.lateLookRetryMs, now);
  return answer.action === 'refund'
    ? cameAndWent(record, now, 'returned_late')
    : lookAgain(record, now, policy);
}

function lookAgain(record: PaymentRecord, now: EpochMs, policy: PaymentPolicy): PaymentDecision {
  const nextActionAt = nextLateLook(endedAt(record), record.qrExpiresAt, now, policy);
  if (nextActionAt === null && record.nextActionAt === null) return unchanged(record);
  return { record: advance(record, now, { nextActionAt }), effects: [] };
}

function lookAt(record: PaymentRecord, at: EpochMs, now: EpochMs): PaymentDecision {
  return { record: advance(record, now, { nextActionAt: at }), effects: [] };
}

function nothingOwed(record: PaymentRecord, now: EpochMs): PaymentDecision {
  return record.nextActionAt === null
    ? unchanged(record)
    : { record: advance(record, now, { nextActionAt: null }), effects: [] };
}

export function stepApproved(
  record: PaymentRecord,
  event: PaymentEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (event.kind) {
    case 'sale_closed':
      return record.refundedOrder.amountMinor < record.order.amountMinor
        ? unchanged(record, { kind: 'auto_return' })
        : unchanged(record);
    case 'return_settled':
      return settleReturn(record, now);
    case 'notified':
      return lookAt(record, now, now);
    case 'due':
      return unchanged(record, CALL_LOOK);
    case 'query_answered':
      if (event.answer.kind === 'unknown') return lookAt(record, now + policy.lateLookRetryMs, now);
      return agrees(record, event.answer)
        ? nothingOwed(record, now)
        : { ...nothingOwed(record, now), effects: [contradiction(record, event.answer.kind)] };
    case 'cancel_answered':
      return event.answer.kind === 'cancelled'
        ? unchanged(record, contradiction(record, `cancelled_${event.answer.action}`))
        : unchanged(record);
    case 'started':
    case 'pay_answered':
    case 'precreate_answered':
    case 'check_requested':
    case 'cancel_requested':
      return unchanged(record);
    default:
      return unreachable(event);
  }
}

/** A paid trade agrees with an approved payment; a closed one does once all of it was refunded. */
function agrees(record: PaymentRecord, answer: QueryAnswer): boolean {
  if (answer.kind === 'paid') return true;
  return answer.kind === 'closed' && record.refundedOrder.amountMinor === record.order.amountMinor;
}

function contradiction(record: PaymentRecord, found: string): PaymentEffect {
  const facts = { attemptId: record.attemptId, state: record.state, found };
  return { kind: 'alarm', alarm: 'wallet_contradicts_final_state', facts };
}

export function stepReturnedLate(record: PaymentRecord, event: PaymentEvent, now: EpochMs): PaymentDecision {
  switch (event.kind) {
    case 'return_settled':
      return settleReturn(record, now);
    case 'due':
      return nothingOwed(record, now);
    case 'started':
    case 'pay_answered':
    case 'precreate_answered':
    case 'query_answered':
    case 'cancel_answered':
    case 'check_requested':
    case 'cancel_requested':
    case 'sale_closed':
    case 'notified':
      return unchanged(record);
    default:
      return unreachable(event);
  }
}

function settleReturn(record: PaymentRecord, now: EpochMs): PaymentDecision {
  return { record: advance(record, now, { steps: withSteps(record, now, 'money_returned') }), effects: [] };
}
