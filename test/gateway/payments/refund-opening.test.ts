import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { parseRefundId } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { PaymentRecord, RefundRecord } from '../../../gateway/payments/ports.ts';
import { openAutoReturn, openRefund, releaseRefund } from '../../../gateway/payments/refund-opening.ts';
import { NOW, payment, TID, ulid } from './samples.ts';

const request = (amountMinor: bigint) => ({
  refundId: parseRefundId(ulid('R1')),
  tid: TID,
  amount: money(amountMinor, RUB),
  reason: 'Возврат',
  operator: 'Анна',
  contentHash: 'hash',
});
const paid = (price: bigint, order: bigint): PaymentRecord =>
  payment('approved', { amount: money(price, RUB), order: money(order, CNY) });

test('whatever parts are refunded or declined, both limits hold, and the rest goes back exactly', () => {
  const parts = fc.array(fc.record({ part: fc.bigInt(1n, 4_000n), declined: fc.boolean() }), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(fc.bigInt(100n, 10_000n), fc.bigInt(10n, 2_000n), parts, (price, order, steps) => {
      let row = paid(price, order);
      const kept: RefundRecord[] = [];
      for (const { part, declined } of steps) {
        try {
          const opened = openRefund(row, request(part), NOW, 0);
          row = declined ? releaseRefund(opened.payment, opened.refund, NOW) : opened.payment;
          if (!declined) kept.push(opened.refund);
        } catch (error) {
          expect((error as AmurError).code).toMatch(/^(REFUND_EXCEEDS_PAID|AMOUNT_OUT_OF_RANGE)$/);
        }
      }
      const rest = openAutoReturn(row, parseRefundId(ulid('R2')), NOW, 0);
      if (rest !== null) kept.push(rest.refund);
      expect(kept.reduce((sum, r) => sum + r.order.amountMinor, 0n)).toBe(order);
      expect(kept.reduce((sum, r) => sum + r.amount.amountMinor, 0n)).toBeLessThanOrEqual(price);
      expect(kept.every((r) => r.order.amountMinor > 0n)).toBe(true);
    }),
  );
});

test('a refund is reserved on the payment in both currencies', () => {
  const { payment: reserved, refund } = openRefund(paid(1_000_000n, 88_711n), request(400_000n), NOW, 5_000);
  expect(refund).toMatchObject({ order: money(35_484n, CNY), state: 'intent', nextActionAt: NOW + 5_000 });
  expect(reserved).toMatchObject({ refundedPrice: money(400_000n, RUB), refundedOrder: money(35_484n, CNY) });
});

test.each([
  ['more than was paid', 1_000_001n, 'REFUND_EXCEEDS_PAID'],
  ['less than the smallest unit of the order', 1n, 'AMOUNT_OUT_OF_RANGE'],
])('a refund of %s is refused', (_what, amountMinor, code) => {
  const open = () => openRefund(paid(1_000_000n, 88_711n), request(amountMinor), NOW, 0);
  expect(open).toThrow(expect.objectContaining({ code }));
});

test('only an approved payment is refunded, and only in the currency of its price', () => {
  const inYuan = { ...request(1n), amount: money(100n, CNY) };
  expect(() => openRefund(payment('waiting'), request(1n), NOW, 0)).toThrow(AmurError);
  expect(() => openRefund(payment('approved'), inYuan, NOW, 0)).toThrow(
    expect.objectContaining({ code: 'CURRENCY_MISMATCH' }),
  );
});

test('nothing is returned twice', () => {
  const first = openAutoReturn(payment('approved'), parseRefundId(ulid('R1')), NOW, 0);
  expect(first?.refund).toMatchObject({ cause: 'auto_return', order: payment('approved').order });
  expect(first && openAutoReturn(first.payment, parseRefundId(ulid('R2')), NOW, 0)).toBeNull();
});
