import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCurrencyCode } from '../../../gateway/kernel/currency.ts';
import { InvariantError } from '../../../gateway/kernel/errors.ts';
import { parseRefundId } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type {
  PaymentDecision,
  PaymentEffect,
  PaymentEvent,
} from '../../../gateway/payments/payment-events.ts';
import { step } from '../../../gateway/payments/payment-machine.ts';
import { isOpen } from '../../../gateway/payments/payment-record.ts';
import { DEFAULT_PAYMENT_POLICY as POLICY } from '../../../gateway/payments/policy.ts';
import type { PaymentRecord } from '../../../gateway/payments/ports.ts';
import { openAutoReturn } from '../../../gateway/payments/refund-opening.ts';
import { PAYMENT_STATES } from '../../../gateway/wire/messages.ts';
import { NOW, PAYMENT_EVENTS, payment, trade, ulid } from './samples.ts';

/** Rows: what happens. Columns: the states in the order of PAYMENT_STATES. A cell: `-` no change, `~` a change within the
 *  state, or the next state; then `>` a call, `$` a posting, `return` the money goes back, `!` an alarm. `stop`: it cannot
 *  be, and stops the transaction. */
const MATRIX = `
started: - >pay | - | - | - | - | - | - | -
due: - >query | - >query | - >query | - >cancel | - >query | - >query | - >query | -
check: - >query | - >query | - >query | - >cancel | - | - >query | - >query | -
cancel: cancelling | cancelling | cancelling | - | - | - | - | -
saleClosed: cancelling | cancelling | cancelling | - | - return | - | - | -
notified: ~ | ~ | ~ | ~ | ~ | ~ | ~ | -
returnSettled: - | - | - | - | ~ | - | - | ~
payPaid: approved $sale | approved $sale | approved $sale | ~ | - | returned_late $money_found return | returned_late $money_found return | -
payOther: cancelling ! >cancel | cancelling ! >cancel | cancelling ! >cancel | - ! | - | ~ ! >cancel | ~ ! >cancel | -
payPending: waiting | ~ | waiting | - | - | ~ | ~ | -
payDeclined: declined | declined | declined | - | - | - | - | -
payUnknown: unknown | - | - | - | - | - | - | -
qr: waiting | - | - | - | - | - | - | -
qrDeclined: declined | - | - | - | - | - | - | -
qrUnknown: cancelling >cancel | - | - | - | - | - | - | -
queryPaid: approved $sale | approved $sale | approved $sale | ~ | - | returned_late $money_found return | returned_late $money_found return | -
queryOther: cancelling ! >cancel | cancelling ! >cancel | cancelling ! >cancel | - ! | - | ~ ! >cancel | ~ ! >cancel | -
queryPending: waiting | ~ | waiting | - | - ! | ~ >cancel | ~ >cancel | -
queryClosed: declined | declined | declined | cancelled | - ! | ~ | ~ | -
queryRefunded: cancelled $money_found $money_returned | cancelled $money_found $money_returned | cancelled $money_found $money_returned | cancelled $money_found $money_returned | - ! | returned_late $money_found $money_returned | returned_late $money_found $money_returned | -
queryNotFound: unknown | unknown | ~ | - | - ! | ~ | ~ | -
queryUnknown: unknown | unknown | ~ | - | ~ | ~ | ~ | -
refusedPaid: approved $sale | approved $sale | approved $sale | returned_late $money_found return | - | returned_late $money_found return | returned_late $money_found return | -
refusedOther: cancelling ! >cancel | cancelling ! >cancel | cancelling ! >cancel | ~ ! | - | ~ ! >cancel | ~ ! >cancel | -
refusedPending: waiting | ~ | waiting | ~ | - ! | ~ >cancel | ~ >cancel | -
refusedNotFound: unknown | unknown | ~ | cancelled | - ! | ~ | ~ | -
cancelledUnpaid: stop | stop | stop | cancelled | - ! | ~ | ~ | -
cancelledNone: stop | stop | stop | cancelled | - ! | ~ | ~ | -
cancelledRefund: stop | stop | stop | cancelled $money_found $money_returned | - ! | returned_late $money_found $money_returned | returned_late $money_found $money_returned | -
cancelLater: stop | stop | stop | ~ | - | ~ | ~ | -
cancelRefused: stop | stop | stop | ~ >query | - | ~ | ~ | -
cancelUnknown: stop | stop | stop | ~ | - | ~ | ~ | -
`;

