/** Somebody, or the network, sets the machine's clock while the till is at work. */
import { describe, expect, test } from 'vitest';
import { ALIPAY_CODE, Counter, SUPERVISOR } from './counter-kit.ts';

const HOURS = 3_600_000;

async function openPayment(): Promise<Counter> {
  const counter = new Counter();
  counter.link.starts = 'unknown';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  counter.on('wallet_unknown');
  return counter;
}

describe.each([
  ['a millisecond back', -1],
  ['three hours back', -3 * HOURS],
  ['three hours forward', 3 * HOURS],
])('a clock set %s', (_how, jumpMs) => {
  test('does not stop the till from asking after an open payment', async () => {
    const counter = await openPayment();
    const { attemptId } = counter.on('wallet_unknown').payment;
    counter.clockOffMs = jumpMs;
    counter.link.move(attemptId, { state: 'approved' });
    await counter.world.advance(4_000);
    counter.on('paid');
  });

  test('does not stop the till from asking after an open refund', async () => {
    const counter = new Counter();
    await counter.open();
    await counter.fillForWallet();
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
    const number = counter.on('paid').basket.receiptNumber;
    await counter.ok({ command: 'next' });
    counter.link.refundStarts = 'unknown';
    await counter.ok({ command: 'refund_begin' });
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '100' });
    await counter.ok({ command: 'refund_confirm', ...SUPERVISOR });
    counter.clockOffMs = jumpMs;
    const [refund] = counter.link.refunds.values();
    counter.link.moveRefund(refund?.refundId ?? '', 'approved');
    await counter.world.advance(4_000);
    counter.on('refund_done');
  });

  test('leaves a rate in hand for the next payment', async () => {
    const counter = new Counter();
    await counter.open();
    await counter.fillForWallet();
    counter.clockOffMs = jumpMs;
    await counter.world.advance(20 * 60_000);
    expect(counter.link.count('quote.get')).toBeGreaterThanOrEqual(4);
    expect(counter.on('wallet').basket.rate).not.toBeNull();
  });
});

test('a clock set back does not keep a supervisor from setting an open sale aside', async () => {
  const counter = await openPayment();
  counter.clockOffMs = -3 * HOURS;
  await counter.world.advance(1_000);
  const { payment } = counter.on('wallet_unknown');
  expect(payment.setAsideFrom).toBeLessThanOrEqual(counter.till.cashierView().at);
  await counter.ok({ command: 'set_aside', ...SUPERVISOR });
  counter.on('set_aside');
});

test('a clock set back does not keep a member of staff locked for longer than a lock lasts', async () => {
  const counter = new Counter();
  await counter.till.start();
  for (let i = 0; i < 5; i += 1) {
    await counter.refused({ command: 'sign_in', staffId: 'maria', pin: '0000' });
  }
  expect(await counter.refused({ command: 'sign_in', staffId: 'maria', pin: '9999' })).toBe('PIN_LOCKED');
  counter.clockOffMs = -3 * HOURS;
  await counter.ok({ command: 'sign_in', staffId: 'maria', pin: '9999' });
});

test('a rate renewed after a payment found it gone is renewed again in time', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.fillForWallet();
  counter.link.next('payment.start', 'QUOTE_EXPIRED');
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  counter.on('wallet');
  await counter.world.advance(20 * 60_000);
  expect(counter.on('wallet').basket.rate).not.toBeNull();
});
