import { describe, expect, test } from 'vitest';
import type { CardRead } from '../../../drivers/contract/pin-pad.ts';
import {
  type CardAnswer,
  type CardAttempt,
  type CardOrder,
  newCardAttempt,
} from '../../../electron/card/card-attempt.ts';
import type { CardEvent } from '../../../electron/card/card-events.ts';
import { DEFAULT_CARD_POLICY } from '../../../electron/card/card-policy.ts';
import { stepCard } from '../../../electron/card/card-step.ts';
import { RESPONSE_CODES } from '../../../electron/card/response-codes.ts';
import { CARD_REASONS } from '../../../electron/contract/card-reasons.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

const ORDER: CardOrder = {
  attemptId: '01J00000000000000000000001',
  saleId: '01J00000000000000000000002',
  wireSaleId: '01J00000000000000000000002',
  tenderId: '01J00000000000000000000003',
  receiptNumber: '1-0001',
  operation: 'sale',
  amount: money(10_000n, RUB),
  charged: null,
  original: null,
  refundId: null,
  batch: '000001',
  operator: 'anna',
  startedAt: 0,
};
const CARD: CardRead = {
  entry: 'chip',
  maskedPan: '220070******1234',
  bin: '22007000',
  psn: null,
  aid: null,
  label: null,
  cardCurrency: null,
  account: { algorithm: 'tdes', ksn: new Uint8Array(10), bytes: new Uint8Array(16) },
};
const ANSWER: CardAnswer = {
  responseCode: '00',
  authCode: 'A1',
  rrn: '632610000001',
  approved: ORDER.amount,
  billing: null,
  balances: [],
};
const ended = { kind: 'ended', why: 'timeout' } as const;
const answered = (responseCode: string): CardEvent => ({
  kind: 'exchanged',
  stan: '000001',
  end: { kind: 'answered', answer: { ...ANSWER, responseCode } },
});

const EVENTS: readonly CardEvent[] = [
  { kind: 'read', result: { kind: 'done', value: CARD } },
  { kind: 'read', result: ended },
  { kind: 'offered', scheme: 'MIR', routed: true, conversion: null },
  { kind: 'no_offer' },
  { kind: 'chosen', accept: true },
  { kind: 'offer_expired' },
  {
    kind: 'authorised',
    result: { kind: 'done', value: { cvm: 'online_pin', pin: null, emv: null, cardDeclined: false } },
  },
  { kind: 'authorised', result: ended },
  { kind: 'pin', result: ended },
  answered('00'),
  answered('51'),
  answered('55'),
  { kind: 'exchanged', stan: '000001', end: { kind: 'no_answer', cause: 'timeout' } },
  { kind: 'exchanged', stan: '000001', end: { kind: 'not_sent', cause: 'LINK_DOWN' } },
  {
    kind: 'completed',
    result: { kind: 'done', value: { cryptogram: 'tc', emv: null, signatureNeeded: false } },
  },
  {
    kind: 'completed',
    result: { kind: 'done', value: { cryptogram: 'aac', emv: null, signatureNeeded: false } },
  },
  { kind: 'pad_last', last: null },
  { kind: 'signature', accepted: true },
  { kind: 'signature', accepted: false },
  { kind: 'cancel' },
  { kind: 'acknowledged', answer: ANSWER },
  { kind: 'give_up' },
  { kind: 'restarted' },
];

const PHASES: readonly CardAttempt['phase'][] = [
  'reading',
  'offering',
  'choosing',
  'authorising',
  'reentering',
  'sending',
  'completing',
  'signing',
  'undoing',
  'asking',
  'final',
];

function at(phase: CardAttempt['phase'], change: Partial<CardAttempt> = {}): CardAttempt {
  const request = {
    mti: '0200',
    stan: '000001',
    transmittedAt: '1122060000',
    processingCode: '000000',
    conditionCode: '00',
    entryMode: '051',
    charged: ORDER.amount,
    sentAt: 0,
  };
  return {
    ...newCardAttempt(ORDER),
    phase,
    cvm: 'online_pin',
    sends: 1,
    request,
    outcome: phase === 'final' ? { kind: 'approved' } : null,
    answer: phase === 'completing' || phase === 'signing' ? ANSWER : null,
    ...change,
  };
}

