/** Fees as dated data: what a merchant pays, by tender, by size of the payment or by last month's turnover.
 *
 *  A row is in force from its business date until a later one of the same merchant, tender and currency is; a row for no
 *  merchant holds for all that have none of their own. A charity pays nothing, whatever the rows say. */
import { AmurError } from '../kernel/errors.ts';
import type { Mid } from '../kernel/identifiers.ts';
import { type Money, zero } from '../kernel/money.ts';
import { divideRounded, type Rounding } from '../kernel/rounding.ts';
import {
  bounded,
  type FeeRate,
  type FeeTerms,
  FREE,
  feeError,
  feeOf,
  minorOf,
  rateOfTerms,
  requireSoundRate,
} from './fee-rate.ts';

export type FeeTender = 'wallet' | 'card';

export interface FeeTier {
  /** From this size on, minor units of the row's currency; the first tier's is 0. */
  readonly from: bigint;
  readonly rate: FeeRate;
}

export interface Tiers {
  /** `whole`: the tier's rate is of the whole payment. `marginal`: each tier's percentage is of the part within it, and the
   *  last tier reached gives fixed sum, floor and cap. */
  readonly brackets: 'whole' | 'marginal';
  readonly tiers: readonly FeeTier[];
  readonly rounding: Rounding;
}

export interface FeeRow extends Tiers {
  /** `2026-01-01`: the first business date it holds for. */
  readonly inForceFrom: string;
  /** Null for every merchant that has no row of its own. */
  readonly mid: Mid | null;
  readonly tender: FeeTender;
  readonly currency: string;
  /** What the tiers are sizes of. */
  readonly measure: 'payment' | 'month_turnover';
}

export interface FeeQuestion {
  readonly payee: 'merchant' | 'charity';
  readonly mid: Mid;
  readonly tender: FeeTender;
  readonly amount: Money;
  readonly businessDate: string;
  /** Sales less refunds of the last calendar month, in the amount's currency; below zero counts as nothing. */
  readonly lastMonth: Money;
}

/** Errors  FEE_TERMS_INVALID for tiers that do not rise from 0, a rate out of range, or two rows for the same day */
export function requireSoundFees(rows: readonly FeeRow[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    const key = [row.mid ?? '*', row.tender, row.currency, row.inForceFrom].join(' ');
    if (seen.has(key)) throw feeError('row', key);
    seen.add(key);
    if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(row.inForceFrom)) throw feeError('inForceFrom', row.inForceFrom);
    if (row.measure === 'month_turnover' && row.brackets === 'marginal')
      throw feeError('brackets', 'marginal');
    requireRising(row.tiers);
  }
}

function requireRising(tiers: readonly FeeTier[]): void {
  if (tiers[0]?.from !== 0n) throw feeError('tiers', 'the first is from 0');
  for (const [index, tier] of tiers.entries()) {
    const before = tiers[index - 1];
    if (before !== undefined && before.from >= tier.from) throw feeError('tiers', 'they rise');
    requireSoundRate(tier.rate);
  }
}

/** The fee by a contract's own terms, which a payment keeps. Errors  FEE_TERMS_INVALID */
export function feeByTerms(amount: Money, mdrBp: number, terms: FeeTerms | undefined): Money {
  const base = rateOfTerms(mdrBp, terms);
  if (terms?.tiers === undefined) return feeOf(amount, base);
  const above = terms.tiers.map(({ fromMinor, mdrBp: bp, ...bounds }) => ({
    from: minorOf(fromMinor),
    rate: rateOfTerms(bp, bounds),
  }));
  const tiers = [{ from: 0n, rate: base }, ...above];
  requireRising(tiers);
  return tieredFee(amount, { tiers, brackets: terms.brackets ?? 'whole', rounding: 'half_up' });
}

/** Errors  FEE_NOT_AGREED when no row is in force */
export function feeFor(rows: readonly FeeRow[], question: FeeQuestion): Money {
  const { amount, payee } = question;
  if (payee === 'charity' || amount.amountMinor === 0n) return zero(amount.currency);
  const row = rowInForce(rows, question);
  if (row.measure === 'payment') return tieredFee(amount, row);
  return feeOf(amount, rateInForce(row, amount, question.lastMonth), row.rounding);
}

/** By the size of the payment itself. */
function tieredFee(amount: Money, tiers: Tiers): Money {
  if (amount.amountMinor === 0n) return zero(amount.currency);
  if (tiers.brackets === 'marginal') return marginalFee(amount, tiers);
  return feeOf(amount, rateOfSize(tiers, amount.amountMinor), tiers.rounding);
}

/** The rate a merchant has this month: what its contract's terms are set to at the month's start.
 *  Errors  FEE_NOT_AGREED */
export function rateFor(rows: readonly FeeRow[], question: FeeQuestion): FeeRate {
  if (question.payee === 'charity') return FREE;
  return rateInForce(rowInForce(rows, question), question.amount, question.lastMonth);
}

function rowInForce(rows: readonly FeeRow[], question: FeeQuestion): FeeRow {
  const { mid, tender, amount, businessDate } = question;
  const latest = (whose: Mid | null): FeeRow | null =>
    rows
      .filter((row) => row.mid === whose && row.tender === tender && row.currency === amount.currency)
      .filter((row) => row.inForceFrom <= businessDate)
      .reduce<FeeRow | null>(
        (best, row) => (best === null || row.inForceFrom > best.inForceFrom ? row : best),
        null,
      );
  const found = latest(mid) ?? latest(null);
  if (found === null) throw new AmurError('FEE_NOT_AGREED', { mid, tender, currency: amount.currency });
  return found;
}

function rateInForce(row: FeeRow, amount: Money, lastMonth: Money): FeeRate {
  const size = row.measure === 'payment' ? amount : lastMonth;
  if (size.currency !== row.currency) throw feeError('currency', size.currency);
  return rateOfSize(row, size.amountMinor);
}

function rateOfSize(row: Tiers, size: bigint): FeeRate {
  return row.tiers.findLast((tier) => tier.from <= size)?.rate ?? firstRate(row);
}

function marginalFee(amount: Money, row: Tiers): Money {
  const size = amount.amountMinor;
  let bpMinor = 0n;
  let last = firstRate(row);
  for (const [index, tier] of row.tiers.entries()) {
    if (tier.from >= size) break;
    const next = row.tiers[index + 1]?.from;
    const within = next === undefined || next > size ? size - tier.from : next - tier.from;
    bpMinor += within * BigInt(tier.rate.bp);
    last = tier.rate;
  }
  const fee = divideRounded(bpMinor, 10_000n, row.rounding) + last.fixed;
  return { amountMinor: bounded(fee, last), currency: amount.currency };
}

function firstRate(row: Tiers): FeeRate {
  const first = row.tiers[0];
  if (first === undefined) throw feeError('tiers', 'there is one');
  return first.rate;
}
