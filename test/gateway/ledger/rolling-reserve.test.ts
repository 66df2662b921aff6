import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { releaseOn, reserveOf } from '../../../gateway/ledger/rolling-reserve.ts';

const held = (minor: bigint, bp: number, days = 180) =>
  reserveOf(money(minor, RUB), { bp, days }).amountMinor;

describe('A rolling reserve', () => {
  test('holds a part of net sales, rounded down, and nothing where refunds outweigh them', () => {
    expect(held(100_019n, 500)).toBe(5_000n);
    expect(held(-100n, 500)).toBe(0n);
    expect(held(100n, 0)).toBe(0n);
  });

  test('is never more than what there is to hold', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), fc.integer({ min: 0, max: 10_000 }), (net, bp) => {
        expect(held(net, bp) <= net).toBe(true);
      }),
    );
  });

  test('is released after its calendar days, across months and leap years', () => {
    expect(releaseOn('2026-11-23', 0)).toBe('2026-11-23');
    expect(releaseOn('2026-11-23', 180)).toBe('2027-05-22');
    expect(releaseOn('2028-02-28', 2)).toBe('2028-03-01');
  });

  test('with terms out of range is refused', () => {
    for (const [bp, days] of [
      [-1, 1],
      [10_001, 1],
      [1, -1],
      [1, 0.5],
    ] as const) {
      expect(() => held(1n, bp, days)).toThrow(expect.objectContaining({ code: 'FEE_TERMS_INVALID' }));
    }
  });
});
