import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Attempt, type AttemptRequest, newAttempt } from '../../../electron/tender/attempt.ts';
import { changeFor, tenderedSuggestions } from '../../../electron/tender/cash.ts';
import { type AttemptEvent, stepAttempt } from '../../../electron/tender/step.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { ERROR_CATALOGUE } from '../../../gateway/kernel/errors.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { Secret } from '../../../gateway/kernel/secret.ts';
import { PAYMENT_STATES, type PaymentWire } from '../../../gateway/wire/messages.ts';

const POLICY = { askEveryMs: 3_000, resendWithinMs: 30_000 };
const ID = '01ARZ3NDEKTSV4RRFFQ69G5FAV';

function fresh(): Attempt {
  return newAttempt(
    {
      attemptId: ID,
      saleId: ID,
      tenderId: ID,
      receiptNumber: '1-0001',
      amount: money(100n, RUB),
      quoteId: ID,
      yuan: null,
      rateSource: { name: 'Bank of Russia', date: '2026-11-22', markupBp: 0 },
      method: 'scanned',
      codeTail: '3456',
      subject: 'shop',
      operator: 'anna',
      startedAt: 0,
    },
    new Secret('281234567890123456', '3456'),
  );
}

function wire(state: PaymentWire['state'], version = 1): PaymentWire {
  const rub = { amountMinor: '100', currency: 'RUB' };
  return {
    attemptId: ID,
    saleId: ID,
    tenderId: ID,
    state,
    wallet: 'alipay',
    method: 'scanned',
    amount: rub,
    order: rub,
    payer: null,
    rate: null,
    codeTail: null,
    qr: null,
    providerRef: null,
    buyer: null,
    declineCode: null,
    steps: [],
    inquiry: null,
    refunded: { amountMinor: '0', currency: 'RUB' },
    autoReturn: null,
    businessDate: '2026-11-22',
    createdAt: 0,
    updatedAt: 0,
    version,
  };
}

function run(
  events: readonly AttemptEvent[],
  now = 1_000,
): { attempt: Attempt; send: AttemptRequest | null } {
  let step = stepAttempt(fresh(), { kind: 'begin' }, 0, POLICY);
  for (const event of events) step = stepAttempt(step.attempt, event, now, POLICY);
  return step;
}

const failed = (request: AttemptRequest, code: string): AttemptEvent => ({ kind: 'failed', request, code });
const answered = (state: PaymentWire['state'], by: AttemptRequest, version = 1): AttemptEvent => ({
  kind: 'answered',
  payment: wire(state, version),
  by,
});

test.each([
  'WALLET_UNSUPPORTED',
  'PERSONAL_CODE_REFUSED',
  'CODE_UNRECOGNISED',
  'AMOUNT_OUT_OF_RANGE',
  'QUOTE_EXPIRED',
  'QUOTE_USED',
  'RATE_UNAVAILABLE',
])('%s to the only sending ends the attempt', (code) => {
  expect(run([failed('payment.start', code)]).attempt.outcome).toEqual({
    kind: 'declined',
    reasonCode: code,
  });
});

const REFUSED_AT_ONCE = new Set(['LINK_DOWN', 'PAYMENT_NOT_FOUND']);
const REFUSALS = new Set([
  ...['WALLET_UNSUPPORTED', 'PERSONAL_CODE_REFUSED', 'CODE_UNRECOGNISED', 'AMOUNT_OUT_OF_RANGE'],
  ...['QUOTE_EXPIRED', 'QUOTE_USED', 'QUOTE_NOT_FOUND', 'RATE_UNAVAILABLE', 'SALE_CONFLICT'],
  ...['SALE_HAS_LIVE_ATTEMPT', 'SALE_ALREADY_PAID', 'SALE_CLOSED', 'PAYMENT_CONFLICT'],
  ...['MESSAGE_MALFORMED', 'MESSAGE_TOO_LARGE', 'MESSAGE_VERSION_UNSUPPORTED', 'MESSAGE_TYPE_UNKNOWN'],
]);
const ANYTHING_ELSE = Object.keys(ERROR_CATALOGUE).filter(
  (code) => !REFUSED_AT_ONCE.has(code) && !REFUSALS.has(code),
);

test.each(ANYTHING_ELSE)('%s ends nothing', (code) => {
  expect(run([failed('payment.start', code)]).attempt).toMatchObject({ phase: 'sending', askAt: 4_000 });
});

test('a refusal of a repeat is buried first, for the first sending may still arrive', () => {
  const { attempt, send } = run([
    failed('payment.start', 'REPLY_TIMEOUT'),
    { kind: 'check' },
    failed('payment.get', 'PAYMENT_NOT_FOUND'),
    failed('payment.start', 'QUOTE_EXPIRED'),
  ]);
  expect(send).toBe('payment.cancel');
  expect(attempt).toMatchObject({ phase: 'sending', wish: 'cancel', wishReason: 'QUOTE_EXPIRED' });
});

test('a link that was down at the only sending is certainty that nothing was asked', () => {
  const { attempt } = run([failed('payment.start', 'LINK_DOWN')]);
  expect(attempt.outcome).toEqual({ kind: 'cancelled', reasonCode: 'LINK_DOWN' });
});

