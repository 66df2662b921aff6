import { expect, test } from 'vitest';
import type { FiscalReceipt, FiscalRegister, FiscalResult } from '../../../drivers/contract/fiscal.ts';
import { openNoFiscalRegister } from '../../../drivers/fiscal/none.ts';
import { ALIPAY_CODE, Counter, SUPERVISOR } from './counter-kit.ts';

/** Registers everything once and remembers it; `lost` answers do not come. */
class RecordingRegister implements FiscalRegister {
  readonly driver = 'recording';
  readonly state = 'ready';
  readonly receipts: FiscalReceipt[] = [];
  lost = false;

  async register(receipt: FiscalReceipt): Promise<FiscalResult> {
    this.receipts.push(receipt);
    return this.lost ? new Promise(() => {}) : this.lastDocument(receipt.operationId);
  }

  async lastDocument(operationId: string): Promise<FiscalResult> {
    const at = this.receipts.findIndex((r) => r.operationId === operationId);
    if (at < 0) return { kind: 'failed', cause: 'no such document' };
    return { kind: 'registered', documentNumber: `${at + 1}`, fiscalSign: '2124438805', qr: `i=${at + 1}` };
  }

  onState = () => () => {};
  async close(): Promise<void> {}
}

async function sold(means: 'cash' | 'wallet'): Promise<[Counter, RecordingRegister, string]> {
  const counter = new Counter();
  const register = new RecordingRegister();
  await counter.open();
  counter.fiscal = register;
  await counter.restart();
  await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'line_quantity', lineId: 'L1', count: 3 });
  await counter.ok({ command: 'scan', text: '4600000000022' });
  if (means === 'cash') {
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '100000' });
  } else {
    await counter.ok({ command: 'wallet_begin' });
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  }
  const { saleId, receiptNumber } = counter.on('paid').basket;
  await counter.ok({ command: 'next' });
  await counter.ok({ command: 'refund_begin' });
  await counter.ok({ command: 'refund_find', receipt: receiptNumber });
  return [counter, register, saleId];
}

const confirm = { command: 'refund_confirm', ...SUPERVISOR };

test('goods that come back are registered as a return, and the slip carries the marks of the register', async () => {
  const [counter, register] = await sold('wallet');
  await counter.ok({ command: 'refund_lines', lines: [{ lineId: 'L1', count: 2 }] });
  await counter.ok(confirm);
  const [refund] = counter.link.refunds.values();
  expect(register.receipts.at(-1)).toEqual({
    operationId: refund?.refundId,
    sign: 'sale_return',
    items: [
      {
        name: 'Шоколад «Алёнка» молочный',
        quantityMilli: 2000,
        unitPrice: { amountMinor: '12990', currency: 'RUB' },
        sum: { amountMinor: '25980', currency: 'RUB' },
        vat: 'vat22',
      },
    ],
    payments: [{ kind: 'electronic', amount: { amountMinor: '25980', currency: 'RUB' } }],
    cashier: 'anna',
  });
  expect(counter.on('refund_done').print).toEqual({ state: 'printed' });
  const slip = counter.printer.text();
  expect(slip).toContain('ФД 2');
  expect(slip).not.toContain('НЕ ЯВЛЯЕТСЯ');
});

test('part of the sum is registered under the rates of the goods it was paid for, and adds up', async () => {
  const [counter, register] = await sold('cash');
  await counter.ok({ command: 'refund_amount', amountMinor: '10001' });
  await counter.ok(confirm);
  const receipt = register.receipts.at(-1);
  // 389.70 of chocolate at 22% and 540.00 of honey at 10%: 100.01 is cut as 41.92 and 58.09.
  expect(receipt?.items.map(({ vat, sum }) => [vat, sum.amountMinor])).toEqual([
    ['vat22', '4192'],
    ['vat10', '5809'],
  ]);
  expect(receipt?.payments).toEqual([{ kind: 'cash', amount: { amountMinor: '10001', currency: 'RUB' } }]);
});

test('where there is no register the return is recorded as not required', async () => {
  const counter = (await sold('cash'))[0];
  counter.fiscal = openNoFiscalRegister();
  await counter.restart();
  await counter.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
  await counter.ok({ command: 'refund_begin' });
  await counter.ok({ command: 'refund_find', receipt: '1-0001' });
  await counter.ok({ command: 'refund_amount', amountMinor: '100' });
  await counter.ok(confirm);
  expect(counter.row<{ s: string }>('SELECT fiscal_state AS s FROM refunds').s).toBe('not_required');
  expect(counter.printer.text()).toContain('НЕ ЯВЛЯЕТСЯ ФИСКАЛЬНЫМ ДОКУМЕНТОМ');
});

test('a return cut off at the register is found there after a restart, registered once, and the drawer stays shut', async () => {
  const [counter, register] = await sold('cash');
  register.lost = true;
  await counter.ok({ command: 'refund_amount', amountMinor: '100' });
  await counter.ok(confirm);
  expect(counter.on('refund_done').print).toEqual({ state: 'printing' });
  expect(counter.row<{ s: string }>('SELECT fiscal_state AS s FROM refunds').s).toBe('pending');
  await counter.restart();
  expect(register.receipts.filter((r) => r.sign === 'sale_return')).toHaveLength(1);
  expect(counter.row<{ s: string }>('SELECT fiscal_state AS s FROM refunds').s).toBe('registered');
  expect(counter.printer.text()).toContain('ВОЗВРАТ');
  expect(counter.printer.docs.at(-1)?.openDrawer).toBe(false);
});