const ROWS = MATRIX.trim()
  .split('\n')
  .map((row) => {
    const [name = '', cells = ''] = row.split(': ');
    return { name, cells: cells.split(' | ') };
  });

function eventOf(name: string): PaymentEvent {
  const event = PAYMENT_EVENTS[name];
  if (event === undefined) throw new Error(`No event ${name}.`);
  return event;
}

/** Null where the event cannot be in this state: the transaction stops, and the record stays as it was. */
function stepOrStop(record: PaymentRecord, name: string, now: number): PaymentDecision | null {
  try {
    return step(record, eventOf(name), now, POLICY);
  } catch (error) {
    if (error instanceof InvariantError) return null;
    throw error;
  }
}

function cellOf(before: PaymentRecord, decision: PaymentDecision | null): string {
  if (decision === null) return 'stop';
  const { record, effects } = decision;
  const head = record === before ? '-' : record.state === before.state ? '~' : record.state;
  return [head, ...effects.map(markOf)].join(' ');
}

function markOf(effect: PaymentEffect): string {
  switch (effect.kind) {
    case 'call':
      return `>${effect.call.call}`;
    case 'post':
      return `$${effect.posting}`;
    case 'auto_return':
      return 'return';
    case 'alarm':
      return '!';
  }
}

describe('every event in every state', () => {
  test('the table names every event, and every state a column', () => {
    expect(ROWS.map((row) => row.name)).toEqual(Object.keys(PAYMENT_EVENTS));
    expect(ROWS.every((row) => row.cells.length === PAYMENT_STATES.length)).toBe(true);
  });

  test.each(ROWS)('$name is decided as the table says', ({ name, cells }) => {
    const decided = PAYMENT_STATES.map((state) => {
      const record = payment(state);
      return cellOf(record, stepOrStop(record, name, NOW));
    });
    expect(decided).toEqual(cells);
  });

  test('a change is one version on and keeps what identifies the payment', () => {
    for (const state of PAYMENT_STATES) {
      for (const name of Object.keys(PAYMENT_EVENTS)) {
        const before = payment(state);
        const record = stepOrStop(before, name, NOW)?.record ?? before;
        if (record !== before) expect(record.version).toBe(before.version + 1);
        const { attemptId, saleId, amount, order, createdAt, contentHash } = before;
        expect(record).toMatchObject({ attemptId, saleId, amount, order, createdAt, contentHash });
      }
    }
  });
});

/** Applies the events one after another, each some time later, as a runner would. */
function runEvents(method: 'scanned' | 'shown', names: readonly string[]) {
  let record = payment('intent', { method });
  let now = NOW;
  const marks: string[] = [];
  const history: PaymentRecord[] = [record];
  for (const name of ['started', ...names]) {
    now += 1_500;
    const decision = stepOrStop(record, name, now);
    if (decision === null) continue;
    record = decision.record;
    for (const effect of decision.effects) {
      if (effect.kind === 'post') marks.push(effect.posting);
      if (effect.kind === 'call') marks.push(effect.call.call);
      if (effect.kind === 'auto_return') {
        const opened = openAutoReturn(record, parseRefundId(ulid('R9')), now, 0);
        if (opened !== null) marks.push('return');
        record = opened?.payment ?? record;
      }
    }
    history.push(record);
  }
  return { record, marks, history };
}

const names = fc.array(fc.constantFrom(...Object.keys(PAYMENT_EVENTS).filter((n) => n !== 'started')), {
  maxLength: 30,
});
const method = fc.constantFrom('scanned' as const, 'shown' as const);
const times = (marks: readonly string[], mark: string): number => marks.filter((m) => m === mark).length;