test('an older word of the gateway does not replace a newer one', () => {
  const { attempt } = run([answered('waiting', 'payment.start', 5), answered('intent', 'payment.get', 2)]);
  expect(attempt.payment).toMatchObject({ state: 'waiting', version: 5 });
});

test('given up while a request is under way, it is cancelled when that ends', () => {
  const during = run([{ kind: 'give_up', reason: 'CANCELLED_BY_CASHIER' }]);
  expect(during.send).toBeNull();
  const after = stepAttempt(during.attempt, answered('waiting', 'payment.start'), 1_000, POLICY);
  expect(after.send).toBe('payment.cancel');
});

test('an approval whose money is already going back does not pay the sale', () => {
  const payment = { ...wire('approved'), autoReturn: { amount: wire('approved').amount, done: false } };
  const { attempt } = run([{ kind: 'answered', payment, by: 'payment.get' }]);
  expect(attempt.outcome).toEqual({ kind: 'cancelled', reasonCode: 'MONEY_RETURNED' });
});

test('whatever comes, in whatever order: approved only by the gateway, one request at a time, final for ever', () => {
  const requests: AttemptRequest[] = ['payment.start', 'payment.get', 'payment.check', 'payment.cancel'];
  const event: fc.Arbitrary<AttemptEvent> = fc.oneof(
    fc.constantFrom<AttemptEvent>(
      { kind: 'tick' },
      { kind: 'link_up' },
      { kind: 'check' },
      { kind: 'give_up', reason: 'CANCELLED_BY_CASHIER' },
    ),
    fc
      .record({ code: fc.constantFrom(...Object.keys(ERROR_CATALOGUE)) })
      .map(({ code }) => failed('payment.get', code)),
    fc
      .record({ state: fc.constantFrom(...PAYMENT_STATES), version: fc.integer({ min: 1, max: 9 }) })
      .map(({ state, version }) => answered(state, 'payment.get', version)),
  );
  fc.assert(
    fc.property(fc.array(fc.record({ event, wait: fc.nat(20_000) }), { maxLength: 30 }), (happenings) => {
      let { attempt, send } = stepAttempt(fresh(), { kind: 'begin' }, 0, POLICY);
      let now = 0;
      let approvals = 0;
      for (const { event: happening, wait } of happenings) {
        now += wait;
        const before = attempt;
        // Answers end the request that is under way; with none under way only the gateway speaks by itself.
        const by = before.request;
        const mine: AttemptEvent =
          happening.kind === 'answered'
            ? { ...happening, by: by ?? 'event' }
            : happening.kind === 'failed'
              ? { ...happening, request: by ?? 'payment.get' }
              : happening;
        if (mine.kind === 'failed' && by === null) continue;
        if (mine.kind === 'answered' && mine.payment.state === 'approved') approvals += 1;
        ({ attempt, send } = stepAttempt(before, mine, now, POLICY));
        if (before.phase === 'final') expect(attempt).toBe(before);
        if (send !== null) {
          expect(requests).toContain(send);
          expect(attempt.request).toBe(send);
          if (mine.kind !== 'answered' && mine.kind !== 'failed') expect(before.request).toBeNull();
        }
        // Open and with nothing under way, it has a time to ask again or has just asked.
        if (attempt.phase !== 'final' && attempt.request === null) expect(attempt.askAt).not.toBeNull();
        if (attempt.phase === 'final') expect(attempt.code).toBeNull();
        if (attempt.wish === 'cancel') expect(send).not.toBe('payment.start');
      }
      if (attempt.outcome?.kind === 'approved') expect(approvals).toBeGreaterThan(0);
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('what the customer is likely to hand over begins with the exact sum', () => {
  const sums = (minor: bigint) => tenderedSuggestions(money(minor, RUB)).map((m) => m.amountMinor);
  expect(sums(36668n)).toEqual([36668n, 40000n, 50000n, 100000n, 200000n, 500000n]);
  expect(sums(500000n)).toEqual([500000n, 600000n]);
});

test('change is what was handed over less the sum, and too little is refused', () => {
  expect(changeFor(money(36668n, RUB), money(40000n, RUB)).amountMinor).toBe(3332n);
  expect(() => changeFor(money(2n, RUB), money(1n, RUB))).toThrow('CASH_TOO_LITTLE');
});

test('time that comes while a request is under way is not waited for again: its answer plans the next', () => {
  const told = run([{ kind: 'answered', payment: wire('intent'), by: 'event' }], 1_000).attempt;
  expect([told.request, told.askAt]).toEqual(['payment.start', 4_000]);
  const ticked = stepAttempt(told, { kind: 'tick' }, 4_000, POLICY);
  expect([ticked.send, ticked.attempt.askAt]).toEqual([null, null]);
  const lost = { kind: 'failed', request: 'payment.start', code: 'REPLY_TIMEOUT' } as const;
  expect(stepAttempt(ticked.attempt, lost, 10_000, POLICY).attempt.askAt).toBe(13_000);
});
