/** Who may convert for a card, and by which quote: what the contracts say holds at the gateway, whatever a till sends. */
import { beforeEach, describe, expect, test } from 'vitest';
import { packBatchData, packDccData } from '../../../../gateway/iso8583/private-data.ts';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { BankTotals } from '../../../../gateway/payments/card/ports.ts';
import { BinTable } from '../../../../gateway/run/card/bin-table.ts';
import { MERCHANT, TID, ulid } from '../../payments/samples.ts';
import { startBody } from '../counter.ts';
import { CardRig, ROUTES, type SendOptions } from './card-rig.ts';
import { answered } from './scripted-bank.ts';

const CHINESE = { pan: '6250941006528599', track2: '6250941006528599=30122011234500000' };
const YUAN = '000000013307';

let rig: CardRig;
beforeEach(async () => {
  rig = await CardRig.open();
});

function dcc(quoteId: string, priceMinor = 150_000n): string {
  const rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
  return packDccData({ choice: 'converted', price: money(priceMinor, RUB), rate, markupBp: 150, quoteId });
}

function offerTo(bin: string) {
  const amount = { amountMinor: '150000', currency: 'RUB' };
  return rig.world.complete(rig.gateway.handle(TID, 'card.offer', { bin, amount, operation: 'sale' }));
}

async function cardQuote(bin = '625094'): Promise<string> {
  const { offer } = await offerTo(bin);
  if (offer === null) throw new Error('There was no offer.');
  return offer.quote.quoteId;
}

const walletQuote = async () => (await rig.world.complete(rig.gateway.handle(TID, 'quote.get', {}))).quoteId;

const inYuan = (quoteId: string, options: SendOptions = {}) =>
  rig.sale({ 4: YUAN, 49: '156', 61: dcc(quoteId) }, { account: CHINESE, ...options });

