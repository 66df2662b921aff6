import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAlipayRates, parseRateTable } from '../../../gateway/fx/second-source.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { rateText } from '../../../gateway/kernel/rate.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const table = (...rows: string[]) =>
  parseRateTable(bytes(['date,base,quote,nominal,value', ...rows, ''].join('\n')), 'CFETS', 7);
const alipay = (...rows: string[]) => parseAlipayRates(bytes(rows.join('\n')), 7);
const reasonOf = (read: () => unknown): unknown => {
  try {
    return read();
  } catch (error) {
    if (error instanceof AmurError && error.code === 'RATE_FILE_INVALID') return error.facts.reason;
    throw error;
  }
};

describe('A table of rates', () => {
  test('says itself which currency is one unit of which, and for how many', () => {
    const set = table('2026-11-21,CNY,RUB,1,11.2726', '2026-11-21,JPY,CNY,100,4.5443');
    expect(set).toMatchObject({ source: 'CFETS', effectiveOn: '2026-11-21', loadedAt: 7 });
    expect(set.rates.map((rate) => `${rate.base}/${rate.quote} ${rateText(rate)}`)).toEqual([
      'CNY/RUB 11.2726',
      'JPY/CNY 0.045443',
    ]);
  });

  test('of two dates, a pair twice either way round, an odd nominal or nothing at all is refused', () => {
    const good = '2026-11-21,CNY,RUB,1,11.2726';
    expect(reasonOf(() => table(good, '2026-11-22,USD,CNY,1,7'))).toBe('date');
    expect(reasonOf(() => table(good, '2026-11-21,RUB,CNY,1,0.09'))).toBe('duplicate');
    expect(reasonOf(() => table('2026-11-21,CNY,RUB,3,11.2726'))).toBe('nominal');
    expect(reasonOf(() => table())).toBe('date');
    expect(reasonOf(() => table('2026-11-21,CNY,RUB,1,0.00'))).toBe('value');
    expect(reasonOf(() => table('2026-11-21,CNY,RUB,1,11,2726'))).toBe('line');
    expect(reasonOf(() => table('2026-11-21,CNY,CNY,1,1'))).toBe('currency');
    expect(reasonOf(() => table('2026-02-31,CNY,RUB,1,11.2726'))).toBe('date');
    expect(reasonOf(() => parseRateTable(bytes('date;base\n'), 'CFETS', 0))).toBe('header');
  });
});

describe('Alipay’s file of rates', () => {
  test('gives each currency’s last of the day in yuan; letters nobody knows are left out', () => {
    const set = alipay(
      '20261121|093000|USD|7.0700|',
      '20261121|143000|USD|7.0729|',
      '20261121|093000|ZZZ|1|',
    );
    expect(set).toMatchObject({ source: 'ALIPAY', effectiveOn: '2026-11-21' });
    expect(set.rates.map((rate) => `${rate.base}/${rate.quote} ${rateText(rate)}`)).toEqual([
      'USD/CNY 7.0729',
    ]);
  });

  test('of two days, or with a line of another shape, is refused', () => {
    expect(reasonOf(() => alipay('20261121|093000|USD|7|', '20261122|093000|EUR|8|'))).toBe('date');
    expect(reasonOf(() => alipay('20261121 093000 USD 7'))).toBe('line');
    expect(reasonOf(() => alipay('20261121|093000|usd|7'))).toBe('currency');
    expect(reasonOf(() => alipay('20261121|093000|USD|seven'))).toBe('value');
  });
});

describe('Either file', () => {
  test('never fails but by saying so, whatever its bytes', () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.string({ maxLength: 200 }).map((text) => bytes(text)),
      fc
        .array(fc.constantFrom('20261121', '|', '093000', 'USD', '7.1', '\n', ',', 'date'))
        .map((p) => bytes(p.join(''))),
    );
    fc.assert(
      fc.property(chunk, (given) => {
        reasonOf(() => parseAlipayRates(given, 0));
        reasonOf(() => parseRateTable(given, 'CFETS', 0));
      }),
    );
    expect(reasonOf(() => parseAlipayRates(new Uint8Array(300_000), 0))).toBe('size');
    expect(reasonOf(() => parseAlipayRates(new Uint8Array([0xff, 0xfe]), 0))).toBe('encoding');
  });
});
