/** A merchant that is paid its customers' yuan, though its prices are in roubles. */
import { describe, expect, test } from 'vitest';
import { trade, ulid } from '../payments/samples.ts';
import { openCounter } from './counter.ts';

const PAID = { kind: 'paid', trade: trade() } as const;
const PAYABLE = 'merchant_payable:100000000000001';
const refundBody = (tail: string, amountMinor: string) => ({
  refundId: ulid(tail),
  attemptId: ulid('A1'),
  saleId: ulid('S1'),
  amount: { amountMinor, currency: 'RUB' },
  reason: 'Возврат',
  operator: 'Анна',
});

describe('A sale to a merchant that is paid in yuan', () => {
  test('is owed to it in yuan less the discount, and touches no position', async () => {
    const c = await openCounter({ terms: { paidIn: 'order' } });
    c.wallet.next.pay.push(PAID);
    expect((await c.start()).order).toEqual({ amountMinor: '88711', currency: 'CNY' });
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(-88_711n);
    expect(c.balance(PAYABLE, 'CNY')).toBe(88_711n - 1_597n);
    expect(c.balance('mdr_income:acquirer', 'CNY')).toBe(1_597n);
    expect(c.store.balances().filter(({ account }) => account.startsWith('fx_'))).toEqual([]);
  });

  test.each(['original', 'refund_day'] as const)(
    'goes back by parts until nothing is left of it, at the %s rate',
    async (refundRatePolicy) => {
      const c = await openCounter({ terms: { paidIn: 'order', refundRatePolicy } });
      c.wallet.next.pay.push(PAID);
      await c.start();
      for (const [tail, part] of [
        ['R1', '333333'],
        ['R2', '333333'],
        ['R3', '333334'],
      ] as const)
        await c.ask('refund.start', refundBody(tail, part));
      await c.world.advance(1_000);
      for (const account of ['wallet_receivable:alipay', PAYABLE, 'mdr_income:acquirer'])
        expect(c.balance(account, 'CNY')).toBe(0n);
    },
  );

  test('takes no gifts, because a charity is paid roubles', async () => {
    const charities = [{ charity: 'tiger', name: 'Тигр', nameZh: '虎', nameEn: 'Tiger' }];
    const roubles = await openCounter({ deps: { charities } });
    expect((await roubles.ask('charity.list', {})).charities).toHaveLength(1);
    const yuan = await openCounter({ terms: { paidIn: 'order' }, deps: { charities } });
    expect((await yuan.ask('charity.list', {})).charities).toEqual([]);
    const amount = { amountMinor: '5000', currency: 'RUB' };
    const body = { saleId: ulid('S1'), revision: 1, gift: { charity: 'tiger', amount } };
    await expect(yuan.ask('sale.gift', body)).rejects.toMatchObject({ code: 'CHARITY_UNKNOWN' });
  });
});
