import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rateDay, refundAtRate } from '../../../gateway/fx/refund-rate.ts';
import { parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { rub } from './samples.ts';

const USD = parseCurrencyCode('USD');
/** 1,000.00 RUB brought 12.50 USD. */
const SALE = { order: money(100_000n, RUB), settlement: money(1_250n, USD), already: money(0n, RUB) };
const at = (kopecks: bigint) => [rub('USD', kopecks, 2)];

describe('A refund where the wallet converts', () => {
  test('at the original rate takes back its share, and there is no difference', () => {
    expect(refundAtRate({ ...SALE, policy: 'original', refund: money(40_000n, RUB), dayLegs: [] })).toEqual({
      booked: money(500n, USD),
      taken: money(500n, USD),
      difference: money(0n, USD),
    });
  });

  test('at a later day’s rate takes back what that day says; dearer dollars give us a gain, cheaper ones a loss', () => {
    const refund = money(40_000n, RUB);
    for (const policy of ['refund_day', 'next_day'] as const) {
      expect(refundAtRate({ ...SALE, policy, refund, dayLegs: at(10_000n) })).toMatchObject({
        taken: money(400n, USD),
        difference: money(-100n, USD),
      });
      expect(refundAtRate({ ...SALE, policy, refund, dayLegs: at(5_000n) }).difference).toEqual(
        money(300n, USD),
      );
    }
  });

  test('in one currency has no rate, whatever the policy', () => {
    const same = { order: money(100n, RUB), settlement: money(100n, RUB), already: money(0n, RUB) };
    const taken = refundAtRate({ ...same, policy: 'next_day', refund: money(30n, RUB), dayLegs: [] });
    expect(taken).toEqual({ booked: money(30n, RUB), taken: money(30n, RUB), difference: money(0n, RUB) });
  });

  test('by rates that lead elsewhere, or beyond the sale, is refused', () => {
    const ask = (refund: bigint, letters: string) => () =>
      refundAtRate({
        ...SALE,
        policy: 'refund_day',
        refund: money(refund, RUB),
        dayLegs: [rub(letters, 1n, 0)],
      });
    expect(ask(1n, 'EUR')).toThrow(expect.objectContaining({ code: 'FX_PATH_UNKNOWN' }));
    expect(ask(100_001n, 'USD')).toThrow(expect.objectContaining({ code: 'ALLOCATION_OUT_OF_RANGE' }));
  });

  test('booked in any parts comes to what the sale brought, and taken less booked is always the difference', () => {
    const part = fc.record({
      weight: fc.bigInt({ min: 1n, max: 1_000_000n }),
      rate: fc.bigInt({ min: 1_000n, max: 20_000n }),
    });
    const policies = fc.constantFrom('original', 'refund_day', 'next_day');
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 1, maxLength: 8 }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        policies,
        (parts, brought, policy) => {
          const order = money(
            parts.reduce((sum, { weight }) => sum + weight, 0n),
            RUB,
          );
          let already = 0n;
          let booked = 0n;
          for (const { weight, rate } of parts) {
            const back = refundAtRate({
              ...{ policy, order, settlement: money(brought, USD), already: money(already, RUB) },
              ...{ refund: money(weight, RUB), dayLegs: at(rate) },
            });
            expect(back.taken.amountMinor - back.booked.amountMinor).toBe(back.difference.amountMinor);
            booked += back.booked.amountMinor;
            already += weight;
          }
          expect(booked).toBe(brought);
        },
      ),
    );
  });
});

describe('The day whose rate counts', () => {
  test('is the refund’s, the next business day, or none', () => {
    expect(rateDay('original', '2026-11-20', '2026-11-23')).toBeNull();
    expect(rateDay('refund_day', '2026-11-20', '2026-11-23')).toBe('2026-11-20');
    expect(rateDay('next_day', '2026-11-20', '2026-11-23')).toBe('2026-11-23');
  });
});
