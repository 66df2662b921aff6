import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { allocate } from '../../../gateway/ledger/amounts.ts';

describe('Splitting by largest remainder', () => {
  const amounts = (total: bigint, weights: bigint[]) =>
    allocate(money(total, RUB), weights).map((part) => part.amountMinor);

  test('gives the odd units to the largest remainders, the earlier first', () => {
    expect(amounts(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n]);
    expect(amounts(10n, [1n, 2n, 4n])).toEqual([1n, 3n, 6n]);
    expect(amounts(0n, [1n, 2n])).toEqual([0n, 0n]);
    expect(amounts(5n, [0n, 1n])).toEqual([0n, 5n]);
  });

  test('adds up exactly, and no part is a whole unit away from its share', () => {
    const weight = fc.bigInt({ min: 0n, max: 10_000n });
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 10n ** 12n }),
        fc.array(weight, { minLength: 1 }),
        (total, weights) => {
          const whole = weights.reduce((sum, w) => sum + w, 0n);
          fc.pre(whole > 0n);
          const parts = amounts(total, weights);
          expect(parts.reduce((sum, part) => sum + part, 0n)).toBe(total);
          for (const [i, part] of parts.entries()) {
            const distance = part * whole - total * (weights[i] ?? 0n);
            expect(distance < whole && -distance < whole).toBe(true);
          }
        },
      ),
    );
  });

  test('refuses a negative total, a negative weight and no weight', () => {
    const out = expect.objectContaining({ code: 'ALLOCATION_OUT_OF_RANGE' });
    expect(() => amounts(-1n, [1n])).toThrow(out);
    expect(() => amounts(1n, [2n, -1n])).toThrow(out);
    expect(() => amounts(1n, [0n])).toThrow(out);
    expect(() => amounts(1n, [])).toThrow(out);
  });
});
