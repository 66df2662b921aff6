import { beforeEach, describe, expect, test } from 'vitest';
import { parseMid } from '../../../../gateway/kernel/identifiers.ts';
import type { BankAdvice } from '../../../../gateway/payments/card/ports.ts';
import { MERCHANT, TERMS, TID } from '../../payments/samples.ts';
import { CARD_LINK, CardRig, type Sent } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

const OTHER = { ...MERCHANT, mid: parseMid('100000000000002'), name: 'Другой магазин' };

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

async function changeMerchant(): Promise<void> {
  const terms = { ...TERMS, cards: { categoryCode: '5411', town: 'Khabarovsk' } };
  await rig.store.commit([{ kind: 'merchant.put', row: { ...MERCHANT, name: 'Новая вывеска', terms } }]);
  await rig.world.advance(2_000);
}

async function moveTerminal(): Promise<void> {
  await rig.store.commit([
    { kind: 'merchant.put', row: OTHER },
    { kind: 'terminal.put', row: { tid: TID, mid: OTHER.mid, publicKey: null, revokedAt: null } },
  ]);
  await rig.world.advance(2_000);
}

/** What a bank compares of a message and its repeat: everything but the times and the marks of a repeat. */
const compared = ({ at: _at, repeat: _repeat, ...advice }: BankAdvice) => advice;

describe('a merchant that is renamed and put into another category and town', () => {
  test('leaves what its bank is being told as it was first said', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    rig.bank.advise1 = () => ({ kind: 'unknown', cause: 'timeout' });
    await rig.ask(rig.reversal(sale));
    await rig.world.advance(1_000);
    await changeMerchant();
    rig.bank.advise1 = () => answered('00');
    await rig.restart();
    await rig.world.advance(5_000);
    const [first, ...repeats] = rig.bank.advices;
    if (first === undefined) throw new Error('The bank was told.');
    expect(repeats.length).toBeGreaterThan(0);
    for (const repeat of repeats) expect(compared(repeat)).toEqual(compared(first));
    const { merchantName, merchantTown, categoryCode } = rig.bank.requests[0] ?? first;
    expect(first).toMatchObject({ merchantName, merchantTown, categoryCode });
    expect((await rig.card(sale))?.state).toBe('reversed');
  });

  test('is called by its new name from the next transaction on', async () => {
    await changeMerchant();
    await rig.ask(rig.sale());
    expect(rig.bank.requests[0]).toMatchObject({
      merchantName: 'Новая вывеска',
      merchantTown: 'Khabarovsk',
      categoryCode: '5411',
    });
  });
});

describe('a terminal that was moved to another merchant', () => {
  const underNewMid = (sale: Sent) => rig.reversal(sale, { 42: String(OTHER.mid) });

  test.each([
    ['as its terminal still names the merchant', (sale: Sent) => rig.reversal(sale)],
    ['as its terminal names the new merchant', underNewMid],
  ])('undoes what it sold before, %s', async (_name, reversal) => {
    const sale = rig.sale();
    await rig.ask(sale);
    await moveTerminal();
    const undo = reversal(sale);
    const answer = await rig.ask(undo);
    expect([answer.fields[39], answer.fields[42]]).toEqual(['00', undo.fields[42]]);
    await rig.world.advance(5_000);
    expect(await rig.card(sale)).toMatchObject({ state: 'reversed', identity: { mid: MERCHANT.mid } });
    expect(rig.bank.advices).toMatchObject([{ mid: MERCHANT.mid, merchantName: MERCHANT.name }]);
  });

  test('has what the gateway answered before answered again', async () => {
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('00');
    await moveTerminal();
    expect(await rig.code(sale)).toBe('00');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('sells nothing more for the old one', async () => {
    await moveTerminal();
    expect(await rig.code(rig.sale())).toBe('03');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('undoes nothing of another terminal', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    const undo = rig.reversal(sale, { 41: '10000002' });
    expect(await rig.code(undo, CARD_LINK)).toBe('58');
    expect((await rig.card(sale))?.state).toBe('approved');
  });
});
