/** The sanity band between two sources: the pricing source is believed only while another, of about the same day, is near. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';
import { along, divergenceBp } from './fraction.ts';
import { pathIn, type RateSet } from './rate-set.ts';

export interface BandTerms {
  /** The currencies that are traded here, each held against `home`. */
  readonly traded: readonly CurrencyCode[];
  readonly home: CurrencyCode;
  /** Further apart than this is a mistake in one of them. */
  readonly widestBp: number;
  /** Sets further apart in days than this say nothing about each other. */
  readonly apartDaysMost: number;
}

const DAY_MS = 86_400_000;

/** Errors  FX_RATE_OUT_OF_BAND naming the currency and by how much; a currency that only one of them has is let through */
export function requireNear(set: RateSet, other: RateSet | null, terms: BandTerms): void {
  if (other === null || daysBetween(set.effectiveOn, other.effectiveOn) > terms.apartDaysMost) return;
  for (const currency of terms.traded) {
    const one = priceIn(set, currency, terms.home);
    const two = priceIn(other, currency, terms.home);
    if (one === null || two === null) continue;
    const apartBp = divergenceBp(one, two);
    if (apartBp > BigInt(terms.widestBp)) {
      throw new AmurError('FX_RATE_OUT_OF_BAND', {
        currency,
        apartBp: apartBp.toString(),
        widestBp: terms.widestBp,
        source: set.source,
        other: other.source,
      });
    }
  }
}

export function daysBetween(one: string, other: string): number {
  return Math.abs(Date.parse(one) - Date.parse(other)) / DAY_MS;
}

function priceIn(set: RateSet, currency: CurrencyCode, home: CurrencyCode) {
  try {
    return along(currency, pathIn(set, currency, home)).fraction;
  } catch (error) {
    if (error instanceof AmurError && error.code === 'FX_PATH_UNKNOWN') return null;
    throw error;
  }
}
