/** What the bank's day needs of the world: a store of its own rows beside the payments, and two folders. Owned here,
 *  implemented in `gateway/store` and by composition roots. */
import type { CurrencyCode } from '../kernel/currency.ts';
import type { Money } from '../kernel/money.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { MonthTier } from '../ledger/month-tier.ts';
import type { Transfer } from '../ledger/transfer.ts';
import type {
  AuditRow,
  CycleRecord,
  CycleState,
  ExceptionRecord,
  FileRecord,
  LedgerLine,
  LedgerSum,
  NetLine,
  PartnerRecord,
  PayeeAssignment,
  PayeeKind,
  PayeeRecord,
  PayoutAgain,
  ReserveRecord,
  SchemeRow,
  StatementRow,
  TenderLine,
} from './contract.ts';

// ---------------------------------------------------------------- store

/** One change. A unit is a list of changes that commit together or not at all; keep units small, because payments wait
 *  for the same lock.
 *
 *  *.insert  refuses with `exists` when the key is taken.
 *  *.put     replaces the row when its stored version is `row.version - 1`; otherwise refuses with `version`.
 *  *.ensure  is done when the same row stands already, and refuses with `conflict` when another stands under its key: what
 *            a job that is repeated after a crash writes. */
export type DayChange =
  /** Insert or replace; parties have no versions. */
  | { readonly kind: 'partner.set'; readonly row: PartnerRecord }
  | { readonly kind: 'payee.set'; readonly row: PayeeRecord }
  /** The store gives the positions: `fromPosition` is 0 for a payee's first assignment and else the last position there is,
   *  so that no cut made so far can disagree. A payee that is with that partner already stays as it is. */
  | {
      readonly kind: 'payee.assign';
      readonly payee: Pick<PayeeAssignment, 'kind' | 'id' | 'partner'>;
    }
  | { readonly kind: 'cycle.insert'; readonly row: CycleRecord }
  | { readonly kind: 'cycle.put'; readonly row: CycleRecord }
  /** As `cycle.put`, to CUT, and inserts the cycle after it: the store gives `toPosition` of the one and `fromPosition` of
   *  the other, the last position there is inside this very transaction. Refuses `conflict` while the partner has a CUT
   *  cycle in that currency, whose postings have to come before. */
  | { readonly kind: 'cycle.cut'; readonly row: CycleRecord; readonly next: CycleRecord }
  /** Refuses `conflict` when another cycle's line has already taken the same carry. */
  | { readonly kind: 'line.ensure'; readonly row: NetLine }
  | { readonly kind: 'tender.ensure'; readonly row: TenderLine }
  | { readonly kind: 'reserve.ensure'; readonly row: ReserveRecord }
  /** Refuses `conflict` when another cycle released it. */
  | {
      readonly kind: 'reserve.release';
      readonly cycleId: string;
      readonly payee: { readonly kind: PayeeKind; readonly id: string };
      readonly releasedIn: string;
    }
  | { readonly kind: 'transfer.ensure'; readonly transfer: Transfer }
  /** Refuses `exists` when these bytes are known, delivered, imported or refused, and `conflict` when its temporary name was
   *  discarded. */
  | { readonly kind: 'file.insert'; readonly row: FileRecord }
  /** Moves a file forward; refuses `conflict` for a step back. */
  | { readonly kind: 'file.state'; readonly fileId: string; readonly state: FileRecord['state'] }
  /** From now on no record may name it; refuses `conflict` when one does. */
  | { readonly kind: 'staged.discard'; readonly stagedAs: string }
  | { readonly kind: 'scheme_row.ensure'; readonly row: SchemeRow }
  | { readonly kind: 'statement_row.ensure'; readonly row: StatementRow }
  | { readonly kind: 'exception.ensure'; readonly row: ExceptionRecord }
  | { readonly kind: 'exception.put'; readonly row: ExceptionRecord }
  /** Both sides of an approved one are closed in reconciliation's memory. */
  | { readonly kind: 'exception.settled'; readonly exceptionId: string }
  /** Refuses `exists` when the order, or one for the same return, is known. */
  | { readonly kind: 'payout_again.insert'; readonly row: PayoutAgain }
  /** Refuses `conflict` when its document number of that day is another order's. */
  | { readonly kind: 'payout_again.put'; readonly row: PayoutAgain }
  /** Refuses `exists` when the month has one for this merchant, tender and currency. */
  | { readonly kind: 'fee_tier.insert'; readonly row: MonthTier }
  /** All tiers by this month's turnover are set, so many. Refuses `exists` when that was said before. */
  | { readonly kind: 'fee_month.done'; readonly month: string; readonly tiers: number }
  | { readonly kind: 'audit.insert'; readonly row: AuditRow };