const step = (attempt: CardAttempt, event: CardEvent) => stepCard(attempt, event, DEFAULT_CARD_POLICY);
const does = (attempt: CardAttempt, event: CardEvent): readonly string[] =>
  step(attempt, event).effects.map((e) => e.do);

describe('in every phase and for every event', () => {
  const all = PHASES.flatMap((phase) => EVENTS.map((event) => [phase, event] as const));

  test('what was sent is either answered for good, struck out, or owed: never just forgotten', () => {
    const sent = new Set(['sending', 'completing', 'signing']);
    for (const [phase, event] of all.filter(([p]) => sent.has(p))) {
      const { attempt, effects } = step(at(phase), event);
      const settled = effects.some((e) => e.do === 'strike' || e.do === 'owe');
      expect(sent.has(attempt.phase) || settled, `${phase} ${event.kind}`).toBe(true);
    }
  });

  test('only the card’s yes, or the cashier’s to its signature, makes a sale approved', () => {
    const approving = all.filter(([phase, event]) => {
      const { attempt } = step(at(phase), event);
      return phase !== 'final' && attempt.outcome?.kind === 'approved';
    });
    const ways = approving.map(([phase, event]) => `${phase} ${event.kind}`);
    expect(ways).toEqual(['completing completed', 'signing signature', 'asking acknowledged']);
  });

  test('a final transaction changes no more, and a request is only sent from before it', () => {
    for (const [phase, event] of all) {
      const { attempt, effects } = step(at(phase), event);
      if (phase === 'final') expect(attempt).toEqual(at('final'));
      if (effects.some((e) => e.do === 'send')) expect(['authorising', 'reentering']).toContain(phase);
    }
  });

  test('a transaction that is being undone leaves that by its acknowledgement alone', () => {
    for (const event of EVENTS) {
      const { attempt } = step(at('undoing', { cause: 'no_answer' }), event);
      expect(attempt.phase === 'final', event.kind).toBe(event.kind === 'acknowledged');
    }
  });
});

