import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import { openCard } from '../../../../gateway/payments/card/card-opening.ts';
import { bankReference } from '../../store/card-rows.ts';
import {
  APPROVAL,
  answered,
  bank,
  CARD_EVENTS,
  cardIn,
  cellOf,
  eventOf,
  facts,
  NOW,
  refundIn,
  TERMS,
  YUAN,
} from './card-samples.ts';

/** By event, one cell for each state: what it becomes (`.` for no change), what the bank is told, what is booked, what the
 *  terminal is answered, what is logged. */
type Table = Readonly<Record<string, readonly string[]>>;
const STATES = ['sent', 'approved', 'declined', 'reversing', 'reversed', 'parked'] as const;
const REFUND_STATES = ['sent', 'approved', 'declined', 'reversing', 'reversed'] as const;

const SALE: Table = {
  approved: [
    'approved card_sale =00',
    '. =00 !late_answer',
    '. tell:reversal =51 !late_approval',
    '. =91 !late_approval',
    '. =91 !late_approval',
    '. !late_answer',
  ],
  approvedInPart: [
    'approved card_sale =10',
    '. =00 !late_answer',
    '. tell:reversal =51 !late_approval',
    '. =91 !late_approval',
    '. =91 !late_approval',
    '. !late_answer',
  ],
  approvedMore: [
    'reversing tell:reversal =91 !approval_differs',
    '. =00 !late_answer',
    '. tell:reversal =51 !late_approval',
    '. =91 !late_approval',
    '. =91 !late_approval',
    '. !late_answer',
  ],
  declined: [
    'declined =51',
    '. =00 !late_answer',
    '. =51 !late_answer',
    '. =91 !late_answer',
    '. =91 !late_answer',
    '. !late_answer',
  ],
  refusedMessage: [
    'declined =96 !bank_refused_message',
    '. =00 !late_answer',
    '. =51 !late_answer',
    '. =91 !late_answer',
    '. =91 !late_answer',
    '. !late_answer',
  ],
  notSent: ['declined =91', '. =00', '. =51', '. =91', '. =91', '.'],
  unknown: ['reversing tell:reversal =91', '. =00', '. =51', '. =91', '. =91', '.'],
  lateApproval: [
    'reversing tell:reversal =91 !late_approval',
    '. !late_answer',
    '. tell:reversal !late_approval',
    '. !late_approval',
    '. !late_approval',
    '. !late_answer',
  ],
  lateDecline: [
    'declined =51',
    '. !late_answer',
    '. !late_answer',
    '. !late_answer',
    '. !late_answer',
    '. !late_answer',
  ],
  tillReverses: [
    'reversing tell:reversal =00',
    'reversing tell:reversal card_sale_reversal =00',
    '. =00',
    '. =00',
    '. =00',
    '. =00',
  ],
  saleClosed: ['reversing tell:reversal', 'reversing tell:reversal card_sale_reversal', '.', '.', '.', '.'],
  restart: ['reversing tell:reversal =91', '.', '.', '.', '.', '.'],
  acknowledged: ['.', '.', '.', 'reversed', '.', '.'],
};

/** The last word: what the original holds for refunds, and the part of it that is booked, in tens of roubles. */
const REFUND: Table = {
  approved: [
    'approved card_refund =00 40/40',
    '. =00 !late_answer 40/40',
    '. tell:reversal =51 !late_approval 0/0',
    '. =91 !late_approval 40/0',
    '. =91 !late_approval 0/0',
  ],
  approvedInPart: [
    'reversing tell:reversal =91 !approval_differs 40/0',
    '. =00 !late_answer 40/40',
    '. tell:reversal =51 !late_approval 0/0',
    '. =91 !late_approval 40/0',
    '. =91 !late_approval 0/0',
  ],
  approvedMore: [
    'reversing tell:reversal =91 !approval_differs 40/0',
    '. =00 !late_answer 40/40',
    '. tell:reversal =51 !late_approval 0/0',
    '. =91 !late_approval 40/0',
    '. =91 !late_approval 0/0',
  ],
  declined: [
    'declined =51 0/0',
    '. =00 !late_answer 40/40',
    '. =51 !late_answer 0/0',
    '. =91 !late_answer 40/0',
    '. =91 !late_answer 0/0',
  ],
  refusedMessage: [
    'declined =96 !bank_refused_message 0/0',
    '. =00 !late_answer 40/40',
    '. =51 !late_answer 0/0',
    '. =91 !late_answer 40/0',
    '. =91 !late_answer 0/0',
  ],
  notSent: ['declined =91 0/0', '. =00 40/40', '. =51 0/0', '. =91 40/0', '. =91 0/0'],
  unknown: ['reversing tell:reversal =91 40/0', '. =00 40/40', '. =51 0/0', '. =91 40/0', '. =91 0/0'],
  lateApproval: [
    'reversing tell:reversal =91 !late_approval 40/0',
    '. !late_answer 40/40',
    '. tell:reversal !late_approval 0/0',
    '. !late_approval 40/0',
    '. !late_approval 0/0',
  ],
  lateDecline: [
    'declined =51 0/0',
    '. !late_answer 40/40',
    '. !late_answer 0/0',
    '. !late_answer 40/0',
    '. !late_answer 0/0',
  ],
  tillReverses: [
    'reversing tell:reversal =00 40/0',
    'reversing tell:reversal card_refund_reversal =00 40/0',
    '. =00 0/0',
    '. =00 40/0',
    '. =00 0/0',
  ],
  saleClosed: ['. 40/0', '. 40/40', '. 0/0', '. 40/0', '. 0/0'],
  restart: ['reversing tell:reversal =91 40/0', '. 40/40', '. 0/0', '. 40/0', '. 0/0'],
  acknowledged: ['. 40/0', '. 40/40', '. 0/0', 'reversed 0/0', '. 0/0'],
};

