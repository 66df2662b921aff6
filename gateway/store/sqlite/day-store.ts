/** The bank's day on SQLite, in the same file as the payments: its commits are short, because payments wait for the same
 *  lock, and its streams read a part at a time. */
import type Database from 'better-sqlite3';
import type { CurrencyCode } from '../../kernel/currency.ts';
import type { EpochMs, Runtime } from '../../kernel/time.ts';
import type { MonthTier } from '../../ledger/month-tier.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type {
  AuditRow,
  CycleRecord,
  ExceptionRecord,
  FileRecord,
  LedgerLine,
  LedgerSum,
  NetLine,
  PartnerRecord,
  PayeeAssignment,
  PayeeRecord,
  PayoutAgain,
  ReserveRecord,
  SchemeRow,
  StatementRow,
  TenderLine,
} from '../../settlement/contract.ts';
import type {
  AccountBalance,
  CycleFilter,
  DayChange,
  DayCommit,
  DayStore,
  ExceptionFilter,
  FileFilter,
  PositionRange,
} from '../../settlement/ports.ts';
import { prepareConnection, storeError } from './connection.ts';
import { dayCycles } from './day-cycles.ts';
import { dayExceptions } from './day-exceptions.ts';
import { dayFiles } from './day-files.ts';
import { dayLedger } from './day-ledger.ts';
import { logDocuments } from './day-log.ts';
import { dayParties } from './day-parties.ts';
import { type DayTables, dayUnitApplier } from './day-unit.ts';
import { feeTierTables } from './fee-tiers.ts';
import { GroupCommit } from './group-commit.ts';
import { ledgerTables } from './ledger-tables.ts';
import { migrate, shippedMigrations } from './migrations.ts';
import type { StoreOptions } from './payment-store.ts';
import { payoutsAgain } from './payouts-again.ts';
import { sequencerTables } from './sequencer-tables.ts';

/** Readies the database and opens the store on it. The handle stays its opener's to close, after the store's `close`.
 *  Errors  STORE_CORRUPT | STORE_FOREIGN | STORE_NEWER | STORE_MIGRATION_CHANGED | STORE_UNAVAILABLE */
export function openDayStore(
  db: Database.Database,
  runtime: Pick<Runtime, 'clock'>,
  options: StoreOptions = {},
): SqliteDayStore {
  prepareConnection(db);
  try {
    migrate(db, options.migrations ?? shippedMigrations(), runtime.clock.now());
    return new SqliteDayStore(db, runtime, options);
  } catch (error) {
    throw storeError(error);
  }
}

export class SqliteDayStore implements DayStore {
  readonly #runtime: Pick<Runtime, 'clock'>;
  readonly #commits: GroupCommit;
  readonly #tables: DayTables;
  readonly #apply: (unit: readonly DayChange[]) => DayCommit;
  readonly #fold: (most: number) => number;

