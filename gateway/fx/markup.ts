/** The mark-up of merchant groups as dated data. A merchant without a group, and a group without a row, keep the mark-up of
 *  the merchant's own record. */
import type { CurrencyCode } from '../kernel/currency.ts';
import { AmurError } from '../kernel/errors.ts';

export interface MarkupRow {
  readonly group: string;
  /** The customer's currency; null for every one that has no row of its own. */
  readonly currency: CurrencyCode | null;
  /** The first day it holds for. */
  readonly inForceFrom: string;
  readonly markupBp: number;
}

/** Errors  RATE_MALFORMED for a mark-up out of range */
export function markupFor(
  rows: readonly MarkupRow[],
  {
    group,
    currency,
    day,
  }: { readonly group: string | null; readonly currency: CurrencyCode; readonly day: string },
  ownBp: number,
): number {
  const latest = (of: CurrencyCode | null): MarkupRow | null =>
    rows
      .filter((row) => row.group === group && row.currency === of && row.inForceFrom <= day)
      .reduce<MarkupRow | null>(
        (best, row) => (best === null || row.inForceFrom > best.inForceFrom ? row : best),
        null,
      );
  const markupBp = (group === null ? null : (latest(currency) ?? latest(null)))?.markupBp ?? ownBp;
  if (!Number.isInteger(markupBp) || markupBp < 0 || markupBp > 9_999) {
    throw new AmurError('RATE_MALFORMED', { markupBp, lowest: 0, highest: 9_999 });
  }
  return markupBp;
}
