/** What every payment store must count for a terminal's day of wallet payments. A store's own test calls this with a way to
 *  make one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseTid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { Change, PaymentStore } from '../../../gateway/payments/ports.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import { attemptId, DAY, paymentRow, refundId, refundRow, saleId, saleRow, T0, TID } from './records.ts';

const SALE: Change = { kind: 'sale.insert', row: saleRow() };

export function dayTotalsContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} counts the totals of a day`, () => {
    let under: StoreUnderTest;
    let store: PaymentStore;
    beforeEach(async () => {
      under = await make();
      under.setNow(T0);
      store = under.store;
    });
    afterEach(() => under.dispose());

    async function ok(...unit: Change[]): Promise<void> {
      expect(await store.commit(unit)).toMatchObject({ ok: true });
    }

    test('an empty day is zero', async () => {
      expect(await store.dayTotals(TID, DAY)).toEqual({
        payments: 0,
        paid: money(0n, RUB),
        paidOrder: [],
        refunds: 0,
        refunded: money(0n, RUB),
        refundedOrder: [],
        open: 0,
      });
    });

    test('count approved money of that terminal and date, and what is open', async () => {
      const add = (n: number, changes: Parameters<typeof paymentRow>[0]) =>
        ok(
          { kind: 'sale.insert', row: saleRow({ saleId: saleId(n) }) },
          {
            kind: 'payment.insert',
            row: paymentRow({ attemptId: attemptId(n), saleId: saleId(n), ...changes }),
          },
        );
      await add(1, { state: 'approved' });
      await add(2, {
        state: 'approved',
        order: money(50_000n, RUB),
        amount: money(50_000n, RUB),
        refundedOrder: money(0n, RUB),
      });
      await add(3, { state: 'approved', businessDate: '2026-11-20' });
      await add(4, { state: 'approved', tid: parseTid('00000002') });
      await add(5, { state: 'unknown' });
      await add(6, { state: 'declined' });
      await ok(
        { kind: 'refund.insert', row: refundRow({ state: 'approved' }) },
        {
          kind: 'refund.insert',
          row: refundRow({ refundId: refundId(2), amount: money(1n, RUB), order: money(1n, CNY) }),
        },
        {
          kind: 'refund.insert',
          row: refundRow({ refundId: refundId(3), attemptId: attemptId(3), state: 'approved' }),
        },
      );
      expect(await store.dayTotals(TID, DAY)).toEqual({
        payments: 2,
        paid: money(150_000n, RUB),
        paidOrder: [money(8_934n, CNY), money(50_000n, RUB)],
        refunds: 2,
        refunded: money(80_000n, RUB),
        refundedOrder: [money(7_148n, CNY)],
        open: 2,
      });
    });

    test('leave out a payment whose money went back by itself, and its earlier refunds', async () => {
      const back = refundRow({
        refundId: refundId(2),
        cause: 'auto_return',
        amount: money(60_000n, RUB),
        order: money(5_360n, CNY),
      });
      await ok(
        SALE,
        { kind: 'payment.insert', row: paymentRow({ state: 'approved' }) },
        { kind: 'refund.insert', row: refundRow({ state: 'approved' }) },
      );
      expect(await store.dayTotals(TID, DAY)).toMatchObject({ payments: 1, refunds: 1, open: 0 });
      await ok({ kind: 'refund.insert', row: back });
      expect(await store.dayTotals(TID, DAY)).toMatchObject({ payments: 0, refunds: 0, open: 1 });
      await ok({ kind: 'refund.put', row: { ...back, state: 'approved', version: 2 } });
      expect(await store.dayTotals(TID, DAY)).toMatchObject({ paidOrder: [], refundedOrder: [], open: 0 });
    });
  });
}
