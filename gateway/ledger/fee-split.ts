/** Who gets what of a net discount. Every party but one has a percentage, rounded down; the party named for the residual has
 *  all that is left, so that the parts add up whatever the amount. */
import { AmurError } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';
import { divideRounded } from '../kernel/rounding.ts';

export interface SplitTerms {
  /** Basis points of the net discount; together at most 10000. */
  readonly shares: readonly { readonly party: string; readonly bp: number }[];
  /** Not among `shares`. */
  readonly residual: string;
}

export interface SplitPart {
  readonly party: string;
  readonly amount: Money;
}

/** The residual's part stands last. `net` below zero, a discount given back, is split as its opposite would be.
 *  Errors  FEE_TERMS_INVALID for shares that are out of range, repeated, or more than the whole */
export function splitFee(net: Money, terms: SplitTerms): readonly SplitPart[] {
  requireSoundSplit(terms);
  const parts = terms.shares.map(({ party, bp }) => ({
    party,
    amountMinor: divideRounded(net.amountMinor * BigInt(bp), 10_000n, 'down'),
  }));
  const given = parts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  return [...parts, { party: terms.residual, amountMinor: net.amountMinor - given }].map(
    ({ party, amountMinor }) => ({ party, amount: { amountMinor, currency: net.currency } }),
  );
}

export function requireSoundSplit({ shares, residual }: SplitTerms): void {
  const parties = new Set([residual, ...shares.map(({ party }) => party)]);
  const inRange = shares.every(({ bp }) => Number.isInteger(bp) && bp >= 0 && bp <= 10_000);
  const whole = shares.reduce((sum, { bp }) => sum + bp, 0);
  if (!inRange || whole > 10_000 || parties.size !== shares.length + 1) {
    throw new AmurError('FEE_TERMS_INVALID', { field: 'shares', value: `${whole}` });
  }
}
