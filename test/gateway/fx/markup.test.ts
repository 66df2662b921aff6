import { describe, expect, test } from 'vitest';
import { type MarkupRow, markupFor } from '../../../gateway/fx/markup.ts';
import { CNY, parseCurrencyCode } from '../../../gateway/kernel/currency.ts';

const USD = parseCurrencyCode('USD');
const row = (
  group: string,
  inForceFrom: string,
  markupBp: number,
  currency: MarkupRow['currency'] = null,
): MarkupRow => ({
  ...{ group, inForceFrom, markupBp, currency },
});
const ROWS = [
  row('hotels', '2026-01-01', 200),
  row('hotels', '2026-11-01', 180),
  row('hotels', '2026-06-01', 90, CNY),
  row('hotels', '2027-01-01', 10),
];
const ask = (group: string | null, currency = USD, day = '2026-11-21') => ({ group, currency, day });

describe('The mark-up of a merchant', () => {
  test('is its group’s of the day, of the currency before any', () => {
    expect(markupFor(ROWS, ask('hotels'), 150)).toBe(180);
    expect(markupFor(ROWS, ask('hotels', CNY), 150)).toBe(90);
    expect(markupFor(ROWS, ask('hotels', CNY, '2026-05-31'), 150)).toBe(200);
  });

  test('without a group, or with one that has no row yet, is its own', () => {
    expect(markupFor(ROWS, ask(null), 150)).toBe(150);
    expect(markupFor(ROWS, ask('kiosks'), 150)).toBe(150);
    expect(markupFor(ROWS, ask('hotels', USD, '2025-12-31'), 150)).toBe(150);
  });

  test('out of range is refused', () => {
    expect(() => markupFor([row('hotels', '2026-01-01', 10_000)], ask('hotels'), 0)).toThrow(
      expect.objectContaining({ code: 'RATE_MALFORMED' }),
    );
  });
});
