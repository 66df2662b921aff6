import { expect, test } from 'vitest';
import type { PrintResult } from '../../../drivers/contract/printer.ts';
import { CardCounter } from './cards/card-counter.ts';

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
