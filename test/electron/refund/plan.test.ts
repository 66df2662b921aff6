import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type EarlierRefund,
  planAmount,
  planLines,
  refundedOf,
  refundYuan,
} from '../../../electron/refund/plan.ts';
import { basketTotal, type SaleLine } from '../../../electron/sale/basket.ts';
import { Refusal } from '../../../electron/till/refusal.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

function line(lineId: string, unit: 'piece' | 'kg', quantityMilli: number, price: bigint): SaleLine {
  const names = { ru: 'р', zh: '中', en: 'e' };
  return {
    lineId,
    goodsId: lineId,
    barcode: '',
    names,
    vat: 'vat22',
    unit,
    quantityMilli,
    unitPrice: money(price, RUB),
  };
}

const SOLD = [line('L1', 'piece', 3000, 12990n), line('L2', 'kg', 412, 89000n)];
const PAID = basketTotal(SOLD);

test('a weighed line goes back whole', () => {
  const plan = planLines(PAID, SOLD, [], [{ lineId: 'L2', count: 1 }]);
  expect(plan).toMatchObject({ amount: { amountMinor: 36668n }, lines: [{ quantityMilli: 412 }] });
});

test('a line named twice, unknown, or returned already is refused', () => {
  const twice = [
    { lineId: 'L1', count: 1 },
    { lineId: 'L1', count: 1 },
  ];
  expect(() => planLines(PAID, SOLD, [], twice)).toThrow('LINE_NOT_FOUND');
  expect(() => planLines(PAID, SOLD, [], [{ lineId: 'L9', count: 1 }])).toThrow('LINE_NOT_FOUND');
  const all = planLines(PAID, SOLD, [], [{ lineId: 'L1', count: 3 }]);
  expect(() => planLines(PAID, SOLD, [all], [{ lineId: 'L1', count: 1 }])).toThrow('REFUND_NOTHING_LEFT');
  expect(() => planLines(PAID, SOLD, [], [{ lineId: 'L1', count: 4 }])).toThrow('REFUND_EXCEEDS_PAID');
});

test('after a refund by amount the lines cannot take more than is left', () => {
  const most = planAmount(PAID, [], money(PAID.amountMinor - 1n, RUB));
  expect(() => planLines(PAID, SOLD, [most], [{ lineId: 'L2', count: 1 }])).toThrow('REFUND_EXCEEDS_PAID');
});

test('whatever is asked for, what goes back never exceeds what was paid, and the yuan add up', () => {
  const yuan = money(6712n, CNY);
  const ask = fc.oneof(
    fc.record({ lineId: fc.constantFrom('L1', 'L2'), count: fc.integer({ min: 1, max: 4 }) }),
    fc.record({ minor: fc.bigInt({ min: 1n, max: PAID.amountMinor }) }),
  );
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 12 }), (asks) => {
      const done: EarlierRefund[] = [];
      let yuanBack = 0n;
      for (const wanted of asks) {
        try {
          const plan =
            'minor' in wanted
              ? planAmount(PAID, done, money(wanted.minor, RUB))
              : planLines(PAID, SOLD, done, [wanted]);
          yuanBack += refundYuan(yuan, PAID, done, plan.amount)?.amountMinor ?? 0n;
          done.push(plan);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
        const back = refundedOf(done).amountMinor;
        expect(back).toBeLessThanOrEqual(PAID.amountMinor);
        expect(yuanBack).toBeLessThanOrEqual(yuan.amountMinor);
        if (back === PAID.amountMinor) expect(yuanBack).toBe(yuan.amountMinor);
      }
    }),
    { seed: 3, numRuns: 300 },
  );
});