  constructor(db: Database.Database, runtime: Pick<Runtime, 'clock'>, options: StoreOptions) {
    this.#runtime = runtime;
    this.#commits = new GroupCommit(db, options.defer ?? queueMicrotask, options.committed);
    this.#tables = {
      parties: dayParties(db),
      cycles: dayCycles(db),
      files: dayFiles(db),
      exceptions: dayExceptions(db),
      ledger: dayLedger(db),
      transfers: ledgerTables(db),
      log: logDocuments(db),
      tiers: feeTierTables(db),
      payouts: payoutsAgain(db),
      now: () => runtime.clock.now(),
    };
    this.#apply = dayUnitApplier(this.#tables);
    const sequencer = sequencerTables(db);
    this.#fold = (most) => sequencer.fold(most);
  }

  now(): EpochMs {
    return this.#runtime.clock.now();
  }

  commit(unit: readonly DayChange[]): Promise<DayCommit> {
    return this.#commits.submit(() => {
      const value = this.#apply(unit);
      return { keep: value.ok, value };
    });
  }

  foldEntries(most: number): Promise<number> {
    return this.#commits.submit(() => ({ keep: true, value: this.#fold(most) }));
  }

  lastPosition(): Promise<number> {
    return this.#read(() => this.#tables.ledger.lastPosition());
  }

  lines(range: PositionRange, families?: readonly string[]): AsyncIterable<readonly LedgerLine[]> {
    return this.#ranges(range, (part) => this.#tables.ledger.linesBatch(part, families));
  }

  sums(range: PositionRange, families: readonly string[]): AsyncIterable<readonly LedgerSum[]> {
    return this.#ranges(range, (part) => this.#tables.ledger.sumsBatch(part, families));
  }

  balancesAt(position: number, families?: readonly string[]): Promise<readonly AccountBalance[]> {
    return this.#read(() => this.#tables.ledger.balancesAt(position, families));
  }

  transfersOf(reference: string): Promise<readonly Transfer[]> {
    return this.#read(() => this.#tables.transfers.ofReference(reference));
  }

  partners(): Promise<readonly PartnerRecord[]> {
    return this.#read(() => this.#tables.parties.partners());
  }

  payees(): Promise<readonly PayeeRecord[]> {
    return this.#read(() => this.#tables.parties.payees());
  }

  assignments(): Promise<readonly PayeeAssignment[]> {
    return this.#read(() => this.#tables.parties.assignments());
  }

  cycle(cycleId: string): Promise<CycleRecord | null> {
    return this.#read(() => this.#tables.cycles.find(cycleId));
  }

  cycles(filter: CycleFilter = {}): Promise<readonly CycleRecord[]> {
    return this.#read(() => this.#tables.cycles.list(filter));
  }

  netLines(cycleId: string): Promise<readonly NetLine[]> {
    return this.#read(() => this.#tables.cycles.lines(cycleId));
  }

  tenderLines(cycleId: string): Promise<readonly TenderLine[]> {
    return this.#read(() => this.#tables.cycles.tenders(cycleId));
  }

  carriesFor(cycle: CycleRecord): Promise<readonly NetLine[]> {
    return this.#read(() => this.#tables.cycles.carriesFor(cycle));
  }

  reservesFor(cycle: CycleRecord): Promise<readonly ReserveRecord[]> {
    return this.#read(() => this.#tables.cycles.reservesFor(cycle));
  }

  reserves(cycleId: string): Promise<readonly ReserveRecord[]> {
    return this.#read(() => this.#tables.cycles.reserves(cycleId));
  }

  reservesHeld(currency: CurrencyCode): Promise<readonly ReserveRecord[]> {
    return this.#read(() => this.#tables.cycles.reservesHeld(currency));
  }

  file(fileId: string): Promise<FileRecord | null> {
    return this.#read(() => this.#tables.files.find(fileId));
  }

  files(filter: FileFilter = {}): Promise<readonly FileRecord[]> {
    return this.#read(() => this.#tables.files.list(filter));
  }

  schemeRows(source: string, fileId?: string): AsyncIterable<readonly SchemeRow[]> {
    const files = () => this.#imported(source, fileId);
    return this.#rows(files, (file, line) => this.#tables.files.schemeAfter(file, line));
  }

  statementRows(
    filter: { readonly source?: string; readonly fileId?: string } = {},
  ): AsyncIterable<readonly StatementRow[]> {
    const files = () => this.#imported(filter.source, filter.fileId);
    return this.#rows(files, (file, line) => this.#tables.files.statementAfter(file, line));
  }

  statementRow(fileId: string, line: number): Promise<StatementRow | null> {
    return this.#read(() => {
      const [file] = this.#imported(undefined, fileId);
      return file === undefined ? null : this.#tables.files.statementAt(file, line);
    });
  }

  statementRowsOf(endToEndId: string): Promise<readonly StatementRow[]> {
    return this.#read(() => this.#tables.files.statementOf(endToEndId));
  }

  exception(exceptionId: string): Promise<ExceptionRecord | null> {
    return this.#read(() => this.#tables.exceptions.find(exceptionId));
  }

  exceptionsToSettle(): Promise<readonly ExceptionRecord[]> {
    return this.#read(() => this.#tables.exceptions.toSettle());
  }

  payoutAgain(orderId: string): Promise<PayoutAgain | null> {
    return this.#read(() => this.#tables.payouts.find(orderId));
  }

  payoutsAgain(filter: Parameters<DayStore['payoutsAgain']>[0] = {}): Promise<readonly PayoutAgain[]> {
    return this.#read(() => this.#tables.payouts.list(filter));
  }

  feeTiers(month: string): Promise<readonly MonthTier[]> {
    return this.#read(() => this.#tables.tiers.ofMonth(month));
  }

  feeMonthIsDone(month: string): Promise<boolean> {
    return this.#read(() => this.#tables.tiers.isDone(month));
  }

  exceptions(filter: ExceptionFilter = {}): Promise<readonly ExceptionRecord[]> {
    return this.#read(() => this.#tables.exceptions.list(filter));
  }

  audit(filter: { readonly subject?: string; readonly most: number }): Promise<readonly AuditRow[]> {
    return this.#read(() => this.#tables.exceptions.audit(filter.subject, filter.most));
  }

  close(): Promise<void> {
    return this.#commits.close();
  }

  #imported(source: string | undefined, fileId: string | undefined): readonly FileRecord[] {
    const { files } = this.#tables;
    if (fileId === undefined) {
      const party = source === undefined ? {} : { party: source };
      return files.list({ direction: 'in', states: ['imported'], ...party });
    }
    const file = files.find(fileId);
    const isWanted = file?.state === 'imported' && (source === undefined || file.party === source);
    return isWanted ? [file] : [];
  }

  async *#rows<T extends { readonly line: number }>(
    files: () => readonly FileRecord[],
    after: (file: FileRecord, line: number) => readonly T[],
  ): AsyncIterable<readonly T[]> {
    for (const file of await this.#read(files)) {
      let rows = await this.#read(() => after(file, 0));
      while (rows.length > 0) {
        yield rows;
        const line = rows.at(-1)?.line ?? 0;
        rows = await this.#read(() => after(file, line));
      }
    }
  }

  async *#ranges<T>(
    range: PositionRange,
    read: (part: PositionRange) => { readonly rows: readonly T[]; readonly rest: PositionRange | null },
  ): AsyncIterable<readonly T[]> {
    let left: PositionRange | null = range;
    while (left !== null) {
      const part: PositionRange = left;
      const { rows, rest } = await this.#read(() => read(part));
      if (rows.length > 0) yield rows;
      left = rest;
    }
  }

  async #read<T>(read: () => T): Promise<T> {
    try {
      return read();
    } catch (error) {
      throw storeError(error);
    }
  }
}
