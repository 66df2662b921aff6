/** Card transactions for tests of the machine: in each state as the machine itself brings it there. */
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { CardDecision, CardEvent } from '../../../../gateway/payments/card/card-events.ts';
import { openRefund } from '../../../../gateway/payments/card/card-following.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import {
  type CardFacts,
  type CardTerms,
  openCard,
  parkReversal,
} from '../../../../gateway/payments/card/card-opening.ts';
import type { BankAnswer, BankAnswered } from '../../../../gateway/payments/card/ports.ts';
import type { CardRecord, CardState, DccTerms } from '../../../../gateway/payments/card/records.ts';
import { bankReference, cardId, cardRow, identity, STORED_CARD } from '../../store/card-rows.ts';
import { quoteId, RATE, T0 } from '../../store/records.ts';

export const NOW = T0 + 60_000;
export const TERMS: CardTerms = { mdrBp: 175, mdrReturned: true, acceptor: cardRow().acceptor };
export const DCC: DccTerms = { price: money(100_000n, RUB), rate: RATE, markupBp: 150, quoteId: quoteId() };

export function facts(n = 1, changes: Partial<CardFacts> = {}): CardFacts {
  const { saleId, attemptId, batch, amount, entryMode, conditionCode, cvm, bodyHash } = cardRow(n);
  return {
    ...{ cardId: cardId(n), identity: identity(n), kind: 'sale', saleId, attemptId, batch, amount },
    ...{ dcc: null, card: STORED_CARD, pinKsn: null, entryMode, conditionCode, cvm, bodyHash },
    ...changes,
  };
}

export function answered(responseCode: string, changes: Partial<BankAnswered> = {}): BankAnswered {
  return {
    kind: 'answered',
    responseCode,
    authCode: null,
    rrn: null,
    issuerData: null,
    approved: null,
    billing: null,
    balances: null,
    ...changes,
  };
}

export const APPROVAL = answered('00', { authCode: 'A12345' });

export const bank = (answer: BankAnswer): CardEvent => ({ kind: 'bank_answered', answer });

export const CARD_EVENTS: Readonly<Record<string, CardEvent>> = {
  approved: bank(APPROVAL),
  approvedInPart: bank(answered('10', { authCode: 'A12345', approved: money(60_000n, RUB) })),
  approvedMore: bank(answered('00', { approved: money(100_001n, RUB) })),
  declined: bank(answered('51')),
  refusedMessage: bank(answered('88')),
  notSent: bank({ kind: 'not_sent', cause: 'link_down' }),
  unknown: bank({ kind: 'unknown', cause: 'timeout' }),
  lateApproval: { kind: 'late_answer', answer: APPROVAL },
  lateDecline: { kind: 'late_answer', answer: answered('51') },
  tillReverses: { kind: 'reversal_requested', cause: 'till_timeout', emv: Uint8Array.of(0x95, 1, 0) },
  saleClosed: { kind: 'sale_closed' },
  restart: { kind: 'restart' },
  acknowledged: { kind: 'reversal_acknowledged' },
};

export function eventOf(name: string): CardEvent {
  const event = CARD_EVENTS[name];
  if (event === undefined) throw new Error(`There is no event ${name}.`);
  return event;
}

/** A sale, pre-authorisation or balance in that state. */
export function cardIn(state: CardState, kind: 'sale' | 'preauthorisation' | 'balance' = 'sale', n = 1) {
  if (state === 'parked') return parkReversal(facts(n), TERMS, 'till_timeout', NOW).record;
  const sent = openCard(facts(n, { kind }), TERMS, bankReference(n), NOW).record;
  return walk(sent, state, null).record;
}

/** An approved sale and a refund of a part of it, in that state. */
export function refundIn(state: Exclude<CardState, 'parked'>): {
  readonly record: CardRecord;
  readonly original: CardRecord;
} {
  const sale = cardIn('approved');
  const amount = money(40_000n, RUB);
  const opened = openRefund(facts(2, { kind: 'refund', amount }), sale, TERMS, bankReference(2), NOW);
  return walk(opened.record, state, opened.original ?? sale);
}

const WAYS: Readonly<Record<Exclude<CardState, 'parked'>, readonly string[]>> = {
  sent: [],
  approved: ['approved'],
  declined: ['declined'],
  reversing: ['unknown'],
  reversed: ['unknown', 'acknowledged'],
};

function walk<O extends CardRecord | null>(
  start: CardRecord,
  state: Exclude<CardState, 'parked'>,
  original: O,
): { readonly record: CardRecord; readonly original: O } {
  let record = start;
  let about = original;
  for (const name of WAYS[state]) {
    const decision = stepCard(record, eventOf(name), NOW, about);
    record = decision.record;
    if (decision.original !== null) about = decision.original as O;
  }
  return { record, original: about };
}

/** A decision in one line: the state it leads to, `.` for none; advice, bookings, answer and notes. */
export function cellOf(before: CardRecord, decision: CardDecision): string {
  const { record, advice, transfers, answerCode, notes } = decision;
  const words = [record === before ? '.' : record.state];
  if (advice !== null) words.push(`tell:${advice.kind}`);
  for (const transfer of transfers) words.push(transfer.template);
  if (answerCode !== null) words.push(`=${answerCode}`);
  for (const { note } of notes) words.push(`!${note}`);
  return words.join(' ');
}

export const YUAN = { amount: money(8_934n, CNY), dcc: DCC } as const;
