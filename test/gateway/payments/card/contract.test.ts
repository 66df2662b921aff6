import { expect, test } from 'vitest';
import { cardTermsOf } from '../../../../gateway/payments/card/contract.ts';
import { MERCHANT, TERMS } from '../../store/records.ts';

test('a contract that says nothing of cards charges what it charges for wallets', () => {
  const acceptor = { name: MERCHANT.name, town: null, categoryCode: '5999' };
  expect(cardTermsOf(MERCHANT)).toEqual({ mdrBp: 175, mdrReturned: true, acceptor });
});

test('a contract may give cards a discount, a category and a town of their own', () => {
  const terms = { ...TERMS, cards: { mdrBp: 210, categoryCode: '5411', town: 'Blagoveshchensk' } };
  expect(cardTermsOf({ ...MERCHANT, terms })).toMatchObject({
    mdrBp: 210,
    acceptor: { town: 'Blagoveshchensk', categoryCode: '5411' },
  });
});
