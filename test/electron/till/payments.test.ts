import { describe, expect, test } from 'vitest';
import { attemptsOf } from '../../../electron/journal/attempts.ts';
import { openJournal } from '../../../electron/journal/journal.ts';
import { ALIPAY_CODE, Counter, SUPERVISOR } from './counter-kit.ts';

async function sending(counter: Counter): Promise<void> {
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
}

describe('a payment without an answer', () => {
  test('owns the screen, locks the basket, asks by itself and ends with the gateway word', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'lose_reply');
    counter.link.starts = 'unknown';
    await sending(counter);
    expect(counter.on('wallet_unknown').cause).toBe('no_answer');
    for (const command of [
      { command: 'line_add', goodsId: '1001' },
      { command: 'sale_clear' },
      { command: 'cash_begin' },
      { command: 'tender_back' },
      { command: 'sign_out' },
      { command: 'wallet_begin' },
      { command: 'next' },
    ]) {
      expect(await counter.refused(command)).toBe('COMMAND_NOT_ALLOWED_HERE');
    }
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    expect(counter.notice()).toBe('SCAN_PAYMENT_OPEN');
    expect(counter.link.count('payment.start')).toBe(1);
    await counter.world.advance(6_000);
    expect(counter.link.count('payment.get')).toBe(2);
    const { attemptId } = counter.on('wallet_unknown').payment;
    counter.link.move(attemptId, { state: 'approved' });
    await counter.world.advance(3_000);
    counter.on('paid');
  });

  test('is sent again under the same key, byte for byte, while the gateway does not know it', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'lose_request');
    await sending(counter);
    await counter.world.advance(3_000);
    counter.on('paid');
    const [first, second, ...more] = counter.link.bodies('payment.start');
    expect(more).toEqual([]);
    expect(second).toEqual(first);
    expect(counter.link.payments.size).toBe(1);
  });

  test('that the gateway never got is buried there once it is too late to send it again', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'lose_request');
    counter.link.next('payment.get', ...Array.from({ length: 12 }, () => 'lose_request' as const));
    await sending(counter);
    await counter.world.advance(60_000);
    expect(counter.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'NOT_SENT_IN_TIME' });
    expect(counter.link.count('payment.start')).toBe(1);
    expect([...counter.link.payments.values()].map((p) => p.state)).toEqual(['cancelled']);
  });

  test('keeps its screen when the buyer confirms on the phone, and says so to both', async () => {
    const counter = new Counter();
    counter.link.starts = 'waiting';
    await sending(counter);
    expect(counter.on('wallet_unknown').cause).toBe('buyer_confirming');
    expect(counter.till.customerView().state).toBe('confirm_on_phone');
    await counter.ok({ command: 'wallet_check' });
    expect(counter.link.count('payment.check')).toBe(1);
  });

  test('shows a request that takes long as unknown before it times out', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'hang');
    await sending(counter);
    counter.on('wallet_sending');
    await counter.world.advance(5_000);
    expect(counter.on('wallet_unknown').cause).toBe('no_answer');
  });

  test('an answer about another sum is an alarm and never a payment', async () => {
    const counter = new Counter();
    counter.link.starts = 'unknown';
    await sending(counter);
    const { attemptId } = counter.on('wallet_unknown').payment;
    counter.link.move(attemptId, { state: 'approved', amount: { amountMinor: '1', currency: 'RUB' } });
    await counter.world.advance(3_000);
    counter.on('wallet_unknown');
    expect(counter.notice()).toBe('PAYMENT_MISMATCH');
  });
});

