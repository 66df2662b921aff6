import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money, negate } from '../../../gateway/kernel/money.ts';
import { RU_VAT, vatBp, vatOnTop, vatWithin } from '../../../gateway/ledger/vat.ts';

const rub = (minor: bigint) => money(minor, RUB);

describe('Value added tax in Russia', () => {
  test('is 20 % to the end of 2025 and 22 % from the first of January 2026', () => {
    expect(vatBp(RU_VAT, 'wallet_acquiring', '2025-12-31')).toBe(2_000);
    expect(vatBp(RU_VAT, 'wallet_acquiring', '2026-01-01')).toBe(2_200);
  });

  test('spares card acquiring to the end of 2025 and no longer', () => {
    expect(vatBp(RU_VAT, 'card_acquiring', '2025-12-31')).toBe(0);
    expect(vatBp(RU_VAT, 'card_acquiring', '2026-01-01')).toBe(2_200);
  });

  test('of a day before the table is refused', () => {
    expect(() => vatBp(RU_VAT, 'card_acquiring', '2018-12-31')).toThrow(
      expect.objectContaining({ code: 'FEE_NOT_AGREED' }),
    );
  });
});

describe('The tax of a fee', () => {
  test('is taken out of it, or put on top of it', () => {
    expect(vatWithin(rub(12_200n), 2_200)).toEqual(rub(2_200n));
    expect(vatOnTop(rub(10_000n), 2_200)).toEqual(rub(2_200n));
    expect(vatWithin(rub(18_000n), 2_000)).toEqual(rub(3_000n));
    expect(vatWithin(rub(100n), 0)).toEqual(rub(0n));
  });

  test('given back is the same, below zero', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.constantFrom(0, 2_000, 2_200), (fee, bp) => {
        expect(vatWithin(rub(-fee), bp)).toEqual(negate(vatWithin(rub(fee), bp)));
        expect(vatWithin(rub(fee), bp).amountMinor <= fee).toBe(true);
      }),
    );
  });

  test('within what was put on top is what was put on top', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 12n }), (fee) => {
        const top = vatOnTop(rub(fee), 2_200);
        expect(vatWithin(rub(fee + top.amountMinor), 2_200)).toEqual(top);
      }),
    );
  });
});
