import { expect, test } from 'vitest';
import { ALIPAY_CODE, Counter } from './counter-kit.ts';

function breakJournal(counter: Counter, broken: boolean): void {
  counter.db.pragma(`query_only = ${broken ? 'ON' : 'OFF'}`);
}

test('an act that cannot be journaled has not happened, and the screen says so', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  breakJournal(counter, true);
  expect(await counter.refused({ command: 'scan', text: '4600000000015' })).toBe('JOURNAL_FAILED');
  expect(counter.notice()).toBe('JOURNAL_FAILED');
  breakJournal(counter, false);
  expect(counter.on('sale').basket.lines[0]?.quantityMilli).toBe(1000);
});

test('an intent that cannot be journaled is never sent', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.fillForWallet();
  breakJournal(counter, true);
  expect(await counter.refused({ command: 'scan', text: ALIPAY_CODE })).toBe('JOURNAL_FAILED');
  breakJournal(counter, false);
  counter.on('wallet');
  expect(counter.link.count('payment.start')).toBe(0);
});

test('an answer that cannot be journaled is not shown, and is asked for again', async () => {
  const counter = new Counter();
  counter.link.starts = 'unknown';
  await counter.open();
  await counter.fillForWallet();
  await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  const { attemptId } = counter.on('wallet_unknown').payment;
  counter.link.move(attemptId, { state: 'approved' });
  breakJournal(counter, true);
  await counter.world.advance(9_000);
  counter.on('wallet_unknown');
  expect(counter.notice()).toBe('JOURNAL_FAILED');
  breakJournal(counter, false);
  await counter.world.advance(3_000);
  counter.on('paid');
});

test('cash that cannot be journaled is not taken', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'cash_begin' });
  breakJournal(counter, true);
  expect(await counter.refused({ command: 'cash_pay', tenderedMinor: '12990' })).toBe('JOURNAL_FAILED');
  breakJournal(counter, false);
  counter.on('cash');
  expect(counter.printer.docs).toHaveLength(0);
});
