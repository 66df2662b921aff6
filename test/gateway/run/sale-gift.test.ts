import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { GiftWire, PaymentWire } from '../../../gateway/wire/messages.ts';
import { trade, ulid } from '../payments/samples.ts';
import { type Counter, type CounterOptions, OTHER_TID, openCounter } from './counter.ts';

const TIGER = {
  charity: 'tiger',
  name: 'Фонд «Амурский тигр»',
  nameZh: '阿穆尔虎基金会',
  nameEn: 'Amur Tiger',
};
const GIFT: GiftWire = { charity: 'tiger', amount: { amountMinor: '50000', currency: 'RUB' } };
const MERCHANT = 'merchant_payable:100000000000001';
const CHARITY = 'charity_payable:tiger';
const UNKNOWN = { kind: 'unknown', cause: 'timeout' } as const;
/** 9,500.00 of goods at 1.8 %. */
const MDR = 17_100n;
const CLOSE = {
  saleId: ulid('S1'),
  disposition: 'set_aside',
  operator: 'Ольга',
  reason: 'нет',
  closedAt: 1,
} as const;

function open(options: CounterOptions = {}): Promise<Counter> {
  return openCounter({ ...options, deps: { charities: [TIGER], ...options.deps } });
}

const tell = (c: Counter, gift: GiftWire | null = GIFT, revision = 1) =>
  c.ask('sale.gift', { saleId: ulid('S1'), revision, gift });

async function paid(options: CounterOptions = {}): Promise<Counter> {
  const c = await open(options);
  await tell(c);
  c.wallet.next.pay.push({ kind: 'paid', trade: trade() });
  await c.start({ gift: GIFT });
  await c.world.advance(1_000);
  return c;
}

const refund = (c: Counter, tail: string, amountMinor: string) =>
  c.ask('refund.start', {
    ...{ refundId: ulid(tail), attemptId: ulid('A1'), saleId: ulid('S1') },
    ...{ amount: { amountMinor, currency: 'RUB' }, reason: 'Возврат', operator: 'Анна' },
  });

const templates = async (c: Counter, reference = ulid('A1')) =>
  (await c.store.transfersOf(reference)).map(({ template }) => template);

describe('Telling a gift', () => {
  test('charities come from the configuration, and without one there are none', async () => {
    expect(await (await open()).ask('charity.list', {})).toEqual({ charities: [TIGER] });
    expect(await (await openCounter()).ask('charity.list', {})).toEqual({ charities: [] });
  });

  test('an unknown charity is refused before anybody is asked to pay', async () => {
    const c = await open();
    await expect(tell(c, { ...GIFT, charity: 'bear' })).rejects.toMatchObject({ code: 'CHARITY_UNKNOWN' });
    await expect(c.start({ gift: { ...GIFT, charity: 'bear' } })).rejects.toMatchObject({
      code: 'SALE_CONFLICT',
      facts: { field: 'gift' },
    });
    expect(c.wallet.calls).toEqual([]);
  });

  test('the same word again is the same, a later one replaces it, and a late copy of an earlier one changes nothing', async () => {
    const c = await open();
    await tell(c);
    expect(await tell(c)).toMatchObject({ gift: GIFT, revision: 1 });
    await expect(tell(c, null, 1)).rejects.toMatchObject({ code: 'SALE_CONFLICT', facts: { field: 'gift' } });
    expect(await tell(c, null, 2)).toMatchObject({ gift: null });
    await expect(tell(c)).rejects.toMatchObject({ code: 'SALE_CONFLICT', facts: { field: 'revision' } });
    c.wallet.next.pay.push({ kind: 'paid', trade: trade() });
    await c.start();
    expect(await templates(c)).toEqual(['wallet_sale_acquirer_converts']);
  });

  test('once the sale has had an attempt its gift is a fact; another terminal has no say in it', async () => {
    const c = await paid();
    await expect(tell(c, null, 2)).rejects.toMatchObject({ code: 'SALE_CONFLICT', facts: { field: 'gift' } });
    const other = c.ask('sale.gift', { saleId: ulid('S1'), revision: 9, gift: null }, OTHER_TID);
    await expect(other).rejects.toMatchObject({ code: 'SALE_CONFLICT', facts: { field: 'saleId' } });
  });

  test('amounts of nothing, of other currencies and beyond the limit are refused', async () => {
    const c = await open();
    const of = (amountMinor: string, currency: string) => ({ ...GIFT, amount: { amountMinor, currency } });
    await expect(tell(c, of('100', 'CNY'))).rejects.toMatchObject({ code: 'CURRENCY_MISMATCH' });
    await expect(tell(c, of('100000001', 'RUB'))).rejects.toMatchObject({ code: 'AMOUNT_OUT_OF_RANGE' });
  });
});

