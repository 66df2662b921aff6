/** What a reversal says beside which message it is about, and what tells messages apart that make no transaction. */
import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData, packBatchTotals, packDccData } from '../../../../gateway/iso8583/private-data.ts';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { TID, ulid } from '../../payments/samples.ts';
import { CardRig, type Sent } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

const SECOND = { sale: { saleId: ulid('S2'), attemptId: ulid('A2') } };
const TCP = { kind: 'tcp', profile: 'ascii', peer: '10.0.0.9' } as const;
const LESS = '000000050000000000000000C00000000C00000000';

async function reasons(): Promise<readonly string[]> {
  const refusals = await rig.store.cards.matters.refusals(TID, 9);
  return refusals.map(({ mti, responseCode, reason }) => `${mti} ${responseCode} ${reason}`);
}

/** Nobody was told to undo anything. */
async function stands(sale: Sent, state = 'approved'): Promise<void> {
  await rig.world.advance(5_000);
  expect((await rig.card(sale))?.state).toBe(state);
  expect(rig.bank.advices).toHaveLength(0);
}

describe('a reversal', () => {
  test('of a part is refused and alarmed, and nothing is undone', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale, { 95: LESS }))).toBe('12');
    await stands(sale);
    expect(rig.logged('card_reversal_refused')).toBe(true);
    expect(await reasons()).toEqual(['0420 12 reversal_of_part']);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
  });

  test.each([
    ['amount', { 4: '000000100000' }],
    ['currency', { 49: '156' }],
    ['amount and currency', { 4: '000000000100', 49: '156' }],
    ['amount, without a currency', { 4: '000000100000', 49: undefined }],
    ['currency, without an amount', { 4: undefined, 49: '156' }],
  ])('of another %s is refused and alarmed, and nothing is undone', async (_, values) => {
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale, values))).toBe('64');
    await stands(sale);
    expect(rig.logged('card_reversal_refused')).toBe(true);
    expect(await reasons()).toEqual(['0420 64 reversal_differs']);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toHaveLength(1);
  });

  test('of a foreign terminal may name its currency in letters', async () => {
    rig = await CardRig.open({ pads: new Map([[TID, 'FFFF98765432']]) });
    const spelled = { profile: 'ascii' } as const;
    const sale = rig.sale({ 49: 'RUB' }, spelled);
    expect(await rig.code(sale, TCP)).toBe('00');
    expect(await rig.code(rig.reversal(sale, { 49: 'CNY' }, spelled), TCP)).toBe('64');
    expect(await rig.code(rig.reversal(sale, {}, spelled), TCP)).toBe('00');
  });

  test('that names no amount undoes the whole', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale, { 4: undefined, 49: undefined }))).toBe('00');
  });

  test('of another amount than a declined sale’s is refused: what it is of may stand', async () => {
    rig.bank.request1 = () => answered('51');
    const sale = rig.sale();
    await rig.ask(sale);
    expect(await rig.code(rig.reversal(sale, { 4: '000000100000' }))).toBe('64');
    await stands(sale, 'declined');
  });

  test.each([
    ['what was asked', '000000150000', '00'],
    ['what was approved', '000000100000', '00'],
    ['neither', '000000050000', '64'],
  ])('of a sale that was approved in part by %s: %s gets %s', async (_, amount, code) => {
    rig.bank.request1 = () => answered('10', { approved: money(100_000n, RUB) });
    const sale = rig.sale();
    expect(await rig.code(sale)).toBe('10');
    expect(await rig.code(rig.reversal(sale, { 4: amount }))).toBe(code);
    await rig.world.advance(5_000);
    expect(rig.bank.advices.map((advice) => advice.amount)).toEqual(
      code === '00' ? [money(150_000n, RUB)] : [],
    );
  });

  test('of a sale converted at the till names the yuan, and not the price', async () => {
    const ask = {
      bin: '625094',
      amount: { amountMinor: '150000', currency: 'RUB' },
      operation: 'sale',
    } as const;
    const { offer } = await rig.world.complete(rig.gateway.handle(TID, 'card.offer', ask));
    const rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
    const price = money(150_000n, RUB);
    const quoteId = offer?.quote.quoteId ?? '';
    const dcc = packDccData({ choice: 'converted', price, rate, markupBp: 150, quoteId });
    const card = { pan: '6250941006528599', track2: '6250941006528599=30122011234500000' };
    const sale = rig.sale({ 4: '000000013307', 49: '156', 61: dcc }, { account: card });
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.reversal(sale, { 4: '000000150000', 49: '643' }))).toBe('64');
    await stands(sale);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
  });

  test('that came before an original of another amount keeps it from being carried out, and is alarmed', async () => {
    const sale = rig.sale();
    expect(await rig.code(rig.reversal(sale, { 4: '000000000100', 49: '156' }))).toBe('00');
    expect(rig.logged('card_reversal_refused')).toBe(false);
    expect(await rig.code(sale)).toBe('21');
    expect(rig.logged('card_reversal_refused')).toBe(true);
    expect(await reasons()).toEqual(['0200 21 parked_differs']);
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('that came before its original leaves no alarm', async () => {
    const sale = rig.sale();
    await rig.ask(rig.reversal(sale));
    expect(await rig.code(sale)).toBe('21');
    expect(rig.logged('card_reversal_refused')).toBe(false);
  });
});