describe('refused for certain', () => {
  test('a decline leads back to the same basket, and cash then closes what the gateway knows of the sale', async () => {
    const counter = new Counter();
    counter.link.starts = 'declined';
    await sending(counter);
    expect(counter.on('not_paid').reasonCode).toBe('ACQ.BUYER_BALANCE_NOT_ENOUGH');
    const { saleId } = counter.on('not_paid').basket;
    await counter.ok({ command: 'next' });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '600000' });
    await counter.world.advance(1);
    expect(counter.link.closed.get(saleId)).toBe('paid_otherwise');
  });

  test('goods that change after an attempt go on as a new sale', async () => {
    const counter = new Counter();
    counter.link.starts = 'declined';
    await sending(counter);
    const { saleId } = counter.on('not_paid').basket;
    await counter.ok({ command: 'next' });
    await counter.ok({ command: 'line_add', goodsId: '1002' });
    await counter.world.advance(1);
    const { basket } = counter.on('sale');
    expect(basket.saleId).not.toBe(saleId);
    expect(basket.lines).toHaveLength(3);
    expect(counter.link.closed.get(saleId)).toBe('cancelled');
  });

  test('an expired quote brings a new one, and the cashier hears that the yuan changed', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'QUOTE_EXPIRED');
    await counter.open();
    await counter.fillForWallet();
    counter.link.rate = 110000n;
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    expect(counter.notice()).toBe('QUOTE_CHANGED');
    expect(counter.till.cashierView().notice?.facts).toEqual({ before: '44621', after: '45726' });
    counter.on('wallet');
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    counter.on('paid');
  });

  test('with the link down nothing is sent and the cashier is told at once', async () => {
    const counter = new Counter();
    await counter.open();
    await counter.fillForWallet();
    counter.link.go('down');
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    expect(counter.notice()).toBe('LINK_DOWN');
    counter.on('wallet');
    expect(counter.row<{ n: number }>('SELECT COUNT(*) AS n FROM attempts').n).toBe(0);
  });

  test('a sale that has another live attempt is answered by burying this one', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'SALE_HAS_LIVE_ATTEMPT');
    await sending(counter);
    expect(counter.on('not_paid')).toMatchObject({
      outcome: 'cancelled',
      reasonCode: 'SALE_HAS_LIVE_ATTEMPT',
    });
    expect(counter.link.count('payment.cancel')).toBe(1);
  });
});

test('the customer changes their mind: the QR is given up and the gateway confirms it', async () => {
  const counter = new Counter();
  counter.link.starts = 'waiting';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'wallet_show_qr' });
  await counter.ok({ command: 'wallet_cancel' });
  expect(counter.on('not_paid')).toMatchObject({ outcome: 'cancelled', reasonCode: 'CANCELLED_BY_CASHIER' });
});

test('money that arrived before the cancel pays the sale', async () => {
  const counter = new Counter();
  counter.link.starts = 'waiting';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'wallet_show_qr' });
  const { attemptId } = counter.on('wallet_qr').payment;
  counter.link.move(attemptId, { state: 'approved' });
  await counter.ok({ command: 'wallet_cancel' });
  counter.on('paid');
});