describe('A payment with a gift in it', () => {
  test('moves it whole to the charity in the commit of the sale, and takes its discount of the goods alone', async () => {
    const c = await paid();
    expect(await templates(c)).toEqual(['wallet_sale_acquirer_converts', 'donation']);
    expect(c.balance(CHARITY, 'RUB')).toBe(50_000n);
    expect(c.balance(MERCHANT, 'RUB')).toBe(1_000_000n - 50_000n - MDR);
    expect(c.balance('mdr_income:acquirer', 'RUB')).toBe(MDR);
  });

  test('where the wallet converts, gets the gift’s share of what is settled', async () => {
    const c = await open({ terms: { converter: 'wallet' } });
    await tell(c);
    const order = money(1_000_000n, RUB);
    c.wallet.next.pay.push({ kind: 'paid', trade: trade({ order, settlement: money(88_000n, CNY) }) });
    await c.start({ gift: GIFT });
    await c.world.advance(1_000);
    expect(c.balance(CHARITY, 'CNY')).toBe(4_400n);
    expect(c.balance(MERCHANT, 'CNY')).toBe(88_000n - 4_400n - 1_505n);
  });

  test('without naming the gift, with another one, or on a part of the sum, is refused before the wallet is asked', async () => {
    const c = await open();
    await tell(c);
    const other = { ...GIFT, amount: { amountMinor: '50001', currency: 'RUB' } };
    const part = { amountMinor: '400000', currency: 'RUB' };
    for (const changes of [{}, { gift: other }, { gift: GIFT, amount: part }]) {
      await expect(c.start(changes)).rejects.toMatchObject({
        code: 'SALE_CONFLICT',
        facts: { field: 'gift' },
      });
    }
    expect(c.wallet.calls).toEqual([]);
  });

  test('of several tenders the one that completes the sale carries it', async () => {
    const c = await open();
    await tell(c);
    const half = { amountMinor: '500000', currency: 'RUB' };
    const order = money(44_355n, CNY);
    c.wallet.next.pay.push(
      { kind: 'paid', trade: trade({ order }) },
      { kind: 'paid', trade: trade({ order }) },
    );
    expect(await c.start({ amount: half })).toMatchObject({ state: 'approved' });
    const second = { attemptId: ulid('A2'), tenderId: ulid('T2'), amount: half, gift: GIFT };
    expect(await c.start(second)).toMatchObject({ state: 'approved' });
    expect(await templates(c)).toEqual(['wallet_sale_acquirer_converts']);
    expect(await templates(c, ulid('A2'))).toEqual(['wallet_sale_acquirer_converts', 'donation']);
  });

  test('told twice, or by a till that was restarted, is one payment with one gift', async () => {
    const c = await open();
    await tell(c);
    c.wallet.next.pay.push({ kind: 'paid', trade: trade() });
    const { quoteId } = await c.ask('quote.get', {});
    const first = await c.start({ quoteId, gift: GIFT });
    expect(await c.start({ quoteId, gift: GIFT })).toEqual(first);
    await expect(c.start({ quoteId })).rejects.toMatchObject({ facts: { field: 'gift' } });
    expect(c.wallet.made('pay')).toBe(1);
    expect(await templates(c)).toHaveLength(2);
  });

  test.each<[string, (c: Counter) => Promise<PaymentWire>]>([
    [
      'is approved by an inquiry after an unknown answer',
      async (c) => {
        c.wallet.next.pay.push(UNKNOWN);
        c.wallet.next.query.push({ kind: 'paid', trade: trade() });
        await c.start({ gift: GIFT });
        await c.world.advance(10_000);
        return c.payment();
      },
    ],
    [
      'is approved by another process after a crash',
      async (c) => {
        c.wallet.next.pay.push(UNKNOWN);
        c.wallet.usual.query = { kind: 'paid', trade: trade() };
        await c.start({ gift: GIFT });
        c.restart();
        await c.world.advance(60_000);
        return c.payment();
      },
    ],
  ])('that %s gives it once', async (_how, play) => {
    const c = await open();
    await tell(c);
    expect((await play(c)).state).toBe('approved');
    expect(await templates(c)).toEqual(['wallet_sale_acquirer_converts', 'donation']);
    expect(c.balance(CHARITY, 'RUB')).toBe(50_000n);
  });

  test('that was never collected gives nothing, and money found late goes back without it', async () => {
    const c = await open();
    await tell(c);
    c.wallet.next.pay.push({ kind: 'declined', code: 'ACQ.BUYER_BALANCE_NOT_ENOUGH' });
    expect((await c.start({ gift: GIFT })).state).toBe('declined');
    c.wallet.usual.query = { kind: 'paid', trade: trade() };
    await c.world.advance(120_000);
    expect((await c.payment()).state).toBe('returned_late');
    expect(await templates(c)).not.toContain('donation');
    c.wallet.next.pay.push({ kind: 'paid', trade: trade() });
    expect((await c.start({ attemptId: ulid('A2'), gift: GIFT })).state).toBe('approved');
    await c.world.advance(1_000);
    expect(c.balance(CHARITY, 'RUB')).toBe(50_000n);
  });
});

