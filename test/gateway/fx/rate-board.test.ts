import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markedUp, RateBoard } from '../../../gateway/fx/rate-board.ts';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { convert, type ExactRate, rateText } from '../../../gateway/kernel/rate.ts';

const SAMPLE = readFileSync(new URL('../../../gateway/fx/sample/XML_daily.xml', import.meta.url));
const CONFIG = { quoteLifeMs: 300_000, maxAgeDays: 14, sanity: { lowest: '5.00', highest: '30' } };
const code = (name: string) => expect.objectContaining({ code: name });

function board(now: string, config = CONFIG) {
  const clock = { at: Date.parse(now), now: () => clock.at };
  return { rates: new RateBoard(config, clock), clock };
}
const file = (date: string, value: string, letters = 'CNY', digits = '156') =>
  new TextEncoder().encode(
    `<ValCurs Date="${date}"><Valute><NumCode>${digits}</NumCode><CharCode>${letters}</CharCode>` +
      `<Nominal>1</Nominal><Value>${value}</Value></Valute></ValCurs>`,
  );
const source: fc.Arbitrary<ExactRate> = fc
  .record({ value: fc.bigInt({ min: 1n, max: 10n ** 12n }), scale: fc.integer({ min: 0, max: 9 }) })
  .map((r) => ({ base: CNY, quote: RUB, ...r }));
const price = fc.bigInt({ min: 1n, max: 10n ** 12n }).map((minor) => money(minor, RUB));
const markup = fc.integer({ min: 0, max: 9_999 });

describe('The rate board', () => {
  test('quotes source x (1 - mark-up), exactly, with where it comes from', () => {
    const { rates } = board('2026-11-21T09:00:00Z');
    expect(rates.load(SAMPLE)).toBe('2026-11-21');
    const terms = rates.quoteTerms(150);
    expect(rateText(terms.rate)).toBe('11.1930475');
    expect(terms).toMatchObject({ source: 'CBR', sourceDate: '2026-11-21', markupBp: 150 });
    expect(rateText(terms.sourceRate)).toBe('11.3635');
    expect(rates.quoteTerms(0).rate).toEqual(terms.sourceRate);
    expect(rates.quoteLifeMs).toBe(300_000);
  });

  test('has no rate before one is loaded, and none once it is too old', () => {
    const { rates, clock } = board('2026-11-21T09:00:00Z');
    expect(() => rates.quoteTerms(0)).toThrow(code('RATE_UNAVAILABLE'));
    rates.load(SAMPLE);
    clock.at = Date.parse('2026-12-05T20:59:59Z');
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-21');
    clock.at += 1000;
    expect(() => rates.quoteTerms(0)).toThrow(code('RATE_UNAVAILABLE'));
  });

  test("lets tomorrow's rates wait for midnight in Moscow", () => {
    const { rates, clock } = board('2026-11-21T13:00:00Z');
    rates.load(SAMPLE);
    rates.load(file('22.11.2026', '11,4000'));
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-21');
    clock.at = Date.parse('2026-11-21T20:59:59Z');
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-21');
    clock.at += 1000;
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-22');
  });

  test('takes the latest correction of a date, and an older file does not put it back', () => {
    const { rates } = board('2026-11-21T09:00:00Z');
    rates.load(SAMPLE);
    rates.load(file('21.11.2026', '11,5000'));
    rates.load(file('20.11.2026', '10,0000'));
    expect(rateText(rates.quoteTerms(0).rate)).toBe('11.5');
  });

  test('refuses a rate outside its sanity band or none at all, and keeps what it had', () => {
    const { rates } = board('2026-11-22T09:00:00Z');
    rates.load(SAMPLE);
    expect(() => rates.load(file('22.11.2026', '4,9999'))).toThrow(code('RATE_FILE_INVALID'));
    expect(() => rates.load(file('22.11.2026', '30,0001'))).toThrow(code('RATE_FILE_INVALID'));
    expect(() => rates.load(file('22.11.2026', '80,0000', 'USD', '840'))).toThrow(code('RATE_FILE_INVALID'));
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-21');
    rates.load(file('22.11.2026', '5,0000'));
    expect(rates.quoteTerms(0).sourceDate).toBe('2026-11-22');
  });

  test('refuses a mark-up out of range, and a band that is no decimal', () => {
    const { rates } = board('2026-11-21T09:00:00Z');
    rates.load(SAMPLE);
    for (const markupBp of [-1, 10_000, 1.5]) {
      expect(() => rates.quoteTerms(markupBp)).toThrow(code('RATE_MALFORMED'));
    }
    expect(() => board('2026-11-21T09:00:00Z', { ...CONFIG, sanity: { lowest: 'x', highest: '1' } })).toThrow(
      code('RATE_MALFORMED'),
    );
  });
});

describe('The mark-up', () => {
  test('never lowers the yuan due, and more of it never lowers them either', () => {
    fc.assert(
      fc.property(source, price, markup, markup, (rate, amount, one, other) => {
        const due = (bp: number) => convert(amount, markedUp(rate, bp), 'half_up').amountMinor;
        const [less, more] = one < other ? [one, other] : [other, one];
        expect(due(0) <= due(less) && due(less) <= due(more)).toBe(true);
      }),
    );
  });

  test('of nothing changes no amount, though zeros at the end go', () => {
    fc.assert(
      fc.property(source, price, (rate, amount) => {
        expect(convert(amount, markedUp(rate, 0), 'half_up')).toEqual(convert(amount, rate, 'half_up'));
      }),
    );
  });
});

/** Another hand's division: school long division on decimal strings, one digit at a time, then half up. */
function divideHalfUp(numerator: string, denominator: string): string {
  let remainder = 0n;
  let quotient = '';
  for (const digit of numerator) {
    remainder = BigInt(`${remainder}${digit}`);
    let times = 0;
    while (remainder >= BigInt(denominator)) {
      remainder -= BigInt(denominator);
      times += 1;
    }
    quotient += String(times);
  }
  const firstDecimal = `${remainder * 10n}`;
  let tenths = 0;
  for (let left = BigInt(firstDecimal); left >= BigInt(denominator); left -= BigInt(denominator)) tenths += 1;
  return (tenths >= 5 ? BigInt(quotient) + 1n : BigInt(quotient)).toString();
}

describe('The conversion', () => {
  test('agrees with long division on strings', () => {
    fc.assert(
      fc.property(source, price, markup, (base, amount, bp) => {
        const rate = markedUp(base, bp);
        // kopecks x 10^scale / value = fen: both currencies have two decimals, so their units cancel.
        const numerator = `${amount.amountMinor}${'0'.repeat(rate.scale)}`;
        expect(convert(amount, rate, 'half_up')).toEqual(
          money(BigInt(divideHalfUp(numerator, rate.value.toString())), CNY),
        );
      }),
    );
  });

  test('gives the worked sale: 10,000.00 RUB at 11.2726 is 887.11 CNY', () => {
    const rate: ExactRate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
    expect(convert(money(1_000_000n, RUB), rate, 'half_up')).toEqual(money(88_711n, CNY));
  });
});
