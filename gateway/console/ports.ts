/** What the operator's pages need beside the services of the bank's day: users, reads made for people, files' bytes, and the
 *  terminals' codes. Owned here, implemented by the store and by the composition root. */
import type { EpochMs } from '../kernel/time.ts';
import type { AuditRow, FileRecord } from '../settlement/contract.ts';
import type { Role } from './contract/roles.ts';
import type {
  AccountCheck,
  ActivationView,
  CycleRow,
  CycleView,
  ExceptionSummary,
  ExceptionView,
  FileView,
  JournalRow,
  MerchantView,
  PaymentsView,
  PaymentView,
  RatesView,
  RateToday,
  TerminalView,
  TodayView,
  UserView,
} from './contract/views.ts';

export interface ConsoleUser {
  readonly name: string;
  readonly role: Role;
  /** The partner bank whose person it is; null of the acquirer's own. */
  readonly partner: string | null;
  readonly password: string;
  readonly version: number;
  readonly madeAt: EpochMs;
  readonly disabledAt: EpochMs | null;
}

export interface ConsoleUsers {
  find(name: string): ConsoleUser | null;
  list(): readonly ConsoleUser[];
  /** With the journal's row, in one commit; false when the name is taken, or the partner unknown. */
  add(user: ConsoleUser, audit: AuditRow): boolean;
  /** Replaces the row whose version is one less; false when somebody was faster. */
  put(user: ConsoleUser, audit: AuditRow): boolean;
}

/** Whose rows may be read: null is everybody's. */
export type Scope = string | null;

export interface PaymentFilter {
  /** An attempt, sale, refund or card transaction; a receipt's number; an RRN; part of none of them. */
  readonly words: string | null;
  readonly tid: string | null;
  readonly mid: string | null;
  /** In Moscow, both included. */
  readonly from: string;
  readonly to: string;
  readonly amountMinor: bigint | null;
  readonly state: string | null;
  readonly most: number;
}

export interface ConsoleReads {
  partnerNames(): ReadonlyMap<string, string>;
  /** Takes the next part of today's rows in, before `today`; true while there is more. */
  advance(): boolean;
  today(scope: Scope): Omit<TodayView, 'rate' | 'exceptions' | 'cutOffs' | 'calendarsEnding'>;
  cycles(scope: Scope, most: number): readonly CycleRow[];
  cycle(cycleId: string, scope: Scope): Omit<CycleView, 'obstacles'> | null;
  files(scope: Scope, most: number): readonly FileView[];
  exceptionSummary(): ExceptionSummary;
  exceptions(state: 'open' | 'ended', most: number): readonly ExceptionView[];
  accountChecks(): readonly AccountCheck[];
  payments(filter: PaymentFilter, scope: Scope): Pick<PaymentsView, 'rows' | 'more'>;
  payment(id: string, scope: Scope): PaymentView | null;
  rateToday(): RateToday | null;
  rates(): RatesView;
  merchants(): readonly MerchantView[];
  terminals(): readonly TerminalView[];
  /** Who may sign in, and when each last did. */
  users(): readonly UserView[];
  journal(before: number | null, most: number): readonly JournalRow[];
}

/** Bytes of a file as it was recorded; null when it is not here any more. */
export interface FileBytes {
  read(file: FileRecord): Promise<Uint8Array | null>;
}

/** Errors  CONSOLE_TERMINAL_REFUSED for a terminal that is unknown or revoked */
export interface TerminalDesk {
  issue(tid: string): Promise<ActivationView>;
  revoke(tid: string): Promise<void>;
}
