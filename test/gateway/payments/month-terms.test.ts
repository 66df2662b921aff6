import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { type Money, money } from '../../../gateway/kernel/money.ts';
import { FREE } from '../../../gateway/ledger/fee-rate.ts';
import type { MonthTier } from '../../../gateway/ledger/month-tier.ts';
import { cardTermsOf } from '../../../gateway/payments/card/contract.ts';
import { merchantOn, termsOn } from '../../../gateway/payments/month-terms.ts';
import { MERCHANT, MID, TERMS } from './samples.ts';

const tier = (effectiveFrom: string, bp: number, changes: Partial<MonthTier> = {}): MonthTier => ({
  ...{ mid: MID, tender: 'wallet', month: '2026-10', turnover: money(1n, RUB), effectiveFrom },
  ...{ rate: { ...FREE, bp }, ...changes },
});
const inYuan: Money = money(1n, CNY);

describe('A contract on a day', () => {
  const tiers = [tier('2026-12-01', 120), tier('2026-11-02', 150)];

  test('has the latest price that is in force, and its own before there was any', () => {
    const bp = (date: string) => termsOn(TERMS, tiers, date).mdrBp;
    expect([bp('2026-11-01'), bp('2026-11-02'), bp('2026-11-30'), bp('2026-12-01')]).toEqual([
      ...[180, 150, 150, 120],
    ]);
    expect(merchantOn(MERCHANT, '2026-12-01')).toBe(MERCHANT);
    expect(merchantOn({ ...MERCHANT, tiers }, '2026-12-01').terms.mdrBp).toBe(120);
  });

  test('has a price with its bounds in the place of all that the contract says of the fee', () => {
    const rate = { bp: 100, fixed: 300n, floor: 500n, cap: 90_000n };
    const fee = { tiers: [{ fromMinor: '100', mdrBp: 1 }], brackets: 'marginal' } as const;
    expect(termsOn({ ...TERMS, fee }, [tier('2026-11-02', 0, { rate })], '2026-11-02')).toMatchObject({
      mdrBp: 100,
      fee: { fixedMinor: '300', floorMinor: '500', capMinor: '90000' },
    });
    expect(termsOn({ ...TERMS, fee }, tiers, '2026-11-02').fee).toBeUndefined();
  });

  test('goes by the currency its fee is in: the price’s where we convert, the settlement’s where the wallet does', () => {
    const both = [tier('2026-11-02', 150), tier('2026-11-02', 90, { turnover: inYuan })];
    expect(termsOn(TERMS, both, '2026-11-02').mdrBp).toBe(150);
    expect(termsOn({ ...TERMS, converter: 'wallet' }, both, '2026-11-02').mdrBp).toBe(90);
  });

  test('keeps the price of cards apart from the wallet’s', () => {
    const cards = (changes: Partial<typeof TERMS>, ...set: readonly MonthTier[]) =>
      cardTermsOf({ name: '', terms: termsOn({ ...TERMS, ...changes }, set, '2026-11-02') }).mdrBp;
    const ofCards = tier('2026-11-02', 210, { tender: 'card' });
    expect(cards({}, tier('2026-11-02', 150))).toBe(180);
    expect(cards({}, ofCards)).toBe(210);
    expect(cards({ cards: { mdrBp: 250, fee: { fixedMinor: '5' } } }, tier('2026-11-02', 150))).toBe(250);
    expect(cards({ cards: { mdrBp: 250 } }, ofCards)).toBe(210);
    expect(termsOn(TERMS, [ofCards], '2026-11-02').mdrBp).toBe(180);
  });
});
