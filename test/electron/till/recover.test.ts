import { describe, expect, test } from 'vitest';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';
import type { Fate } from './scripted-link.ts';

test('an open basket survives a restart, and whoever signs in goes on with it', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'line_add', goodsId: '00485', grams: 412 });
  const before = counter.on('sale').basket;
  await counter.restart();
  counter.on('sign_in');
  await counter.ok({ command: 'sign_in', staffId: 'maria', pin: '9999' });
  expect(counter.on('sale').basket).toMatchObject({
    saleId: before.saleId,
    receiptNumber: before.receiptNumber,
    lines: before.lines,
    total: before.total,
  });
});

describe('a till killed during a payment', () => {
  const states: readonly [string, Fate, 'approved' | 'unknown' | 'waiting' | 'cancelling'][] = [
    ['before the request arrived', 'lose_request', 'approved'],
    ['after the wallet paid and before the answer', 'lose_reply', 'approved'],
    ['while the gateway does not know', 'answer', 'unknown'],
    ['while the buyer confirms', 'answer', 'waiting'],
    ['while the gateway cancels', 'answer', 'cancelling'],
    ['with the request under way', 'hang', 'approved'],
  ];
  test.each(states)('%s asks when it is back, and charges once', async (_when, fate, state) => {
    const counter = new Counter();
    counter.link.next('payment.start', fate);
    counter.link.starts = state;
    await counter.open();
    await counter.fillForWallet();
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    await counter.restart();
    for (const payment of counter.link.payments.values()) {
      if (payment.state !== 'approved') counter.link.move(payment.attemptId, { state: 'approved' });
    }
    await counter.world.advance(5_000);
    expect(counter.on('paid').payment?.amount.amountMinor).toBe('502990');
    expect(counter.link.payments.size).toBe(1);
    await counter.ok({ command: 'next' });
    counter.on('sale');
  });

  test('whose answer was journaled shows the sale as paid in the day, and offers its receipt', async () => {
    const counter = new Counter();
    counter.printer.results.push({ kind: 'failed', fault: 'paper_end', paperMayHaveIt: false });
    await counter.open();
    await counter.fillForWallet();
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    await counter.restart();
    expect(counter.till.cashierView().unprinted?.fault).toBe('paper_end');
    await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    await counter.ok({ command: 'print_retry' });
    expect(counter.till.cashierView().unprinted).toBeNull();
    expect(counter.printer.docs).toHaveLength(1);
  });

  test('forgets the scanned code as soon as the gateway has the payment', async () => {
    const counter = new Counter();
    counter.link.next('payment.start', 'lose_request', 'answer');
    counter.link.starts = 'unknown';
    await counter.open();
    await counter.fillForWallet();
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    expect(counter.row<{ code: string }>('SELECT code FROM attempts').code).toBe(ALIPAY_CODE);
    await counter.world.advance(3_000);
    expect(counter.row<{ code: string | null }>('SELECT code FROM attempts').code).toBeNull();
    expect(JSON.stringify(counter.till.cashierView())).not.toContain(ALIPAY_CODE);
  });
});

test('a payment whose fiscal step was cut off gets its receipt after the restart', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'cash_begin' });
  // The reply is the commit: the process ends before the register can answer.
  const reply = counter.till.command({ command: 'cash_pay', tenderedMinor: '12990' });
  const stopped = counter.till.stop();
  await Promise.all([reply, stopped]);
  expect(counter.printer.docs).toHaveLength(0);
  await counter.restart();
  expect(counter.row<{ s: string }>('SELECT fiscal_state AS s FROM sales').s).toBe('not_required');
  expect(counter.printer.docs).toHaveLength(1);
});
