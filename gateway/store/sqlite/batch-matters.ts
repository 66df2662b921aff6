/** Batches of tills that were closed with a difference, as matters for a person: one for each currency that differed, since
 *  currencies are never netted. */
import { parseCurrencyCode } from '../../kernel/currency.ts';
import type { CardMatter, CardResolution } from '../../payments/card/matters.ts';
import type { BatchClaim, BatchRecord, BatchTotals } from '../../payments/card/records.ts';
import type { CardBatches } from './card-batches.ts';

export interface BatchSettlements {
  readonly isExplained: (subject: string) => boolean;
  readonly proposedFor: (subject: string) => CardResolution | null;
}

export function batchMatters(
  batches: Pick<CardBatches, 'different' | 'totals'>,
  settlements: BatchSettlements,
): readonly CardMatter[] {
  return batches.different().flatMap((batch) => {
    // Of a batch that was closed before its count was kept, the transactions as they are now.
    const all = batch.counted ?? batches.totals(batch.tid, batch.batch);
    const unclaimed = all
      .filter((counted) => !batch.claimed.some(isOf(counted)))
      .map((counted): BatchClaim => ({ ...counted, ...NOTHING, done: true }));
    return [...batch.claimed, ...unclaimed]
      .map(({ done, name, ...claimed }) => ({
        claimed,
        counted: all.find(isOf(claimed)) ?? { ...claimed, ...NOTHING },
      }))
      .filter(({ claimed, counted }) => !isSame(claimed, counted))
      .map(({ claimed, counted }) => matterOf(batch, claimed, counted, settlements.proposedFor))
      .filter(({ subject }) => !settlements.isExplained(subject));
  });
}

function matterOf(
  { tid, batch, closedAt }: BatchRecord,
  claimed: BatchTotals,
  counted: BatchTotals,
  proposedFor: BatchSettlements['proposedFor'],
): CardMatter {
  const { currency } = claimed;
  const subject = `${tid}/${batch}/${currency}`;
  return {
    kind: 'batch_different',
    bank: null,
    subject,
    since: closedAt ?? 0,
    atRisk: { amountMinor: apart(claimed, counted), currency: parseCurrencyCode(currency) },
    tries: 0,
    responseCode: TOTALS_DIFFER,
    card: null,
    batch: { tid, batch, claimed, counted },
    proposed: proposedFor(subject),
  };
}

const NOTHING = { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n, open: 0 } as const;

/** What the till was answered. */
const TOTALS_DIFFER = '95';

const isOf =
  ({ currency }: BatchTotals) =>
  (other: BatchTotals) =>
    other.currency === currency;

/** By the rule that closed it: counts and sums, and nothing that was open. */
function isSame(claimed: BatchTotals, counted: BatchTotals): boolean {
  const counts = claimed.sales === counted.sales && claimed.refunds === counted.refunds;
  return counts && counted.open === 0 && apart(claimed, counted) === 0n;
}

/** Sales and refunds apart: what is missing of one does not pay for what is too much of the other. */
function apart(claimed: BatchTotals, counted: BatchTotals): bigint {
  const sides = [claimed.salesMinor - counted.salesMinor, claimed.refundsMinor - counted.refundsMinor];
  return sides.reduce((sum, value) => sum + (value < 0n ? -value : value), 0n);
}
