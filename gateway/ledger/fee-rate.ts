/** One price of our service: a percentage and a fixed sum, not below a floor, not above a cap. Rounded once, after the
 *  percentage; the other parts are whole minor units already. */
import { AmurError } from '../kernel/errors.ts';
import { cumulativeShare, type Money, zero } from '../kernel/money.ts';
import { divideRounded, type Rounding } from '../kernel/rounding.ts';

/** Units  `bp` in basis points, 0 to 10000; the others in minor units of the amount the fee is of */
export interface FeeRate {
  readonly bp: number;
  readonly fixed: bigint;
  readonly floor: bigint | null;
  readonly cap: bigint | null;
}

export const FREE: FeeRate = { bp: 0, fixed: 0n, floor: null, cap: null };

/** What a contract may say beside its percentage, as it stands in records and configuration: decimal strings of minor units. */
export interface FeeBounds {
  readonly fixedMinor?: string;
  readonly floorMinor?: string;
  readonly capMinor?: string;
}

/** The same with tiers by the payment's size, above which the contract's own percentage and bounds no longer hold. */
export interface FeeTerms extends FeeBounds {
  readonly tiers?: readonly (FeeBounds & { readonly fromMinor: string; readonly mdrBp: number })[];
  /** `whole` unless said: a tier's rate is of the whole payment, or of the part within it. */
  readonly brackets?: 'whole' | 'marginal';
}

/** Errors  FEE_TERMS_INVALID */
export function rateOfTerms(bp: number, bounds: FeeBounds | undefined): FeeRate {
  const rate = {
    bp,
    fixed: minorOf(bounds?.fixedMinor ?? '0'),
    floor: bounds?.floorMinor === undefined ? null : minorOf(bounds.floorMinor),
    cap: bounds?.capMinor === undefined ? null : minorOf(bounds.capMinor),
  };
  requireSoundRate(rate);
  return rate;
}

/** Errors  FEE_TERMS_INVALID */
export function minorOf(text: string): bigint {
  if (!/^(0|[1-9][0-9]{0,14})$/.test(text)) throw feeError('minor', text);
  return BigInt(text);
}

/** Errors  FEE_TERMS_INVALID */
export function requireSoundRate({ bp, fixed, floor, cap }: FeeRate): void {
  if (!Number.isInteger(bp) || bp < 0 || bp > 10_000) throw feeError('bp', bp);
  if (fixed < 0n) throw feeError('fixed', fixed);
  if (floor !== null && floor < 0n) throw feeError('floor', floor);
  if (cap !== null && cap < (floor ?? 0n)) throw feeError('cap', cap);
}

/** Of nothing it is nothing, floor or no floor. A fee may exceed a very small amount: that is what a floor is.
 *  Errors  FEE_TERMS_INVALID for an amount below zero */
export function feeOf(amount: Money, rate: FeeRate, rounding: Rounding = 'half_up'): Money {
  if (amount.amountMinor < 0n) throw feeError('amount', amount.amountMinor);
  if (amount.amountMinor === 0n) return zero(amount.currency);
  const percentage = divideRounded(amount.amountMinor * BigInt(rate.bp), 10_000n, rounding);
  return { amountMinor: bounded(percentage + rate.fixed, rate), currency: amount.currency };
}

export function bounded(fee: bigint, { floor, cap }: Pick<FeeRate, 'floor' | 'cap'>): bigint {
  if (cap !== null && fee > cap) return cap;
  return floor !== null && fee < floor ? floor : fee;
}

/** What goes back of a fee with a refund: its share of the fee that was taken, whatever that was made of, so that refunds
 *  in full give back the whole fee.
 *  Errors  ALLOCATION_OUT_OF_RANGE when the refunds exceed the payment */
export function feeReturned(fee: Money, paid: Money, alreadyRefunded: Money, refund: Money): Money {
  return cumulativeShare(fee, paid, alreadyRefunded, refund);
}

export function feeError(field: string, value: bigint | number | string): AmurError {
  return new AmurError('FEE_TERMS_INVALID', { field, value: value.toString() });
}
