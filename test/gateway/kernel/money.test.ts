import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allCurrencies, CNY, type CurrencyCode, currencyOf, RUB } from '../../../gateway/kernel/currency.ts';
import {
  add,
  compare,
  cumulativeShare,
  equal,
  formatDecimal,
  isZero,
  money,
  moneyFromJson,
  moneyToJson,
  negate,
  parseDecimalMoney,
  scaleMoney,
  subtract,
  zero,
} from '../../../gateway/kernel/money.ts';

const code = (name: string) => expect.objectContaining({ code: name });
const currency: fc.Arbitrary<CurrencyCode> = fc.constantFrom(...allCurrencies().map((c) => c.code));
const minor = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
const iso = (letters: string) => currencyOf(letters).code;

describe('Money in JSON', () => {
  test('comes back as it went, to the unit', () => {
    fc.assert(
      fc.property(minor, currency, (amount, letters) => {
        const value = money(amount, letters);
        expect(moneyFromJson(JSON.parse(JSON.stringify(moneyToJson(value))))).toEqual(value);
      }),
    );
  });

  test.each(['', '-', '+1', '01', '-01', '1.0', '1e3', ' 1', '1 ', '0x1', '１', `1${'0'.repeat(18)}`])(
    'refuses the amount "%s"',
    (amountMinor) => {
      expect(() => moneyFromJson({ amountMinor, currency: 'RUB' })).toThrow(code('MONEY_MALFORMED'));
    },
  );

  test('refuses a currency that is not in ISO 4217', () => {
    expect(() => moneyFromJson({ amountMinor: '1', currency: 'RUR' })).toThrow(code('CURRENCY_UNKNOWN'));
  });
});

describe('Money as a decimal', () => {
  test('has the decimals of its currency: none, two or three', () => {
    expect(formatDecimal(money(123_450n, RUB))).toBe('1234.50');
    expect(formatDecimal(money(5n, RUB))).toBe('0.05');
    expect(formatDecimal(money(-5n, CNY))).toBe('-0.05');
    expect(formatDecimal(money(1234n, iso('JPY')))).toBe('1234');
    expect(formatDecimal(money(1234n, iso('KWD')))).toBe('1.234');
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(minor, currency, (amount, letters) => {
        const value = money(amount, letters);
        expect(parseDecimalMoney(formatDecimal(value), letters)).toEqual(value);
      }),
    );
  });

  test('may be written with fewer decimals, never with more', () => {
    expect(parseDecimalMoney('12', RUB)).toEqual(money(1_200n, RUB));
    expect(parseDecimalMoney('12.5', RUB)).toEqual(money(1_250n, RUB));
    for (const text of ['12.345', '12.340', '1,00', '1 000', '.5', '5.', '+1', '1e2', '', 'NaN', '--1']) {
      expect(() => parseDecimalMoney(text, RUB)).toThrow(code('MONEY_MALFORMED'));
    }
    expect(() => parseDecimalMoney('1.0', iso('JPY'))).toThrow(code('MONEY_MALFORMED'));
  });

  test('is right for every amount to 1,000.00 that a float gets wrong', () => {
    const wrong: string[] = [];
    for (let kopecks = 0n; kopecks <= 100_000n; kopecks += 1n) {
      const text = formatDecimal(money(kopecks, RUB));
      if (BigInt(Math.trunc(Number.parseFloat(text) * 100)) === kopecks) continue;
      wrong.push(text);
      expect(parseDecimalMoney(text, RUB).amountMinor).toBe(kopecks);
    }
    expect(wrong[0]).toBe('0.29');
    expect(wrong.length).toBeGreaterThan(1000);
  });
});

describe('Sums and comparisons', () => {
  test('stay in one currency', () => {
    const mixed = [add, subtract, compare].map((combine) => () => combine(money(1n, RUB), money(1n, CNY)));
    for (const combine of mixed) expect(combine).toThrow(code('CURRENCY_MISMATCH'));
    expect(equal(money(1n, RUB), money(1n, CNY))).toBe(false);
  });

  test('add up', () => {
    expect(add(money(1n, RUB), money(2n, RUB))).toEqual(money(3n, RUB));
    expect(subtract(money(1n, RUB), money(2n, RUB))).toEqual(money(-1n, RUB));
    expect(negate(money(2n, RUB))).toEqual(money(-2n, RUB));
    expect([
      compare(zero(RUB), money(1n, RUB)),
      compare(zero(RUB), zero(RUB)),
      compare(money(1n, RUB), zero(RUB)),
    ]).toEqual([-1, 0, 1]);
    expect([isZero(zero(RUB)), isZero(money(1n, RUB))]).toEqual([true, false]);
    expect(scaleMoney(money(750n, RUB), 180n, 10_000n, 'half_up')).toEqual(money(14n, RUB));
  });
});

describe('A share of a whole, part by part', () => {
  const total = fc.bigInt({ min: 0n, max: 10n ** 12n });
  const parts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 });

  test('adds up to the total when the parts add up to the whole, and no share is negative', () => {
    fc.assert(
      fc.property(total, parts, (amount, units) => {
        const whole = units.reduce((sum, unit) => sum + unit, 0n);
        fc.pre(whole > 0n);
        let done = 0n;
        let given = 0n;
        for (const unit of units) {
          const share = cumulativeShare(
            money(amount, CNY),
            money(whole, RUB),
            money(done, RUB),
            money(unit, RUB),
          );
          expect(share.currency).toBe(CNY);
          expect(share.amountMinor >= 0n).toBe(true);
          done += unit;
          given += share.amountMinor;
        }
        expect(given).toBe(amount);
      }),
    );
  });

  test('gives the last part the remainder', () => {
    const third = (already: bigint) =>
      cumulativeShare(money(100n, CNY), money(3n, RUB), money(already, RUB), money(1n, RUB)).amountMinor;
    expect([third(0n), third(1n), third(2n)]).toEqual([33n, 34n, 33n]);
  });

  test('refuses parts beyond the whole, below zero, or of nothing', () => {
    const share = (whole: bigint, already: bigint, part: bigint) => () =>
      cumulativeShare(money(1n, CNY), money(whole, RUB), money(already, RUB), money(part, RUB));
    for (const bad of [share(3n, 2n, 2n), share(3n, -1n, 1n), share(3n, 0n, -1n), share(0n, 0n, 0n)]) {
      expect(bad).toThrow(code('ALLOCATION_OUT_OF_RANGE'));
    }
    expect(() => cumulativeShare(money(1n, CNY), money(3n, RUB), money(0n, CNY), money(1n, RUB))).toThrow(
      code('CURRENCY_MISMATCH'),
    );
  });
});
