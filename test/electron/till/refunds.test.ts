import { describe, expect, test } from 'vitest';
import { ALIPAY_CODE, Counter, SUPERVISOR } from './counter-kit.ts';

/** Three chocolates and one amber, paid by wallet; on the refund search. Gives the sale's id and receipt number. */
async function sold(counter: Counter, means: 'cash' | 'wallet'): Promise<{ saleId: string; number: string }> {
  await counter.open();
  await counter.ok({ command: 'scan', text: '4600000000015' });
  await counter.ok({ command: 'line_quantity', lineId: 'L1', count: 3 });
  await counter.ok({ command: 'scan', text: '4600000000039' });
  if (means === 'cash') {
    await counter.ok({ command: 'cash_begin' });
    await counter.ok({ command: 'cash_pay', tenderedMinor: '528970' });
  } else {
    await counter.ok({ command: 'wallet_begin' });
    await counter.ok({ command: 'scan', text: ALIPAY_CODE });
  }
  const { basket } = counter.on('paid');
  await counter.ok({ command: 'next' });
  await counter.ok({ command: 'refund_begin' });
  return { saleId: basket.saleId, number: basket.receiptNumber };
}

const confirm = { command: 'refund_confirm', ...SUPERVISOR };

describe('a refund', () => {
  test('goes back in parts, by lines and by amount, and never over the paid sum', async () => {
    const counter = new Counter();
    const { saleId, number } = await sold(counter, 'wallet');
    await counter.ok({ command: 'scan', text: `AMUR1:${saleId}` });
    expect(counter.on('refund_choose').sale).toMatchObject({ receiptNumber: number, means: 'wallet' });
    await counter.ok({ command: 'refund_lines', lines: [{ lineId: 'L1', count: 2 }] });
    expect(counter.on('refund_confirm').amount.amountMinor).toBe('25980');
    await counter.ok(confirm);
    expect(counter.on('refund_done')).toMatchObject({ outcome: 'approved', print: { state: 'printed' } });
    expect(counter.printer.text()).toContain('退款');

    await counter.ok({ command: 'refund_find', receipt: number });
    const two = { command: 'refund_lines', lines: [{ lineId: 'L1', count: 2 }] };
    expect(await counter.refused(two)).toBe('REFUND_EXCEEDS_PAID');
    expect(await counter.refused({ command: 'refund_amount', amountMinor: '502991' })).toBe(
      'REFUND_EXCEEDS_PAID',
    );
    await counter.ok({ command: 'refund_amount', amountMinor: '502990' });
    await counter.ok(confirm);
    await counter.ok({ command: 'refund_find', receipt: number });
    expect(counter.on('refund_choose').sale.remaining.amountMinor).toBe('0');
    expect(await counter.refused({ command: 'refund_amount', amountMinor: '1' })).toBe('REFUND_NOTHING_LEFT');
    const sums = counter.link.bodies('refund.start').map((b) => BigInt(b.amount.amountMinor));
    expect(sums.reduce((a, b) => a + b, 0n)).toBe(528970n);
  });

  test('needs a supervisor', async () => {
    const counter = new Counter();
    const { number } = await sold(counter, 'cash');
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '100' });
    const cashier = { command: 'refund_confirm', staffId: 'anna', pin: '1111', reason: 'asked' };
    expect(await counter.refused(cashier)).toBe('NOT_A_SUPERVISOR');
    counter.on('refund_confirm');
  });

  test('of cash opens the drawer and is taken from it', async () => {
    const counter = new Counter();
    const { number } = await sold(counter, 'cash');
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '528970' });
    await counter.ok(confirm);
    expect(counter.on('refund_done').outcome).toBe('approved');
    expect(counter.printer.docs.at(-1)?.openDrawer).toBe(true);
    expect(counter.row<{ s: number }>('SELECT SUM(amount_minor) AS s FROM cash_movements').s).toBe(0);
  });

  test('without an answer is asked for and sent again under its key, over a restart', async () => {
    const counter = new Counter();
    const { number } = await sold(counter, 'wallet');
    counter.link.next('refund.start', 'lose_request');
    counter.link.next('refund.get', 'lose_request', 'lose_request');
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '100000' });
    await counter.ok(confirm);
    expect(counter.on('refund_progress').state).toBe('unknown');
    await counter.restart();
    counter.on('refund_progress');
    await counter.world.advance(10_000);
    expect(counter.on('refund_done').outcome).toBe('approved');
    const ids = counter.link.bodies('refund.start').map((b) => b.refundId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  test('that waits for funds lets the cashier go on and is told when it is done', async () => {
    const counter = new Counter();
    counter.link.refundStarts = 'awaiting_funds';
    const { number } = await sold(counter, 'wallet');
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '100000' });
    await counter.ok(confirm);
    expect(counter.on('refund_progress').state).toBe('awaiting_funds');
    await counter.ok({ command: 'refund_leave' });
    counter.on('sale');
    const [refund] = counter.link.refunds.values();
    counter.link.moveRefund(refund?.refundId ?? '', 'approved');
    await counter.world.advance(5_000);
    expect(counter.notice()).toBe('REFUND_APPROVED');
    expect(counter.printer.text()).toContain('退款');
  });

  test('that is declined frees its part of the sum', async () => {
    const counter = new Counter();
    counter.link.refundStarts = 'declined';
    const { number } = await sold(counter, 'wallet');
    await counter.ok({ command: 'refund_find', receipt: number });
    await counter.ok({ command: 'refund_amount', amountMinor: '528970' });
    await counter.ok(confirm);
    expect(counter.on('refund_done')).toMatchObject({ outcome: 'declined', print: null });
    await counter.ok({ command: 'refund_find', receipt: number });
    expect(counter.on('refund_choose').sale.remaining.amountMinor).toBe('528970');
  });

  test('finds nothing for a receipt of another till', async () => {
    const counter = new Counter();
    await sold(counter, 'cash');
    expect(await counter.refused({ command: 'refund_find', receipt: '9-0001' })).toBe('RECEIPT_NOT_FOUND');
    await counter.ok({ command: 'scan', text: 'AMUR1:01ARZ3NDEKTSV4RRFFQ69G5FAV' });
    expect(counter.notice()).toBe('RECEIPT_NOT_FOUND');
  });
});