export interface DayRefusal {
  readonly reason: 'exists' | 'version' | 'conflict' | 'not_found';
  /** Index of the change that was refused. */
  readonly change: number;
}

export type DayCommit = { readonly ok: true } | { readonly ok: false; readonly refusal: DayRefusal };

/** Positions `(after, upTo]`. */
export interface PositionRange {
  readonly after: number;
  readonly upTo: number;
}

export interface CycleFilter {
  readonly partner?: string;
  readonly currency?: CurrencyCode;
  readonly states?: readonly CycleState[];
}

export interface FileFilter {
  readonly direction?: 'in' | 'out';
  readonly cycleId?: string;
  readonly party?: string;
  readonly states?: readonly FileRecord['state'][];
}

export interface ExceptionFilter {
  readonly party?: string;
  /** What it is about. */
  readonly subject?: string;
  readonly states?: readonly ExceptionRecord['state'][];
}

/** Sums of an account in one currency up to a position. */
export interface AccountBalance {
  readonly account: string;
  readonly currency: CurrencyCode;
  readonly debit: bigint;
  readonly credit: bigint;
}

/** Streams come in batches, each read in a moment, so that nobody holds the database for the length of a day and a
 *  million rows never stand in memory at once. Rows below a position never change, so batches agree with each other. */
export interface DayStore {
  now(): EpochMs;
  commit(unit: readonly DayChange[]): Promise<DayCommit>;
  /** Gives positions to at most so many new transfers; answers how many there were. The gateway does it too; whoever comes
   *  first. */
  foldEntries(most: number): Promise<number>;
  lastPosition(): Promise<number>;

  /** Entries in the range, by position and line. `families` keeps accounts of these families only. */
  lines(range: PositionRange, families?: readonly string[]): AsyncIterable<readonly LedgerLine[]>;
  /** The same added up, batch by batch: an account may come again in a later batch. */
  sums(range: PositionRange, families: readonly string[]): AsyncIterable<readonly LedgerSum[]>;
  /** Every account's balance as of a position, or trial balance when added up; by account and currency. */
  balancesAt(position: number, families?: readonly string[]): Promise<readonly AccountBalance[]>;
  transfersOf(reference: string): Promise<readonly Transfer[]>;

  partners(): Promise<readonly PartnerRecord[]>;
  payees(): Promise<readonly PayeeRecord[]>;
  /** By `fromPosition`, then as they were made. */
  assignments(): Promise<readonly PayeeAssignment[]>;

  cycle(cycleId: string): Promise<CycleRecord | null>;
  /** By business date, partner and currency. */
  cycles(filter?: CycleFilter): Promise<readonly CycleRecord[]>;
  /** By payee. */
  netLines(cycleId: string): Promise<readonly NetLine[]>;
  /** By payee, tender and currency. */
  tenderLines(cycleId: string): Promise<readonly TenderLine[]>;
  /** Lines whose `carriedOut` no line of another cycle has taken, of cycles in the same currency that had been calculated
   *  when this one was cut: the same whenever it is asked for. */
  carriesFor(cycle: CycleRecord): Promise<readonly NetLine[]>;
  /** Held by cycles that had been calculated when this one was cut, due on or before its business date, and released by no
   *  other. */
  reservesFor(cycle: CycleRecord): Promise<readonly ReserveRecord[]>;
  reserves(cycleId: string): Promise<readonly ReserveRecord[]>;
  /** All that is held and not released. */
  reservesHeld(currency: CurrencyCode): Promise<readonly ReserveRecord[]>;

  file(fileId: string): Promise<FileRecord | null>;
  /** By `at`, then by name. */
  files(filter?: FileFilter): Promise<readonly FileRecord[]>;
  /** Rows of imported files of a source; those of one file when it is named. By file and line. */
  schemeRows(source: string, fileId?: string): AsyncIterable<readonly SchemeRow[]>;
  statementRows(filter?: {
    readonly source?: string;
    readonly fileId?: string;
  }): AsyncIterable<readonly StatementRow[]>;
  /** One row of an imported statement, by its key. */
  statementRow(fileId: string, line: number): Promise<StatementRow | null>;
  /** Movements out that name this payment, of imported statements. */
  statementRowsOf(endToEndId: string): Promise<readonly StatementRow[]>;

