import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { DEFAULT_PAYMENT_POLICY as POLICY } from '../../../gateway/payments/policy.ts';
import type { RefundRecord } from '../../../gateway/payments/ports.ts';
import {
  type RefundDecision,
  type RefundEffect,
  type RefundEvent,
  stepRefund,
} from '../../../gateway/payments/refund-machine.ts';
import { REFUND_STATES } from '../../../gateway/wire/messages.ts';
import { NOW, REFUNDED, refund } from './samples.ts';

const answered = (answer: Extract<RefundEvent, { kind: 'refund_answered' }>['answer']): RefundEvent => ({
  kind: 'refund_answered',
  answer,
});
const queried = (answer: Extract<RefundEvent, { kind: 'refund_query_answered' }>['answer']): RefundEvent => ({
  kind: 'refund_query_answered',
  answer,
});

const EVENTS: Readonly<Record<string, RefundEvent>> = {
  started: { kind: 'started' },
  due: { kind: 'due' },
  refunded: answered({ kind: 'refunded', refundedTotal: null, fresh: true }),
  accepted: answered({ kind: 'refunded', refundedTotal: null, fresh: false }),
  later: answered({ kind: 'retry_later', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' }),
  declined: answered({ kind: 'declined', code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' }),
  unknown: answered({ kind: 'unknown', cause: 'timeout' }),
  queryRefunded: queried({ kind: 'refunded', amount: refund().order }),
  queryOther: queried({ kind: 'refunded', amount: money(1n, CNY) }),
  queryNotFound: queried({ kind: 'not_found' }),
  queryUnknown: queried({ kind: 'unknown', cause: 'timeout' }),
  tradeBack: { kind: 'trade_answered', answer: { kind: 'closed', trade: REFUNDED }, fullyRefunded: true },
  tradeNotBack: { kind: 'trade_answered', answer: { kind: 'not_found' }, fullyRefunded: false },
};

/** Columns in the order of REFUND_STATES, for a refund of the till and then, after `//`, for a return of our own. */
const MATRIX = `
started: - >refund | - >refund | - >refund | - | - // - >refund | - >refund | - >refund | - | -
due: unknown >refund_query | - >refund_query | - >refund | - | - // unknown >refund_query | - >refund_query | - >refund | - | -
refunded: approved $ | approved $ | approved $ | - | - // approved $ | approved $ | approved $ | - | -
accepted: unknown | ~ | unknown | - | - // unknown | ~ | unknown | - | -
later: awaiting_funds ! | awaiting_funds ! | ~ ! | - | - // awaiting_funds ! | awaiting_funds ! | ~ ! | - | -
declined: declined release | ~ | unknown | - | - // ~ >trade_query | ~ >trade_query | ~ >trade_query | - | -
unknown: unknown | ~ | unknown | - | - // unknown | ~ | unknown | - | -
queryRefunded: approved $ | approved $ | approved $ | - | - // approved $ | approved $ | approved $ | - | -
queryOther: unknown | ~ | unknown | - | - // unknown | ~ | unknown | - | -
queryNotFound: - >refund | - >refund | - >refund | - | - // - >refund | - >refund | - >refund | - | -
queryUnknown: unknown | ~ | unknown | - | - // unknown | ~ | unknown | - | -
tradeBack: approved $ | approved $ | approved $ | - | - // approved $ | approved $ | approved $ | - | -
tradeNotBack: awaiting_funds ! | awaiting_funds ! | ~ ! | - | - // awaiting_funds ! | awaiting_funds ! | ~ ! | - | -
`;

const ROWS = MATRIX.trim()
  .split('\n')
  .map((row) => {
    const [name = '', cells = ''] = row.split(': ');
    const [till = '', own = ''] = cells.split(' // ');
    return { name, till: till.split(' | '), own: own.split(' | ') };
  });

function eventOf(name: string): RefundEvent {
  const event = EVENTS[name];
  if (event === undefined) throw new Error(`No event ${name}.`);
  return event;
}

function cellOf(before: RefundRecord, decision: RefundDecision): string {
  const { record, effects } = decision;
  const head = record === before ? '-' : record.state === before.state ? '~' : record.state;
  return [head, ...effects.map(markOf)].join(' ');
}

function markOf(effect: RefundEffect): string {
  switch (effect.kind) {
    case 'call':
      return `>${effect.call.call}`;
    case 'post':
      return '$';
    case 'release':
      return 'release';
    case 'alarm':
      return '!';
  }
}

describe('every event in every state of a refund', () => {
  test('the table names every event', () => {
    expect(ROWS.map((row) => row.name)).toEqual(Object.keys(EVENTS));
  });

  test.each(ROWS)('$name is decided as the table says', ({ name, till, own }) => {
    const decided = (cause: RefundRecord['cause']) =>
      REFUND_STATES.map((state) => {
        const record = refund({ state, cause });
        return cellOf(record, stepRefund(record, eventOf(name), NOW, POLICY));
      });
    expect(decided('till')).toEqual(till);
    expect(decided('auto_return')).toEqual(own);
  });
});

const sequences = fc.array(fc.constantFrom(...Object.keys(EVENTS)), { maxLength: 25 });

test('in any sequence a final refund stays, books or releases once, and a return of our own never ends declined', () => {
  fc.assert(
    fc.property(fc.constantFrom('till' as const, 'auto_return' as const), sequences, (cause, names) => {
      let record = refund({ cause });
      let ends = 0;
      for (const [index, name] of names.entries()) {
        const before = record;
        const decision = stepRefund(record, eventOf(name), NOW + index * 1_000, POLICY);
        record = decision.record;
        ends += decision.effects.filter((e) => e.kind === 'post' || e.kind === 'release').length;
        if (before.state === 'approved' || before.state === 'declined') expect(record).toBe(before);
        if (record !== before) expect(record.version).toBe(before.version + 1);
        const open = record.state !== 'approved' && record.state !== 'declined';
        expect(record.nextActionAt === null).toBe(!open);
      }
      expect(ends).toBeLessThanOrEqual(1);
      if (cause === 'auto_return') expect(record.state).not.toBe('declined');
    }),
  );
});

test('a decline after an unknown try is believed only after a later inquiry finds nothing', () => {
  const unknown = stepRefund(refund(), eventOf('unknown'), NOW, POLICY).record;
  const held = stepRefund(unknown, eventOf('declined'), NOW + 3_000, POLICY).record;
  expect(held).toMatchObject({ state: 'unknown', nextActionAt: NOW + 3_000 + POLICY.refundDeclineHoldMs });
  const asked = stepRefund(held, eventOf('queryNotFound'), NOW + 63_000, POLICY);
  expect(cellOf(held, asked)).toBe('declined release');
  const wentThrough = stepRefund(held, eventOf('queryRefunded'), NOW + 63_000, POLICY);
  expect(cellOf(held, wentThrough)).toBe('approved $');
});

test('a refund is believed only where the wallet says that money moved, or an inquiry finds it', () => {
  const held = stepRefund(refund(), eventOf('accepted'), NOW, POLICY).record;
  expect(held).toMatchObject({ state: 'unknown', nextActionAt: NOW + POLICY.refundRetryFirstMs });
  expect(cellOf(held, stepRefund(held, eventOf('queryRefunded'), NOW + 3_000, POLICY))).toBe('approved $');
  expect(cellOf(held, stepRefund(held, eventOf('queryNotFound'), NOW + 3_000, POLICY))).toBe('- >refund');
});

test('an accepted try ends the belief in an earlier decline', () => {
  const unknown = stepRefund(refund(), eventOf('unknown'), NOW, POLICY).record;
  const held = stepRefund(unknown, eventOf('declined'), NOW + 3_000, POLICY).record;
  const accepted = stepRefund(held, eventOf('accepted'), NOW + 6_000, POLICY).record;
  expect(cellOf(accepted, stepRefund(accepted, eventOf('queryNotFound'), NOW + 9_000, POLICY))).toBe(
    '- >refund',
  );
});

test('what a killed process may have sent counts as an unknown try, so a decline of the next one is held back', () => {
  const takenUp = stepRefund(refund(), eventOf('due'), NOW, POLICY).record;
  const again = stepRefund(takenUp, eventOf('queryNotFound'), NOW + 100, POLICY);
  expect(cellOf(takenUp, again)).toBe('- >refund');
  const held = stepRefund(again.record, eventOf('declined'), NOW + 200, POLICY).record;
  expect(held).toMatchObject({ state: 'unknown', nextActionAt: NOW + 200 + POLICY.refundDeclineHoldMs });
});

test('tries grow apart up to their bound', () => {
  let record = refund();
  const delays: number[] = [];
  for (let i = 0; i < 6; i += 1) {
    record = stepRefund(record, eventOf('unknown'), NOW, POLICY).record;
    delays.push((record.nextActionAt ?? 0) - NOW);
  }
  expect(delays).toEqual([3_000, 6_000, 12_000, 24_000, 48_000, 60_000]);
});

test('a refund that stays unknown, or is found with another amount, calls for a person at the fifth try and then seldom', () => {
  for (const name of ['unknown', 'accepted', 'queryOther', 'queryUnknown']) {
    let record = refund();
    const alarmedAt: number[] = [];
    for (let tries = 1; tries <= 125; tries += 1) {
      const decision = stepRefund(record, eventOf(name), NOW, POLICY);
      if (decision.effects.some((effect) => effect.kind === 'alarm')) alarmedAt.push(tries);
      record = decision.record;
    }
    expect(alarmedAt).toEqual([5, 60, 120]);
  }
});