describe('A sale in every state at every event', () => {
  test.each(Object.keys(CARD_EVENTS))('%s', (name) => {
    const cells = STATES.map((state) => {
      const record = cardIn(state);
      return cellOf(record, stepCard(record, eventOf(name), NOW));
    });
    expect(cells).toEqual(SALE[name]);
  });
});

describe('A refund in every state at every event', () => {
  test.each(Object.keys(CARD_EVENTS))('%s', (name) => {
    const cells = REFUND_STATES.map((state) => {
      const { record, original } = refundIn(state);
      const decision = stepCard(record, eventOf(name), NOW, original);
      const after = decision.original ?? original;
      const held = `${after.refunded.amountMinor / 1_000n}/${after.refundsBooked.amountMinor / 1_000n}`;
      return `${cellOf(record, decision)} ${held}`;
    });
    expect(cells).toEqual(REFUND[name]);
  });

  test('needs its original', () => {
    const { record } = refundIn('sent');
    expect(() => stepCard(record, eventOf('approved'), NOW)).toThrow('together with its original');
  });
});

describe('A pre-authorisation', () => {
  test.each(Object.keys(CARD_EVENTS))('%s: goes as a sale goes, but books nothing', (name) => {
    for (const [i, state] of STATES.slice(0, 5).entries()) {
      const record = cardIn(state, 'preauthorisation');
      const unbooked = SALE[name]?.[i]?.replace(/ card_sale(_reversal)?/, '');
      expect(cellOf(record, stepCard(record, eventOf(name), NOW))).toBe(unbooked);
    }
  });

  test('that was completed is not given up any more', () => {
    const record = { ...cardIn('approved', 'preauthorisation'), refunded: money(100n, RUB) };
    const decision = stepCard(record, eventOf('tillReverses'), NOW);
    expect(cellOf(record, decision)).toBe('. =12 !reversal_after_refund');
  });
});

describe('A balance', () => {
  test.each(Object.keys(CARD_EVENTS))('%s: never tells the bank anything and books nothing', (name) => {
    for (const state of ['sent', 'approved', 'declined'] as const) {
      const { advice, transfers, record } = stepCard(cardIn(state, 'balance'), eventOf(name), NOW);
      expect([advice, transfers]).toEqual([null, []]);
      expect(['sent', 'approved', 'declined']).toContain(record.state);
    }
  });

  test('that nobody answered is declined', () => {
    const record = cardIn('sent', 'balance');
    expect(cellOf(record, stepCard(record, eventOf('unknown'), NOW))).toBe('declined =91');
    expect(cellOf(record, stepCard(record, eventOf('restart'), NOW))).toBe('declined =91');
  });
});

describe('Every step', () => {
  test('that changes a record raises its version by one and keeps what it is', () => {
    for (const name of Object.keys(CARD_EVENTS)) {
      for (const state of STATES) {
        const before = cardIn(state);
        const { record } = stepCard(before, eventOf(name), NOW + 5);
        if (record === before) continue;
        expect(record).toMatchObject({ version: before.version + 1, updatedAt: NOW + 5 });
        const { cardId, identity, saleId, kind, bankReference: reference, bodyHash, createdAt } = before;
        expect(record).toMatchObject({ cardId, identity, saleId, kind, bodyHash, createdAt });
        expect(record.bankReference).toEqual(reference);
      }
    }
  });

  test('never brings a transaction back that was given up', () => {
    for (const name of Object.keys(CARD_EVENTS)) {
      for (const state of ['reversing', 'reversed', 'parked'] as const) {
        const { record, transfers } = stepCard(cardIn(state), eventOf(name), NOW);
        expect(['reversing', 'reversed', 'parked']).toContain(record.state);
        expect(transfers).toEqual([]);
      }
    }
  });
});

