/** What one source says for one day: a set of rates, taken whole or not at all, and the way between two currencies in it. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { EpochMs } from '../kernel/time.ts';

/** Which of its prices a source names: an official or middle one, or what it buys or sells the base at. */
export type RateSide = 'middle' | 'buy' | 'sell';

export interface RateSet {
  /** `CBR`, `CFETS`, `ALIPAY`: who published it. */
  readonly source: string;
  readonly side: RateSide;
  /** `2026-11-21`: the source's own date, never the day it was fetched. */
  readonly effectiveOn: string;
  /** Each says itself which currency is one unit of which. */
  readonly rates: readonly ExactRate[];
  readonly loadedAt: EpochMs;
}

/** The rates to go by from one currency to another: none for itself, one where the source has the pair, else two by way of
 *  a currency that both are quoted against, the first in the set's order.
 *  Errors  FX_PATH_UNKNOWN */
export function pathIn(
  { rates, source, effectiveOn }: Pick<RateSet, 'rates' | 'source' | 'effectiveOn'>,
  from: CurrencyCode,
  to: CurrencyCode,
): readonly ExactRate[] {
  if (from === to) return [];
  const direct = rates.find((rate) => joins(rate, from, to));
  if (direct !== undefined) return [direct];
  for (const first of rates) {
    const between = otherEnd(first, from);
    if (between === null) continue;
    const second = rates.find((rate) => joins(rate, between, to));
    if (second !== undefined) return [first, second];
  }
  throw new AmurError('FX_PATH_UNKNOWN', { source, effectiveOn, from, to });
}

/** The set of a source that is in effect on a day: its latest that is not of a later date; null when there is none. */
export function inEffect(history: readonly RateSet[], source: string, day: string): RateSet | null {
  return (
    history
      .filter((set) => set.source === source && set.effectiveOn <= day)
      // Of two with one date the later loaded, a correction, holds.
      .toSorted((a, b) => (a.effectiveOn === b.effectiveOn ? a.loadedAt - b.loadedAt : order(a, b)))
      .at(-1) ?? null
  );
}

function order(a: RateSet, b: RateSet): number {
  return a.effectiveOn < b.effectiveOn ? -1 : 1;
}

function joins(rate: ExactRate, one: CurrencyCode, other: CurrencyCode): boolean {
  return otherEnd(rate, one) === other;
}

function otherEnd(rate: ExactRate, end: CurrencyCode): CurrencyCode | null {
  if (rate.base === end) return rate.quote;
  return rate.quote === end ? rate.base : null;
}
