import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FiscalReceipt, FiscalRegister, FiscalResult } from '../../../drivers/contract/fiscal.ts';
import { openNoFiscalRegister } from '../../../drivers/fiscal/none.ts';
import { GIFT_MOST_MINOR, roundUps } from '../../../electron/sale/gift.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { CardCounter } from './cards/card-counter.ts';
import { ALIPAY_CODE, Counter, SUPERVISOR } from './counter-kit.ts';

const TIGER = {
  charity: 'tiger',
  name: 'Фонд «Амурский тигр»',
  nameZh: '阿穆尔虎基金会',
  nameEn: 'Amur Tiger',
};
/** 129.90 and 4,900.00: 0.10 rounds it up to 5,030, 20.10 to 5,050, 70.10 to 5,100. */
const GOODS_MINOR = 502_990n;
const ADD = { command: 'gift_add', charity: 'tiger', amountMinor: '2010', roundsUp: true };
const CHOSEN = { ...ADD, amountMinor: '15000', roundsUp: false };
const confirm = { command: 'refund_confirm', ...SUPERVISOR };

async function counter(): Promise<Counter> {
  const made = new Counter();
  made.link.charities = [TIGER];
  await made.open();
  await made.ok({ command: 'scan', text: '4600000000015' });
  await made.ok({ command: 'scan', text: '4600000000039' });
  return made;
}

async function pay(made: Counter): Promise<void> {
  await made.ok({ command: 'wallet_begin' });
  await made.ok({ command: 'scan', text: ALIPAY_CODE });
}

const basketOf = (made: Counter) => made.on('sale').basket;

class RecordingRegister implements FiscalRegister {
  readonly driver = 'none';
  readonly state = 'ready';
  readonly receipts: FiscalReceipt[] = [];
  async register(receipt: FiscalReceipt): Promise<FiscalResult> {
    this.receipts.push(receipt);
    return { kind: 'not_required' };
  }
  lastDocument = openNoFiscalRegister().lastDocument;
  onState = () => () => {};
  async close(): Promise<void> {}
}

describe('Offering a gift', () => {
  test('rounds the goods up to the next 10, 50 and 100 roubles, each sum once, and never to what they come to already', () => {
    const of = (minor: bigint) => roundUps(money(minor, RUB)).map(({ amountMinor }) => amountMinor);
    expect(of(36_668n)).toEqual([332n, 3_332n]);
    expect(of(GOODS_MINOR)).toEqual([10n, 2_010n, 7_010n]);
    expect(of(100_000n)).toEqual([]);
    fc.assert(
      fc.property(fc.bigInt(1n, 99_999_999n), (goods) => {
        for (const gift of of(goods)) {
          expect(gift > 0n && gift < 10_000n).toBe(true);
          expect((goods + gift) % 1_000n).toBe(0n);
        }
      }),
    );
  });

  test('is offered only where the gateway names a charity, and nothing is given that nobody chose', async () => {
    const made = await counter();
    expect(basketOf(made)).toMatchObject({ gift: null, giftOffer: { charities: [{ charity: 'tiger' }] } });
    const none = new Counter();
    await none.open();
    await none.ok({ command: 'scan', text: '4600000000015' });
    expect(basketOf(none).giftOffer).toBeNull();
    expect(await none.refused(ADD)).toBe('CHARITY_UNKNOWN');
  });

  test('a sum that does not round these goods up, or is beyond the limit, is refused', async () => {
    const made = await counter();
    expect(await made.refused({ ...ADD, amountMinor: '2011' })).toBe('GIFT_OUT_OF_RANGE');
    const most = (GIFT_MOST_MINOR + 1n).toString();
    expect(await made.refused({ ...CHOSEN, amountMinor: most })).toBe('GIFT_OUT_OF_RANGE');
    expect(await made.refused({ ...ADD, charity: 'bear' })).toBe('CHARITY_UNKNOWN');
  });
});

