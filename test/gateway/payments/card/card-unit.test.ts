import { describe, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { openRefund, openVoid } from '../../../../gateway/payments/card/card-following.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import { openCard } from '../../../../gateway/payments/card/card-opening.ts';
import { type CardSupplies, cardChanges } from '../../../../gateway/payments/card/card-unit.ts';
import { adviceId, bankReference } from '../../store/card-rows.ts';
import { cardIn, eventOf, facts, NOW, TERMS } from './card-samples.ts';

const BYTES = Uint8Array.of(7);
const numbers = { adviceId: adviceId(), stan: '000900', transmittedAt: '1121090100' };
function supplies(answer: Uint8Array | null = null) {
  let asked = 0;
  const adviceNumbers = () => {
    asked += 1;
    return numbers;
  };
  return { given: { answer, adviceNumbers } satisfies CardSupplies, asked: () => asked };
}

describe('A decision’s unit', () => {
  test('of a new transaction is one insert', () => {
    const decision = openCard(facts(), TERMS, bankReference(), NOW);
    const { given, asked } = supplies();
    expect(cardChanges(decision, null, given, NOW)).toEqual([{ kind: 'card.insert', row: decision.record }]);
    expect(asked()).toBe(0);
  });

  test('of an approval keeps the answer with the record, before its booking', () => {
    const sent = cardIn('sent');
    const decision = stepCard(sent, eventOf('approved'), NOW);
    const changes = cardChanges(decision, sent, supplies(BYTES).given, NOW);
    expect(changes.map((change) => change.kind)).toEqual(['card.put', 'transfer.insert']);
    expect(changes[0]).toMatchObject({ row: { state: 'approved', answer: BYTES } });
  });

  test('of giving up queues one advice with the numbers given, due at once', () => {
    const sent = cardIn('sent');
    const { given, asked } = supplies();
    const [, advice] = cardChanges(stepCard(sent, eventOf('unknown'), NOW), sent, given, NOW);
    expect(advice).toEqual({
      kind: 'advice.insert',
      row: {
        ...{ ...numbers, bank: 'neva', kind: 'reversal', cardId: sent.cardId, cause: 'bank_timeout' },
        ...{
          emv: null,
          tries: 0,
          nextAt: NOW,
          doneAt: null,
          responseCode: null,
          undoneMinor: null,
          version: 1,
        },
      },
    });
    expect(asked()).toBe(1);
  });

  test('of a void and of a refund puts the original before the new record', () => {
    const sale = cardIn('approved');
    const undone = openVoid(facts(2, { kind: 'void' }), sale, TERMS, NOW);
    expect(cardChanges(undone, null, supplies(BYTES).given, NOW).map((change) => change.kind)).toEqual([
      ...['card.put', 'card.insert', 'advice.insert', 'transfer.insert'],
    ]);
    const amount = money(1n, RUB);
    const refund = openRefund(facts(3, { kind: 'refund', amount }), sale, TERMS, bankReference(3), NOW);
    expect(cardChanges(refund, null, supplies().given, NOW).map((change) => change.kind)).toEqual([
      ...['card.put', 'card.insert'],
    ]);
  });

  test('of no change is empty, but for a reversal of what the bank approved after its decline', () => {
    const reversed = cardIn('reversed');
    const { given } = supplies();
    expect(cardChanges(stepCard(reversed, eventOf('tillReverses'), NOW), reversed, given, NOW)).toEqual([]);
    const declined = cardIn('declined');
    const late = cardChanges(stepCard(declined, eventOf('lateApproval'), NOW), declined, given, NOW);
    expect(late.map((change) => change.kind)).toEqual(['advice.insert']);
  });

  test('never answers a transaction twice', () => {
    const approved = { ...cardIn('approved'), answer: BYTES };
    const decision = stepCard(approved, eventOf('tillReverses'), NOW);
    expect(() => cardChanges(decision, approved, supplies(BYTES).given, NOW)).toThrow('answered once');
  });
});
