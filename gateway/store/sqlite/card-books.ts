/** Reads of card transactions, on the store's own connection. */
import type { EpochMs } from '../../kernel/time.ts';
import type { CardBooks } from '../../payments/card/books.ts';
import type { CardTables } from './card-unit.ts';

/** `read` turns what SQLite throws into a typed error. */
export function cardBooks(
  { transactions, advices, batches, periods, matters }: CardTables,
  read: <T>(read: () => T) => Promise<T>,
  now: () => EpochMs,
): CardBooks {
  return {
    matters: {
      open: (waitingMs) => read(() => matters.open(now() - waitingMs)),
      resolution: (resolutionId) => read(() => matters.resolution(resolutionId)),
      adviceOf: (cardId, kind) => read(() => advices.of(cardId, kind)),
      refusals: (tid, most) => read(() => matters.refusals(tid, most)),
    },
    card: (cardId) => read(() => transactions.find(cardId)),
    byIdentity: (identity) => read(() => transactions.ofIdentity(identity)),
    byTerminal: (identity) => read(() => transactions.ofTerminal(identity)),
    byBankReference: (reference) => read(() => transactions.ofBankReference(reference)),
    byRrn: (mid, rrn) => read(() => transactions.ofRrn(mid, rrn)),
    ofTerminalByRrn: (tid, rrn) => read(() => transactions.ofTerminalByRrn(tid, rrn)),
    ofSale: (saleId) => read(() => transactions.ofSale(saleId)),
    following: (originalId) => read(() => transactions.following(originalId)),
    unfinished: (most) => read(() => transactions.unfinished(most)),
    advices: (bank, most) => read(() => advices.open(bank, most)),
    batch: (tid, batch) => read(() => batches.find(tid, batch)),
    lastClosedBatch: (tid) => read(() => batches.lastClosed(tid)),
    batchTotals: (tid, batch) => read(() => batches.totals(tid, batch)),
    batchesBefore: (tid, batch) => read(() => batches.before(tid, batch)),
    ofBatch: (tid, batch) => read(() => transactions.ofBatch(tid, batch)),
    lastBankStan: (bank, date) => read(() => batches.lastBankStan(bank, date)),
    bankDay: (bank) => read(() => periods.day(bank)),
    currenciesAtBank: (bank) => read(() => periods.currencies(bank)),
    bankFigures: (totals) => read(() => periods.figuresAsOf(totals, now())),
    openAtBank: (bank) => read(() => periods.open(bank)),
  };
}