describe('A gift in the sale', () => {
  test('counts in the total, is told to the gateway before payment, and is charged with the goods', async () => {
    const made = await counter();
    await made.ok(ADD);
    expect(basketOf(made)).toMatchObject({
      total: { amountMinor: '505000' },
      goods: { amountMinor: '502990' },
      gift: { charity: 'tiger', amount: { amountMinor: '2010' }, told: true },
    });
    const gift = { charity: 'tiger', amount: { amountMinor: '2010', currency: 'RUB' } };
    expect(made.link.bodies('sale.gift')).toEqual([{ saleId: basketOf(made).saleId, revision: 1, gift }]);
    expect(made.till.customerView()).toMatchObject({
      gift: { names: { zh: TIGER.nameZh } },
      total: { amountMinor: '505000' },
    });
    await pay(made);
    expect(made.on('paid').basket.total.amountMinor).toBe('505000');
    expect(made.link.bodies('payment.start')[0]).toMatchObject({
      amount: { amountMinor: '505000' },
      saleTotal: { amountMinor: '505000' },
      gift,
    });
    expect(made.row<{ total_minor: number }>('SELECT total_minor FROM sales').total_minor).toBe(505_000);
  });

  test('is a line of its own on the receipt, below the goods and outside of their tax, and no part of the fiscal one', async () => {
    const made = new Counter();
    made.link.charities = [TIGER];
    const register = new RecordingRegister();
    made.fiscal = register;
    await made.restart();
    await made.open();
    await made.ok({ command: 'scan', text: '4600000000015' });
    await made.ok({ command: 'gift_add', charity: 'tiger', amountMinor: '10', roundsUp: true });
    await pay(made);
    const paper = made.printer.text().split('\n');
    const at = (text: string): number => paper.findIndex((one) => one.includes(text));
    expect(paper).toContain('Пожертвование: Фонд «Амурский тигр»');
    expect(paper).toContain('捐款：阿穆尔虎基金会');
    expect(paper).toContain('Donation: Amur Tiger');
    expect(paper[at('ИТОГ')]).toContain('129,90');
    expect(paper[at('Всего к оплате')]).toContain('130,00');
    expect(at('в т.ч. НДС 22%')).toBeLessThan(at('Пожертвование'));
    expect(paper[at('в т.ч. НДС 22%')]).toContain('23,42');
    expect(register.receipts[0]).toMatchObject({
      items: [{ sum: { amountMinor: '12990' } }],
      payments: [{ amount: { amountMinor: '12990' } }],
    });
  });

  test('is taken away again, and the gateway hears of that before payment too', async () => {
    const made = await counter();
    await made.ok(CHOSEN);
    await made.ok({ command: 'gift_remove' });
    expect(basketOf(made)).toMatchObject({ gift: null, total: { amountMinor: '502990' } });
    expect(made.link.bodies('sale.gift')[1]).toMatchObject({ revision: 2, gift: null });
    await pay(made);
    expect(made.link.bodies('payment.start')[0]?.gift).toBeUndefined();
  });

  test('falls with the goods that it rounded up, and a chosen sum stays until the goods are gone', async () => {
    const made = await counter();
    await made.ok(ADD);
    await made.ok({ command: 'line_quantity', lineId: 'L1', count: 2 });
    expect([basketOf(made).gift, made.notice()]).toEqual([null, 'GIFT_TAKEN_OUT']);
    await made.ok(CHOSEN);
    await made.ok({ command: 'line_remove', lineId: 'L1' });
    expect(basketOf(made).gift?.amount.amountMinor).toBe('15000');
    await made.ok({ command: 'line_remove', lineId: 'L2' });
    expect(basketOf(made)).toMatchObject({ gift: null, total: { amountMinor: '0' } });
  });

  test('is not paid in cash', async () => {
    const made = await counter();
    await made.ok(CHOSEN);
    expect(await made.refused({ command: 'cash_begin' })).toBe('GIFT_NOT_IN_CASH');
    await made.ok({ command: 'gift_remove' });
    await made.ok({ command: 'cash_begin' });
    await made.ok({ command: 'cash_pay', tenderedMinor: '502990' });
    made.on('paid');
  });

  test('that the gateway has not heard of keeps payment back until it has, over a lost answer and a link that was down', async () => {
    const made = await counter();
    made.link.next('sale.gift', 'lose_reply', 'lose_request');
    await made.ok(CHOSEN);
    expect(basketOf(made).gift?.told).toBe(false);
    await made.ok({ command: 'wallet_begin' });
    expect(await made.refused({ command: 'wallet_show_qr' })).toBe('GIFT_NOT_TOLD');
    await made.ok({ command: 'tender_back' });
    await made.world.advance(4_000);
    expect(basketOf(made).gift?.told).toBe(true);
    made.link.go('down');
    await made.ok({ command: 'gift_remove' });
    made.link.go('up');
    await made.world.settle();
    await pay(made);
    made.on('paid');
    const told = made.link.bodies('sale.gift').map(({ revision, gift }) => [revision, gift === null]);
    expect(told.at(-1)).toEqual([2, true]);
  });

  test('to a charity that the gateway refuses is taken out before anybody paid', async () => {
    const made = await counter();
    made.link.next('sale.gift', 'CHARITY_UNKNOWN');
    await made.ok(CHOSEN);
    expect([basketOf(made).gift, made.notice()]).toEqual([null, 'GIFT_REFUSED']);
    await pay(made);
    expect(made.on('paid').basket.total.amountMinor).toBe('502990');
  });

  test.each(['SALE_CONFLICT', 'SALE_CLOSED'] as const)(
    'of a sale that the gateway knows otherwise (%s) goes on with the same goods as a new sale',
    async (code) => {
      const made = await counter();
      made.link.next('sale.gift', code);
      const { saleId, lines } = basketOf(made);
      await made.ok(CHOSEN);
      expect(basketOf(made).saleId).not.toBe(saleId);
      expect(basketOf(made)).toMatchObject({
        lines: lines.map(({ goodsId }) => ({ goodsId })),
        total: { amountMinor: '517990' },
        gift: { amount: { amountMinor: '15000' }, told: true },
      });
      await pay(made);
      expect(made.on('paid').basket.total.amountMinor).toBe('517990');
    },
  );

  test('outlives a till that is killed at any step, with the same sum, and is told again until it is known', async () => {
    const made = await counter();
    made.link.next('sale.gift', 'hang');
    await made.ok(CHOSEN);
    await made.restart();
    await made.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    expect(basketOf(made)).toMatchObject({ total: { amountMinor: '517990' }, gift: { told: true } });
    made.link.next('payment.start', 'lose_reply');
    made.link.starts = 'unknown';
    await pay(made);
    await made.restart();
    const [attempt] = [...made.link.payments.keys()];
    made.link.move(attempt ?? '', { state: 'approved' }, true);
    await made.world.settle();
    expect(made.on('paid').basket).toMatchObject({
      total: { amountMinor: '517990' },
      gift: { amount: { amountMinor: '15000' } },
    });
    const starts = made.link.bodies('payment.start');
    expect(new Set(starts.map((body) => JSON.stringify(body))).size).toBe(1);
  });

  test('stays for another try; changed after one, it goes on as a new sale', async () => {
    const made = await counter();
    await made.ok(CHOSEN);
    made.link.starts = 'declined';
    await pay(made);
    await made.ok({ command: 'next' });
    made.link.starts = 'approved';
    expect(basketOf(made).gift?.amount.amountMinor).toBe('15000');
    const { saleId } = basketOf(made);
    await made.ok({ command: 'gift_remove' });
    expect(basketOf(made).saleId).not.toBe(saleId);
    await made.world.advance(1_000);
    expect(made.link.closed.get(saleId)).toBe('cancelled');
    await made.ok(CHOSEN);
    await pay(made);
    expect(made.on('paid').basket.total.amountMinor).toBe('517990');
    expect(made.link.bodies('sale.gift').at(-1)).toMatchObject({ saleId: made.on('paid').basket.saleId });
  });

  test('is charged to a card with the goods, and can go back by a void of the whole', async () => {
    const made = new CardCounter();
    made.link.charities = [TIGER];
    await made.open();
    await made.world.advance(0);
    await made.ok({ command: 'scan', text: '4600000000015' });
    await made.ok({ command: 'gift_add', charity: 'tiger', amountMinor: '10', roundsUp: true });
    await made.ok({ command: 'card_begin' });
    await made.runFor(10);
    const { receiptNumber } = made.on('paid').basket;
    expect(made.host.of('0200')[0]?.fields[4]).toBe('000000013000');
    await made.ok({ command: 'next' });
    await made.ok({ command: 'refund_begin' });
    await made.ok({ command: 'refund_find', receipt: receiptNumber });
    await made.ok({ command: 'refund_whole' });
    expect(made.on('refund_confirm')).toMatchObject({ how: 'card_void', amount: { amountMinor: '13000' } });
    await made.ok(confirm);
    await made.runFor(10);
    expect(made.on('refund_done').outcome).toBe('approved');
  });
});

