import { describe, expect, test } from 'vitest';
import {
  allCurrencies,
  CNY,
  currencyExponent,
  currencyOf,
  parseCurrencyCode,
  RUB,
} from '../../../gateway/kernel/currency.ts';

const unknown = expect.objectContaining({ code: 'CURRENCY_UNKNOWN' });

/** How many decimals Unicode's data, which Intl shows, writes today: the standard's number, or none where a currency's
 *  small coins are out of use. */
function intlExponent(code: string): number | undefined {
  return new Intl.NumberFormat('en', { style: 'currency', currency: code }).resolvedOptions()
    .maximumFractionDigits;
}

describe('Currencies', () => {
  test('are found by letters and by digits', () => {
    expect(currencyOf('RUB')).toEqual({ code: RUB, numeric: '643', exponent: 2 });
    expect(currencyOf('156')).toEqual({ code: CNY, numeric: '156', exponent: 2 });
    expect(currencyOf('036').code).toBe('AUD');
  });

  test('each have three letters, three digits and their own place in the list', () => {
    const all = allCurrencies();
    for (const currency of all) {
      expect(currency.code).toMatch(/^[A-Z]{3}$/);
      expect(currency.numeric).toMatch(/^[0-9]{3}$/);
      expect([0, 2, 3]).toContain(currency.exponent);
    }
    expect(new Set(all.map((c) => c.code)).size).toBe(all.length);
    expect(new Set(all.map((c) => c.numeric)).size).toBe(all.length);
  });

  test('have the decimals of the standard, not always two', () => {
    const exponents = ['JPY', 'KRW', 'ISK', 'KWD', 'BHD', 'TND', 'RUB', 'CNY'].map((letters) =>
      currencyExponent(parseCurrencyCode(letters)),
    );
    expect(exponents).toEqual([0, 0, 0, 3, 3, 3, 2, 2]);
  });

  test('never have fewer decimals than they are shown with, and are known to Intl', () => {
    const supported = new Set(Intl.supportedValuesOf('currency'));
    for (const { code, exponent } of allCurrencies()) {
      expect(supported).toContain(code);
      expect(exponent).toBeGreaterThanOrEqual(intlExponent(code) ?? 0);
    }
  });

  test('agree with Intl, but for those whose small coins nobody shows any more', () => {
    const rounder = allCurrencies().filter((c) => intlExponent(c.code) !== c.exponent);
    const expected = 'AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK PKR SOS SYP YER'.split(' ');
    // Another release of Unicode's data may show one more of them in full; none may join.
    for (const { code } of rounder) expect(expected).toContain(code);
  });

  test.each(['', 'rub', 'RUR', 'XTS', 'XAU', '643 ', '64', '999', 'constructor', '__proto__'])(
    '"%s" is no currency',
    (text) => {
      expect(() => currencyOf(text)).toThrow(unknown);
      expect(() => parseCurrencyCode(text)).toThrow(unknown);
    },
  );
});
