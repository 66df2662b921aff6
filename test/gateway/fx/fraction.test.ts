import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { along, applied, divergenceBp, shown, times } from '../../../gateway/fx/fraction.ts';
import { CNY, currencyExponent, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { convert, type ExactRate, rateText } from '../../../gateway/kernel/rate.ts';
import { TRADED } from './samples.ts';

const currency = fc.constantFrom(...TRADED);
const rateOf = (base: string, quote: string, value: bigint, scale: number): ExactRate => ({
  base: parseCurrencyCode(base),
  quote: parseCurrencyCode(quote),
  value,
  scale,
});
const rateValue = fc.record({
  value: fc.bigInt({ min: 1n, max: 10n ** 10n }),
  scale: fc.integer({ min: 0, max: 9 }),
});
const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });

describe('One rate', () => {
  test('converts as the kernel does, both ways, whatever the currencies’ decimals', () => {
    fc.assert(
      fc.property(currency, currency, rateValue, minor, (base, quote, value, amount) => {
        fc.pre(base !== quote);
        const rate = { base, quote, ...value };
        for (const from of [base, quote]) {
          const { to, fraction } = along(from, [rate]);
          const one = applied(money(amount, from), fraction, to, 'half_up');
          expect(one).toEqual(convert(money(amount, from), rate, 'half_up'));
        }
      }),
    );
  });
});

describe('Two rates', () => {
  test('are one fraction with one rounding: 100.00 USD in yuan by way of roubles', () => {
    const usd = rateOf('USD', 'RUB', 797_296n, 4);
    const cny = rateOf('CNY', 'RUB', 112_726n, 4);
    const { to, fraction } = along(parseCurrencyCode('USD'), [usd, cny]);
    // 100 x 79.7296 / 11.2726 = 707.2866...
    expect(applied(money(10_000n, usd.base), fraction, to, 'half_up')).toEqual(money(70_729n, CNY));
  });

  test('rounded once are never further from the exact quotient than half a unit; rounded twice they are', () => {
    let twiceWorse = 0;
    fc.assert(
      fc.property(rateValue, rateValue, minor, (one, two, amount) => {
        const legs = [rateOf('JPY', 'RUB', one.value, one.scale), rateOf('KWD', 'RUB', two.value, two.scale)];
        const from = parseCurrencyCode('JPY');
        const { to, fraction } = along(from, legs);
        const units = 10n ** BigInt(currencyExponent(to));
        const once = applied(money(amount, from), fraction, to, 'half_up').amountMinor;
        const apart = (result: bigint) => {
          const gap = 2n * (result * fraction.denominator - amount * fraction.numerator * units);
          return gap < 0n ? -gap : gap;
        };
        expect(apart(once) <= fraction.denominator).toBe(true);
        const [first, second] = legs;
        if (first === undefined || second === undefined) throw new Error('There are two legs.');
        const half = convert(money(amount, from), first, 'half_up');
        if (apart(convert(half, second, 'half_up').amountMinor) > fraction.denominator) twiceWorse += 1;
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(twiceWorse).toBeGreaterThan(0);
  });

  test('that do not meet are refused', () => {
    expect(() => along(RUB, [rateOf('USD', 'CNY', 7n, 0)])).toThrow(
      expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }),
    );
  });
});

describe('Divergence', () => {
  const of = (numerator: bigint, denominator = 1n) => ({ numerator, denominator });

  test('is in basis points of the second, rounded up, the same either way up', () => {
    expect(divergenceBp(of(103n), of(100n))).toBe(300n);
    expect(divergenceBp(of(97n), of(100n))).toBe(300n);
    expect(divergenceBp(of(100_001n), of(100_000n))).toBe(1n);
    expect(divergenceBp(of(1n, 3n), of(2n, 6n))).toBe(0n);
  });
});

describe('A fraction shown', () => {
  test('has so many places, and is refused where nothing would be left', () => {
    expect(rateText(shown(of(1n, 3n), CNY, RUB, 4))).toBe('0.3333');
    expect(() => shown(of(1n, 10n ** 9n), CNY, RUB, 4)).toThrow(
      expect.objectContaining({ code: 'RATE_MALFORMED' }),
    );
    expect(times(of(2n, 3n), of(3n, 2n))).toEqual(of(6n, 6n));
  });
  function of(numerator: bigint, denominator: bigint) {
    return { numerator, denominator };
  }
});
