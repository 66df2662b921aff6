/** Every transition the machines allow, derived from the machines themselves: each is stepped from samples of each of its
 *  states with every event and answer there is, and where the state moves, a transition is legal. */
import {
  newRefund,
  type Refund,
  stepRefund as stepTillRefund,
  type RefundEvent as TillRefundEvent,
} from '../../electron/refund/step.ts';
import { type Attempt, newAttempt } from '../../electron/tender/attempt.ts';
import { type AttemptEvent, stepAttempt } from '../../electron/tender/step.ts';
import { ERROR_CATALOGUE } from '../../gateway/kernel/errors.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { PaymentCall } from '../../gateway/payments/payment-events.ts';
import { step } from '../../gateway/payments/payment-machine.ts';
import { DEFAULT_PAYMENT_POLICY as POLICY } from '../../gateway/payments/policy.ts';
import type { PaymentRecord, RefundRecord } from '../../gateway/payments/ports.ts';
import { type RefundEvent, stepRefund } from '../../gateway/payments/refund-machine.ts';
import { paymentToWire, refundToWire } from '../../gateway/payments/view.ts';
import { PAYMENT_STATES, REFUND_STATES } from '../../gateway/wire/messages.ts';
import * as samples from '../gateway/payments/samples.ts';
import { legalCardTransitions } from './cards/legal-cards.ts';

export function legalTransitions(): readonly string[] {
  const found = new Set<string>();
  for (const name of payments()) found.add(`payment: ${name}`);
  for (const name of refunds()) found.add(`refund: ${name}`);
  for (const name of tillAttempts()) found.add(`till attempt: ${name}`);
  for (const name of tillRefunds()) found.add(`till refund: ${name}`);
  for (const name of legalCardTransitions()) found.add(name);
  return [...found].sort();
}

/** Where a payment is: its state, the call under way for it, and whether its money went back. */
interface At {
  readonly state: PaymentRecord['state'];
  readonly call: PaymentCall | null;
  readonly returned: boolean;
}

/** The answers a call may get, by their names among the samples. */
const ANSWERS: Readonly<Record<PaymentCall['call'], RegExp>> = {
  pay: /^pay/,
  precreate: /^qr/,
  query: /^query/,
  cancel: /^cancel(led|Later|Refused|Unknown)/,
};
const REFUSED = /^refused/;
/** What may come at any time; a check or a planned look waits while a call is under way. */
const ANY_TIME = /^(cancel|saleClosed|notified|returnSettled)$/;
const IDLE = /^(due|check)$/;

function mayCome(name: string, { call }: At): boolean {
  if (ANY_TIME.test(name)) return true;
  if (call === null) return IDLE.test(name);
  if (call.call === 'query' && call.purpose === 'cancel_refused') return REFUSED.test(name);
  return ANSWERS[call.call].test(name);
}

/** Every move that can be reached from an intent, when each answer follows a call that the machine itself wanted. */
function* payments(): Iterable<string> {
  yield '(new) -> intent';
  // A tombstone: given up before it was heard of.
  yield '(new) -> cancelled';
  for (const method of ['scanned', 'shown'] as const) {
    const first = { call: method === 'scanned' ? 'pay' : 'precreate' } as const;
    const open: At[] = [{ state: 'intent', call: first, returned: false }];
    const seen = new Set<string>();
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (seen.has(JSON.stringify(at))) continue;
      seen.add(JSON.stringify(at));
      // Whoever made the call may die over it.
      if (at.call !== null) open.push({ ...at, call: null });
      for (const next of moves(at, method)) {
        if (next.state !== at.state) yield `${at.state} -> ${next.state}`;
        open.push(next);
      }
    }
  }
}

function* moves(at: At, method: PaymentRecord['method']): Iterable<At> {
  const { NOW } = samples;
  const steps = at.returned ? [{ step: 'money_returned', at: NOW } as const] : [];
  const bounds = [{ cancelAt: null }, { cancelAt: NOW }, { createdAt: NOW - 2 * POLICY.cancelWindowMs }];
  for (const [name, event] of Object.entries(samples.PAYMENT_EVENTS)) {
    if (!mayCome(name, at)) continue;
    for (const bound of bounds) {
      const before = samples.payment(at.state, { method, steps, ...bound });
      const { record, effects } = step(before, event, NOW, POLICY);
      const wanted = effects.find((effect) => effect.kind === 'call');
      const keeps = ANY_TIME.test(name) ? at.call : null;
      yield {
        state: record.state,
        call: wanted?.kind === 'call' ? wanted.call : keeps,
        returned: record.steps.some((entry) => entry.step === 'money_returned'),
      };
    }
  }
}

