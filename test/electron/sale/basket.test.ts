import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Goods } from '../../../electron/catalogue/goods.ts';
import {
  addGoods,
  type Basket,
  basketOf,
  basketTotal,
  EMPTY_BASKET,
  LINES_MAX,
  lineSum,
  removeLine,
  setCount,
  setGrams,
} from '../../../electron/sale/basket.ts';
import { vatIncluded, vatParts } from '../../../electron/sale/vat.ts';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';

function goods(change: Partial<Goods> = {}): Goods {
  return {
    goodsId: '1',
    barcode: '',
    names: { ru: 'р', zh: '中', en: 'e' },
    price: money(12990n, RUB),
    vat: 'vat22',
    unit: 'piece',
    group: 'other',
    quick: null,
    ...change,
  };
}

const cheese = goods({ goodsId: '00485', unit: 'kg', price: money(89000n, RUB), vat: 'vat10' });

test('a weighed sum is rounded half up to the kopeck', () => {
  const [line] = addGoods(EMPTY_BASKET, cheese, 412).lines;
  expect(line && lineSum(line).amountMinor).toBe(36668n);
  const half = goods({ unit: 'kg', price: money(5n, RUB) });
  const [rounded] = addGoods(EMPTY_BASKET, half, 100).lines;
  expect(rounded && lineSum(rounded).amountMinor).toBe(1n);
});

test('the same goods at another price are another line', () => {
  const basket = addGoods(addGoods(EMPTY_BASKET, goods(), 1000), goods({ price: money(1n, RUB) }), 1000);
  expect(basket.lines).toHaveLength(2);
});

test('a basket holds a thousand lines and refuses the next', () => {
  let basket: Basket = EMPTY_BASKET;
  for (let i = 0; i < LINES_MAX; i += 1) basket = addGoods(basket, cheese, 100);
  expect(() => addGoods(basket, cheese, 100)).toThrow('BASKET_FULL');
});

test('a line made after a removal does not take the removed one its id', () => {
  const two = addGoods(addGoods(EMPTY_BASKET, cheese, 1), cheese, 2);
  expect(addGoods(removeLine(two, 'L2'), cheese, 3).lines.map((l) => l.lineId)).toEqual(['L1', 'L3']);
});

test('counts are for pieces and grams for what is weighed', () => {
  const basket = addGoods(addGoods(EMPTY_BASKET, goods(), 1000), cheese, 412);
  expect(() => setCount(basket, 'L2', 2)).toThrow('WEIGHT_REQUIRED');
  expect(() => setGrams(basket, 'L1', 2)).toThrow('LINE_NOT_FOUND');
});

describe('value-added tax', () => {
  test('is taken per rate from the sum of the receipt, not per line', () => {
    const basket = addGoods(addGoods(addGoods(EMPTY_BASKET, cheese, 101), cheese, 101), goods(), 3000);
    const sums = vatParts(basket.lines).map((p) => [p.vat, p.sum.amountMinor, p.tax.amountMinor]);
    expect(sums).toEqual([
      ['vat22', 38970n, 7027n],
      ['vat10', 17978n, 1634n],
    ]);
    expect(vatIncluded(basket.lines).amountMinor).toBe(8661n);
  });

  test('is nothing at zero and without tax', () => {
    const basket = addGoods(
      addGoods(EMPTY_BASKET, goods({ vat: 'vat0' }), 1000),
      goods({ vat: 'none' }),
      1000,
    );
    expect(vatParts(basket.lines).map((p) => p.tax.amountMinor)).toEqual([0n, 0n]);
  });
});

test('whatever is done to a basket, its total is the sum of its lines and a stored one reads back the same', () => {
  const act = fc.oneof(
    fc.record({ do: fc.constant('piece' as const), n: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ do: fc.constant('weigh' as const), n: fc.integer({ min: 1, max: 99_999 }) }),
    fc.record({ do: fc.constant('remove' as const), n: fc.nat(10) }),
  );
  fc.assert(
    fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
      let basket: Basket = EMPTY_BASKET;
      for (const { do: what, n } of acts) {
        const line = basket.lines[n];
        if (what === 'piece') basket = addGoods(basket, goods({ goodsId: String(n) }), 1000);
        else if (what === 'weigh') basket = addGoods(basket, cheese, n);
        else if (line !== undefined) basket = removeLine(basket, line.lineId);
      }
      const sum = basket.lines.reduce((total, line) => total + lineSum(line).amountMinor, 0n);
      expect(basketTotal(basket.lines).amountMinor).toBe(sum);
      expect(new Set(basket.lines.map((l) => l.lineId)).size).toBe(basket.lines.length);
      expect(basketOf(basket.lines).lines).toEqual(basket.lines);
    }),
    { seed: 4, numRuns: 200 },
  );
});
