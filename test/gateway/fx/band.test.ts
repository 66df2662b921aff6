import { describe, expect, test } from 'vitest';
import { requireNear } from '../../../gateway/fx/band.ts';
import type { RateSet } from '../../../gateway/fx/rate-set.ts';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import type { ExactRate } from '../../../gateway/kernel/rate.ts';
import { rub } from './samples.ts';

const USD = parseCurrencyCode('USD');
const TERMS = { traded: [CNY, USD], home: RUB, widestBp: 300, apartDaysMost: 3 };
const set = (source: string, rates: readonly ExactRate[], effectiveOn = '2026-11-21'): RateSet => ({
  ...{ source, rates, effectiveOn },
  side: 'middle',
  loadedAt: 0,
});
const cbr = (cny: bigint, usd = 797_296n) => set('CBR', [rub('CNY', cny, 4), rub('USD', usd, 4)]);
const usdInYuan: ExactRate = { base: USD, quote: CNY, value: 70_729n, scale: 4 };
const cfets = (roubles: bigint, day?: string) => set('CFETS', [rub('CNY', roubles, 4), usdInYuan], day);

describe('The band between two sources', () => {
  test('lets through what is near, by whatever way each source quotes it', () => {
    requireNear(cbr(112_726n), cfets(112_000n), TERMS);
    requireNear(cfets(112_000n), cbr(112_726n), TERMS);
    requireNear(cbr(103_000n, 708_000n), cfets(100_000n), TERMS);
  });

  test('refuses what is further, naming the currency and how far', () => {
    const out = (facts: object) =>
      expect.objectContaining({ code: 'FX_RATE_OUT_OF_BAND', facts: expect.objectContaining(facts) });
    expect(() => requireNear(cbr(103_001n, 708_000n), cfets(100_000n), TERMS)).toThrow(
      out({ currency: 'CNY', apartBp: '301', source: 'CBR', other: 'CFETS' }),
    );
    // Ten times off: a nominal forgotten in the crossed pair.
    expect(() => requireNear(cbr(112_726n, 7_972_960n), cfets(112_726n), TERMS)).toThrow(
      out({ currency: 'USD' }),
    );
  });

  test('says nothing where there is no other source, where it is too old, or where it lacks the currency', () => {
    requireNear(cbr(1n), null, TERMS);
    requireNear(cbr(112_726n), cfets(1n, '2026-11-17'), TERMS);
    requireNear(cbr(112_726n, 1n), set('CFETS', [rub('CNY', 112_726n, 4)]), TERMS);
  });
});
