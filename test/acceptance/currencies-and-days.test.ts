import { unzipSync } from 'fflate';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import { parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { money, parseDecimalMoney } from '../../gateway/kernel/money.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import { signedParams } from '../simulators/alipay/wallet-fixture.ts';
import { openCounter, type WholeCounter } from './counter-fixture.ts';

describe('JPY and KRW have no decimals', () => {
  test.each([
    ['JPY', 1_000n, '46.60', 4_660n],
    ['KRW', 20_001n, '104.01', 10_401n],
  ] as const)(
    'an order in %s goes out whole, is paid, and comes back to the unit',
    async (code, minor, _yuan, fen) => {
      const c = await openCounter();
      const currency = parseCurrencyCode(code);
      const common = { subject: '茶', storeId: '1', terminalId: '1', operator: 'anna' };
      const order = {
        ...common,
        outTradeNo: `${code}1`,
        order: money(minor, currency),
        settleCurrency: code,
      };
      const paid = await c.world.complete(c.connector.pay(order, new Secret(c.code())));
      expect(paid).toMatchObject({
        kind: 'paid',
        trade: { order: { amountMinor: minor }, payer: { amountMinor: fen, currency: 'CNY' } },
      });
      expect(c.wallet.desk.books.balance('merchant', currency)).toBe(minor);
      const part = { outTradeNo: `${code}1`, outRequestNo: 'R1', amount: money(1n, currency), reason: 'r' };
      expect(await c.world.complete(c.connector.refund(part))).toMatchObject({
        kind: 'refunded',
        fresh: true,
      });
      const rest = { ...part, outRequestNo: 'R2', amount: money(minor - 1n, currency) };
      expect(await c.world.complete(c.connector.refund(rest))).toMatchObject({
        refundedTotal: { amountMinor: minor, currency },
      });
      expect(c.wallet.desk.books.balance('merchant', currency)).toBe(0n);
      expect(() => parseDecimalMoney(`${minor}.50`, currency)).toThrow();
      expect(c.wallet.desk.books.audit()).toEqual([]);
    },
  );

  test('decimals in an order of such a currency are refused by the wallet', async () => {
    const c = await openCounter();
    const biz = {
      out_trade_no: 'J2',
      scene: 'bar_code',
      auth_code: c.code(),
      subject: 'x',
      total_amount: '10.50',
      trans_currency: 'JPY',
      settle_currency: 'JPY',
    };
    expect(c.wallet.handle(signedParams('alipay.trade.pay', biz)).body).toContain('ACQ.INVALID_PARAMETER');
    expect(c.trade('J2')).toBeNull();
  });
});

/** The rows of a Beijing day's bill: order number, kind, amount, refund number. */
function bill(c: WholeCounter, date: string): readonly (readonly string[])[] {
  const asked = { bill_type: 'trade', bill_date: date };
  const { body } = c.wallet.handle(signedParams('alipay.data.dataservice.bill.downloadurl.query', asked));
  const token = /bill\\?\/([0-9a-f]{48})/.exec(body)?.[1] ?? '';
  const files = unzipSync(c.wallet.bill(token) ?? new Uint8Array());
  const detail = Object.entries(files).find(([name]) => !name.includes('汇总'))?.[1] ?? new Uint8Array();
  return iconv
    .decode(Buffer.from(detail), 'gbk')
    .split('\r\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .map((cells) => [cells[1] ?? '', cells[2] ?? '', cells[11] ?? '', cells[21] ?? '']);
}

/** 18:59:58 in Moscow on 22 November: two seconds before Beijing's midnight. */
const BEFORE_CUT = Date.parse('2026-11-22T15:59:58Z');
const AFTER_NEXT_TEN = Date.parse('2026-11-24T02:00:01Z');

describe('the day', () => {
  test('day cut at 24:00 UTC+8 (19:00 Moscow): one shop day, two days of the wallet', async () => {
    const c = await openCounter({ startAt: BEFORE_CUT });
    const before = await c.sellByCode();
    await c.world.advance(500);
    c.on('paid');
    await c.ok({ command: 'next' });
    await c.world.advance(2_000);
    const after = await c.sellByCode();
    await c.world.advance(500);
    c.on('paid');
    for (const id of [before, after]) expect((await c.payment(id)).businessDate).toBe('2026-11-22');
    await c.ok({ command: 'next' });
    expect(await c.today()).toHaveLength(2);
    await c.world.advance(AFTER_NEXT_TEN - c.world.now());
    expect(bill(c, '2026-11-22')).toEqual([[before, '交易', '449.38', '']]);
    expect(bill(c, '2026-11-23')).toEqual([[after, '交易', '449.38', '']]);
    expect(await c.differences()).toEqual([]);
  });

  test('a cancelled trade in the bill: a paid one stands there with its return, an unpaid one not at all', async () => {
    const c = await openCounter({ startAt: BEFORE_CUT });
    c.arm('reply_lost', 'alipay.trade.pay');
    const paid = await c.sellByCode();
    await c.world.advance(500);
    // The cancel comes a day later than the payment, by the wallet's calendar.
    await c.world.advance(1_500);
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(1_000);
    await c.ok({ command: 'next' });
    await c.ok({ command: 'wallet_begin' });
    c.arm('password_required', 'alipay.trade.pay');
    await c.ok({ command: 'scan', text: c.code() });
    await c.world.advance(500);
    const unpaid = c.attemptId();
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(1_000);
    expect(c.trade(unpaid)?.cancelAction).toBe('close');
    await c.world.advance(AFTER_NEXT_TEN - c.world.now());
    expect(bill(c, '2026-11-22')).toEqual([[paid, '交易', '449.38', '']]);
    expect(bill(c, '2026-11-23')).toEqual([[paid, '退款', '-449.38', 'cancel']]);
    expect(await c.differences()).toEqual([]);
  });
});
