import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import {
  type FeeRate,
  FREE,
  feeOf,
  feeReturned,
  requireSoundRate,
} from '../../../gateway/ledger/fee-rate.ts';

const rate = (changes: Partial<FeeRate>): FeeRate => ({ ...FREE, ...changes });
const fee = (minor: bigint, of: FeeRate, rounding: 'half_up' | 'half_even' = 'half_up') =>
  feeOf(money(minor, RUB), of, rounding).amountMinor;

describe('A percentage', () => {
  // Measured vectors: MDR 1.75 % over 1 to 2,000,000 kopecks.
  test('half up and half even differ in 2,500 of the first two million kopecks at 1.75 %', () => {
    let differ = 0;
    let first = 0n;
    let last = 0n;
    for (let n = 1; n <= 2_000_000; n += 1) {
      // A half comes only where 1.75 % leaves exactly 5,000 ten-thousandths, so only those are asked for.
      if ((n * 175) % 10_000 !== 5_000) continue;
      const minor = BigInt(n);
      const up = fee(minor, rate({ bp: 175 }));
      const even = fee(minor, rate({ bp: 175 }), 'half_even');
      if (up === even) continue;
      expect(up - even).toBe(1n);
      differ += 1;
      first ||= minor;
      last = minor;
    }
    expect(differ).toBe(2_500);
    expect([first, last]).toEqual([600n, 1_999_800n]);
  });

  test('is exact between the halves, in any currency', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 15n }),
        fc.integer({ min: 0, max: 10_000 }),
        (minor, bp) => {
          const twice = 2n * 10_000n * feeOf(money(minor, CNY), rate({ bp })).amountMinor;
          const exact = 2n * minor * BigInt(bp);
          expect(twice - exact <= 10_000n && exact - twice < 10_000n).toBe(true);
        },
      ),
    );
  });

  test('is rounded in each currency by itself, as the settlement file of the wallet has it', () => {
    // 369.30 AUD and 2001.38 CNY at 0.6 %: 2.2158 and 12.00828.
    expect(fee(36_930n, rate({ bp: 60 }))).toBe(222n);
    expect(fee(200_138n, rate({ bp: 60 }))).toBe(1_201n);
  });

  test('takes what a float of the same sum gets wrong', () => {
    // 750 x 180 / 10000 = 13.5 kopecks; 250 x 180 / 10000 = 4.5, which half even would round down.
    expect(fee(750n, rate({ bp: 180 }))).toBe(14n);
    expect(fee(250n, rate({ bp: 180 }))).toBe(5n);
  });
});

describe('Fixed sum, floor and cap', () => {
  const whole = rate({ bp: 150, fixed: 500n, floor: 1_000n, cap: 50_000n });

  test('are in minor units of the amount, and of nothing the fee is nothing', () => {
    expect(fee(100_000n, whole)).toBe(2_000n);
    expect(fee(1n, whole)).toBe(1_000n);
    expect(fee(100_000_000n, whole)).toBe(50_000n);
    expect(fee(0n, whole)).toBe(0n);
    expect(fee(5n, FREE)).toBe(0n);
  });

  test('a larger payment never costs less, and never more than the cap', () => {
    const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
    const anyRate = fc.record({
      bp: fc.integer({ min: 0, max: 10_000 }),
      fixed: fc.bigInt({ min: 0n, max: 10_000n }),
      floor: fc.option(fc.bigInt({ min: 0n, max: 5_000n })),
      cap: fc.option(fc.bigInt({ min: 5_000n, max: 10n ** 9n })),
    });
    fc.assert(
      fc.property(minor, minor, anyRate, fc.constantFrom('half_up', 'half_even'), (a, b, of, rounding) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        expect(fee(small, of, rounding) <= fee(large, of, rounding)).toBe(true);
        expect(of.cap === null || fee(large, of, rounding) <= of.cap).toBe(true);
      }),
    );
  });

  test('out of range are refused', () => {
    const invalid = expect.objectContaining({ code: 'FEE_TERMS_INVALID' });
    for (const bad of [
      { bp: -1 },
      { bp: 10_001 },
      { bp: 1.5 },
      { fixed: -1n },
      { floor: -1n },
      { floor: 5n, cap: 4n },
    ]) {
      expect(() => requireSoundRate(rate(bad))).toThrow(invalid);
    }
    expect(() => fee(-1n, FREE)).toThrow(invalid);
    requireSoundRate(whole);
  });
});

describe('The fee of a refund', () => {
  test('by any parts that come to the whole gives back the whole fee, and never more on the way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 10 }),
        fc.bigInt({ min: 0n, max: 10n ** 6n }),
        (parts, taken) => {
          const paid = money(
            parts.reduce((sum, part) => sum + part, 0n),
            RUB,
          );
          let already = 0n;
          let back = 0n;
          for (const part of parts) {
            back += feeReturned(money(taken, RUB), paid, money(already, RUB), money(part, RUB)).amountMinor;
            already += part;
            expect(back >= 0n && back <= taken).toBe(true);
          }
          expect(back).toBe(taken);
        },
      ),
    );
  });
});
