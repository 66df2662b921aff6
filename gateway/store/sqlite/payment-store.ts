/** The payment store on SQLite: one file, one writing process, every commit synced to disk before it is answered. */
import type Database from 'better-sqlite3';
import type { AttemptId, Mid, QuoteId, RefundId, SaleId, Tid } from '../../kernel/identifiers.ts';
import type { EpochMs, Runtime } from '../../kernel/time.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { BankTotalsRecord } from '../../payments/card/bank-totals.ts';
import type { CardBooks } from '../../payments/card/books.ts';
import type { AdviceRecord, CardRecord } from '../../payments/card/records.ts';
import type {
  Change,
  CommitResult,
  DayTotalsRecord,
  Lease,
  MerchantRecord,
  PaymentRecord,
  PaymentStore,
  QuoteRecord,
  RefundRecord,
  SaleRecord,
  Subject,
  TerminalRecord,
} from '../../payments/ports.ts';
import { adviceTable } from './advice-table.ts';
import { bankPeriods } from './bank-periods.ts';
import { cardBatches } from './card-batches.ts';
import { cardBooks } from './card-books.ts';
import { cardMatterTables } from './card-matters.ts';
import { cardMessageTable } from './card-message-table.ts';
import { cardTable } from './card-table.ts';
import { prepareConnection, storeError } from './connection.ts';
import { dayTotalsReader } from './day-totals.ts';
import { GroupCommit } from './group-commit.ts';
import { leaseTable } from './lease-table.ts';
import { type Balance, ledgerTables, type TrialBalance } from './ledger-tables.ts';
import { type Migration, migrate, shippedMigrations } from './migrations.ts';
import { partyTables } from './party-tables.ts';
import { paymentTable } from './payment-table.ts';
import { quoteTable } from './quote-table.ts';
import { refundTable } from './refund-table.ts';
import { saleTable } from './sale-table.ts';
import { type SequencerTables, sequencerTables } from './sequencer-tables.ts';
import { type ApplyUnit, type Tables, unitApplier } from './unit.ts';

export interface StoreOptions {
  /** When a commit starts after its first unit has come: `queueMicrotask` unless told. A server's composition root may
   *  pass `setImmediate`, so that all units of one turn of the event loop share a sync to disk. */
  readonly defer?: (run: () => void) => void;
  /** Told how many units each commit held. */
  readonly committed?: (units: number) => void;
  readonly migrations?: readonly Migration[];
}

/** Readies the database and opens the store on it. The handle stays its opener's to close, after the store's `close`.
 *  Errors  STORE_CORRUPT | STORE_FOREIGN | STORE_NEWER | STORE_MIGRATION_CHANGED | STORE_UNAVAILABLE */
export function openPaymentStore(
  db: Database.Database,
  runtime: Pick<Runtime, 'clock'>,
  options: StoreOptions = {},
): SqlitePaymentStore {
  prepareConnection(db);
  try {
    migrate(db, options.migrations ?? shippedMigrations(), runtime.clock.now());
    return new SqlitePaymentStore(db, runtime, options);
  } catch (error) {
    throw storeError(error);
  }
}

export class SqlitePaymentStore implements PaymentStore {
  readonly cards: CardBooks;
  readonly #db: Database.Database;
  readonly #runtime: Pick<Runtime, 'clock'>;
  readonly #commits: GroupCommit;
  readonly #tables: Tables;
  readonly #sequencer: SequencerTables;
  readonly #applyUnit: ApplyUnit;
  readonly #dayTotals: (tid: Tid, businessDate: string) => DayTotalsRecord;

