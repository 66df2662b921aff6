import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData, packBatchTotals } from '../../../../gateway/iso8583/private-data.ts';
import { parseMid, parseTid } from '../../../../gateway/kernel/identifiers.ts';
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

describe('what a terminal began before it was moved', () => {
  const BATCH = packBatchData({ batch: '000007', original: null });
  const common = { 22: '051', 49: '643', 60: BATCH };
  const undo = (rrn: string, values = {}) =>
    rig.build(
      '0200',
      { ...common, 3: '020000', 4: '000000150000', 25: '00', 37: rrn, ...values },
      { account: null },
    );
  const hold = () =>
    rig.build('0100', { ...common, 3: '030000', 4: '000000200000', 25: '06' }, { pin: '1234' });
  const complete = (rrn: string, values = {}) =>
    rig.build(
      '0220',
      { ...common, 3: '000000', 4: '000000180000', 25: '06', 37: rrn, 38: '654321', ...values },
      { account: null },
    );
  const repeated = ({ fields }: Sent, values = {}) => {
    const { 59: _under, ...said } = fields;
    return rig.build(fields[25] === '06' ? '0221' : '0200', { ...said, ...values }, { account: null });
  };
  const rrnOf = async (sent: Sent) => String((await rig.ask(sent)).fields[37]);
  const NAMES: readonly (readonly [string, Record<number, string>])[] = [
    ['as it still names the merchant', {}],
    ['as it names the new merchant', { 42: String(OTHER.mid) }],
  ];

  test.each(NAMES)('is voided for the merchant who had it, %s', async (_name, values) => {
    const sale = rig.sale();
    const rrn = await rrnOf(sale);
    await moveTerminal();
    const message = undo(rrn, values);
    const answer = await rig.ask(message);
    expect([answer.fields[39], answer.fields[42]]).toEqual(['00', message.fields[42]]);
    await rig.world.advance(5_000);
    expect((await rig.card(sale))?.state).toBe('reversed');
    expect(await rig.card(message)).toMatchObject({ kind: 'void', identity: { mid: MERCHANT.mid } });
    expect(rig.bank.advices).toMatchObject([{ mid: MERCHANT.mid, merchantName: MERCHANT.name }]);
  });

  test.each(NAMES)('is completed and booked for the merchant who had it, %s', async (_name, values) => {
    const rrn = await rrnOf(hold());
    await moveTerminal();
    const completion = complete(rrn, values);
    expect(await rig.code(completion)).toBe('00');
    await rig.world.advance(5_000);
    const card = await rig.card(completion);
    expect(card).toMatchObject({ kind: 'completion', state: 'approved', acceptor: { name: MERCHANT.name } });
    expect(rig.bank.advices).toMatchObject([{ mid: MERCHANT.mid, merchantName: MERCHANT.name }]);
    const [transfer] = await rig.store.transfersOf(card?.cardId ?? '');
    expect(JSON.stringify(transfer?.entries.map(({ account }) => account))).toContain(String(MERCHANT.mid));
  });

  test('has one effect when it is asked before the move and again after it, under either name', async () => {
    const saleRrn = await rrnOf(rig.sale());
    const holdRrn = await rrnOf(hold());
    const messages = [undo(saleRrn), complete(holdRrn)];
    for (const message of messages) expect(await rig.code(message)).toBe('00');
    await moveTerminal();
    for (const message of messages) {
      for (const [, values] of NAMES) expect(await rig.code(repeated(message, values))).toBe('00');
    }
    await rig.world.advance(5_000);
    expect(rig.bank.advices.map(({ kind }) => kind).sort()).toEqual(['completion', 'reversal']);
  });

  test('is a conflict all the same where another amount comes under its numbers', async () => {
    const completion = complete(await rrnOf(hold()));
    expect(await rig.code(completion)).toBe('00');
    await moveTerminal();
    for (const [, values] of NAMES) {
      expect(await rig.code(repeated(completion, { ...values, 4: '000000170000' }))).toBe('94');
    }
  });

  test('stays undone when its reversal came first under the new name', async () => {
    const rrn = await rrnOf(hold());
    const completion = complete(rrn);
    await moveTerminal();
    const reversal = rig.reversal(completion, {
      42: String(OTHER.mid),
      56: '4000',
      90: `0220${completion.fields[11]}${completion.fields[7]}${'0'.repeat(22)}`,
    });
    expect(await rig.code(reversal)).toBe('00');
    expect(await rig.code(completion)).toBe('21');
    await rig.world.advance(5_000);
    expect(rig.bank.advices).toEqual([]);
  });

  test.each(NAMES)('is counted and uploaded in its batch, %s', async (_name, values) => {
    const rrn = await rrnOf(rig.sale());
    await moveTerminal();
    const item = { 3: '000000', 4: '000000150000', 37: rrn, 49: '643', 60: BATCH, ...values };
    expect(await rig.code(rig.build('0320', item, { account: null }))).toBe('00');
    const none = { count: 0, amountMinor: 0n };
    const totals = packBatchTotals({
      ...{ sales: { count: 1, amountMinor: 150_000n }, refunds: none, debitSales: none },
      ...{ debitRefunds: none, authorisedSales: none, authorisedRefunds: none },
    });
    const claim = { 3: '920000', 50: '643', 60: BATCH, 63: totals, ...values };
    expect(await rig.code(rig.build('0500', claim, { account: null }))).toBe('00');
  });

  test('is refunded by no terminal of another merchant', async () => {
    const rrn = await rrnOf(rig.sale());
    await moveTerminal();
    const refund = (values: Record<number, string>) =>
      rig.build('0200', { ...common, 3: '200000', 4: '000000150000', 25: '00', 37: rrn, ...values });
    expect(await rig.code(refund({}))).toBe('03');
    expect(await rig.code(refund({ 42: String(OTHER.mid) }))).toBe('25');
  });

  test('is ended by no other terminal of the merchant', async () => {
    const rrn = await rrnOf(hold());
    const other = parseTid('10000002');
    await rig.store.commit([
      { kind: 'merchant.put', row: OTHER },
      { kind: 'terminal.put', row: { tid: other, mid: OTHER.mid, publicKey: null, revokedAt: null } },
    ]);
    const origin = { kind: 'link', tid: other } as const;
    const values = { 41: String(other) };
    expect(await rig.code(complete(rrn, values), origin)).toBe('03');
    expect(await rig.code(complete(rrn, { ...values, 42: String(OTHER.mid) }), origin)).toBe('25');
  });
});