describe('one identity', () => {
  test.each([false, true])('is of one reversal (restart between them: %s)', async (restarts) => {
    const [first, second] = [rig.sale(), rig.sale({}, SECOND)];
    await rig.ask(first);
    await rig.ask(second);
    const undo = rig.reversal(first, { 11: '000777' });
    expect(await rig.code(undo)).toBe('00');
    if (restarts) await rig.restart();
    expect(await rig.code(rig.reversal(second, { 11: '000777' }))).toBe('94');
    await rig.world.advance(5_000);
    expect((await rig.card(second))?.state).toBe('approved');
    expect(new Set(rig.bank.advices.map(({ cardId }) => cardId)).size).toBe(1);
    expect(await reasons()).toEqual(['0420 94 content_differs']);
    expect(await rig.code(rig.build('0421', undo.fields, { account: null, ksn: undo.ksn }))).toBe('00');
    expect(await rig.code(rig.reversal(first, { 11: '000777' }))).toBe('00');
    expect(await rig.code(rig.reversal(second))).toBe('00');
  });

  test('of a reversal that was refused is its own: when it may be carried out, its repeat is', async () => {
    const sale = rig.sale();
    const approval = await rig.ask(sale);
    const refund = rig.build('0200', {
      ...{ 3: '200000', 4: '000000050000', 22: '051', 25: '00', 37: String(approval.fields[37]), 49: '643' },
    });
    expect(await rig.code(refund)).toBe('00');
    const undo = rig.reversal(sale, { 11: '000778' });
    expect(await rig.code(undo)).toBe('12');
    expect(await rig.code(rig.reversal(refund))).toBe('00');
    await rig.world.advance(5_000);
    expect(await rig.code(rig.build('0421', undo.fields, { account: null, ksn: undo.ksn }))).toBe('00');
  });

  test('is another under another class or time', async () => {
    const sale = rig.sale();
    await rig.ask(sale);
    await rig.ask(rig.reversal(sale, { 11: '000777' }));
    expect(await rig.code(rig.sale({ 11: '000777' }, SECOND))).toBe('00');
    expect(await rig.code(rig.reversal(sale, { 7: '1122060001', 11: '000777', 56: '4000' }))).toBe('00');
    expect(await rig.code(rig.reversal(sale, { 11: '000777', 56: '4000' }))).toBe('94');
  });

  test('is of one item of an upload, and of one currency’s totals', async () => {
    const sale = rig.sale();
    const approval = await rig.ask(sale);
    const head = { 11: '000779', 60: packBatchData({ batch: '000007', original: null }) };
    const item = (minor: string) =>
      rig.build(
        '0320',
        { ...head, 3: '000000', 4: minor, 37: String(approval.fields[37]), 49: '643' },
        { account: null },
      );
    expect(await rig.code(item('000000150000'))).toBe('00');
    expect(await rig.code(item('000000150000'))).toBe('00');
    expect(await rig.code(item('000000150001'))).toBe('94');
    const none = { count: 0, amountMinor: 0n };
    const totals = (count: number, repeat = false) =>
      rig.build(
        repeat ? '0501' : '0500',
        {
          ...{ ...head, 3: '920000', 50: '643' },
          63: packBatchTotals({
            ...{ sales: { count, amountMinor: 150_000n }, refunds: none, debitSales: none },
            ...{ debitRefunds: none, authorisedSales: none, authorisedRefunds: none },
          }),
        },
        { account: null },
      );
    expect(await rig.code(totals(1))).toBe('00');
    expect(await rig.code(totals(1, true))).toBe('00');
    expect(await rig.code(totals(2))).toBe('94');
  });
});
