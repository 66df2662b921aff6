import { describe, expect, test } from 'vitest';
import { BUYER, openCounter, type WholeCounter } from './counter-fixture.ts';

/** 5,029.90 RUB at 11.3635 less 1.5%. */
const FEN = 44_938n;

async function expectPaid(c: WholeCounter, attemptId: string, fen = FEN): Promise<void> {
  expect(c.on('paid')).toMatchObject({ means: 'wallet', print: { state: 'printed' } });
  expect(c.till.customerView().state).toBe('paid');
  const paper = c.printer.text();
  const trade = c.trade(attemptId);
  expect(paper).toContain('Alipay');
  expect(paper).toContain(trade?.tradeNo ?? 'no trade');
  expect(paper).toContain('138****0022');
  expect(paper).not.toContain('13800000022');
  expect(c.printer.docs).toHaveLength(1);
  expect(await c.payment(attemptId)).toMatchObject({ state: 'approved', order: { amountMinor: fen } });
  expect(await c.booked(attemptId)).toEqual(['wallet_sale_acquirer_converts']);
  expect(trade).toMatchObject({ status: 'TRADE_SUCCESS', totalMinor: fen });
  expect([c.merchantFen(), c.moved('pay', attemptId)]).toEqual([fen, 1]);
  expect(await c.differences()).toEqual([]);
}

async function expectNotPaid(c: WholeCounter, attemptId: string): Promise<void> {
  expect(c.screen().name).toBe('not_paid');
  expect(c.till.customerView().state).toBe('not_paid');
  expect(c.printer.docs).toEqual([]);
  expect(c.merchantFen()).toBe(0n);
  expect(c.wallet.desk.buyers.balanceFen(BUYER.buyerId)).toBe(3_000_000n);
  expect(['declined', 'cancelled']).toContain((await c.payment(attemptId)).state);
  expect(await c.differences()).toEqual([]);
}

describe('iValidate barcode', () => {
  test('001 direct payment: the code is scanned and the receipt prints', async () => {
    const c = await openCounter();
    const id = await c.sellByCode();
    await c.world.advance(500);
    await expectPaid(c, id);
    expect(c.calls.map((call) => call.method)).toEqual(['alipay.trade.pay']);
  });

  test('002 24-digit code: is read, sent whole and paid', async () => {
    const c = await openCounter();
    const code = c.code(24);
    expect(code).toHaveLength(24);
    const id = await c.sellByCode(1, code);
    await c.world.advance(500);
    await expectPaid(c, id);
    expect(c.wallet.desk.codes.find(code)?.usedBy).toBe(id);
  });

  test('003 password triggered: the till waits while the customer types, and asks until it is paid', async () => {
    const c = await openCounter();
    c.arm('password_required', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(500);
    expect(c.on('wallet_unknown').cause).toBe('buyer_confirming');
    expect(c.till.customerView().state).toBe('confirm_on_phone');
    await c.world.advance(9_000);
    expect(c.confirm()).toBe('ok');
    await c.world.advance(6_500);
    await expectPaid(c, id);
    expect(c.calledCount('alipay.trade.query')).toBeGreaterThanOrEqual(3);
    expect(c.calledCount('alipay.trade.cancel')).toBe(0);
  });

  test('004 payment expires: the wallet closes it unpaid and the till says that nothing was taken', async () => {
    const c = await openCounter({
      timeoutExpress: '1m',
      payments: { inquiriesMost: 60, giveUpAfterMs: 120_000 },
    });
    const id = await c.sellByCode(3);
    await c.world.advance(50_000);
    expect(c.on('wallet_unknown').cause).toBe('buyer_confirming');
    await c.world.advance(15_000);
    expect(c.on('not_paid')).toMatchObject({ outcome: 'declined', reasonCode: 'TRADE_CLOSED' });
    expect(c.trade(id)?.status).toBe('TRADE_CLOSED');
    await expectNotPaid(c, id);
  });

  test('005 SYSTEM_ERROR returned although it was paid: unknown until an inquiry finds the money', async () => {
    const c = await openCounter();
    c.arm('system_error_effect_done', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(500);
    expect(c.on('wallet_unknown').cause).toBe('no_answer');
    expect(c.printer.docs).toEqual([]);
    await c.world.advance(8_000);
    await expectPaid(c, id);
  });

  test('005 SYSTEM_ERROR returned and nothing done: cancelled right after the last inquiry', async () => {
    const c = await openCounter();
    c.arm('system_error_effect_not_done', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(52_000);
    expect(c.on('not_paid').outcome).toBe('cancelled');
    const [lastInquiry, cancel] = c.calls.slice(-2);
    expect([lastInquiry?.method, cancel?.method]).toEqual(['alipay.trade.query', 'alipay.trade.cancel']);
    // No time of its own passes between the two: one round trip of the inquiry.
    expect((cancel?.at ?? 0) - (lastInquiry?.at ?? 0)).toBe(60);
    await expectNotPaid(c, id);
  });

  test('006 request times out although it was paid: never declined, and found by inquiry', async () => {
    const c = await openCounter();
    c.arm('reply_delayed', 'alipay.trade.pay', 1, 30_000);
    const id = await c.sellByCode();
    await c.world.advance(5_200);
    expect(c.on('wallet_unknown').cause).toBe('no_answer');
    await c.world.advance(8_000);
    await expectPaid(c, id);
    await c.world.advance(60_000);
    expect(c.moved('pay', id)).toBe(1);
  });

  test('006 request times out and never arrived: asked for, cancelled, and nothing was taken', async () => {
    const c = await openCounter();
    c.arm('request_lost', 'alipay.trade.pay');
    const id = await c.sellByCode();
    await c.world.advance(60_000);
    expect(c.calledCount('alipay.trade.pay')).toBe(1);
    await expectNotPaid(c, id);
  });
});