describe('What the bank says', () => {
  const sent = cardIn('sent');

  test('of an approval is kept with it: code, amount of the issuer, rate', () => {
    const billing = { amount: money(8_900n, CNY), rate: '70886400' };
    const answer = answered('11', { authCode: 'B77777', billing });
    expect(stepCard(sent, bank(answer), NOW).record).toMatchObject({
      ...{ state: 'approved', responseCode: '11', authCode: 'B77777', billing },
    });
  });

  test('of a part makes that the amount, booked as such', () => {
    const { record, transfers } = stepCard(sent, eventOf('approvedInPart'), NOW);
    expect(record.amount).toEqual(money(60_000n, RUB));
    expect(transfers[0]?.entries[0]?.amount).toEqual(money(60_000n, RUB));
  });

  test.each([
    ['a part without an amount', answered('10')],
    ['a part of nothing', answered('10', { approved: money(0n, RUB) })],
    ['a part that is all', answered('10', { approved: money(100_000n, RUB) })],
    ['a part in another currency', answered('10', { approved: money(50_000n, CNY) })],
    ['all, and another amount', answered('00', { approved: money(99_999n, RUB) })],
  ])('of %s is not what was asked, and is undone', (_, answer) => {
    expect(cellOf(sent, stepCard(sent, bank(answer), NOW))).toBe(
      'reversing tell:reversal =91 !approval_differs',
    );
  });

  test('of a part is undone where the customer agreed to a conversion of the whole', () => {
    const record = openCard(facts(1, YUAN), TERMS, bankReference(), NOW).record;
    const answer = answered('10', { approved: money(5_000n, CNY) });
    expect(stepCard(record, bank(answer), NOW).record.state).toBe('reversing');
  });

  test('with the amount repeated is an approval like one without', () => {
    const answer = { ...APPROVAL, approved: money(100_000n, RUB) };
    expect(stepCard(sent, bank(answer), NOW).record.state).toBe('approved');
  });

  test('of keys, formats and identities is no word about the card, and the till hears of a malfunction', () => {
    for (const code of ['03', '30', '88', '94', '97']) {
      expect(cellOf(sent, stepCard(sent, bank(answered(code)), NOW))).toBe(
        'declined =96 !bank_refused_message',
      );
    }
  });
});

describe('Giving up', () => {
  test('carries the cause and the card’s own data to the bank', () => {
    const emv = Uint8Array.of(0x95, 5, 0, 0, 0, 0, 0);
    const event = { kind: 'reversal_requested', cause: 'card_declined_after_approval', emv } as const;
    const { advice, record } = stepCard(cardIn('approved'), event, NOW);
    expect(advice).toEqual({
      ...{ bank: 'neva', kind: 'reversal', cardId: record.cardId, cause: event.cause, emv },
    });
    expect(record.reversalCause).toBe('card_declined_after_approval');
  });

  test('an approved sale books the whole of it back, discount included, on the day it is given up', () => {
    const sale = cardIn('approved');
    const tomorrow = NOW + 86_400_000;
    const booked = stepCard(cardIn('sent'), bank(APPROVAL), NOW).transfers[0];
    const back = stepCard({ ...sale, mdrReturned: false }, eventOf('tillReverses'), tomorrow).transfers[0];
    const swapped = booked?.entries.map((entry) => ({
      ...entry,
      side: entry.side === 'debit' ? 'credit' : 'debit',
    }));
    expect(back?.entries).toEqual(swapped);
    expect([booked?.businessDate, back?.businessDate]).toEqual(['2026-11-21', '2026-11-22']);
    expect([booked?.transferId, back?.transferId]).toEqual([
      `card_sale:${sale.cardId}`,
      `card_sale_reversal:${sale.cardId}`,
    ]);
  });

  test('a sale of which something was refunded is refused: the money would go back twice', () => {
    const sale = { ...cardIn('approved'), refunded: money(1n, RUB) };
    expect(cellOf(sale, stepCard(sale, eventOf('tillReverses'), NOW))).toBe('. =12 !reversal_after_refund');
    expect(cellOf(sale, stepCard(sale, eventOf('saleClosed'), NOW))).toBe('. !reversal_after_refund');
  });
});
