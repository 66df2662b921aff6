import { expect, test } from 'vitest';
import { CardCounter } from './card-counter.ts';

async function declinedWith(code: string): Promise<CardCounter> {
  const till = new CardCounter();
  await till.open();
  till.host.codes.push(code);
  await till.payByCard();
  return till;
}

test.each(['03', '12', '13', '30', '31', '58'])(
  '%s says of the till itself that it is set up wrong: noticed and logged',
  async (code) => {
    const till = await declinedWith(code);
    const { notice, screen } = till.till.cashierView();
    expect(screen.name).toBe('not_paid');
    expect(notice).toMatchObject({ tone: 'warning', code: 'CARD_ALARM_SERVICE', facts: { code } });
    expect(notice?.facts.supportNumber).toBe(till.on('not_paid').card?.supportNumber);
    expect(till.troubles).toMatchObject([{ trouble: 'card_alarm', code }]);
  },
);

test('a code that nobody knows is noticed and logged as unknown', async () => {
  const till = await declinedWith('ZZ');
  expect(till.till.cashierView().notice?.code).toBe('CARD_ALARM_SERVICE');
  expect(till.troubles).toEqual([{ trouble: 'card_alarm', code: 'ZZ', cause: 'CARD_CODE_UNKNOWN' }]);
});

test.each(['04', '07', '41', '43'])(
  '%s asks for a card to be kept: the supervisor is told, the customer’s display says what it says of any refusal',
  async (code) => {
    const till = await declinedWith(code);
    expect(till.till.cashierView().notice).toMatchObject({ code: 'CARD_ALARM_CARD', facts: { code } });
    expect(till.troubles).toEqual([{ trouble: 'card_alarm', code, cause: 'CARD_RETAIN' }]);
    const ordinary = await declinedWith('51');
    const shown = ({ till: { customerView } }: CardCounter) => ({ ...customerView(), revision: 0 });
    expect(shown(till)).toEqual(shown(ordinary));
  },
);

test('an answer that is undone for a doubtful key is logged as well', async () => {
  const till = await declinedWith('97');
  await till.runFor(10);
  expect(till.on('not_paid').reasonCode).toBe('CARD_SECURITY');
  expect(till.troubles).toEqual([{ trouble: 'card_alarm', code: '97', cause: 'CARD_SECURITY' }]);
});

test('an ordinary refusal calls nobody', async () => {
  const till = await declinedWith('51');
  expect(till.till.cashierView().notice).toBeNull();
  expect(till.troubles).toEqual([]);
});
