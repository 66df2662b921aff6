import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RateSet } from '../../../gateway/fx/rate-set.ts';
import { realisedGain, revalue } from '../../../gateway/fx/revaluation.ts';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { rub } from './samples.ts';

const USD = parseCurrencyCode('USD');
const SET: RateSet = {
  source: 'CBR',
  side: 'middle',
  effectiveOn: '2026-11-24',
  loadedAt: 0,
  rates: [rub('CNY', 115_000n, 4), rub('USD', 80n, 0)],
};
/** 887.11 CNY bought for 10,000.00 RUB. */
const HELD = [
  { currency: CNY, debit: 0n, credit: 88_711n },
  { currency: RUB, debit: 1_000_000n, credit: 0n },
];

describe('The day’s revaluation', () => {
  test('is the position at the day’s rate less what was paid for it', () => {
    expect(revalue(HELD, SET, RUB)).toEqual({
      home: RUB,
      sourceDate: '2026-11-24',
      currencies: [{ position: money(88_711n, CNY), worth: money(1_020_177n, RUB) }],
      cost: money(1_000_000n, RUB),
      gain: money(20_177n, RUB),
    });
  });

  test('counts a currency that is owed below zero, several together, and nothing where nothing is held', () => {
    const short = [
      { currency: USD, debit: 100n, credit: 0n },
      { currency: CNY, debit: 5n, credit: 5n },
      { currency: RUB, debit: 0n, credit: 7_000n },
    ];
    expect(revalue(short, SET, RUB)).toMatchObject({ cost: money(-7_000n, RUB), gain: money(-1_000n, RUB) });
    expect(revalue([...HELD, ...short.slice(0, 1)], SET, RUB).currencies.map((row) => row.position)).toEqual([
      money(88_711n, CNY),
      money(-100n, USD),
    ]);
    expect(revalue([], SET, RUB).gain).toEqual(money(0n, RUB));
  });

  test('of a currency nobody quotes is refused, never left out', () => {
    const unknown = [{ currency: parseCurrencyCode('TWD'), debit: 0n, credit: 1n }];
    expect(() => revalue(unknown, SET, RUB)).toThrow(expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }));
  });
});

describe('What a sale of currency earned', () => {
  test('is what it brought less its share of the cost', () => {
    const sale = { held: money(88_711n, CNY), cost: money(1_000_000n, RUB) };
    expect(realisedGain({ ...sale, sold: money(88_711n, CNY), bought: money(1_005_000n, RUB) })).toEqual({
      costOfSold: money(1_000_000n, RUB),
      gain: money(5_000n, RUB),
    });
    expect(() => realisedGain({ ...sale, sold: money(88_712n, CNY), bought: money(1n, RUB) })).toThrow(
      expect.objectContaining({ code: 'ALLOCATION_OUT_OF_RANGE' }),
    );
    expect(() => realisedGain({ ...sale, sold: money(1n, CNY), bought: money(1n, USD) })).toThrow(
      expect.objectContaining({ code: 'CURRENCY_MISMATCH' }),
    );
  });

  test('in any parts adds up to all proceeds less all cost', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            part: fc.bigInt({ min: 1n, max: 10n ** 7n }),
            bought: fc.bigInt({ min: 0n, max: 10n ** 9n }),
          }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.bigInt({ min: 0n, max: 10n ** 10n }),
        (sales, paid) => {
          let held = sales.reduce((sum, { part }) => sum + part, 0n);
          let cost = paid;
          let gain = 0n;
          let brought = 0n;
          for (const { part, bought } of sales) {
            const one = realisedGain({
              ...{ held: money(held, CNY), cost: money(cost, RUB) },
              ...{ sold: money(part, CNY), bought: money(bought, RUB) },
            });
            held -= part;
            cost -= one.costOfSold.amountMinor;
            gain += one.gain.amountMinor;
            brought += bought;
          }
          expect(cost).toBe(0n);
          expect(gain).toBe(brought - paid);
        },
      ),
    );
  });
});
