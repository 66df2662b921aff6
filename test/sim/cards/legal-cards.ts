/** Every transition that the card machines allow, at the gateway and at the till, derived from the machines themselves. */
import type { CardCompletion, Done, PinPadEnd } from '../../../drivers/contract/pin-pad.ts';
import {
  type CardAnswer,
  type CardAttempt,
  type CardConversion,
  type CardOrder,
  type CardOutcome,
  type CardPhase,
  newCardAttempt,
} from '../../../electron/card/card-attempt.ts';
import type { CardEvent as TillEvent } from '../../../electron/card/card-events.ts';
import { DEFAULT_CARD_POLICY } from '../../../electron/card/card-policy.ts';
import { stepCard as stepTillCard } from '../../../electron/card/card-step.ts';
import { RESPONSE_CODES } from '../../../electron/card/response-codes.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money, zero } from '../../../gateway/kernel/money.ts';
import { stepCard } from '../../../gateway/payments/card/card-machine.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import { CARD_EVENTS, cardIn, NOW, refundIn } from '../../gateway/payments/card/card-samples.ts';
import { RATE } from '../../gateway/store/records.ts';

export function legalCardTransitions(): readonly string[] {
  const found = new Set<string>();
  for (const name of atGateway()) found.add(`card: ${name}`);
  for (const name of atTill()) found.add(`till card: ${name}`);
  return [...found];
}

// ---------------------------------------------------------------- the gateway

const STATES = ['sent', 'approved', 'declined', 'reversing', 'reversed'] as const;
const KINDS = ['sale', 'preauthorisation', 'balance'] as const;

/** How a record may begin. A till asks to undo sales and pre-authorisations by the class of their message alone. */
const BEGINNINGS: Readonly<Record<CardRecord['kind'], readonly CardRecord['state'][]>> = {
  sale: ['sent', 'declined', 'parked'],
  preauthorisation: ['sent', 'declined', 'parked'],
  balance: ['sent', 'declined'],
  refund: ['sent', 'declined'],
  completion: ['approved', 'declined'],
  void: ['approved', 'declined'],
};

function* atGateway(): Iterable<string> {
  for (const [kind, states] of Object.entries(BEGINNINGS)) {
    for (const state of states) yield `(new) -> ${state} [${kind}]`;
  }
  for (const kind of KINDS) {
    for (const state of reached(kind)) yield* moves(cardIn(state, kind), null);
  }
  for (const state of reached('refund')) {
    const { record, original } = refundIn(state);
    yield* moves(record, original);
  }
  // A completion stands from the start; what undoes it goes the way of a sale.
  const approved: CardRecord = { ...cardIn('approved'), kind: 'completion' };
  yield* moves(approved, null);
  yield* moves({ ...cardIn('reversing'), kind: 'completion' }, null);
}

/** A balance moves nothing, so there is nothing to reverse. */
function reached(kind: CardRecord['kind']): readonly (typeof STATES)[number][] {
  return kind === 'balance' ? ['sent', 'approved', 'declined'] : STATES;
}

function* moves(before: CardRecord, original: CardRecord | null): Iterable<string> {
  for (const event of Object.values(CARD_EVENTS)) {
    const { record } = stepCard(before, event, NOW, original);
    if (record.state !== before.state) yield `${before.state} -> ${record.state} [${before.kind}]`;
  }
}

// ---------------------------------------------------------------- the till

const PHASES: readonly CardPhase[] = [
  ...(['reading', 'offering', 'choosing', 'authorising', 'reentering'] as const),
  ...(['sending', 'completing', 'signing', 'undoing', 'asking'] as const),
];
const ASKED: ReadonlySet<string> = new Set(['void', 'completion', 'cancellation']);
const OFFERED: ReadonlySet<string> = new Set(['sale', 'preauthorisation']);

/** Nothing of a balance is signed for, or can be undone. */
function mayBe(operation: CardOrder['operation'], phase: CardPhase): boolean {
  if (ASKED.has(operation)) return phase === 'asking';
  if (phase === 'asking') return false;
  if (phase === 'offering' || phase === 'choosing') return OFFERED.has(operation);
  return operation !== 'balance' || (phase !== 'undoing' && phase !== 'signing');
}

function mayFollow(operation: CardOrder['operation'], phase: CardPhase): boolean {
  return operation !== 'balance' || phase !== 'signing';
}

