/** Splits: parts that add up to the whole. */
import { AmurError } from '../kernel/errors.ts';
import type { Money } from '../kernel/money.ts';

/** Splits `total` by weights so that the parts add up to it: each gets its whole share, and the units left over go to the
 *  largest remainders, the earlier part first among equals.
 *  Errors  ALLOCATION_OUT_OF_RANGE for a negative total, a negative weight, or no weight at all */
export function allocate(total: Money, weights: readonly bigint[]): readonly Money[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total.amountMinor < 0n || whole <= 0n || weights.some((weight) => weight < 0n)) {
    throw new AmurError('ALLOCATION_OUT_OF_RANGE', {
      whole: whole.toString(),
      part: total.amountMinor.toString(),
    });
  }
  const shares = weights.map((weight, index) => ({
    index,
    amount: (total.amountMinor * weight) / whole,
    remainder: (total.amountMinor * weight) % whole,
  }));
  let left = total.amountMinor - shares.reduce((sum, share) => sum + share.amount, 0n);
  const byRemainder = shares.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1,
  );
  const extra = new Set<number>();
  for (const share of byRemainder) {
    if (left === 0n) break;
    extra.add(share.index);
    left -= 1n;
  }
  return shares.map(({ index, amount }) => ({
    amountMinor: extra.has(index) ? amount + 1n : amount,
    currency: total.currency,
  }));
}
