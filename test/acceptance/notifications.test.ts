import { describe, expect, test } from 'vitest';
import { openCounter } from './counter-fixture.ts';

const FEN = 44_938n;

describe('a notification', () => {
  test('duplicate notify: both are acknowledged and the payment is booked once', async () => {
    const c = await openCounter();
    c.arm('notification_duplicate', 'notify');
    const id = await c.sellByQr();
    c.confirm(c.scanDisplay());
    await c.world.advance(3_000);
    c.on('paid');
    expect(c.notices.map((notice) => notice.answer)).toEqual(['success', 'success']);
    expect(new Set(c.notices.map((n) => new URLSearchParams(n.form).get('notify_id'))).size).toBe(1);
    expect(await c.booked(id)).toEqual(['wallet_sale_acquirer_converts']);
    expect([c.merchantFen(), c.moved('pay', id), c.printer.docs.length]).toEqual([FEN, 1, 1]);
    expect(await c.differences()).toEqual([]);
  });

  test('notify before the sync reply: the reply finds the payment on its way and nothing doubles', async () => {
    const c = await openCounter();
    c.arm('notification_early', 'alipay.trade.precreate');
    const id = await c.sellByQr();
    await c.world.advance(500);
    expect(c.notices.map((notice) => notice.answer)).toEqual(['success']);
    expect((await c.payment(id)).state).not.toBe('approved');
    await c.world.advance(6_000);
    c.on('paid');
    expect(await c.booked(id)).toEqual(['wallet_sale_acquirer_converts']);
    expect([c.merchantFen(), c.moved('pay', id), c.printer.docs.length]).toEqual([FEN, 1, 1]);
    expect(await c.differences()).toEqual([]);
  });

  test('notify after cancel: acknowledged, asked about, and the sale stays cancelled with its money back', async () => {
    const c = await openCounter();
    c.arm('notification_after_cancel', 'notify');
    const id = await c.sellByQr();
    const tradeNo = c.scanDisplay();
    await c.ok({ command: 'wallet_cancel' });
    expect(c.confirm(tradeNo)).toBe('ok');
    await c.world.advance(3_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', cancelAction: 'refund' });
    expect(c.notices.map((notice) => notice.answer)).toEqual(['success']);
    await c.world.advance(1_000_000);
    expect((await c.payment(id)).state).toBe('cancelled');
    expect([c.moved('pay', id), c.moved('cancel', id), c.moved('refund', id)]).toEqual([1, 1, 0]);
    expect(c.printer.docs).toEqual([]);
    expect(await c.booked(id)).toEqual(['wallet_money_found', 'wallet_money_returned']);
    expect(await c.differences()).toEqual([]);
  });

  test('of another amount or with another signature never pays: the inquiry decides', async () => {
    for (const scenario of ['notification_wrong_amount', 'notification_wrong_signature'] as const) {
      const c = await openCounter();
      c.arm(scenario, 'notify');
      const id = await c.sellByQr();
      c.confirm(c.scanDisplay());
      await c.world.advance(4_000);
      c.on('paid');
      const answer = scenario === 'notification_wrong_amount' ? 'success' : 'failure';
      expect(c.notices.map((notice) => notice.answer)).toEqual([answer]);
      expect((await c.payment(id)).order.amountMinor).toBe(FEN);
      expect(c.log.some((line) => line.includes('notice_differs_from_order'))).toBe(answer === 'success');
      expect(await c.differences()).toEqual([]);
    }
  });
});
