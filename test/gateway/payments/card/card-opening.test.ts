import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import {
  declineCard,
  judgeArrival,
  openCard,
  parkReversal,
} from '../../../../gateway/payments/card/card-opening.ts';
import { bankReference } from '../../store/card-rows.ts';
import { cardIn, DCC, eventOf, facts, NOW, TERMS, YUAN } from './card-samples.ts';

describe('A card transaction opens', () => {
  test('as sent, on the terms of the contract, with nothing refunded and no answer', () => {
    const decision = openCard(facts(), TERMS, bankReference(), NOW);
    expect(decision).toMatchObject({ original: null, advice: null, transfers: [], answerCode: null });
    expect(decision.record).toMatchObject({
      ...{ state: 'sent', version: 1, mdrBp: 175, mdrReturned: true, bankReference: bankReference() },
      ...{ businessDate: '2026-11-21', createdAt: NOW, answer: null, responseCode: null },
      refunded: money(0n, RUB),
    });
  });

  test('in yuan with the price in roubles beside it', () => {
    const { record } = openCard(facts(1, YUAN), TERMS, bankReference(), NOW);
    expect([record.amount.currency, record.dcc?.price.currency]).toEqual([CNY, RUB]);
  });

  test('declined without an amount, or with a conversion from nothing, and the bank is not asked', () => {
    const none = { amount: money(0n, RUB) };
    const nothing = { ...YUAN, dcc: { ...DCC, price: money(0n, RUB) } };
    for (const changes of [none, nothing]) {
      const { record, answerCode } = openCard(facts(1, changes), TERMS, bankReference(), NOW);
      expect(record).toMatchObject({ state: 'declined', bankReference: null, responseCode: '13' });
      expect(answerCode).toBe('13');
    }
    expect(openCard(facts(1, { ...none, kind: 'balance' }), TERMS, bankReference(), NOW).record.state).toBe(
      'sent',
    );
  });

  test('declined by ourselves with the code that is answered', () => {
    const decision = declineCard(facts(), TERMS, '15', NOW);
    expect(decision).toMatchObject({ answerCode: '15', record: { state: 'declined', responseCode: '15' } });
  });
});

describe('A message whose identity is taken', () => {
  const { bodyHash } = facts();
  const answer = Uint8Array.of(1, 2, 3);

  test('is replayed when it is the same', () => {
    const stored = { ...cardIn('approved'), answer };
    expect(judgeArrival(stored, bodyHash)).toEqual({ kind: 'replay', answer });
  });

  test('is told 94 when it says something else, in whatever state the first one is', () => {
    for (const state of ['sent', 'approved', 'declined', 'reversing', 'reversed'] as const) {
      expect(judgeArrival(cardIn(state), 'other')).toEqual({ kind: 'refused', responseCode: '94' });
    }
  });

  test('waits for the answer that is being made', () => {
    expect(judgeArrival(cardIn('sent'), bodyHash)).toEqual({ kind: 'in_flight' });
  });

  test('is answered from the record when the process died before an answer was made', () => {
    const { record } = stepCard(cardIn('sent'), eventOf('restart'), NOW);
    expect(judgeArrival(record, bodyHash)).toEqual({ kind: 'answer', responseCode: '91' });
  });

  test('is not shown an approval that was undone since', () => {
    const approved = { ...cardIn('approved'), answer };
    const { record } = stepCard(approved, eventOf('tillReverses'), NOW);
    expect(judgeArrival(record, bodyHash)).toEqual({ kind: 'refused', responseCode: '21' });
  });

  test('is declined when its own reversal came first, whatever it says', () => {
    const parked = parkReversal(facts(), TERMS, 'till_timeout', NOW);
    expect(parked).toMatchObject({ answerCode: '00', advice: null });
    expect(parked.record).toMatchObject({ state: 'parked', identity: facts().identity, saleId: null });
    expect(judgeArrival(parked.record, bodyHash)).toEqual({ kind: 'refused', responseCode: '21' });
  });
});
