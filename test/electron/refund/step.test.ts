import { expect, test } from 'vitest';
import { newRefund, type Refund, type RefundEvent, stepRefund } from '../../../electron/refund/step.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { RefundWire } from '../../../gateway/wire/messages.ts';

const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const POLICY = { askEveryMs: 3_000 };

function begun(): Refund {
  const refund = newRefund({
    refundId: ID,
    saleId: ID,
    attemptId: ID,
    amount: money(100n, RUB),
    yuan: null,
    lines: [],
    reason: 'asked',
    operator: 'anna',
    supervisorId: 'maria',
    startedAt: 0,
  });
  return stepRefund(refund, { kind: 'begin' }, 0, POLICY).refund;
}

const answered = (state: RefundWire['state'], amountMinor = '100'): RefundEvent => ({
  kind: 'answered',
  by: 'refund.start',
  refund: {
    refundId: ID,
    attemptId: ID,
    saleId: ID,
    state,
    amount: { amountMinor, currency: 'RUB' },
    order: { amountMinor: '9', currency: 'CNY' },
    cause: 'till',
    declineCode: null,
    createdAt: 0,
    updatedAt: 0,
    version: 1,
  },
});

test.each([
  ['intent', 'unknown'],
  ['unknown', 'unknown'],
  ['awaiting_funds', 'awaiting_funds'],
  ['approved', 'approved'],
  ['declined', 'declined'],
] as const)('the gateway says %s and the till shows %s', (said, shown) => {
  expect(stepRefund(begun(), answered(said), 5, POLICY).refund.state).toBe(shown);
});

test.each(['REPLY_TIMEOUT', 'LINK_DOWN', 'INTERNAL', 'RATE_LIMITED', 'REFUND_CONFLICT'])(
  '%s is not a decline',
  (code) => {
    const step = stepRefund(begun(), { kind: 'failed', request: 'refund.start', code }, 5, POLICY);
    expect(step.refund).toMatchObject({ state: 'unknown', askAt: 3_005 });
  },
);

test.each(['REFUND_EXCEEDS_PAID', 'PAYMENT_NOT_REFUNDABLE', 'PAYMENT_NOT_FOUND'])(
  '%s is a decline',
  (code) => {
    const step = stepRefund(begun(), { kind: 'failed', request: 'refund.start', code }, 5, POLICY);
    expect(step.refund).toMatchObject({ state: 'declined', reasonCode: code });
  },
);

test('a refund the gateway does not know is sent again as it was', () => {
  const lost = stepRefund(
    begun(),
    { kind: 'failed', request: 'refund.start', code: 'REPLY_TIMEOUT' },
    0,
    POLICY,
  );
  const asked = stepRefund(lost.refund, { kind: 'tick' }, 3_000, POLICY);
  expect(asked.send).toBe('refund.get');
  const unknown: RefundEvent = { kind: 'failed', request: 'refund.get', code: 'REFUND_NOT_FOUND' };
  const again = stepRefund(asked.refund, unknown, 3_001, POLICY);
  expect(again.send).toBe('refund.start');
  expect(again.refund.order).toBe(lost.refund.order);
});

test('an answer about another sum is not believed', () => {
  expect(stepRefund(begun(), answered('approved', '101'), 5, POLICY).refund.state).toBe('sending');
});

test('a final refund does not change', () => {
  const { refund } = stepRefund(begun(), answered('approved'), 5, POLICY);
  expect(stepRefund(refund, answered('declined'), 6, POLICY).refund).toBe(refund);
});

test('time that comes while a request is under way is not waited for again: its answer plans the next', () => {
  const told = { ...answered('intent'), by: 'event' } as RefundEvent;
  const waiting = stepRefund(begun(), told, 1_000, POLICY).refund;
  expect([waiting.request, waiting.askAt]).toEqual(['refund.start', 4_000]);
  const ticked = stepRefund(waiting, { kind: 'tick' }, 4_000, POLICY);
  expect([ticked.send, ticked.refund.askAt]).toEqual([null, null]);
  const lost = { kind: 'failed', request: 'refund.start', code: 'REPLY_TIMEOUT' } as const;
  expect(stepRefund(ticked.refund, lost, 10_000, POLICY).refund.askAt).toBe(13_000);
});
