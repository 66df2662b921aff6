import { describe, expect, test } from 'vitest';
import { inEffect, pathIn, type RateSet } from '../../../gateway/fx/rate-set.ts';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { rub } from './samples.ts';

const USD = parseCurrencyCode('USD');
const TWD = parseCurrencyCode('TWD');
const set = (effectiveOn: string, changes: Partial<RateSet> = {}): RateSet => ({
  source: 'CBR',
  side: 'middle',
  effectiveOn,
  rates: [rub('CNY', 112_726n, 4), rub('USD', 797_296n, 4)],
  loadedAt: 0,
  ...changes,
});

describe('The way between two currencies', () => {
  const [cny, usd] = set('2026-11-21').rates;

  test('is none for itself, one rate either way, two by way of what both are quoted against', () => {
    expect(pathIn(set('2026-11-21'), RUB, RUB)).toEqual([]);
    expect(pathIn(set('2026-11-21'), CNY, RUB)).toEqual([cny]);
    expect(pathIn(set('2026-11-21'), RUB, CNY)).toEqual([cny]);
    expect(pathIn(set('2026-11-21'), USD, CNY)).toEqual([usd, cny]);
  });

  test('of a currency the source does not have is refused', () => {
    for (const [from, to] of [
      [TWD, RUB],
      [USD, TWD],
    ] as const) {
      expect(() => pathIn(set('2026-11-21'), from, to)).toThrow(
        expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }),
      );
    }
  });
});

describe('The set in effect', () => {
  const history = [
    set('2026-11-24'),
    set('2026-11-20'),
    set('2026-11-21', { loadedAt: 5 }),
    set('2026-11-21', { loadedAt: 9 }),
    set('2026-11-21', { loadedAt: 7 }),
    set('2026-11-23', { source: 'CFETS' }),
  ];

  test('is the source’s latest that is not of a later day, and of one day the last correction', () => {
    expect(inEffect(history, 'CBR', '2026-11-23')).toMatchObject({ effectiveOn: '2026-11-21', loadedAt: 9 });
    expect(inEffect(history, 'CBR', '2026-11-24')?.effectiveOn).toBe('2026-11-24');
    expect(inEffect(history, 'CFETS', '2026-11-23')?.source).toBe('CFETS');
    expect(inEffect(history, 'CBR', '2026-11-19')).toBeNull();
  });
});
