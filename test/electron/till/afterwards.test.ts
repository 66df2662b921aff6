import { expect, test } from 'vitest';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';

const MINUTES = 60_000;

/** A sale that was cancelled after the wallet's attempt ended without money. */
async function cancelled(): Promise<{ counter: Counter; attemptId: string }> {
  const counter = new Counter();
  counter.link.starts = 'cancelled';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  const attemptId = counter.on('not_paid').payment?.attemptId ?? '';
  await counter.ok({ command: 'sale_clear' });
  return { counter, attemptId };
}

/** The wallet took the money after all; the gateway sends it back, and its event is lost on the way. */
function moneyFound(counter: Counter, attemptId: string, done: boolean): void {
  const { amount } = counter.link.payments.get(attemptId) ?? {};
  if (amount === undefined) throw new Error('no payment');
  counter.link.move(attemptId, { state: 'returned_late', autoReturn: { amount, done } });
}

async function todayState(counter: Counter): Promise<string | undefined> {
  await counter.ok({ command: 'today_open' });
  const state = counter.on('today').rows[0]?.state;
  await counter.ok({ command: 'today_leave' });
  return state;
}

test('late money of a cancelled sale is learnt by asking, and the day shows it as returned', async () => {
  const { counter, attemptId } = await cancelled();
  moneyFound(counter, attemptId, true);
  expect(await todayState(counter)).toBe('cancelled');
  await counter.world.advance(2 * MINUTES);
  expect(counter.notice()).toBe('LATE_MONEY_RETURNED');
  expect(await todayState(counter)).toBe('returned');
});

test('a till that was off asks when it starts', async () => {
  const { counter, attemptId } = await cancelled();
  moneyFound(counter, attemptId, true);
  await counter.restart();
  await counter.world.advance(5_000);
  await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  expect(await todayState(counter)).toBe('returned');
});

test('money on its way back is followed until it is there', async () => {
  const { counter, attemptId } = await cancelled();
  moneyFound(counter, attemptId, false);
  await counter.world.advance(90 * MINUTES);
  expect(counter.notice()).toBe('LATE_MONEY_GOES_BACK');
  moneyFound(counter, attemptId, true);
  await counter.world.advance(61 * MINUTES);
  expect(await todayState(counter)).toBe('returned');
});

test('the asking ends: a few times after the sale, and not at all after a day', async () => {
  const { counter } = await cancelled();
  await counter.world.advance(24 * 60 * MINUTES);
  const asked = counter.link.count('payment.get');
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(4);
  await counter.world.advance(24 * 60 * MINUTES);
  await counter.restart();
  await counter.world.advance(24 * 60 * MINUTES);
  expect(counter.link.count('payment.get')).toBe(asked);
});
