import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { parseMid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import {
  type FeeQuestion,
  type FeeRow,
  feeByTerms,
  feeFor,
  rateFor,
  requireSoundFees,
} from '../../../gateway/ledger/fee-book.ts';
import { FREE } from '../../../gateway/ledger/fee-rate.ts';

const MID = parseMid('100000000000001');
const OTHER = parseMid('100000000000002');
const at = (bp: number, more = {}) => ({ ...FREE, bp, ...more });
const row = (changes: Partial<FeeRow> = {}): FeeRow => ({
  inForceFrom: '2026-01-01',
  mid: null,
  tender: 'wallet',
  currency: 'RUB',
  measure: 'payment',
  brackets: 'whole',
  tiers: [{ from: 0n, rate: at(180) }],
  rounding: 'half_up',
  ...changes,
});
const ask = (minor: bigint, changes: Partial<FeeQuestion> = {}): FeeQuestion => ({
  payee: 'merchant',
  mid: MID,
  tender: 'wallet',
  amount: money(minor, RUB),
  businessDate: '2026-11-23',
  lastMonth: money(0n, RUB),
  ...changes,
});
const fee = (rows: readonly FeeRow[], question: FeeQuestion) => feeFor(rows, question).amountMinor;

describe('Which row holds', () => {
  const rows = [
    row(),
    row({ inForceFrom: '2026-11-23', tiers: [{ from: 0n, rate: at(170) }] }),
    row({ inForceFrom: '2026-12-01', tiers: [{ from: 0n, rate: at(160) }] }),
    row({ mid: OTHER, tiers: [{ from: 0n, rate: at(100) }] }),
    row({ tender: 'card', tiers: [{ from: 0n, rate: at(250) }] }),
  ];

  test('is the latest in force on the day, the merchant’s own before everybody’s, of the tender', () => {
    expect(fee(rows, ask(10_000n))).toBe(170n);
    expect(fee(rows, ask(10_000n, { businessDate: '2026-11-22' }))).toBe(180n);
    expect(fee(rows, ask(10_000n, { businessDate: '2026-12-01' }))).toBe(160n);
    expect(fee(rows, ask(10_000n, { mid: OTHER }))).toBe(100n);
    expect(fee(rows, ask(10_000n, { tender: 'card' }))).toBe(250n);
  });

  test('none in force is refused, never taken for free', () => {
    const early = ask(10_000n, { businessDate: '2025-12-31' });
    expect(() => fee(rows, early)).toThrow(expect.objectContaining({ code: 'FEE_NOT_AGREED' }));
  });

  test('a charity pays nothing', () => {
    expect(fee(rows, ask(10_000n, { payee: 'charity' }))).toBe(0n);
    expect(rateFor(rows, ask(10_000n, { payee: 'charity' }))).toEqual(FREE);
  });
});

describe('Tiers', () => {
  const tiers = [
    { from: 0n, rate: at(200) },
    { from: 100_000n, rate: at(150) },
    { from: 1_000_000n, rate: at(100, { cap: 1_000_000n }) },
  ];

  test('by size of the payment take the tier’s rate of the whole, or of the part within each', () => {
    const whole = [row({ tiers })];
    const marginal = [row({ tiers, brackets: 'marginal' })];
    expect(fee(whole, ask(99_999n))).toBe(2_000n);
    expect(fee(whole, ask(100_000n))).toBe(1_500n);
    expect(fee(marginal, ask(100_000n))).toBe(2_000n);
    expect(fee(marginal, ask(200_000n))).toBe(3_500n);
    expect(fee(marginal, ask(2_000_000n))).toBe(2_000n + 13_500n + 10_000n);
    expect(fee(marginal, ask(10n ** 12n))).toBe(1_000_000n);
  });

  test('by last month’s turnover are the month’s rate, whatever the payment', () => {
    const rows = [row({ tiers, measure: 'month_turnover' })];
    const following = (turnover: bigint) => ask(10_000n, { lastMonth: money(turnover, RUB) });
    expect(fee(rows, following(0n))).toBe(200n);
    expect(fee(rows, following(100_000n))).toBe(150n);
    expect(fee(rows, following(5_000_000n))).toBe(100n);
    expect(fee(rows, following(-5n))).toBe(200n);
    expect(rateFor(rows, following(100_000n)).bp).toBe(150);
  });

  test('of the part within each never make a larger payment cheaper where rates have no floor', () => {
    const minor = fc.bigInt({ min: 0n, max: 3_000_000n });
    const rows = [row({ tiers, brackets: 'marginal' })];
    fc.assert(
      fc.property(minor, minor, (a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        expect(fee(rows, ask(small)) <= fee(rows, ask(large))).toBe(true);
      }),
    );
  });
});

describe('A contract’s own terms', () => {
  const tiers = [{ fromMinor: '100000', mdrBp: 150, fixedMinor: '300', capMinor: '90000' }];

  test('hold up to the first tier, and each tier has its own', () => {
    const byTerms = (minor: bigint, brackets: 'whole' | 'marginal' = 'whole') =>
      feeByTerms(money(minor, RUB), 200, { floorMinor: '50', tiers, brackets }).amountMinor;
    expect([byTerms(0n), byTerms(100n), byTerms(99_999n)]).toEqual([0n, 50n, 2_000n]);
    expect([byTerms(100_000n), byTerms(100_000_000n)]).toEqual([1_800n, 90_000n]);
    expect(byTerms(200_000n, 'marginal')).toBe(2_000n + 1_500n + 300n);
    expect(feeByTerms(money(1_000n, RUB), 200, undefined).amountMinor).toBe(20n);
  });

  test('with tiers that do not rise from zero are refused', () => {
    const bad = [{ fromMinor: '0', mdrBp: 1 }];
    expect(() => feeByTerms(money(1n, RUB), 200, { tiers: bad })).toThrow(
      expect.objectContaining({ code: 'FEE_TERMS_INVALID' }),
    );
  });
});

describe('Fee terms that contradict themselves', () => {
  test('are refused where they are read', () => {
    const bad: readonly (readonly FeeRow[])[] = [
      [row(), row()],
      [row({ tiers: [] })],
      [row({ tiers: [{ from: 1n, rate: FREE }] })],
      [
        row({
          tiers: [
            { from: 0n, rate: FREE },
            { from: 0n, rate: FREE },
          ],
        }),
      ],
      [row({ tiers: [{ from: 0n, rate: at(10_001) }] })],
      [row({ measure: 'month_turnover', brackets: 'marginal' })],
      [row({ inForceFrom: '1 January' })],
    ];
    for (const rows of bad) {
      expect(() => requireSoundFees(rows)).toThrow(expect.objectContaining({ code: 'FEE_TERMS_INVALID' }));
    }
    requireSoundFees([row(), row({ inForceFrom: '2026-02-01' })]);
  });
});
