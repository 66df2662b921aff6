import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, currencyOf, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { convert, type ExactRate, rateFromJson, rateText, rateToJson } from '../../../gateway/kernel/rate.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const RATE: ExactRate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };

describe('A rate', () => {
  test('converts both ways with one rounding', () => {
    expect(convert(money(1_000_000n, RUB), RATE, 'half_up')).toEqual(money(88_711n, CNY));
    expect(convert(money(88_711n, CNY), RATE, 'half_up')).toEqual(money(1_000_004n, RUB));
    expect(convert(money(1_000_000n, RUB), RATE, 'up')).toEqual(money(88_711n, CNY));
    expect(convert(money(1_000_000n, RUB), RATE, 'down')).toEqual(money(88_710n, CNY));
  });

  test('between currencies of different decimals counts them', () => {
    const yen: ExactRate = { base: currencyOf('JPY').code, quote: RUB, value: 5n, scale: 1 };
    expect(convert(money(100n, RUB), yen, 'half_up')).toEqual(money(2n, yen.base));
    expect(convert(money(2n, yen.base), yen, 'half_up')).toEqual(money(100n, RUB));
  });

  test('may drift a few units there and back, and by no more than half a unit of each rounding', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (kopecks) => {
        const there = convert(money(kopecks, RUB), RATE, 'half_up');
        const back = convert(there, RATE, 'half_up').amountMinor - kopecks;
        expect(back <= 6n && back >= -6n).toBe(true);
      }),
    );
  });

  test('refuses money of a third currency', () => {
    expect(() => convert(money(1n, currencyOf('USD').code), RATE, 'half_up')).toThrow(
      code('CURRENCY_MISMATCH'),
    );
  });

  test('is written without trailing zeros', () => {
    expect(rateText(RATE)).toBe('11.2726');
    expect(rateText({ ...RATE, value: 1_094_110n })).toBe('109.411');
    expect(rateText({ ...RATE, value: 11n, scale: 0 })).toBe('11');
    expect(rateText({ ...RATE, value: 121_149n, scale: 9 })).toBe('0.000121149');
    expect(rateText({ ...RATE, value: 100_000n })).toBe('10');
  });

  test('comes back from JSON as it went', () => {
    expect(rateFromJson(JSON.parse(JSON.stringify(rateToJson(RATE))))).toEqual(RATE);
  });

  test.each([
    { value: '0', scale: 4 },
    { value: '-1', scale: 4 },
    { value: '1.5', scale: 4 },
    { value: '', scale: 4 },
    { value: '1', scale: -1 },
    { value: '1', scale: 25 },
    { value: '1', scale: 0.5 },
    { value: '9'.repeat(31), scale: 0 },
  ])('$value at scale $scale is refused', (bad) => {
    expect(() => rateFromJson({ base: 'CNY', quote: 'RUB', ...bad })).toThrow(code('RATE_MALFORMED'));
  });
});
