/** Applies the card changes of a unit, or says why one is refused: the same rules as for wallet payments, and one live
 *  attempt of a sale over both. */
import type { SaleId } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { AsOf, BankTotalsRecord, NewBankTotals } from '../../payments/card/bank-totals.ts';
import type { NewResolution, ResolutionDecision } from '../../payments/card/matters.ts';
import type { AdviceRecord, BatchRecord, CardRecord, ClaimedMessage } from '../../payments/card/records.ts';
import type { AdviceTable } from './advice-table.ts';
import type { BankPeriods } from './bank-periods.ts';
import type { CardBatches } from './card-batches.ts';
import type { CardMatterTables } from './card-matters.ts';
import type { CardMessageTable } from './card-message-table.ts';
import type { CardTable } from './card-table.ts';

export interface CardTables {
  readonly transactions: CardTable;
  readonly messages: CardMessageTable;
  readonly advices: AdviceTable;
  readonly batches: CardBatches;
  readonly periods: BankPeriods;
  readonly matters: CardMatterTables;
}

/** What a card change asks of the other tables. */
export interface BesideCards {
  readonly isClosed: (row: { readonly saleId: SaleId }) => boolean;
  /** A wallet payment of the sale is open or approved. */
  readonly hasWalletAttempt: (saleId: SaleId) => boolean;
}

export type CardVerdict =
  | { readonly reason: 'exists'; readonly row: CardRecord | null }
  | {
      readonly reason:
        | 'live_attempt'
        | 'sale_closed'
        | 'batch_closed'
        | 'pin_block_used'
        | 'not_found'
        | 'version';
    }
  | null;

export function cardUnitApplier(
  { transactions, messages, advices, batches, periods, matters }: CardTables,
  beside: BesideCards,
) {
  const attemptRefused = (row: CardRecord): CardVerdict => {
    if (!isAttempt(row) || row.saleId === null) return null;
    if (beside.isClosed({ saleId: row.saleId })) return { reason: 'sale_closed' };
    const other = transactions.liveOf(row.saleId);
    if ((other !== null && other !== row.cardId) || beside.hasWalletAttempt(row.saleId)) {
      return { reason: 'live_attempt' };
    }
    return null;
  };
  const originalMissing = ({ originalId }: CardRecord): CardVerdict =>
    originalId !== null && transactions.standing(originalId) === null ? { reason: 'not_found' } : null;
  const batchClosed = (row: CardRecord): CardVerdict =>
    isNews(row) && batches.isClosed(row.identity.tid, row.batch) ? { reason: 'batch_closed' } : null;
  return {
    insert(row: CardRecord): CardVerdict {
      const refused = attemptRefused(row) ?? originalMissing(row) ?? batchClosed(row);
      // Nearly every row is new: what else stands in its way is looked for only when something does.
      if (refused === null && transactions.insertUnlessTaken(row)) return null;
      if (transactions.isTaken(row.identity)) {
        return { reason: 'exists', row: transactions.ofIdentity(row.identity) };
      }
      if (row.pinKsn !== null && transactions.isPinBlockUsed(row.pinKsn)) return { reason: 'pin_block_used' };
      if (refused !== null) return refused;
      transactions.insert(row);
      return null;
    },
    put(row: CardRecord): CardVerdict {
      const changesItsSale = row.state === 'approved' && row.saleId !== null;
      if (!changesItsSale && transactions.update(row)) return null;
      const stored = transactions.standing(row.cardId);
      if (stored === null) return { reason: 'not_found' };
      if (stored.version !== row.version - 1) return { reason: 'version' };
      if (row.state === 'approved' && stored.state !== 'approved') {
        const refused = attemptRefused(row);
        if (refused !== null) return refused;
      }
      transactions.update(row);
      return null;
    },
    claimMessage: (row: ClaimedMessage): CardVerdict =>
      messages.claim(row) ? null : { reason: 'exists', row: null },
    insertAdvice(row: Omit<AdviceRecord, 'position'>): CardVerdict {
      if (transactions.standing(row.cardId) === null) return { reason: 'not_found' };
      if (advices.isTaken(row)) return { reason: 'exists', row: null };
      advices.append(row);
      return null;
    },
    putAdvice(row: AdviceRecord): CardVerdict {
      const stored = advices.standing(row.adviceId);
      if (stored === null) return { reason: 'not_found' };
      if (stored.version !== row.version - 1) return { reason: 'version' };
      advices.update(row);
      return null;
    },
    /** The first version makes the row. */
    putBatch(row: BatchRecord): CardVerdict {
      const stored = batches.find(row.tid, row.batch);
      if ((stored?.version ?? 0) !== row.version - 1) return { reason: 'version' };
      // What both sides agreed about is what this commit closes, without anything that came in between.
      if (row.agreed === true && stored?.state !== 'closed' && !batches.isCounted(row)) {
        return { reason: 'version' };
      }
      batches.put(row);
      return null;
    },
    proposeResolution: (row: NewResolution): CardVerdict =>
      matters.propose(row) ? null : { reason: 'exists', row: null },
    decideResolution: (row: ResolutionDecision): CardVerdict =>
      matters.decide(row) ? null : { reason: 'version' },
    closePeriod: (row: NewBankTotals, now: EpochMs): CardVerdict =>
      periods.close(row, now) ? null : { reason: 'exists', row: null },
    tryTotals: (row: BankTotalsRecord, now: EpochMs): CardVerdict =>
      periods.tryAgain(row, now) ? null : { reason: 'version' },
    putTotals: (row: BankTotalsRecord, countsAsOf: AsOf | null, now: EpochMs): CardVerdict =>
      periods.put(row, countsAsOf, now) ? null : { reason: 'version' },
  };
}

/** Something to be counted, or that takes from what was. A balance moves nothing; what was declined, or reversed before it came,
 *  is kept wherever it belongs. */
function isNews({ kind, state }: CardRecord): boolean {
  return kind !== 'balance' && (state === 'sent' || state === 'approved');
}

function isAttempt({ kind, state }: CardRecord): boolean {
  return (kind === 'sale' || kind === 'preauthorisation') && (state === 'sent' || state === 'approved');
}