  exception(exceptionId: string): Promise<ExceptionRecord | null>;
  payoutAgain(orderId: string): Promise<PayoutAgain | null>;
  /** By cycle and number. */
  payoutsAgain(filter?: {
    readonly cycleId?: string;
    readonly states?: readonly PayoutAgain['state'][];
    readonly exceptionId?: string;
    readonly documentDate?: string;
  }): Promise<readonly PayoutAgain[]>;

  /** Those set by a month's turnover, by merchant. */
  feeTiers(month: string): Promise<readonly MonthTier[]>;
  feeMonthIsDone(month: string): Promise<boolean>;

  exceptions(filter?: ExceptionFilter): Promise<readonly ExceptionRecord[]>;
  /** Approved ones whose sides have not been told to be closed: after a crash, those of the last approval. By id. */
  exceptionsToSettle(): Promise<readonly ExceptionRecord[]>;
  /** Newest first, at most so many. */
  audit(filter: { readonly subject?: string; readonly most: number }): Promise<readonly AuditRow[]>;
}

// ---------------------------------------------------------------- folders

/** A file written whole under a temporary name of its own, its bytes synced to disk. */
export interface StagedFile {
  readonly stagedAs: string;
  readonly fileId: string;
  readonly bytes: number;
}

/** Where partners fetch our files. A name is `<party>/<file>`.
 *
 *  A file is staged, then its record is committed, then it is given its name by a rename. From the record on only the staged
 *  file it names is delivered, and never written again: when it is not there any more it has been delivered, even if it
 *  has been fetched since. So neither a crash nor a second process delivers it twice. */
export interface OutboxPort {
  /** Makes the names durable of all that was staged or published since the last time: before a record says so. */
  sync(): Promise<void>;
  stage(name: string, content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<StagedFile>;
  /** False when the staged file is not there any more: it had been published.
   *  Errors  OUTBOX_NAME_TAKEN while another file of that name waits to be fetched */
  publish(stagedAs: string, name: string): Promise<boolean>;
  /** The bytes as they lie on the disk, to be read back before they are recorded. */
  read(stagedAs: string): Promise<Uint8Array>;
  /** Removes a staged file that no record names. */
  discard(stagedAs: string): Promise<void>;
  /** Temporary names of all that is staged, by name; half-written ones as well. */
  staged(): Promise<readonly string[]>;
}

/** Where files for us arrive, one folder a party. Names that begin with a point or end in `.part` are not looked at. */
export interface InboxPort {
  /** `<party>/<file>` by name, whole and at rest. */
  list(): Promise<readonly string[]>;
  /** Null when it is not there any more: another process has taken it. */
  read(name: string): Promise<Uint8Array | null>;
  /** Puts the file where what was read is kept; nothing when it is there already. */
  archive(name: string, fileId: string): Promise<void>;
}

// ---------------------------------------------------------------- schemas

/** One objection of a schema. It says where and which rule, never what stands there. */
export interface SchemaFault {
  /** From 1, as a person counts; 0 where none is known. */
  readonly line: number;
  /** The element's name; empty where the document is not XML at all. */
  readonly element: string;
  /** `maxLength`, `fractionDigits` … of the schema's facets, `unexpected`, `missing`, `type`, `document`. */
  readonly rule: string;
}

export interface SchemaCheck {
  readonly schemaChecked: boolean;
  /** Why it was not checked; null when it was. */
  readonly notCheckedBecause: 'no_directory' | 'no_schema' | 'no_checker' | 'too_large' | null;
  /** What the schema objects to; empty when sound or not checked. */
  readonly faults: readonly SchemaFault[];
}

/** Checks a document of ISO 20022 against ISO's own schema, where somebody has put it. */
export interface SchemaPort {
  /** `message` is its full name, `pain.001.001.03`. Errors  FILE_SCHEMA_UNUSABLE where the schema itself is no good */
  check(xml: Uint8Array, message: string): Promise<SchemaCheck>;
}

/** Told of the advance of long work; may be called often. */
export type Progress = (step: {
  readonly job: string;
  readonly subject: string;
  readonly done: number;
  /** Null while the end is not known. */
  readonly of: number | null;
}) => void;

/** What a payment order or a detail file came to. */
export interface WrittenFile {
  readonly name: string;
  readonly rows: number;
  readonly totals: readonly Money[];
}
