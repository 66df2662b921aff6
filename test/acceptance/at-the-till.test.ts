import { describe, expect, test } from 'vitest';
import { openCounter, SUPERVISOR } from './counter-fixture.ts';

const FEN = 44_938n;

describe('at the till', () => {
  test('a second code scanned while an attempt is open is refused, and only the first is charged', async () => {
    const c = await openCounter();
    c.arm('system_error_effect_done', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.ok({ command: 'scan', text: c.code() });
    expect(c.notice()).toBe('SCAN_PAYMENT_OPEN');
    await c.world.advance(1_000);
    await c.ok({ command: 'scan', text: c.code() });
    expect(c.notice()).toBe('SCAN_PAYMENT_OPEN');
    await c.world.advance(10_000);
    c.on('paid');
    expect(c.attemptId()).toBe(id);
    expect([c.calledCount('alipay.trade.pay'), c.merchantFen()]).toEqual([1, FEN]);
    expect(await c.differences()).toEqual([]);
  });

  test.each([
    [
      'a personal Alipay collection code',
      'https://qr.alipay.com/fkx12345678abcdef',
      'PERSONAL_CODE_REFUSED',
      'alipay',
    ],
    ['a personal WeChat collection code', 'wxp://f2f0abcdefghij', 'PERSONAL_CODE_REFUSED', 'wechat'],
    ['a WeChat payment code', '134567890123456789', 'WALLET_UNSUPPORTED', 'wechat'],
    ['a UnionPay payment code', '6212345678901234567', 'WALLET_UNSUPPORTED', 'unionpay'],
  ])('%s is refused with its reason, and nothing is sent', async (_name, code, reason, wallet) => {
    const c = await openCounter();
    await c.ring();
    await c.ok({ command: 'scan', text: code });
    expect(c.till.cashierView().notice).toMatchObject({ tone: 'refused', code: reason, facts: { wallet } });
    c.on('wallet');
    expect(c.line.sent.filter((request) => request.type === 'payment.start')).toEqual([]);
    expect(await c.differences()).toEqual([]);
  });

  test('a QR paid late, after its sale was set aside, goes back by itself, is posted and is shown', async () => {
    const c = await openCounter();
    c.arm('still_payable_after_cancel', 'alipay.trade.cancel');
    const id = await c.sellByQr();
    const { content } = c.on('wallet_qr').payment.qr ?? { content: '' };
    await c.world.advance(91_000);
    await c.ok({ command: 'set_aside', ...SUPERVISOR });
    expect(c.printer.text()).toContain('ПРОДАЖА ОТЛОЖЕНА');
    await c.world.advance(2_000);
    expect(c.notice()).toBe('SET_ASIDE_NOT_PAID');
    await c.ok({ command: 'next' });
    c.on('sale');
    const tradeNo = c.scanDisplay(content);
    expect(c.confirm(tradeNo)).toBe('ok');
    await c.world.advance(30_000);
    expect(await c.payment(id)).toMatchObject({ state: 'returned_late' });
    expect(c.notice()).toBe('LATE_MONEY_RETURNED');
    expect([c.moved('pay', id), c.moved('refund', id), c.merchantFen()]).toEqual([1, 1, 0n]);
    expect(await c.booked(id)).toContain('wallet_money_found');
    expect((await c.today())[0]).toMatchObject({ state: 'returned' });
    expect(await c.differences()).toEqual([]);
  });

  test('a payment set aside while the gateway cannot be reached is decided by the gateway alone', async () => {
    const c = await openCounter();
    c.arm('reply_lost', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(500);
    c.line.go('down');
    await c.world.advance(500);
    await c.ok({ command: 'set_aside', ...SUPERVISOR });
    await c.ok({ command: 'next' });
    await c.world.advance(20_000);
    expect((await c.payment(id)).state).toBe('approved');
    c.line.go('up');
    await c.world.advance(30_000);
    expect((await c.payment(id)).refundedOrder.amountMinor).toBe(FEN);
    expect(c.notice()).toBe('SET_ASIDE_RETURNED');
    expect([c.moved('pay', id), c.moved('refund', id), c.merchantFen()]).toEqual([1, 1, 0n]);
    expect((await c.today())[0]).toMatchObject({ state: 'returned' });
    expect(await c.differences()).toEqual([]);
  });

  test('cash works with the gateway down: change, receipt, drawer and the day', async () => {
    const c = await openCounter();
    c.line.go('down');
    await c.ok({ command: 'scan', text: '4600000000015' });
    await c.ok({ command: 'cash_begin' });
    await c.ok({ command: 'cash_pay', tenderedMinor: '50000' });
    await c.world.settle();
    expect(c.on('paid')).toMatchObject({
      means: 'cash',
      change: { amountMinor: '37010' },
      print: { state: 'printed' },
    });
    expect(c.printer.docs.at(-1)?.openDrawer).toBe(true);
    expect(c.till.cashierView().devices.gateway).toBe('down');
    await c.ok({ command: 'next' });
    const rows = await c.today();
    expect(rows).toMatchObject([{ state: 'paid', means: 'cash', total: { amountMinor: '12990' } }]);
    expect(c.calls).toEqual([]);
  });
});
