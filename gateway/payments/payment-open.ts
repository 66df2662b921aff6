/** An attempt whose end is not known yet: `intent`, `waiting` (the buyer is to confirm or to scan) and `unknown`.
 *
 *  It is the only open one of its sale, and its sale is open: closing a sale gives its attempts up in the same commit, and
 *  the store refuses an approval against either. So money found here is wanted. */
import { InvariantError, unreachable } from '../kernel/errors.ts';
import type { EpochMs } from '../kernel/time.ts';
import {
  alarmOf,
  approve,
  beginCancelling,
  CALL_CANCEL,
  closedWhileOpen,
  decline,
  unchanged,
} from './payment-ends.ts';
import type { PaymentDecision, PaymentEffect, PaymentEvent } from './payment-events.ts';
import { advance, type PaymentChanges, withSteps } from './payment-record.ts';
import type { PaymentPolicy } from './policy.ts';
import type { PaymentRecord } from './ports.ts';
import type { PayAnswer, PrecreateAnswer, WalletTrade } from './wallet-port.ts';

export function stepOpen(
  record: PaymentRecord,
  event: PaymentEvent,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (event.kind) {
    case 'started':
      return record.state === 'intent' ? unchanged(record, firstCall(record)) : unchanged(record);
    case 'due':
      return takeUp(record, now);
    case 'pay_answered':
      return payAnswered(record, event.answer, now, policy);
    case 'precreate_answered':
      return precreateAnswered(record, event.answer, now, policy);
    case 'query_answered':
      return queryAnswered(record, event, now, policy);
    case 'cancel_answered':
      // A cancel goes out only once the giving up is committed, and no attempt comes back from there.
      throw new InvariantError('An attempt whose cancel is answered was given up before.');
    case 'check_requested':
      return unchanged(record, { kind: 'call', call: { call: 'query', purpose: 'check' } });
    case 'cancel_requested':
    case 'sale_closed':
      return beginCancelling(record, now);
    case 'notified':
      return { record: advance(record, now, { nextActionAt: now }), effects: [] };
    case 'return_settled':
      return unchanged(record);
    default:
      return unreachable(event);
  }
}

function firstCall(record: PaymentRecord): PaymentEffect {
  return { kind: 'call', call: { call: record.method === 'scanned' ? 'pay' : 'precreate' } };
}

/** An intent to show a code that nobody works on any more was never shown: there is nobody to wait for. */
function takeUp(record: PaymentRecord, now: EpochMs): PaymentDecision {
  if (record.state === 'intent' && record.method === 'shown')
    return beginCancelling(record, now, CALL_CANCEL);
  return unchanged(record, { kind: 'call', call: { call: 'query', purpose: 'planned' } });
}

function payAnswered(
  record: PaymentRecord,
  answer: PayAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  switch (answer.kind) {
    case 'paid':
      return paid(record, answer.trade, now, policy);
    case 'pending': {
      const nextActionAt = now + policy.firstInquiryAfterPendingMs;
      return {
        record: advance(record, now, {
          state: 'waiting',
          providerRef: answer.providerRef ?? record.providerRef,
          nextActionAt,
          cancelAt: record.cancelAt ?? giveUpAt(now, nextActionAt, policy),
          steps: withSteps(record, now, 'buyer_confirming'),
        }),
        effects: [],
      };
    }
    case 'declined':
      return decline(record, answer.code, now, policy);
    case 'unknown':
      return record.state === 'intent' ? becomeUnknown(record, now, policy) : unchanged(record);
    default:
      return unreachable(answer);
  }
}

function becomeUnknown(record: PaymentRecord, now: EpochMs, policy: PaymentPolicy): PaymentDecision {
  const nextActionAt = now + policy.firstInquiryAfterUnknownMs;
  const cancelAt = record.cancelAt ?? giveUpAt(now, nextActionAt, policy);
  return {
    record: advance(record, now, {
      state: 'unknown',
      nextActionAt,
      cancelAt,
      steps: withSteps(record, now, 'checking'),
    }),
    effects: [],
  };
}

