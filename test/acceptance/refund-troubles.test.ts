import { describe, expect, test } from 'vitest';
import { CNY } from '../../gateway/kernel/currency.ts';
import { openCounter, type WholeCounter } from './counter-fixture.ts';

const FEN = 44_938n;
const FULL = '502990';

async function paid(c: WholeCounter): Promise<{ saleId: string; attemptId: string }> {
  const attemptId = await c.sellByCode();
  await c.world.advance(500);
  return { saleId: c.on('paid').basket.saleId, attemptId };
}

describe('a refund in trouble', () => {
  test('refund over the balance: the seller is short, the cashier goes on, and it is done once money is there', async () => {
    const c = await openCounter();
    const { saleId, attemptId } = await paid(c);
    expect(c.wallet.moveMerchantFunds(-FEN, CNY)).toBe(true);
    await c.refund(saleId, FULL);
    expect(c.on('refund_progress').state).toBe('awaiting_funds');
    expect(c.log.some((line) => line.includes('refund_awaits_funds'))).toBe(true);
    await c.ok({ command: 'refund_leave' });
    c.on('sale');
    await c.world.advance(120_000);
    expect(c.moved('refund', attemptId)).toBe(0);
    expect(c.wallet.moveMerchantFunds(FEN, CNY)).toBe(true);
    await c.world.advance(600_000);
    expect(c.notice()).toBe('REFUND_APPROVED');
    expect(c.printer.text()).toContain('ВОЗВРАТ');
    expect([c.moved('refund', attemptId), c.merchantFen()]).toEqual([1, 0n]);
    expect(await c.differences()).toEqual([]);
  });

  test('refund replay: its reply is lost, it is asked for by its number, and the money moved once', async () => {
    const c = await openCounter();
    const { saleId, attemptId } = await paid(c);
    c.arm('reply_lost', 'alipay.trade.refund');
    await c.refund(saleId, '100000');
    expect(c.on('refund_progress').state).toBe('unknown');
    await c.world.advance(10_000);
    expect(c.on('refund_done').outcome).toBe('approved');
    expect(c.moved('refund', attemptId)).toBe(1);
    expect(c.calledCount('alipay.trade.fastpay.refund.query')).toBe(1);
    expect(await c.differences()).toEqual([]);
  });

  test('refund replay from the till: the same message again is the same refund, with another sum a conflict', async () => {
    const c = await openCounter();
    const { saleId, attemptId } = await paid(c);
    await c.refund(saleId, '100000');
    c.on('refund_done');
    const sent = c.line.sent.find((request) => request.type === 'refund.start')?.body as never;
    const again = await c.world.complete(c.line.request('refund.start', sent, 10_000));
    expect(again).toMatchObject({ state: 'approved', amount: { amountMinor: '100000' } });
    const other = { ...(sent as object), amount: { amountMinor: '200000', currency: 'RUB' } } as never;
    await expect(c.world.complete(c.line.request('refund.start', other, 10_000))).rejects.toMatchObject({
      code: 'REFUND_CONFLICT',
    });
    expect([c.moved('refund', attemptId), c.calledCount('alipay.trade.refund')]).toEqual([1, 1]);
    expect(await c.differences()).toEqual([]);
  });

  test('a refund whose answer is a lasting SYSTEM_ERROR is driven to the end under one number', async () => {
    const c = await openCounter();
    const { saleId, attemptId } = await paid(c);
    c.arm('system_error_effect_not_done', 'alipay.trade.refund', 3);
    await c.refund(saleId, FULL);
    await c.world.advance(90_000);
    expect(c.on('refund_done').outcome).toBe('approved');
    expect(c.moved('refund', attemptId)).toBe(1);
    expect(await c.differences()).toEqual([]);
  });
});