describe('answers', () => {
  test('every code has a reason the screens word, and does one of: approve, decline, ask the PIN again, undo', () => {
    const ways: Readonly<Record<string, readonly string[]>> = {
      approve: ['complete'],
      decline: ['strike', 'release_pad'],
      upload: ['strike', 'release_pad'],
      reenter_pin: ['strike', 'reenter_pin'],
      reverse: ['owe', 'release_pad'],
    };
    for (const [code, row] of Object.entries(RESPONSE_CODES)) {
      expect(CARD_REASONS).toContain(row.reason);
      const told = row.alarm === null ? [] : ['alarm'];
      expect(does(at('sending'), answered(code)), code).toEqual([...(ways[row.action] ?? []), ...told]);
    }
  });

  test('the codes of a wrong set-up, of a doubtful key and of a card to be kept call somebody, and so does one nobody knows', () => {
    const calling = (alarm: string): readonly string[] =>
      Object.keys(RESPONSE_CODES).filter((code) => RESPONSE_CODES[code]?.alarm === alarm);
    expect(calling('card')).toEqual(expect.arrayContaining(['04', '07', '41', '43']));
    expect(calling('card')).toHaveLength(4);
    expect(calling('service')).toEqual(
      expect.arrayContaining(['12', '13', '30', '58', '88', '94', '97', '99', 'A0']),
    );
    for (const code of ['05', '51', '55', '57', '61', '62', '65', '75', '91'])
      expect([code, RESPONSE_CODES[code]?.alarm]).toEqual([code, null]);
    expect(step(at('sending'), answered('ZZ')).effects.at(-1)).toEqual({
      do: 'alarm',
      alarm: 'service',
      responseCode: 'ZZ',
      reason: 'CARD_CODE_UNKNOWN',
    });
  });

  test('a completion that is refused for a wrong set-up calls somebody too', () => {
    const asked = { ...at('asking'), order: { ...ORDER, operation: 'completion' as const } };
    const refused = { kind: 'acknowledged', answer: { ...ANSWER, responseCode: '58' } } as const;
    expect(does(asked, refused)).toEqual(['alarm']);
  });

  test('an unknown code is a decline, never an approval', () => {
    expect(step(at('sending'), answered('ZZ')).attempt.outcome).toEqual({
      kind: 'declined',
      reason: 'CARD_CODE_UNKNOWN',
    });
  });

  test('to an earlier STAN change nothing', () => {
    const late = { ...answered('00'), stan: '000009' } as CardEvent;
    expect(step(at('sending'), late)).toEqual({ attempt: at('sending'), effects: [] });
  });

  test('55 without an online PIN is a decline', () => {
    expect(step(at('sending', { cvm: 'signature' }), answered('55')).attempt.phase).toBe('final');
  });

  test.each([
    ['contactless', 'unionpay', 'CARD_INSERT_CHIP'],
    ['contactless', null, 'CARD_INSERT_CHIP'],
    ['contactless', 'mir', 'CARD_LIMIT_EXCEEDED'],
    ['chip', 'unionpay', 'CARD_LIMIT_EXCEEDED'],
  ] as const)('65 of a %s card of %s, where Mir says by it what it says, is %s', (entry, scheme, reason) => {
    const card = { entry, maskedPan: '', psn: null, aid: null, label: null, scheme };
    const policy = { ...DEFAULT_CARD_POLICY, plainLimitSchemes: ['mir'] };
    const { attempt } = stepCard(at('sending', { card }), answered('65'), policy);
    expect(attempt.outcome).toEqual({ kind: 'declined', reason });
  });

  test('65 of a contactless card of any payment system asks for its chip unless it is set otherwise', () => {
    const read = { entry: 'contactless', maskedPan: '', psn: null, aid: null, label: null } as const;
    const { attempt } = step(at('sending', { card: { ...read, scheme: 'mir' } }), answered('65'));
    expect(attempt.outcome).toEqual({ kind: 'declined', reason: 'CARD_INSERT_CHIP' });
  });
});

describe('fallback', () => {
  const swiped: CardEvent = { kind: 'read', result: { kind: 'done', value: { ...CARD, entry: 'fallback' } } };

  test('is taken for a sale', () => {
    expect(step(at('reading'), swiped).attempt.phase).toBe('offering');
  });

  test.each(['preauthorisation', 'balance'] as const)('is refused for a %s', (operation) => {
    const { attempt } = step({ ...at('reading'), order: { ...ORDER, operation } }, swiped);
    expect(attempt.outcome).toEqual({ kind: 'declined', reason: 'CARD_FALLBACK_NOT_ALLOWED' });
  });
});

describe('after a restart', () => {
  test('what was sent is undone, what the card was asked is asked of the PIN pad, and nothing is sent', () => {
    expect(does(at('sending'), { kind: 'restarted' })).toEqual(['owe', 'release_pad']);
    expect(does(at('completing'), { kind: 'restarted' })).toEqual(['ask_pad']);
    expect(does(at('signing'), { kind: 'restarted' })).toEqual([]);
    expect(step(at('choosing'), { kind: 'restarted' }).attempt.outcome).toEqual({
      kind: 'cancelled',
      reason: 'CARD_INTERRUPTED',
    });
  });

  test('the PIN pad’s memory decides: another transaction’s end is not this one’s', () => {
    const completion = { cryptogram: 'tc' as const, emv: null, signatureNeeded: false };
    const last = (transactionId: string) =>
      ({ kind: 'pad_last', last: { transactionId, stage: 'completed', read: null, completion } }) as const;
    expect(step(at('completing'), last(ORDER.attemptId)).attempt.outcome).toEqual({ kind: 'approved' });
    expect(step(at('completing'), last('another')).attempt.phase).toBe('undoing');
  });
});