/** The bound that comes first: of time, or of the number of inquiries. */
function giveUpAt(now: EpochMs, firstInquiryAt: EpochMs, policy: PaymentPolicy): EpochMs {
  const lastInquiryAt = firstInquiryAt + (policy.inquiriesMost - 1) * policy.inquiryEveryMs;
  return Math.min(now + policy.giveUpAfterMs, lastInquiryAt);
}

function precreateAnswered(
  record: PaymentRecord,
  answer: PrecreateAnswer,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  if (record.state !== 'intent') return unchanged(record);
  switch (answer.kind) {
    case 'qr': {
      const qrExpiresAt = now + policy.qrLifeMs;
      return {
        record: advance(record, now, {
          state: 'waiting',
          qrContent: answer.content,
          qrExpiresAt,
          cancelAt: qrExpiresAt,
          nextActionAt: now + policy.inquiryEveryMs,
          steps: withSteps(record, now, 'qr_shown'),
        }),
        effects: [],
      };
    }
    case 'declined':
      return decline(record, answer.code, now, policy);
    case 'unknown':
      // Without a code nobody can pay; a code made all the same is closed before another is asked for.
      return beginCancelling(record, now, CALL_CANCEL);
    default:
      return unreachable(answer);
  }
}

function paid(
  record: PaymentRecord,
  trade: WalletTrade,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const alarm = alarmOf(record, trade);
  if (alarm === null) return approve(record, trade, now);
  if (alarm.kind === 'alarm' && alarm.alarm === 'trade_differs_from_order') {
    return beginCancelling(record, now, alarm, CALL_CANCEL);
  }
  const waitOn = keepInquiring(record, 'unknown', {}, now, policy);
  return { record: waitOn.record, effects: [alarm, ...waitOn.effects] };
}

function queryAnswered(
  record: PaymentRecord,
  event: Extract<PaymentEvent, { kind: 'query_answered' }>,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const { answer } = event;
  const inquiriesMade = record.inquiriesMade + (event.purpose === 'planned' ? 1 : 0);
  const counted = { inquiriesMade };
  // A code on the display stays payable while inquiries fail, or find nothing because nobody has scanned it yet.
  const withoutNews = record.state === 'waiting' && record.method === 'shown' ? 'waiting' : 'unknown';
  switch (answer.kind) {
    case 'paid':
      return paid(record, answer.trade, now, policy);
    case 'closed':
      return closedWhileOpen(record, answer.trade, now, policy);
    case 'pending': {
      const steps = withSteps(record, now, 'buyer_confirming');
      const news = { ...counted, providerRef: answer.providerRef ?? record.providerRef, steps };
      return keepInquiring(record, 'waiting', news, now, policy);
    }
    case 'not_found':
    case 'unknown': {
      const steps = withoutNews === 'unknown' ? withSteps(record, now, 'checking') : record.steps;
      return keepInquiring(record, withoutNews, { ...counted, steps }, now, policy);
    }
    default:
      return unreachable(answer);
  }
}

/** Plans the next inquiry, or cancels at once when the bound is reached: no gap in which the buyer could still pay. */
function keepInquiring(
  record: PaymentRecord,
  state: 'waiting' | 'unknown',
  news: PaymentChanges,
  now: EpochMs,
  policy: PaymentPolicy,
): PaymentDecision {
  const inquiriesMade = news.inquiriesMade ?? record.inquiriesMade;
  const cancelAt = record.cancelAt ?? giveUpAt(now, now + policy.inquiryEveryMs, policy);
  const outOfInquiries = record.method === 'scanned' && inquiriesMade >= policy.inquiriesMost;
  if (outOfInquiries || now >= cancelAt) {
    return beginCancelling({ ...record, ...news }, now, CALL_CANCEL);
  }
  const nextActionAt = Math.min(now + policy.inquiryEveryMs, cancelAt);
  return { record: advance(record, now, { ...news, state, cancelAt, nextActionAt }), effects: [] };
}