const REFUND_EVENTS: readonly RefundEvent[] = [
  { kind: 'started' },
  { kind: 'due' },
  { kind: 'refund_answered', answer: { kind: 'refunded', refundedTotal: null, fresh: true } },
  { kind: 'refund_answered', answer: { kind: 'retry_later', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' } },
  { kind: 'refund_answered', answer: { kind: 'declined', code: 'ACQ.TRADE_HAS_CLOSE' } },
  { kind: 'refund_answered', answer: { kind: 'unknown', cause: 'timeout' } },
  { kind: 'refund_query_answered', answer: { kind: 'refunded', amount: samples.refund().order } },
  { kind: 'refund_query_answered', answer: { kind: 'not_found' } },
  { kind: 'refund_query_answered', answer: { kind: 'unknown', cause: 'timeout' } },
  { kind: 'trade_answered', answer: { kind: 'not_found' }, fullyRefunded: false },
  { kind: 'trade_answered', answer: { kind: 'closed', trade: null }, fullyRefunded: true },
];

function* refunds(): Iterable<string> {
  for (const cause of ['till', 'auto_return'] as const) {
    yield `(new) -> intent [${cause}]`;
    for (const state of REFUND_STATES) {
      for (const declineCode of [null, 'ACQ.TRADE_HAS_CLOSE']) {
        const record: RefundRecord = samples.refund({ state, cause, declineCode });
        for (const event of REFUND_EVENTS) {
          // The whole trade is asked about only where a return of our own was refused.
          if (event.kind === 'trade_answered' && (cause === 'till' || declineCode === null)) continue;
          // A return of our own is due from the start, and asks before it sends.
          if (cause === 'auto_return' && state === 'intent' && event.kind !== 'due') continue;
          const after = stepRefund(record, event, samples.NOW, POLICY).record.state;
          if (after !== state) yield `${state} -> ${after} [${cause}]`;
        }
      }
    }
  }
}

const TENDER_POLICY = { askEveryMs: 3_000, resendWithinMs: 30_000 };
const REQUESTS = ['payment.start', 'payment.get', 'payment.check', 'payment.cancel'] as const;

function* tillAttempts(): Iterable<string> {
  const { NOW } = samples;
  const words = PAYMENT_STATES.map((state) => paymentToWire(samples.payment(state), [], POLICY));
  const codes = Object.keys(ERROR_CATALOGUE);
  const events: AttemptEvent[] = [
    ...words.map((payment) => ({ kind: 'answered', payment, by: 'payment.get' }) as const),
    ...REQUESTS.flatMap((request) => codes.map((code) => ({ kind: 'failed', request, code }) as const)),
    { kind: 'tick' },
    { kind: 'link_up' },
    { kind: 'check' },
    { kind: 'give_up', reason: 'CANCELLED_BY_CASHIER' },
  ];
  for (const phase of ['sending', 'open'] as const) {
    for (const wish of ['pay', 'cancel'] as const) {
      for (const startedAt of [NOW, NOW - 60_000]) {
        const before: Attempt = { ...attempt(startedAt), phase, wish, sends: 1, payment: null };
        for (const event of events) {
          const askedAgain = phase === 'open' && event.kind === 'failed' && event.request === 'payment.start';
          // What the gateway has told of was not refused at its start, and it never forgets an attempt.
          const forgot = phase === 'open' && event.kind === 'failed' && event.code === 'PAYMENT_NOT_FOUND';
          if (askedAgain || forgot) continue;
          const { attempt: after } = stepAttempt(before, event, NOW, TENDER_POLICY);
          const [from, to] = [attemptState(before), attemptState(after)];
          if (from !== to) yield `${from} -> ${to}`;
        }
      }
    }
  }
}

function attempt(startedAt: number): Attempt {
  const { attemptId, saleId, tenderId, receiptNumber, amount, subject, operator } = samples.payment('intent');
  return newAttempt(
    {
      ...{ attemptId, saleId, tenderId, receiptNumber, amount, subject, operator, startedAt },
      quoteId: samples.ulid('Q1'),
      yuan: null,
      rateSource: { name: 'CBR', date: '2026-11-21', markupBp: 150 },
      method: 'scanned',
      codeTail: '4321',
    },
    new Secret('280000000000004321', '4321'),
  );
}

function attemptState({ phase, wish, outcome }: Attempt): string {
  return outcome === null ? `${phase}/${wish}` : `${phase} ${outcome.kind}`;
}

function* tillRefunds(): Iterable<string> {
  const words = REFUND_STATES.map((state) => refundToWire(samples.refund({ state })));
  const events: TillRefundEvent[] = [
    ...words.map((refund) => ({ kind: 'answered', refund, by: 'refund.get' }) as const),
    { kind: 'failed', request: 'refund.start', code: 'REPLY_TIMEOUT' },
    { kind: 'failed', request: 'refund.start', code: 'REFUND_EXCEEDS_PAID' },
    { kind: 'failed', request: 'refund.get', code: 'REFUND_NOT_FOUND' },
    { kind: 'tick' },
    { kind: 'link_up' },
  ];
  for (const state of ['sending', 'unknown', 'awaiting_funds'] as const) {
    const before: Refund = { ...tillRefund(), state };
    for (const event of events) {
      // Only a refund that the gateway has can wait for funds there.
      if (state === 'awaiting_funds' && event.kind === 'failed' && event.code !== 'REPLY_TIMEOUT') continue;
      const { refund: after } = stepTillRefund(before, event, samples.NOW, TENDER_POLICY);
      if (after.state !== state) yield `${state} -> ${after.state}`;
    }
  }
}

function tillRefund(): Refund {
  const { refundId, saleId, attemptId, amount, reason, operator } = samples.refund();
  return newRefund({
    ...{ refundId, saleId, attemptId, amount, reason, operator },
    yuan: null,
    lines: [],
    supervisorId: 'maria',
    startedAt: samples.NOW,
  });
}
