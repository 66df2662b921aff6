import { describe, expect, test } from 'vitest';
import { Secret } from '../../gateway/kernel/secret.ts';
import { BUYER, openCounter, type WholeCounter } from './counter-fixture.ts';

async function expectNothingKept(c: WholeCounter): Promise<void> {
  expect(c.printer.docs).toEqual([]);
  expect(c.merchantFen()).toBe(0n);
  expect(c.wallet.desk.buyers.balanceFen(BUYER.buyerId)).toBe(3_000_000n);
  expect(await c.differences()).toEqual([]);
}

describe('a cancel', () => {
  test('cancel of a paid trade: the wallet returns the money, and both ways are booked', async () => {
    const c = await openCounter();
    c.arm('reply_lost', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(500);
    expect(c.moved('pay', id)).toBe(1);
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(1_000);
    expect(c.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CANCELLED_BY_CASHIER' });
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', cancelAction: 'refund' });
    expect(await c.booked(id)).toEqual(['wallet_money_found', 'wallet_money_returned']);
    expect((await c.payment(id)).steps.map((s) => s.step)).toContain('money_returned');
    await expectNothingKept(c);
  });

  test('cancel of an unpaid trade: it is closed, and the customer can no longer confirm it', async () => {
    const c = await openCounter();
    const id = await c.sellByCode(3);
    await c.world.advance(500);
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(1_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', cancelAction: 'close', paidAt: null });
    expect(c.confirm(c.trade(id)?.tradeNo ?? '')).toBe('not_waiting');
    expect(await c.booked(id)).toEqual([]);
    await expectNothingKept(c);
  });

  test('cancel of an unknown trade: the wallet never had it, and a payment that comes later is refused there', async () => {
    const c = await openCounter();
    c.arm('request_lost', 'alipay.trade.pay');
    const code = c.code();
    const id = await c.sellByCode(1, code);
    await c.world.advance(500);
    expect(c.on('wallet_unknown').cause).toBe('no_answer');
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(1_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.trade(id)).toBeNull();
    const row = await c.payment(id);
    const order = { outTradeNo: id, order: row.order, settleCurrency: null, subject: 'x' };
    const late = c.connector.pay(
      { ...order, storeId: '1', terminalId: '1', operator: 'a' },
      new Secret(code),
    );
    expect(await c.world.complete(late)).toEqual({ kind: 'declined', code: 'ACQ.TRADE_HAS_CLOSE' });
    await expectNothingKept(c);
  });

  test('cancel that the wallet puts off is repeated until it is definite, and the screen waits for it', async () => {
    const c = await openCounter();
    c.arm('cancel_retry', 'alipay.trade.cancel', 3);
    const id = await c.sellByCode(3);
    await c.world.advance(500);
    await c.ok({ command: 'wallet_cancel' });
    await c.world.advance(5_000);
    expect(c.on('wallet_unknown').cause).toBe('cancelling');
    await c.world.advance(20_000);
    c.on('not_paid');
    expect(c.calledCount('alipay.trade.cancel')).toBe(4);
    expect(c.trade(id)?.status).toBe('TRADE_CLOSED');
    await expectNothingKept(c);
  });

  test('cancel outside the window: refused by the wallet, so the money found goes back by refund', async () => {
    const c = await openCounter({ habits: { cancelWindowMs: 10_000 } });
    c.arm('reply_lost', 'alipay.trade.pay');
    c.arm('service_unavailable', 'alipay.trade.query', 15);
    const id = await c.sellByCode();
    await c.world.advance(70_000);
    expect(c.log.some((line) => line.includes('alarm') && line.includes('differs'))).toBe(false);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.trade(id)).toMatchObject({ status: 'TRADE_CLOSED', cancelAction: null });
    expect([c.moved('pay', id), c.moved('cancel', id), c.moved('refund', id)]).toEqual([1, 0, 1]);
    expect(await c.payment(id)).toMatchObject({ state: 'returned_late' });
    await expectNothingKept(c);
  });

  test('cancel outside our own window is not even asked for: an inquiry decides', async () => {
    const c = await openCounter({ payments: { cancelWindowMs: 20_000 } });
    c.arm('request_lost', 'alipay.trade.pay');
    c.arm('request_lost', 'alipay.trade.cancel', 2);
    const id = await c.sellByCode();
    await c.world.advance(90_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    expect(c.calls.at(-1)?.method).toBe('alipay.trade.query');
    expect((await c.payment(id)).state).toBe('cancelled');
    await expectNothingKept(c);
  });
});