  constructor(db: Database.Database, runtime: Pick<Runtime, 'clock'>, options: StoreOptions) {
    this.#db = db;
    this.#runtime = runtime;
    this.#commits = new GroupCommit(db, options.defer ?? queueMicrotask, options.committed);
    const periods = bankPeriods(db);
    const batches = cardBatches(db);
    this.#tables = {
      sales: saleTable(db),
      payments: paymentTable(db),
      refunds: refundTable(db),
      quotes: quoteTable(db),
      parties: partyTables(db),
      leases: leaseTable(db),
      ledger: ledgerTables(db),
      cards: {
        transactions: cardTable(db),
        messages: cardMessageTable(db),
        advices: adviceTable(db),
        batches,
        periods,
        matters: cardMatterTables(db, periods, batches),
      },
    };
    this.cards = cardBooks(
      this.#tables.cards,
      (read) => this.#read(read),
      () => this.now(),
    );
    this.#sequencer = sequencerTables(db);
    this.#applyUnit = unitApplier(db, this.#tables);
    this.#dayTotals = dayTotalsReader(db);
  }

  now(): EpochMs {
    return this.#runtime.clock.now();
  }

  commit(unit: readonly Change[]): Promise<CommitResult> {
    return this.#commits.submit(() => {
      const value = this.#applyUnit(unit, this.now());
      return { keep: value.ok, value };
    });
  }

  claimDue(owner: string, leaseMs: number, most: number): Promise<readonly Lease[]> {
    return this.#commits.submit(() => {
      const now = this.now();
      const due = this.#tables.leases.due(owner, now, most);
      const taken = due.map((subject) => this.#tables.leases.take(subject, owner, now, leaseMs));
      return { keep: true, value: taken.filter((lease) => lease !== null) };
    });
  }

  claim(subject: Subject, owner: string, leaseMs: number): Promise<Lease | null> {
    return this.#commits.submit(() => {
      return { keep: true, value: this.#tables.leases.take(subject, owner, this.now(), leaseMs) };
    });
  }

  /** The sequencer's step: gives positions to at most so many new transfers and folds their entries into balances.
   *  Answers how many there were; a step repeated after a crash finds done what was done. */
  foldEntries(most: number): Promise<number> {
    return this.#commits.submit(() => ({ keep: true, value: this.#sequencer.fold(most) }));
  }

  nextDueAt(): Promise<EpochMs | null> {
    return this.#read(() => this.#tables.leases.nextDueAt());
  }

  sale(saleId: SaleId): Promise<SaleRecord | null> {
    return this.#read(() => this.#tables.sales.find(saleId));
  }

  payment(attemptId: AttemptId): Promise<PaymentRecord | null> {
    return this.#read(() => this.#tables.payments.find(attemptId));
  }

  paymentsOfSale(saleId: SaleId): Promise<readonly PaymentRecord[]> {
    return this.#read(() => this.#tables.payments.ofSale(saleId));
  }

  refund(refundId: RefundId): Promise<RefundRecord | null> {
    return this.#read(() => this.#tables.refunds.find(refundId));
  }

  refundsOfPayment(attemptId: AttemptId): Promise<readonly RefundRecord[]> {
    return this.#read(() => this.#tables.refunds.ofPayment(attemptId));
  }

  quote(quoteId: QuoteId): Promise<QuoteRecord | null> {
    return this.#read(() => this.#tables.quotes.find(quoteId));
  }

  merchant(mid: Mid): Promise<MerchantRecord | null> {
    return this.#read(() => this.#tables.parties.merchant(mid));
  }

  terminal(tid: Tid): Promise<TerminalRecord | null> {
    return this.#read(() => this.#tables.parties.terminal(tid));
  }

  terminals(): Promise<readonly TerminalRecord[]> {
    return this.#read(() => this.#tables.parties.terminals());
  }

  dayTotals(tid: Tid, businessDate: string): Promise<DayTotalsRecord> {
    return this.#read(() => this.#dayTotals(tid, businessDate));
  }

  transfersOf(reference: string): Promise<readonly Transfer[]> {
    return this.#read(() => this.#tables.ledger.ofReference(reference));
  }

  /** As of the last folded transfer. */
  balances(): readonly Balance[] {
    return this.#sequencer.balances();
  }

  /** From the posted entries themselves. */
  trialBalance(): readonly TrialBalance[] {
    return this.#tables.ledger.trialBalance();
  }

  /** Every payment by its id, for comparing books. */
  allPayments(): Iterable<PaymentRecord> {
    return this.#tables.payments.all();
  }

  allRefunds(): Iterable<RefundRecord> {
    return this.#tables.refunds.all();
  }

  allCards(): Iterable<CardRecord> {
    return this.#tables.cards.transactions.all();
  }

  allAdvices(): Iterable<AdviceRecord> {
    return this.#tables.cards.advices.all();
  }

  /** Everything banks were asked to compare, by bank, currency and period. */
  allBankTotals(): readonly BankTotalsRecord[] {
    return this.#tables.cards.periods.all();
  }

  /** Reads the whole file; what is wrong with it, or nothing. */
  integrityErrors(): readonly string[] {
    const found = this.#db.prepare<[], string>('PRAGMA integrity_check').pluck().all();
    const orphans = this.#db.prepare('PRAGMA foreign_key_check').all();
    return [
      ...found.filter((line) => line !== 'ok'),
      ...orphans.map((row) => `foreign key ${JSON.stringify(row)}`),
    ];
  }

  close(): Promise<void> {
    return this.#commits.close();
  }

  async #read<T>(read: () => T): Promise<T> {
    try {
      return read();
    } catch (error) {
      throw storeError(error);
    }
  }
}
