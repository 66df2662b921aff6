import { expect, test } from 'vitest';
import type { PrintResult } from '../../../drivers/contract/printer.ts';
import { CardCounter } from './cards/card-counter.ts';
import { SUPERVISOR } from './counter-kit.ts';

const PAPER_END: PrintResult = { kind: 'failed', fault: 'paper_end', paperMayHaveIt: false };

async function counter(): Promise<CardCounter> {
  const made = new CardCounter();
  await made.open();
  await made.world.advance(0);
  return made;
}

test('a second tap while a paper is on its way to the printer prints it once', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END);
  await till.ok({ command: 'scan', text: '4600000000015' });
  await till.ok({ command: 'cash_begin' });
  await till.ok({ command: 'cash_pay', tenderedMinor: '12990' });
  await till.ok({ command: 'next' });
  const { print } = till.printer;
  let asked = 0;
  till.printer.print = () => {
    asked += 1;
    return new Promise(() => {});
  };
  await till.ok({ command: 'print_retry' });
  await till.ok({ command: 'print_retry' });
  expect(asked).toBe(1);
  till.printer.print = print;
});

test('every paper of a card sale that did not print is printed again, and the sale says so until all are out', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END, PAPER_END, PAPER_END);
  await till.payByCard();
  expect(till.on('paid').print).toEqual({ state: 'failed', fault: 'paper_end' });
  till.printer.results.push({ kind: 'printed' }, PAPER_END);
  await till.ok({ command: 'print_retry' });
  expect(till.printer.docs).toHaveLength(2);
  expect(till.on('paid').print).toEqual({ state: 'failed', fault: 'paper_end' });
  await till.ok({ command: 'print_retry' });
  expect(till.printer.docs).toHaveLength(3);
  expect(till.on('paid').print).toEqual({ state: 'printed' });
  expect(till.count("receipts WHERE state <> 'printed'")).toBe(0);
});

test('a paper of the sale before is not printed again with this one', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END);
  await till.payByCard();
  await till.ok({ command: 'next' });
  await till.payByCard();
  expect(till.on('paid').print).toEqual({ state: 'printed' });
  expect(await till.refused({ command: 'print_retry' })).toBe('RECEIPT_NOT_FOUND');
});

test('every paper of a refund to a card that did not print is printed again', async () => {
  const till = await counter();
  await till.refundOfSale('12990');
  const before = till.printer.docs.length;
  till.printer.results.push(PAPER_END, PAPER_END);
  await till.ok({ command: 'refund_confirm', ...SUPERVISOR });
  await till.runFor(10);
  expect(till.on('refund_done').print).toEqual({ state: 'failed', fault: 'paper_end' });
  await till.ok({ command: 'print_retry' });
  expect(till.printer.docs).toHaveLength(before + 3);
  expect(till.on('refund_done').print).toEqual({ state: 'printed' });
});

test('every paper of a card sale that did not print is printed again after the next customer was called, and no notice says so beside it', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END, PAPER_END, PAPER_END);
  await till.payByCard();
  expect(till.notice()).toBeNull();
  await till.ok({ command: 'next' });
  expect(till.till.cashierView().unprinted).toEqual({
    paper: 'receipt',
    receiptNumber: '1-0001',
    fault: 'paper_end',
  });
  await till.ok({ command: 'print_retry' });
  expect(till.printer.docs).toHaveLength(3);
  expect(till.till.cashierView().unprinted).toBeNull();
  expect(till.count("receipts WHERE state <> 'printed'")).toBe(0);
});

test('a card slip alone that did not print is said to be a slip, and printed again from the sale', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END);
  await till.payByCard();
  await till.ok({ command: 'next' });
  expect(till.till.cashierView().unprinted?.paper).toBe('slip');
  await till.ok({ command: 'print_retry' });
  expect(till.till.cashierView().unprinted).toBeNull();
  expect(till.printer.docs).toHaveLength(3);
});

test('the papers of a card sale that did not print are all printed again after a restart', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END, PAPER_END, PAPER_END);
  await till.payByCard();
  await till.restart();
  await till.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  till.printer.results.push({ kind: 'printed' }, PAPER_END, PAPER_END);
  await till.ok({ command: 'print_retry' });
  expect(till.till.cashierView().unprinted?.paper).toBe('receipt');
  await till.ok({ command: 'print_retry' });
  expect(till.till.cashierView().unprinted).toBeNull();
  expect(till.printer.docs).toHaveLength(3);
});

test('the slip of a hold that did not print is printed again when the cashier is back at the sale', async () => {
  const till = await counter();
  till.printer.results.push(PAPER_END, PAPER_END);
  await till.ok({ command: 'preauths_open' });
  await till.ok({ command: 'preauth_begin', amountMinor: '500000' });
  await till.runFor(10);
  await till.ok({ command: 'next' });
  expect(till.till.cashierView().unprinted).toEqual({
    paper: 'slip',
    receiptNumber: null,
    fault: 'paper_end',
  });
  await till.ok({ command: 'print_retry' });
  expect(till.printer.docs).toHaveLength(2);
  expect(till.till.cashierView().unprinted).toBeNull();
});

test('a copy of a card sale is its receipt and both slips of the card that paid, each marked, told once', async () => {
  const till = await counter();
  till.host.codes.push('05');
  await till.payByCard();
  await till.ok({ command: 'card_begin' });
  await till.runFor(10);
  const { saleId } = till.on('paid').basket;
  await till.ok({ command: 'next' });
  await till.ok({ command: 'today_open' });
  const before = till.printer.docs.length;
  await till.ok({ command: 'reprint', saleId });
  expect(till.printer.docs).toHaveLength(before + 3);
  for (const index of [-1, -2, -3]) expect(till.printer.text(index)).toContain('КОПИЯ');
  expect(till.notice()).toBe('COPY_PRINTED');
  till.printer.results.push(PAPER_END, { kind: 'printed' }, { kind: 'printed' });
  await till.ok({ command: 'reprint', saleId });
  expect(till.notice()).toBe('COPY_NOT_PRINTED');
});
