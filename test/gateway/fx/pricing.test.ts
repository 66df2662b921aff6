import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDailyRates } from '../../../gateway/fx/cbr.ts';
import { boardRate, type Pricing, priced } from '../../../gateway/fx/pricing.ts';
import { markedUp } from '../../../gateway/fx/rate-board.ts';
import { pathIn } from '../../../gateway/fx/rate-set.ts';
import { CNY, type CurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { convert, rateText } from '../../../gateway/kernel/rate.ts';
import { dailyFile, rub, TRADED } from './samples.ts';

const SET = {
  source: 'CBR',
  effectiveOn: '2025-12-13',
  rates: [...parseDailyRates(dailyFile('13.12.2025')).rates.values()],
};
const pricing = (from: CurrencyCode, to: CurrencyCode, markupBp: number): Pricing => ({
  from,
  to,
  legs: pathIn(SET, from, to),
  markupBp,
  source: 'CBR',
  sourceDate: SET.effectiveOn,
});
const quoted = TRADED.filter((code) => code !== 'TWD');
const currency = fc.constantFrom(...quoted);
const minor = fc.bigInt({ min: 0n, max: 10n ** 12n });
const markup = fc.integer({ min: 0, max: 9_999 });

describe('A price', () => {
  test('in yuan is what the board’s marked-up rate gives, to the fen', () => {
    fc.assert(
      fc.property(minor, markup, (amount, bp) => {
        const price = money(amount, RUB);
        const rate = markedUp(rub('CNY', 112_726n, 4), bp);
        expect(priced(price, pricing(RUB, CNY, bp), 'half_up')).toEqual(convert(price, rate, 'half_up'));
      }),
    );
    expect(priced(money(1_000_000n, RUB), pricing(RUB, CNY, 0), 'half_up')).toEqual(money(88_711n, CNY));
  });

  test('between any two currencies never falls with the mark-up', () => {
    fc.assert(
      fc.property(currency, currency, minor, markup, markup, (from, to, amount, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const due = (bp: number) => priced(money(amount, from), pricing(from, to, bp), 'half_up').amountMinor;
        expect(due(0) <= due(less) && due(less) <= due(more)).toBe(true);
      }),
    );
  });

  test('there and back between any two currencies comes within the worth of the coarser unit', () => {
    fc.assert(
      fc.property(currency, currency, fc.bigInt({ min: 1n, max: 10n ** 10n }), (from, to, amount) => {
        const there = priced(money(amount, from), pricing(from, to, 0), 'half_up');
        const back = priced(there, pricing(to, from, 0), 'half_up').amountMinor;
        const unit = priced(money(1n, to), pricing(to, from, 0), 'up').amountMinor;
        const apart = back > amount ? back - amount : amount - back;
        expect(apart <= unit).toBe(true);
      }),
    );
  });

  test('in its own currency is itself; in another than asked it is refused', () => {
    expect(priced(money(5n, RUB), pricing(RUB, RUB, 0), 'half_up')).toEqual(money(5n, RUB));
    expect(() => priced(money(5n, CNY), pricing(RUB, CNY, 0), 'half_up')).toThrow(
      expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }),
    );
    expect(() => priced(money(5n, RUB), pricing(RUB, CNY, 10_000), 'half_up')).toThrow(
      expect.objectContaining({ code: 'RATE_MALFORMED' }),
    );
    expect(() => priced(money(5n, RUB), { ...pricing(RUB, CNY, 0), legs: [] }, 'half_up')).toThrow(
      expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }),
    );
  });

  test('is shown as so much for one of the customer’s currency', () => {
    expect(rateText(boardRate(pricing(RUB, CNY, 150)))).toBe('11.103511');
  });
});
