/** The only place where a quotient of integers is rounded. */
import { AmurError } from './errors.ts';

/** `half_up` rounds halves away from zero, `half_even` to the even neighbour; `up` is away from zero, `down` toward it. */
export type Rounding = 'half_up' | 'half_even' | 'up' | 'down';

/** Errors  DIVISION_BY_ZERO */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator === 0n) throw new AmurError('DIVISION_BY_ZERO', {});
  const negative = numerator < 0n !== denominator < 0n;
  const n = numerator < 0n ? -numerator : numerator;
  const d = denominator < 0n ? -denominator : denominator;
  const floor = n / d;
  const rest = n % d;
  const magnitude = rest !== 0n && roundsAway(rounding, rest * 2n, d, floor) ? floor + 1n : floor;
  return negative ? -magnitude : magnitude;
}

function roundsAway(rounding: Rounding, twiceRest: bigint, denominator: bigint, floor: bigint): boolean {
  switch (rounding) {
    case 'up':
      return true;
    case 'down':
      return false;
    case 'half_up':
      return twiceRest >= denominator;
    case 'half_even':
      return twiceRest > denominator || (twiceRest === denominator && floor % 2n === 1n);
  }
}
