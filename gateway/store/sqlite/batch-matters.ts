/** Batches of tills that were closed with a difference, as matters for a person: one for each currency that differed, since
 *  currencies are never netted. */
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { agrees } from '../../payments/card/batch.ts';
import type { CardMatter, CardResolution } from '../../payments/card/matters.ts';
import type { BatchRecord, BatchTotals } from '../../payments/card/records.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
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
    const counted = batch.counted ?? batches.totals(batch.tid, batch.batch);
    return batch.claimed
      .filter((claim) => !agrees(counted, claim))
      .map((claim) => matterOf(batch, claim, counted, settlements.proposedFor))
      .filter(({ subject }) => !settlements.isExplained(subject));
  });
}

function matterOf(
  { tid, batch, closedAt }: BatchRecord,
  claimed: BatchTotals,
  all: readonly BatchTotals[],
  proposedFor: BatchSettlements['proposedFor'],
): CardMatter {
  const { currency } = claimed;
  const counted = all.find((own) => own.currency === currency) ?? { ...NOTHING, currency };
  const subject = `${tid}/${batch}/${currency}`;
  return {
    kind: 'batch_different',
    bank: null,
    subject,
    since: closedAt ?? 0,
    atRisk: { amountMinor: apart(claimed, counted), currency: parseCurrencyCode(currency) },
    tries: 0,
    responseCode: OWN_CODES.totalsDiffer,
    card: null,
    batch: { tid, batch, claimed, counted },
    proposed: proposedFor(subject),
  };
}

const NOTHING = { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n, open: 0 } as const;

/** Sales and refunds apart: what is missing of one does not pay for what is too much of the other. */
function apart(claimed: BatchTotals, counted: BatchTotals): bigint {
  const sides = [claimed.salesMinor - counted.salesMinor, claimed.refundsMinor - counted.refundsMinor];
  return sides.reduce((sum, value) => sum + (value < 0n ? -value : value), 0n);
}
