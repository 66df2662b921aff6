/** What the jobs of the bank's day share. */
import { AmurError } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Runtime } from '../../kernel/time.ts';
import { sleep } from '../../kernel/time.ts';
import type { FeeRow } from '../../ledger/fee-book.ts';
import type { SplitTerms } from '../../ledger/fee-split.ts';
import type { VatRow } from '../../ledger/vat.ts';
import type { CalendarBook } from '../../settlement/calendar.ts';
import type { AcquirerRecord, CycleRecord } from '../../settlement/contract.ts';
import type { DayStore, InboxPort, OutboxPort, Progress, SchemaPort } from '../../settlement/ports.ts';

/** Terms of the day that are data of the bank's own. A calculation that is repeated must find them as they were. */
export interface DayTerms {
  readonly acquirer: AcquirerRecord;
  /** Tax in our fees, or on top of them; null where they are not taxed. */
  readonly vat: {
    readonly rows: readonly VatRow[];
    readonly tax: string;
    readonly borne: 'within' | 'on_top';
  } | null;
  /** Who gets what of the net discount, by partner; parties are the partner itself and others. A partner that is not named
   *  has no share. */
  readonly splits: Readonly<Record<string, SplitTerms>>;
  /** Prices by last month's turnover; absent or none, merchants keep their contracts'. */
  readonly feeTiers?: readonly FeeRow[];
  /** What a payment order says it is for; `{date}` is the cycle's business date. */
  readonly purpose: string;
}

export interface DayLimits {
  /** Changes of one commit: payments wait while it is written. */
  readonly commitMost: number;
  /** Transfers given positions in one commit. */
  readonly foldMost: number;
}

export const DEFAULT_DAY_LIMITS: DayLimits = { commitMost: 200, foldMost: 1_000 };

/** What stands against closing a cycle: who shows it has words for each code. */
export interface Obstacle {
  readonly code: 'file_not_delivered' | 'exception_open' | 'file_awaited' | 'payment_again_awaited';
  /** The file's, the exception's or the order's name. */
  readonly subject: string;
}

export interface DayContext {
  readonly store: DayStore;
  readonly outbox: OutboxPort;
  readonly inbox: InboxPort;
  /** Absent, documents of ISO 20022 are not held against ISO's schemas, and their records say so. */
  readonly schemas?: SchemaPort;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly book: CalendarBook;
  readonly terms: DayTerms;
  readonly limits: DayLimits;
  readonly progress: Progress;
  /** What else stands against closing a cycle; reconciliation knows. */
  readonly obstacles: (cycle: CycleRecord) => Promise<readonly Obstacle[]>;
  /** Long work looks at it between two parts, and leaves off where a later round takes it up. */
  readonly halt?: { readonly aborted: boolean };
}

/** Lets timers and connections of this process have their turn between two parts of long work.
 *  Errors  CYCLE_WORK_HALTED when the process is to stop */
export async function breathe({ runtime, halt }: Pick<DayContext, 'runtime' | 'halt'>): Promise<void> {
  await sleep(runtime.timers, 0);
  if (halt?.aborted === true) throw new AmurError('CYCLE_WORK_HALTED', {});
}
