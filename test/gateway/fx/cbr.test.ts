import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDailyRates } from '../../../gateway/fx/cbr.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { rateText } from '../../../gateway/kernel/rate.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/fx/${name}`, import.meta.url));
const WITH = fixture('XML_daily-2026-11-21.xml');
const WITHOUT = fixture('XML_daily-2026-11-21-without-unit-rate.xml');

const row = (changes: Record<string, string | null> = {}) => {
  const fields: Record<string, string | null> = {
    NumCode: '156',
    CharCode: 'CNY',
    Nominal: '1',
    Name: 'Yuan',
    Value: '11,3635',
    VunitRate: '11,3635',
    ...changes,
  };
  const inner = Object.entries(fields).map(([tag, text]) =>
    text === null ? '' : `<${tag}>${text}</${tag}>`,
  );
  return `<Valute ID="R01375">${inner.join('')}</Valute>`;
};
const file = (rows: string, date = '21.11.2026', declaration = '<?xml version="1.0" encoding="utf-8"?>') =>
  new TextEncoder().encode(`${declaration}<ValCurs Date="${date}" name="x">${rows}</ValCurs>`);
const reasonOf = (bytes: Uint8Array): unknown => {
  try {
    return parseDailyRates(bytes);
  } catch (error) {
    if (error instanceof AmurError && error.code === 'RATE_FILE_INVALID') return error.facts.reason;
    throw error;
  }
};
const rateOf = (rows: string, letters = 'CNY') => {
  const rate = parseDailyRates(file(rows)).rates.get(letters);
  return rate === undefined ? null : rateText(rate);
};

describe('The daily file of the Bank of Russia', () => {
  test('is read from windows-1251 bytes with its own date', () => {
    expect([...WITH].some((byte) => byte >= 0xc0)).toBe(true);
    const { date, rates } = parseDailyRates(WITH);
    expect(date).toBe('2026-11-21');
    expect(rates.get('CNY')).toEqual({ base: 'CNY', quote: 'RUB', value: 113_635n, scale: 4 });
  });

  test('is read for one unit, whatever its nominal', () => {
    const { rates } = parseDailyRates(WITH);
    const texts = ['VND', 'JPY', 'IRR', 'USD'].map((letters) => {
      const rate = rates.get(letters);
      return rate === undefined ? null : rateText(rate);
    });
    expect(texts).toEqual(['0.00319704', '0.52339', '0.000072188', '80.9478']);
  });

  test('is read the same in the older shape without VunitRate', () => {
    expect(parseDailyRates(WITHOUT)).toEqual(parseDailyRates(WITH));
  });

  test('may list what ISO 4217 does not, such as special drawing rights', () => {
    expect(parseDailyRates(WITH).rates.has('XDR')).toBe(false);
  });

  test('may have a single row, and another encoding that it declares', () => {
    expect(rateOf(row())).toBe('11.3635');
    expect(rateOf(row({ Name: 'Юань' }))).toBe('11.3635');
  });

  test('may have a nominal that is no power of ten, as long as the quotient is exact', () => {
    expect(rateOf(row({ Nominal: '4', Value: '10,1', VunitRate: '2,525' }))).toBe('2.525');
    expect(reasonOf(file(row({ Nominal: '3', Value: '10,0', VunitRate: null })))).toBe('Nominal');
  });

  test.each([
    ['a unit rate that is not value by nominal', row({ VunitRate: '11,3636' }), 'VunitRate'],
    ['a unit rate as if the nominal were one', row({ Nominal: '10' }), 'VunitRate'],
    ['a decimal point', row({ Value: '11.3635' }), 'Value'],
    ['a rate of zero', row({ Value: '0,0000', VunitRate: null }), 'Value'],
    ['a negative rate', row({ Value: '-11,3635' }), 'Value'],
    ['an exponent', row({ Value: '1e1' }), 'Value'],
    ['a missing value', row({ Value: null }), 'Value'],
    ['an empty value', row({ Value: '' }), 'Value'],
    ['two values', row({ Value: '11,3635</Value><Value>1,0000' }), 'Value'],
    ['a nominal of zero', row({ Nominal: '0' }), 'Nominal'],
    ['another currency’s digits', row({ NumCode: '643' }), 'NumCode'],
    ['digits without their leading zeros', row({ NumCode: '36', CharCode: 'AUD' }), 'NumCode'],
    ['lower-case letters', row({ CharCode: 'cny' }), 'CharCode'],
    ['a currency twice', row() + row(), 'duplicate'],
    ['no rows', '', 'rows'],
  ])('is refused with %s', (_what, rows, reason) => {
    expect(reasonOf(file(rows))).toBe(reason);
  });

  test.each(['31.02.2026', '2026-11-21', '1.1.2026', '00.00.0000', ''])(
    'is refused with the date "%s"',
    (date) => {
      expect(reasonOf(file(row(), date))).toBe('Date');
    },
  );

  test('is refused when it is not what it says', () => {
    expect(reasonOf(new Uint8Array())).toBe('size');
    expect(reasonOf(new Uint8Array(300_000).fill(32))).toBe('size');
    expect(reasonOf(new TextEncoder().encode('<html>maintenance'))).toBe('xml');
    expect(reasonOf(new TextEncoder().encode('<html/>'))).toBe('rows');
    expect(reasonOf(file(row(), '21.11.2026', '<?xml version="1.0" encoding="koi8-r"?>'))).toBe('encoding');
    expect(reasonOf(Uint8Array.of(0x3c, 0xff, 0xfe))).toBe('encoding');
    expect(reasonOf(file('', '21.11.2026', '<!DOCTYPE a [<!ENTITY b "c">]>'))).toBe('xml');
  });

  test('is refused, never half read, when it was cut off anywhere', () => {
    for (let length = 0; length < WITH.length; length += 7) {
      expect(typeof reasonOf(WITH.subarray(0, length))).toBe('string');
    }
  });
});