describe('a sale set aside', () => {
  async function unknown(): Promise<Counter> {
    const counter = new Counter();
    counter.link.starts = 'unknown';
    await sending(counter);
    return counter;
  }

  test('waits for its time and for a supervisor', async () => {
    const counter = await unknown();
    expect(await counter.refused({ command: 'set_aside', ...SUPERVISOR })).toBe('COMMAND_NOT_ALLOWED_HERE');
    await counter.world.advance(90_000);
    const cashier = { command: 'set_aside', staffId: 'anna', pin: '1111', reason: 'no answer' };
    expect(await counter.refused(cashier)).toBe('NOT_A_SUPERVISOR');
    expect(counter.screen().name).toBe('wallet_unknown');
  });

  test('prints its slip, tells the gateway, and the same goods sell again as a new sale for cash', async () => {
    const counter = await unknown();
    await counter.world.advance(90_000);
    const { saleId } = counter.on('wallet_unknown').basket;
    const { attemptId } = counter.on('wallet_unknown').payment;
    await counter.ok({ command: 'set_aside', ...SUPERVISOR });
    expect(counter.on('set_aside').print).toEqual({ state: 'printed' });
    expect(counter.printer.text()).toContain('如已扣款');
    await counter.world.advance(1);
    expect(counter.link.closed.get(saleId)).toBe('set_aside');
    expect(counter.till.cashierView().setAsideOpen).toBe(1);
    await counter.ok({ command: 'sale_repeat' });
    expect(counter.on('sale').basket).toMatchObject({ total: { amountMinor: '502990' } });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '502990' });
    const back = { amount: { amountMinor: '502990', currency: 'RUB' }, done: true };
    counter.link.move(attemptId, { state: 'returned_late', autoReturn: back });
    await counter.world.advance(10_000);
    expect(counter.till.cashierView().setAsideOpen).toBe(0);
    expect(counter.notice()).toBe('SET_ASIDE_RETURNED');
    await counter.ok({ command: 'next' });
    await counter.ok({ command: 'today_open' });
    const today = counter.on('today');
    expect(today.rows.map((r) => r.state)).toEqual(['paid', 'returned']);
  });

  test('is possible at once with the gateway down, and the gateway hears of it after a restart', async () => {
    const counter = await unknown();
    counter.link.go('down');
    await counter.ok({ command: 'set_aside', ...SUPERVISOR });
    expect(counter.link.closed.size).toBe(0);
    await counter.restart();
    counter.link.go('up');
    await counter.world.advance(20_000);
    expect([...counter.link.closed.values()]).toEqual(['set_aside']);
    expect(
      counter.row<{ n: number }>('SELECT COUNT(*) AS n FROM outbox WHERE acknowledged_at IS NULL').n,
    ).toBe(0);
  });

  test('whose start never arrived is buried at the gateway and counts as not paid', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'lose_request');
    await sending(counter);
    counter.link.go('down');
    await counter.ok({ command: 'set_aside', ...SUPERVISOR });
    counter.link.go('up');
    await counter.world.advance(20_000);
    expect(counter.till.cashierView().setAsideOpen).toBe(0);
    expect([...counter.link.payments.values()].map((p) => p.state)).toEqual(['cancelled']);
  });

  test('a message the gateway does not acknowledge is sent until it is', async () => {
    const counter = await unknown();
    counter.link.next('sale.close', 'lose_reply', 'INTERNAL', 'RATE_LIMITED');
    await counter.world.advance(90_000);
    await counter.ok({ command: 'set_aside', ...SUPERVISOR });
    await counter.world.advance(60_000);
    expect(counter.link.count('sale.close')).toBe(4);
  });
});

test('money that turns up after a cancel is told and shown as returned', async () => {
  const counter = new Counter();
  counter.link.starts = 'waiting';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'wallet_show_qr' });
  const { attemptId } = counter.on('wallet_qr').payment;
  await counter.ok({ command: 'wallet_cancel' });
  await counter.ok({ command: 'sale_clear' });
  const back = { amount: { amountMinor: '502990', currency: 'RUB' }, done: true };
  counter.link.move(attemptId, { state: 'returned_late', autoReturn: back }, true);
  await counter.world.settle();
  expect(counter.notice()).toBe('LATE_MONEY_RETURNED');
  await counter.ok({ command: 'today_open' });
  expect(counter.on('today').rows.map((r) => r.state)).toEqual(['returned']);
});

test('nothing a screen may ask declares a payment paid', async () => {
  const counter = new Counter();
  counter.link.starts = 'unknown';
  await sending(counter);
  await counter.world.advance(200_000);
  await counter.ok({ command: 'set_aside', ...SUPERVISOR });
  const journal = openJournal(counter.db, counter.world);
  const { saleId } = counter.on('set_aside').basket;
  expect(attemptsOf(journal, saleId).map((a) => a.outcome)).toEqual([null]);
  expect(counter.row<{ n: number }>("SELECT COUNT(*) AS n FROM sales WHERE state = 'paid'").n).toBe(0);
});
