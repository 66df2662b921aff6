/** What can be read of card transactions. Reads see every unit whose commit has resolved. */
import type { SaleId, Tid } from '../../kernel/identifiers.ts';
import type { BankDay, BankTotalsRecord, FiguresAsOf } from './bank-totals.ts';
import type { CardMatters } from './matters.ts';
import type {
  AdviceRecord,
  BankReference,
  BatchRecord,
  BatchTotals,
  CardIdentity,
  CardRecord,
} from './records.ts';

export interface CardBooks {
  readonly matters: CardMatters;
  card(cardId: string): Promise<CardRecord | null>;
  byIdentity(identity: CardIdentity): Promise<CardRecord | null>;
  /** The same under whatever merchant the terminal had then; the latest, should there be several. */
  byTerminal(identity: Omit<CardIdentity, 'mid'>): Promise<CardRecord | null>;
  /** By what an answer of its bank is matched on; the bank may have left DE37 out. */
  byBankReference(reference: Omit<BankReference, 'rrn'>): Promise<CardRecord | null>;
  /** By the retrieval reference a till knows (DE37), among its merchant's. */
  byRrn(mid: string, rrn: string): Promise<CardRecord | null>;
  /** The same among the terminal's own, under whatever merchant it had then. */
  ofTerminalByRrn(tid: Tid, rrn: string): Promise<CardRecord | null>;
  ofSale(saleId: SaleId): Promise<readonly CardRecord[]>;
  /** Refunds, completions and voids of one transaction. */
  following(originalId: string): Promise<readonly CardRecord[]>;
  /** `sent` rows, oldest first: what a restart finds unfinished. */
  unfinished(most: number): Promise<readonly CardRecord[]>;
  /** The bank's advices not done, in order. */
  advices(bank: string, most: number): Promise<readonly AdviceRecord[]>;
  batch(tid: Tid, batch: string): Promise<BatchRecord | null>;
  /** The one with the highest number. */
  lastClosedBatch(tid: Tid): Promise<BatchRecord | null>;
  /** From the transactions themselves, one row per currency. */
  batchTotals(tid: Tid, batch: string): Promise<readonly BatchTotals[]>;
  /** Of the terminal's batches with numbers below: those that were claimed and are not closed, and the last one with
   *  transactions, closed or not. */
  batchesBefore(tid: Tid, batch: string): Promise<readonly string[]>;
  ofBatch(tid: Tid, batch: string): Promise<readonly CardRecord[]>;
  /** Highest STAN ever given to the bank's leg on that date (MMDD), so that a restart goes on after it; without a bank, that
   *  of all banks' references (DE37) which begin with these six digits. Null when none. */
  lastBankStan(bank: string | null, under: string): Promise<string | null>;
  bankDay(bank: string): Promise<BankDay>;
  /** What its transactions since the last cut were in, and every currency in which it was asked to compare before. */
  currenciesAtBank(bank: string): Promise<readonly string[]>;
  /** The figures of a period that is being compared: as of each try that was noted, and if it ended now. */
  bankFigures(
    totals: Pick<BankTotalsRecord, 'bank' | 'currency' | 'period'>,
  ): Promise<readonly FiguresAsOf[]>;
  /** Transactions the bank is being asked about, and advices it has not acknowledged. */
  openAtBank(bank: string): Promise<number>;
}
