import { describe, expect, test } from 'vitest';
import { Counter } from './counter-kit.ts';

describe('a basket that was emptied line by line', () => {
  async function emptied(): Promise<Counter> {
    const counter = new Counter();
    await counter.open();
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'line_remove', lineId: 'L1' });
    return counter;
  }

  test('is filled again after a look at the refunds', async () => {
    const counter = await emptied();
    await counter.ok({ command: 'refund_begin' });
    await counter.ok({ command: 'refund_leave' });
    await counter.ok({ command: 'scan', text: '4600000000015' });
    expect(counter.notice()).toBeNull();
    expect(counter.on('sale').basket.lines).toHaveLength(1);
  });

  test('is filled again after a refund', async () => {
    const counter = new Counter();
    await counter.open();
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
    const number = counter.on('paid').basket.receiptNumber;
    await counter.ok({ command: 'next' });
    await counter.ok({ command: 'scan', text: '4600000000015' });
    await counter.ok({ command: 'line_remove', lineId: 'L1' });
    await counter.ok({ command: 'refund_begin' });
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '100' });
    await counter.ok({ command: 'refund_confirm', staffId: 'maria', pin: '9999', reason: 'asked' });
    await counter.ok({ command: 'next' });
    await counter.ok({ command: 'scan', text: '4600000000015' });
    expect(counter.on('sale').basket.lines).toHaveLength(1);
  });

  test('is filled again after a restart', async () => {
    const counter = await emptied();
    await counter.restart();
    await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    await counter.ok({ command: 'scan', text: '4600000000015' });
    expect(counter.on('sale').basket.lines).toHaveLength(1);
  });
});

test('whoever takes the money is the cashier of the sale, whoever began it', async () => {
  const counter = new Counter();
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'sign_out' });
  await counter.ok({ command: 'sign_in', staffId: 'maria', pin: '9999' });
  await counter.ok({ command: 'cash_begin' });
  await counter.ok({ command: 'cash_pay', tenderedMinor: '12990' });
  expect(counter.printer.text()).toContain('Кассир Мария П.');
  expect(counter.row<{ c: string }>('SELECT cashier_id AS c FROM sales').c).toBe('maria');
});
