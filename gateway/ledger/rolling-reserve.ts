/** A rolling reserve: a part of each cycle's net sales held back for a number of calendar days, then released whole. */
import { AmurError } from '../kernel/errors.ts';
import { type Money, scaleMoney, zero } from '../kernel/money.ts';

export interface ReserveTerms {
  /** Basis points of net sales; 0 holds nothing. */
  readonly bp: number;
  readonly days: number;
}

/** Rounded down, and nothing of a cycle whose refunds outweigh its sales. Errors  FEE_TERMS_INVALID */
export function reserveOf(netSales: Money, { bp, days }: ReserveTerms): Money {
  if (!Number.isInteger(bp) || bp < 0 || bp > 10_000 || !Number.isInteger(days) || days < 0) {
    throw new AmurError('FEE_TERMS_INVALID', { field: 'reserve', value: `${bp} ${days}` });
  }
  if (netSales.amountMinor <= 0n) return zero(netSales.currency);
  return scaleMoney(netSales, BigInt(bp), 10_000n, 'down');
}

const DAY_MS = 86_400_000;

/** The first business date on which what was held on `businessDate` may go back. */
export function releaseOn(businessDate: string, days: number): string {
  return new Date(Date.parse(`${businessDate}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