describe('Giving back a sale with a gift', () => {
  async function sold(): Promise<Counter> {
    const made = await counter();
    await made.ok(CHOSEN);
    await pay(made);
    const { receiptNumber } = made.on('paid').basket;
    await made.ok({ command: 'next' });
    await made.ok({ command: 'refund_begin' });
    await made.ok({ command: 'refund_find', receipt: receiptNumber });
    return made;
  }

  test('goods go back up to what they came to; the gift stays', async () => {
    const made = await sold();
    expect(made.on('refund_choose').sale).toMatchObject({
      total: { amountMinor: '517990' },
      remaining: { amountMinor: '502990' },
      gift: { amount: { amountMinor: '15000' } },
      wholeAllowed: true,
    });
    expect(await made.refused({ command: 'refund_amount', amountMinor: '502991' })).toBe(
      'REFUND_EXCEEDS_PAID',
    );
    await made.ok({ command: 'refund_lines', lines: [{ lineId: 'L2', count: 1 }] });
    await made.ok(confirm);
    expect(made.printer.text()).not.toContain('Пожертвование');
    const { receiptNumber } = made.on('refund_done').sale;
    await made.ok({ command: 'refund_find', receipt: receiptNumber });
    expect(made.on('refund_choose').sale.wholeAllowed).toBe(false);
    expect(await made.refused({ command: 'refund_whole' })).toBe('REFUND_NOTHING_LEFT');
    await made.ok({ command: 'refund_amount', amountMinor: '12990' });
    await made.ok(confirm);
    expect(made.on('refund_done').sale.remaining.amountMinor).toBe('0');
  });

  test('the whole sale goes back with its gift on its day, and the paper says so', async () => {
    const made = await sold();
    await made.ok({ command: 'refund_whole' });
    expect(made.on('refund_confirm').amount.amountMinor).toBe('517990');
    await made.ok(confirm);
    expect(made.on('refund_done').outcome).toBe('approved');
    expect(made.link.bodies('refund.start')[0]?.amount.amountMinor).toBe('517990');
    expect(made.printer.text()).toContain('Пожертвование: Фонд «Амурский тигр»');
  });

  test('on a later day only its goods go back', async () => {
    const made = await sold();
    await made.world.advance(24 * 3_600_000);
    expect(made.on('refund_choose').sale.wholeAllowed).toBe(false);
    expect(await made.refused({ command: 'refund_whole' })).toBe('REFUND_NOTHING_LEFT');
    await made.ok({ command: 'refund_amount', amountMinor: '502990' });
  });
});