const ORDER: CardOrder = {
  attemptId: '01J00000000000000000000001',
  saleId: null,
  wireSaleId: '01J00000000000000000000002',
  tenderId: null,
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
const STAN = '000001';
const REQUEST: NonNullable<CardAttempt['request']> = {
  ...{ mti: '0200', stan: STAN, transmittedAt: '1122060000', processingCode: '000000' },
  ...{ conditionCode: '00', entryMode: '051', charged: ORDER.amount, sentAt: 0 },
};
const CONVERSION: CardConversion = {
  ...{ price: ORDER.amount, converted: money(886n, RUB), rate: RATE, sourceRate: RATE },
  ...{ source: 'CBR', sourceDate: '2026-11-21', markupBp: 150, quoteId: '', expiresAt: 0, chosen: null },
};
const ENDS: readonly PinPadEnd[] = ['timeout', 'device_lost', 'busy', 'cancelled_by_customer'];
const PIN = { algorithm: 'aes', format: 4, ksn: new Uint8Array(12), bytes: new Uint8Array(16) } as const;

const answerOf = (responseCode: string): CardAnswer => ({
  ...{ responseCode, authCode: 'A1', rrn: '632610000001', approved: ORDER.amount, billing: null },
  balances: [],
});

const completion = (value: Partial<CardCompletion>): Done<CardCompletion> => ({
  kind: 'done',
  value: { cryptogram: 'tc', emv: null, signatureNeeded: false, ...value },
});
const COMPLETIONS = [
  completion({}),
  completion({ cryptogram: 'aac' }),
  completion({ signatureNeeded: true }),
] as const;

const TILL_EVENTS: readonly TillEvent[] = [
  { kind: 'begin' },
  ...(['chip', 'fallback'] as const).map(
    (entry): TillEvent => ({
      kind: 'read',
      result: {
        kind: 'done',
        value: {
          ...{ entry, maskedPan: '220000******0011', bin: '22000001', psn: null, aid: null, label: null },
          ...{ cardCurrency: null, account: { algorithm: 'aes', ksn: PIN.ksn, bytes: PIN.bytes } },
        },
      },
    }),
  ),
  { kind: 'offered', scheme: 'mir', routed: true, conversion: null },
  { kind: 'offered', scheme: 'mir', routed: true, conversion: CONVERSION },
  { kind: 'offered', scheme: null, routed: false, conversion: null },
  { kind: 'no_offer' },
  { kind: 'chosen', accept: true },
  { kind: 'offer_expired' },
  ...[false, true].map(
    (cardDeclined): TillEvent => ({
      kind: 'authorised',
      result: { kind: 'done', value: { cvm: 'online_pin', pin: null, emv: null, cardDeclined } },
    }),
  ),
  { kind: 'pin', result: { kind: 'done', value: PIN } },
  ...ENDS.flatMap((why): readonly TillEvent[] => {
    const result = { kind: 'ended', why } as const;
    return (['read', 'authorised', 'pin', 'completed'] as const).map((kind) => ({ kind, result }));
  }),
  ...Object.keys(RESPONSE_CODES).flatMap((code): readonly TillEvent[] => {
    const answer = answerOf(code);
    return [
      { kind: 'exchanged', stan: STAN, end: { kind: 'answered', answer } },
      { kind: 'acknowledged', answer },
    ];
  }),
  { kind: 'exchanged', stan: STAN, end: { kind: 'not_sent', cause: 'LINK_DOWN' } },
  { kind: 'exchanged', stan: STAN, end: { kind: 'no_answer', cause: 'timeout' } },
  { kind: 'exchanged', stan: STAN, end: { kind: 'invalid', cause: 'mac' } },
  ...COMPLETIONS.map((result): TillEvent => ({ kind: 'completed', result })),
  { kind: 'pad_last', last: null },
  ...COMPLETIONS.map(
    ({ value }): TillEvent => ({
      kind: 'pad_last',
      last: { transactionId: ORDER.attemptId, stage: 'completed', read: null, completion: value },
    }),
  ),
  { kind: 'signature', accepted: true },
  { kind: 'signature', accepted: false },
  { kind: 'cancel' },
  { kind: 'give_up' },
  { kind: 'restarted' },
];

function* atTill(): Iterable<string> {
  for (const operation of ['sale', 'balance', 'refund', 'void', 'completion', 'cancellation'] as const) {
    for (const phase of PHASES) {
      if (!mayBe(operation, phase)) continue;
      const amount = operation === 'balance' ? zero(RUB) : ORDER.amount;
      const before: CardAttempt = {
        ...newCardAttempt({ ...ORDER, operation, amount }),
        ...{
          phase,
          request: REQUEST,
          sends: 1,
          cvm: 'online_pin',
          conversion: phase === 'choosing' ? CONVERSION : null,
        },
      };
      for (const event of TILL_EVENTS) {
        const { attempt } = stepTillCard(before, event, DEFAULT_CARD_POLICY);
        const after = nameOf(attempt.phase, attempt.outcome);
        if (after !== phase && mayFollow(operation, attempt.phase)) yield `${phase} -> ${after}`;
      }
    }
  }
}

function nameOf(phase: CardPhase, outcome: CardOutcome | null): string {
  return outcome === null ? phase : outcome.kind;
}
