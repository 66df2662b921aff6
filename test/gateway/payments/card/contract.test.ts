import { expect, test } from 'vitest';
import { cardContractOf } from '../../../../gateway/payments/card/contract.ts';
import { MERCHANT, TERMS } from '../../store/records.ts';

test('a contract that says nothing of cards charges what it charges for wallets', () => {
  expect(cardContractOf(MERCHANT)).toEqual({
    ...{ mdrBp: 175, mdrReturned: true, categoryCode: '5999', town: null },
  });
});

test('a contract may give cards a discount, a category and a town of their own', () => {
  const terms = { ...TERMS, cards: { mdrBp: 210, categoryCode: '5411', town: 'Blagoveshchensk' } };
  expect(cardContractOf({ terms })).toMatchObject({
    mdrBp: 210,
    categoryCode: '5411',
    town: 'Blagoveshchensk',
  });
});
