import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import { money, negate } from '../../../gateway/kernel/money.ts';
import { splitFee } from '../../../gateway/ledger/fee-split.ts';

const net = (minor: bigint) => money(minor, RUB);

describe('A split of the discount', () => {
  test('gives percentages rounded down and the rest to the party named for it', () => {
    const terms = {
      shares: [
        { party: 'amurbank', bp: 3_333 },
        { party: 'agent', bp: 500 },
      ],
      residual: 'acquirer',
    };
    expect(splitFee(net(100n), terms)).toEqual([
      { party: 'amurbank', amount: net(33n) },
      { party: 'agent', amount: net(5n) },
      { party: 'acquirer', amount: net(62n) },
    ]);
    expect(splitFee(net(0n), { shares: [], residual: 'acquirer' })).toEqual([
      { party: 'acquirer', amount: net(0n) },
    ]);
  });

  test('adds up for any amount and shares; nobody is below zero, the residual’s rounding gain below one unit a share', () => {
    const shares = fc
      .array(fc.integer({ min: 0, max: 2_000 }), { maxLength: 5 })
      .map((all) => all.map((bp, index) => ({ party: `p${index}`, bp })));
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n }), shares, (minor, given) => {
        const terms = { shares: given, residual: 'acquirer' };
        const parts = splitFee(net(minor), terms);
        expect(parts.reduce((sum, part) => sum + part.amount.amountMinor, 0n)).toBe(minor);
        expect(parts.every((part) => part.amount.amountMinor >= 0n)).toBe(true);
        const owed = minor * BigInt(10_000 - given.reduce((sum, { bp }) => sum + bp, 0));
        const residual = (parts.at(-1)?.amount.amountMinor ?? 0n) * 10_000n;
        expect(residual >= owed && residual - owed < 10_000n * BigInt(given.length + 1)).toBe(true);
        const back = splitFee(negate(net(minor)), terms);
        expect(back.map((part) => part.amount)).toEqual(parts.map((part) => negate(part.amount)));
      }),
    );
  });

  test('of more than the whole, out of range, or naming a party twice is refused', () => {
    const invalid = expect.objectContaining({ code: 'FEE_TERMS_INVALID' });
    const split = (shares: { party: string; bp: number }[]) => () =>
      splitFee(net(1n), { shares, residual: 'us' });
    expect(
      split([
        { party: 'a', bp: 6_000 },
        { party: 'b', bp: 4_001 },
      ]),
    ).toThrow(invalid);
    expect(split([{ party: 'a', bp: -1 }])).toThrow(invalid);
    expect(
      split([
        { party: 'a', bp: 1 },
        { party: 'a', bp: 1 },
      ]),
    ).toThrow(invalid);
    expect(split([{ party: 'us', bp: 1 }])).toThrow(invalid);
  });
});