describe('a charge in yuan', () => {
  test('is refused for a rouble card, and for one whose issuer converts', async () => {
    const quoteId = await cardQuote();
    expect(await rig.code(rig.sale({ 4: YUAN, 49: '156', 61: dcc(quoteId) }))).toBe('12');
    const bins = new BinTable([{ ...ROUTES[1], converter: 'issuer' } as (typeof ROUTES)[number]]);
    rig = await CardRig.open({ bins });
    expect(await rig.code(inYuan(await walletQuote()))).toBe('12');
    expect(rig.bank.requests).toHaveLength(0);
  });

  test('is refused by a wallet’s quote, and by one that was made for another card', async () => {
    expect(await rig.code(inYuan(await walletQuote()))).toBe('12');
    expect(await rig.code(inYuan(await cardQuote('625095')))).toBe('12');
    expect(await rig.code(inYuan(await cardQuote('62509410')))).toBe('12');
    expect(await rig.code(inYuan(await cardQuote('62509410'), { bin: '62509410' }))).toBe('00');
  });

  test('is neither offered nor taken where the merchant’s contract has no conversion at the till', async () => {
    const quoteId = await cardQuote();
    const terms = { ...MERCHANT.terms, cards: { ...MERCHANT.terms.cards, tillConverts: false } };
    await rig.store.commit([{ kind: 'merchant.put', row: { ...MERCHANT, terms } }]);
    await rig.world.advance(2_000);
    expect(await offerTo('625094')).toMatchObject({ routed: true, offer: null });
    expect(await rig.code(inYuan(quoteId))).toBe('12');
    expect(await rig.code(rig.sale({}, { account: CHINESE }))).toBe('00');
  });

  test('is asked for again by the same attempt when its PIN was wrong, after the quote’s time too', async () => {
    const quoteId = await cardQuote();
    rig.bank.request1 = () => answered('55');
    const first = inYuan(quoteId, { pin: '1111' });
    expect(await rig.code(first)).toBe('55');
    await rig.world.advance(300_001);
    rig.bank.request1 = () => answered('00');
    const second = inYuan(quoteId, { pin: '1234' });
    expect(await rig.code(second)).toBe('00');
    expect(await rig.code(first)).toBe('55');
    expect(await rig.code(second)).toBe('00');
    expect(rig.bank.requests).toHaveLength(2);
    expect(rig.bank.requests[1]?.amount).toEqual(money(13_307n, CNY));
  });

  test('is not asked for again when its quote has held for twice its time: a rate is not had for hours by a wrong PIN', async () => {
    const quoteId = await cardQuote();
    rig.bank.request1 = () => answered('55');
    expect(await rig.code(inYuan(quoteId, { pin: '1111' }))).toBe('55');
    await rig.world.advance(600_000);
    expect(await rig.code(inYuan(quoteId, { pin: '1234' }))).toBe('21');
    expect(rig.bank.requests).toHaveLength(1);
  });

  test('is not asked for again by its quote when it was approved, or when nobody knows; nor by another attempt', async () => {
    const declined = await cardQuote();
    rig.bank.request1 = () => answered('55');
    expect(await rig.code(inYuan(declined))).toBe('55');
    const other = { sale: { saleId: ulid('S1'), attemptId: ulid('A2') } };
    expect(await rig.code(inYuan(declined, other))).toBe('21');
    const elsewhere = { sale: { saleId: ulid('S2'), attemptId: ulid('A1') } };
    expect(await rig.code(inYuan(declined, elsewhere))).toBe('21');
    rig.bank.request1 = () => ({ kind: 'unknown', cause: 'timeout' });
    expect(await rig.code(inYuan(declined))).toBe('91');
    expect(await rig.code(inYuan(declined))).toBe('21');
    rig.bank.request1 = () => answered('00');
    const approved = await cardQuote();
    const sale = inYuan(approved, other);
    expect(await rig.code(sale)).toBe('00');
    expect(await rig.code(rig.reversal(sale))).toBe('00');
    await rig.world.advance(5_000);
    expect(await rig.code(inYuan(approved, other))).toBe('21');
    expect(rig.bank.requests).toHaveLength(3);
  });

  describe('that was held', () => {
    const batch = packBatchData({ batch: '000007', original: null });
    const common = { 22: '051', 25: '06', 49: '156', 60: batch };
    let quoteId: string;
    let rrn: string;
    beforeEach(async () => {
      quoteId = await cardQuote();
      const values = { ...common, 3: '030000', 4: YUAN, 61: dcc(quoteId) };
      const hold = rig.build('0100', values, { account: CHINESE, pin: '1234' });
      rrn = String((await rig.ask(hold)).fields[37]);
    });
    /** 100.05 of 1,500.00: 8.88 yuan, which are 100.10 at the hold's rate. */
    const complete = (mti: '0200' | '0220', price: bigint | null, minor = '000000000888') =>
      rig.build(
        mti,
        {
          ...{ ...common, 3: '000000', 4: minor, 37: rrn, 38: '654321' },
          61: price === null ? undefined : dcc(quoteId, price),
        },
        { account: null },
      );
    const owed = async () => {
      await rig.world.advance(5_000);
      const transfers = rig.store.balances();
      const income = transfers.filter(({ account }) => /^(merchant_payable|mdr_income)/.test(account));
      return income.reduce((sum, { credit, debit }) => sum + credit - debit, 0n);
    };

    test('owes the merchant the basket’s price where its completion says one, and is repeated as itself', async () => {
      const completion = complete('0220', 10_005n);
      expect(await rig.code(completion)).toBe('00');
      const again = rig.build('0221', completion.fields, { account: null, ksn: completion.ksn });
      expect(await rig.code(again)).toBe('00');
      expect((await rig.card(completion))?.dcc?.price).toEqual(money(10_005n, RUB));
      expect(await owed()).toBe(10_005n);
      expect(rig.bank.advices).toMatchObject([{ kind: 'completion', amount: money(888n, CNY) }]);
    });

    test('does so by a request as by an advice', async () => {
      expect(await rig.code(complete('0200', 10_005n))).toBe('00');
      expect(await owed()).toBe(10_005n);
    });

    test('owes its part of the hold’s price where none is said', async () => {
      expect(await rig.code(complete('0220', null))).toBe('00');
      expect(await owed()).toBe(10_010n);
    });

    test('is not completed for another price, and can be after that', async () => {
      expect(await rig.code(complete('0220', 10_050n))).toBe('13');
      expect(await rig.code(complete('0200', 9_000n))).toBe('13');
      expect(await owed()).toBe(0n);
      expect(await rig.code(complete('0220', 150_000n, YUAN))).toBe('00');
      expect(await owed()).toBe(150_000n);
    });
  });

  test('keeps its currency in what follows', async () => {
    const sale = inYuan(await cardQuote());
    const rrn = String((await rig.ask(sale)).fields[37]);
    const undo = (currency: string, minor: string) =>
      rig.sale({ 3: '020000', 4: minor, 37: rrn, 49: currency }, { account: null, sale: null });
    const refund = (currency: string) =>
      rig.sale({ 3: '200000', 4: '000000000100', 37: rrn, 49: currency }, { account: CHINESE, sale: null });
    expect(await rig.code(refund('643'))).toBe('12');
    expect(await rig.code(undo('643', '000000150000'))).toBe('12');
    expect(await rig.code(undo('156', YUAN))).toBe('00');
  });
});

test('a wallet pays by no quote that was made for a card', async () => {
  const asked = rig.gateway.handle(TID, 'payment.start', startBody(await cardQuote()));
  await expect(rig.world.complete(asked)).rejects.toMatchObject({ code: 'QUOTE_NOT_FOUND' });
});

test('a bank is asked to compare what it was charged in, though no card of today’s table has that currency', async () => {
  const asked: BankTotals[] = [];
  const overrides: ConstructorParameters<typeof CardRig>[0] = { bankDay: { cutAt: null, cutOverBanks: [] } };
  const listen = () => {
    rig.bank.totals = async (totals) => {
      asked.push(totals);
      return { kind: 'balanced' };
    };
  };
  rig = await CardRig.open(overrides);
  expect(
    await rig.code(inYuan(await cardQuote(), { sale: { saleId: ulid('S1'), attemptId: ulid('A1') } })),
  ).toBe('00');
  Object.assign(overrides, { bins: new BinTable(ROUTES.slice(0, 1)) });
  await rig.restart();
  listen();
  const row = { bank: 'bank-a', cause: 'operator', settlementDate: '2026-11-22' } as const;
  await rig.store.commit([{ kind: 'bank_day.wish', row }]);
  await rig.world.advance(60_000);
  expect(asked).toMatchObject([
    { currency: 'CNY', debits: 1, debitsMinor: 13_307n },
    { currency: 'RUB', debits: 0 },
  ]);
  await rig.store.commit([{ kind: 'bank_day.wish', row: { ...row, settlementDate: '2026-11-23' } }]);
  await rig.world.advance(60_000);
  expect(asked.map(({ currency }) => currency)).toEqual(['CNY', 'RUB', 'CNY', 'RUB']);
});
