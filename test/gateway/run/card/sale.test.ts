import { beforeEach, describe, expect, test } from 'vitest';
import { CardRig } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

describe('a card sale', () => {
  test('is approved, booked and answered with what the bank said', async () => {
    const sale = rig.sale({}, { pin: '1234' });
    const answer = await rig.ask(sale);
    expect(answer.mti).toBe('0210');
    expect(answer.fields[39]).toBe('00');
    expect(answer.fields[38]).toBe('654321');
    expect(answer.fields[4]).toBe('000000150000');
    const card = await rig.card(sale);
    expect(card).toMatchObject({ state: 'approved', authCode: '654321', cvm: 'online_pin' });
    expect(answer.fields[37]).toBe(card?.bankReference?.rrn);
    expect(rig.bank.requests).toHaveLength(1);
    expect(await rig.store.transfersOf(card?.cardId ?? '')).toHaveLength(1);
  });

  test('declined says the code of the bank', async () => {
    rig.bank.request1 = () => answered('51');
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('51');
    expect((await rig.card(sale))?.state).toBe('declined');
  });
});