describe('Giving back', () => {
  test('goods, up to the last of them, leaves the gift with the charity', async () => {
    const c = await paid();
    await refund(c, 'R1', '300000');
    await expect(refund(c, 'R2', '650001')).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_PAID',
      facts: { left: '650000', gift: '50000' },
    });
    expect((await refund(c, 'R3', '650000')).state).toBe('approved');
    await c.world.advance(1_000);
    expect(c.balance(CHARITY, 'RUB')).toBe(50_000n);
    expect(c.balance(MERCHANT, 'RUB')).toBe(0n);
    expect(c.balance('mdr_income:acquirer', 'RUB')).toBe(0n);
  });

  test('the whole sale on its day takes the gift back too', async () => {
    const c = await paid();
    expect((await refund(c, 'R1', '1000000')).state).toBe('approved');
    expect(await templates(c, ulid('R1'))).toEqual(['wallet_refund_acquirer_converts', 'donation_returned']);
    await c.world.advance(1_000);
    expect([c.balance(CHARITY, 'RUB'), c.balance(MERCHANT, 'RUB')]).toEqual([0n, 0n]);
  });

  test('the whole sale on a later day is refused: its gift is the charity’s', async () => {
    const c = await paid();
    await c.world.advance(24 * 3_600_000);
    await expect(refund(c, 'R1', '1000000')).rejects.toMatchObject({ facts: { left: '950000' } });
    expect((await refund(c, 'R2', '950000')).state).toBe('approved');
  });

  test('a sale that was closed gives everything back by itself, after goods went back as well', async () => {
    const c = await paid();
    await refund(c, 'R1', '300000');
    await c.ask('sale.close', CLOSE);
    await c.world.advance(10_000);
    expect([c.balance(CHARITY, 'RUB'), c.balance(MERCHANT, 'RUB')]).toEqual([0n, 0n]);
    expect(c.balance('mdr_income:acquirer', 'RUB')).toBe(0n);
  });
});