describe('any sequence of events', () => {
  test('a final state stays, but for money found after an end without it', () => {
    fc.assert(
      fc.property(method, names, (how, sequence) => {
        const { history } = runEvents(how, sequence);
        for (const [index, after] of history.entries()) {
          const before = history[index - 1];
          if (before === undefined || isOpen(before.state) || before.state === after.state) continue;
          expect([before.state, after.state]).toEqual([
            expect.stringMatching(/^(declined|cancelled)$/),
            'returned_late',
          ]);
        }
      }),
    );
  });

  test('the wallet is asked to collect once, and each posting and return is made at most once', () => {
    fc.assert(
      fc.property(method, names, (how, sequence) => {
        const { marks } = runEvents(how, sequence);
        expect(times(marks, 'pay') + times(marks, 'precreate')).toBe(1);
        for (const mark of ['sale', 'money_found', 'money_returned', 'return']) {
          expect(times(marks, mark)).toBeLessThanOrEqual(1);
        }
        expect(times(marks, 'sale') + times(marks, 'money_found')).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('an open payment always has a next time, and the steps stay few', () => {
    fc.assert(
      fc.property(method, names, (how, sequence) => {
        const { record, history } = runEvents(how, sequence);
        for (const at of history.slice(1)) {
          if (isOpen(at.state) && at.state !== 'intent') expect(at.nextActionAt).not.toBeNull();
        }
        expect(record.steps.length).toBeLessThanOrEqual(10);
      }),
    );
  });

  test('a payment is approved only by a paid trade of exactly the order, never by anything unknown', () => {
    fc.assert(
      fc.property(method, names, (how, sequence) => {
        const { record } = runEvents(how, sequence);
        if (record.state === 'approved') expect(record.providerRef).toBe(trade().providerRef);
        const declining = ['payDeclined', 'qrDeclined', 'queryClosed'];
        if (record.state === 'declined') expect(sequence.some((n) => declining.includes(n))).toBe(true);
      }),
    );
  });
});

describe('times', () => {
  test('a pending payment is inquired after 3 s and every 3 s, and cancelled at once after the last inquiry', () => {
    let { record } = step(payment('intent'), eventOf('payPending'), NOW, POLICY);
    const askedAt: number[] = [];
    let last: PaymentDecision = { record, effects: [] };
    while (record.state === 'waiting') {
      const at = record.nextActionAt ?? 0;
      askedAt.push(at - NOW);
      expect(step(record, eventOf('due'), at, POLICY).effects).toEqual([
        { kind: 'call', call: { call: 'query', purpose: 'planned' } },
      ]);
      last = step(record, eventOf('queryPending'), at, POLICY);
      record = last.record;
    }
    expect(askedAt).toEqual(Array.from({ length: 15 }, (_, i) => 3_000 * (i + 1)));
    expect(last.effects).toEqual([{ kind: 'call', call: { call: 'cancel' } }]);
    expect(record).toMatchObject({ state: 'cancelling', inquiriesMade: 15 });
  });

  test('an unknown outcome is first inquired after 5 s, and the announced cancel is kept', () => {
    const { record } = step(payment('intent'), eventOf('payUnknown'), NOW, POLICY);
    expect(record).toMatchObject({ state: 'unknown', nextActionAt: NOW + 5_000, cancelAt: NOW + 47_000 });
    const cancelAt = record.cancelAt ?? 0;
    expect(step(record, eventOf('queryNotFound'), cancelAt - 1, POLICY).record.nextActionAt).toBe(cancelAt);
    expect(step(record, eventOf('queryNotFound'), cancelAt, POLICY).record.state).toBe('cancelling');
  });

  test('a check by hand does not use up a planned inquiry', () => {
    const { record } = step(payment('intent'), eventOf('payPending'), NOW, POLICY);
    const answer = { ...eventOf('queryPending'), purpose: 'check' } as PaymentEvent;
    expect(step(record, answer, NOW + 100, POLICY).record.inquiriesMade).toBe(0);
  });

  test('a shown code waits while nobody scans it, is asked a last time at its expiry, and then cancelled', () => {
    let { record } = step(payment('intent', { method: 'shown' }), eventOf('qr'), NOW, POLICY);
    expect(record).toMatchObject({ state: 'waiting', qrExpiresAt: NOW + 120_000, cancelAt: NOW + 120_000 });
    for (let asked = 0; record.state === 'waiting'; asked += 1) {
      expect(asked).toBeLessThan(41);
      const at = record.nextActionAt ?? 0;
      record = step(record, eventOf(asked % 2 === 0 ? 'queryNotFound' : 'queryUnknown'), at, POLICY).record;
    }
    expect(record).toMatchObject({ state: 'cancelling', updatedAt: NOW + 120_000 });
  });

  test('a shown code whose intent was left behind is cancelled without waiting for anybody', () => {
    const decision = step(payment('intent', { method: 'shown' }), eventOf('due'), NOW, POLICY);
    expect(decision.record.state).toBe('cancelling');
    expect(decision.effects).toEqual([{ kind: 'call', call: { call: 'cancel' } }]);
  });

  test('a cancel without a definite answer is repeated after 2, 4, 8 ... and at most 60 seconds', () => {
    let record = payment('cancelling');
    const delays: number[] = [];
    for (let i = 0; i < 7; i += 1) {
      record = step(record, eventOf('cancelUnknown'), NOW, POLICY).record;
      delays.push((record.nextActionAt ?? 0) - NOW);
    }
    expect(delays).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  test('a cancel that stays without a definite answer calls for a person at the fifth try, and then once an hour', () => {
    for (const name of ['cancelUnknown', 'cancelLater', 'cancelRefused']) {
      let record = payment('cancelling');
      const alarmedAt: number[] = [];
      for (let tries = 1; tries <= 125; tries += 1) {
        const decision = step(record, eventOf(name), NOW, POLICY);
        if (decision.effects.some((effect) => effect.kind === 'alarm')) alarmedAt.push(tries);
        record = decision.record;
      }
      expect(alarmedAt).toEqual([5, 60, 120]);
    }
  });

  test('out of the cancel window the wallet is asked, and money found goes back by refund', () => {
    const record = payment('cancelling', { createdAt: NOW - POLICY.cancelWindowMs });
    const call = { kind: 'call', call: { call: 'query', purpose: 'cancel_refused' } };
    expect(step(record, eventOf('due'), NOW, POLICY).effects).toEqual([call]);
    const found = step(record, eventOf('refusedPaid'), NOW, POLICY);
    expect(cellOf(record, found)).toBe('returned_late $money_found return');
  });

  test('an end without money is looked at after one minute and after fifteen, and then no more', () => {
    let { record } = step(payment('cancelling'), eventOf('cancelledUnpaid'), NOW, POLICY);
    expect(record.nextActionAt).toBe(NOW + 60_000);
    record = step(record, eventOf('queryNotFound'), NOW + 60_000, POLICY).record;
    expect(record.nextActionAt).toBe(NOW + 900_000);
    record = step(record, eventOf('queryNotFound'), NOW + 900_000, POLICY).record;
    expect(record).toMatchObject({ state: 'cancelled', nextActionAt: null });
  });

  test('a shown code is looked at once more after it can no longer be paid', () => {
    const early = payment('cancelling', { method: 'shown', qrExpiresAt: NOW + 100_000 });
    const { record } = step(early, eventOf('cancelledNone'), NOW, POLICY);
    const second = step(record, eventOf('queryNotFound'), NOW + 60_000, POLICY).record;
    expect(second.nextActionAt).toBe(NOW + 130_000);
  });

  test('a cancel that gave the money back leaves nothing to look for', () => {
    const { record } = step(payment('cancelling'), eventOf('cancelledRefund'), NOW, POLICY);
    expect(record.nextActionAt).toBeNull();
    expect(record.steps.map((s) => s.step)).toEqual(['sent', 'money_found', 'money_returned', 'cancelled']);
    expect(step(record, eventOf('payPaid'), NOW + 5, POLICY).record).toBe(record);
  });
});

describe('where the wallet converts', () => {
  const terms = { ...payment('intent').terms, converter: 'wallet', settleCurrency: 'CNY' } as const;

  test('a paid trade that does not say what it settles is an alarm and is asked about again', () => {
    const order = payment('intent').amount;
    const record = payment('intent', { terms, order, rate: null });
    const paid = {
      kind: 'pay_answered',
      answer: { kind: 'paid', trade: trade({ order }) },
    };
    const decision = step(record, paid as PaymentEvent, NOW, POLICY);
    expect(cellOf(record, decision)).toBe('unknown !');
  });

  test('a settlement in another currency than was agreed is an alarm, and is not booked as a sale', () => {
    const order = payment('intent').amount;
    const record = payment('intent', { terms, order, rate: null });
    const usd = money(12_345n, parseCurrencyCode('USD'));
    const answer = { kind: 'paid', trade: trade({ order, settlement: usd }) } as const;
    const decision = step(record, { kind: 'pay_answered', answer }, NOW, POLICY);
    expect(cellOf(record, decision)).toBe('unknown !');
  });

  test('the settlement and the rate of the wallet are stored with the payment', () => {
    const order = payment('intent').amount;
    const settlement = payment('intent').order;
    const rate = payment('intent').rate;
    const record = payment('intent', { terms, order, rate: null });
    const answer = { kind: 'paid' as const, trade: trade({ order, settlement, rate }) };
    const decision = step(record, { kind: 'pay_answered', answer }, NOW, POLICY);
    expect(decision.record).toMatchObject({ state: 'approved', settlement, rate });
  });
});
