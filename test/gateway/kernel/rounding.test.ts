import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideRounded, type Rounding } from '../../../gateway/kernel/rounding.ts';

const MODES: readonly Rounding[] = ['half_up', 'half_even', 'up', 'down'];
const any = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
const nonZero = any.filter((n) => n !== 0n);

describe('Rounding a quotient', () => {
  test.each([
    [5n, 2n, { half_up: 3n, half_even: 2n, up: 3n, down: 2n }],
    [7n, 2n, { half_up: 4n, half_even: 4n, up: 4n, down: 3n }],
    [-5n, 2n, { half_up: -3n, half_even: -2n, up: -3n, down: -2n }],
    [5n, -2n, { half_up: -3n, half_even: -2n, up: -3n, down: -2n }],
    [-5n, -2n, { half_up: 3n, half_even: 2n, up: 3n, down: 2n }],
    [10n, 3n, { half_up: 3n, half_even: 3n, up: 4n, down: 3n }],
    [11n, 3n, { half_up: 4n, half_even: 4n, up: 4n, down: 3n }],
    [6n, 3n, { half_up: 2n, half_even: 2n, up: 2n, down: 2n }],
    [0n, 7n, { half_up: 0n, half_even: 0n, up: 0n, down: 0n }],
  ] as const)('%s / %s', (numerator, denominator, expected) => {
    for (const mode of MODES) expect(divideRounded(numerator, denominator, mode)).toBe(expected[mode]);
  });

  test('is never a whole unit away, and at most half of one for the half modes', () => {
    fc.assert(
      fc.property(any, nonZero, fc.constantFrom(...MODES), (n, d, mode) => {
        const error = divideRounded(n, d, mode) * d - n;
        const size = error < 0n ? -error : error;
        const whole = d < 0n ? -d : d;
        expect(size < whole).toBe(true);
        if (mode === 'half_up' || mode === 'half_even') expect(size * 2n <= whole).toBe(true);
      }),
    );
  });

  test('is symmetric about zero', () => {
    fc.assert(
      fc.property(any, nonZero, fc.constantFrom(...MODES), (n, d, mode) => {
        expect(divideRounded(-n, d, mode)).toBe(-divideRounded(n, d, mode));
      }),
    );
  });

  test('of a discount of 1.75 % differs between half up and half even for 2,500 of the first 2,000,000 kopecks', () => {
    let differing = 0;
    for (let kopecks = 1n; kopecks <= 2_000_000n; kopecks += 1n) {
      const up = divideRounded(kopecks * 175n, 10_000n, 'half_up');
      if (up !== divideRounded(kopecks * 175n, 10_000n, 'half_even')) differing += 1;
    }
    expect(differing).toBe(2_500);
  });

  test('is right for 1.80 % of 750 kopecks, where a float is not', () => {
    expect(Math.round(750 * 0.018)).toBe(13);
    expect(divideRounded(750n * 180n, 10_000n, 'half_up')).toBe(14n);
  });

  test('by zero is refused', () => {
    for (const mode of MODES) {
      expect(() => divideRounded(1n, 0n, mode)).toThrow(
        expect.objectContaining({ code: 'DIVISION_BY_ZERO' }),
      );
    }
  });
});
