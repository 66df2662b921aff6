/** Batches and pre-authorisations as screens show them. */
import { moneyToJson } from '../../../gateway/kernel/money.ts';
import { type CardAttempt, chargedOf } from '../../card/card-attempt.ts';
import type { BatchView, PreauthorisationView } from '../../contract/card-view.ts';
import { countingFollowers } from '../../journal/card-attempts.ts';
import { batchTotals, type CardBatch, closedBatches, knownBatch } from '../../journal/card-batches.ts';
import { shownPreauthorisations } from '../cards/begin.ts';
import type { TillCore } from '../core.ts';

export function openBatchView(core: TillCore): BatchView | null {
  const batch = knownBatch(core.journal);
  return batch === null ? null : batchView(core, batch);
}

export function closedBatchViews(core: TillCore, businessDate: string): readonly BatchView[] {
  return closedBatches(core.journal, businessDate).map((batch) => batchView(core, batch));
}

function batchView(core: TillCore, { batch, openedAt, state, agreed, closedAt }: CardBatch): BatchView {
  const currencies = batchTotals(core.journal, batch).map((row) => ({
    sales: row.sales,
    salesSum: moneyToJson(row.salesSum),
    refunds: row.refunds,
    refundsSum: moneyToJson(row.refundsSum),
  }));
  return { batch, openedAt, state, currencies, agreed, closedAt };
}

export function preauthorisationViews(core: TillCore): readonly PreauthorisationView[] {
  return shownPreauthorisations(core).map((held) => {
    const followers = countingFollowers(core.journal, held.order.attemptId);
    return {
      attemptId: held.order.attemptId,
      at: held.order.startedAt,
      amount: moneyToJson(held.order.amount),
      charged: moneyToJson(chargedOf(held)),
      maskedPan: held.card?.maskedPan ?? '',
      authCode: held.answer?.authCode ?? null,
      rrn: held.answer?.rrn ?? null,
      state: stateOf(followers),
    };
  });
}

function stateOf(followers: readonly CardAttempt[]): PreauthorisationView['state'] {
  const final = followers.filter(({ phase }) => phase === 'final');
  const completed = final.some(
    ({ order, outcome }) => order.operation === 'completion' && outcome?.kind === 'approved',
  );
  if (completed) return 'completed';
  // Lifted, or found gone by a completion.
  if (final.length > 0) return 'cancelled';
  return followers.length > 0 ? 'cancelling' : 'open';
}
