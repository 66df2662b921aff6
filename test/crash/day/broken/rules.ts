/** Rules of the bank's day that may be broken on purpose, by name. Each is a wrapper at a port: nothing in the product knows
 *  of it. The harness has to find every one of them. */
import type { BankContext } from '../../../../gateway/bank-context.ts';
import { deliveredByCopy } from './delivered-by-copy.ts';
import { importByAttempt } from './import-by-attempt.ts';
import { publishBeforeRecord } from './publish-before-record.ts';

export interface DayBreakage {
  /** Where it matters: labels of points to be killed at. */
  readonly at: readonly string[];
  readonly breaks: (context: BankContext, outboxFolder: string) => BankContext;
}

export const BROKEN_DAY_RULES: Readonly<Record<string, DayBreakage>> = {
  publish_before_record: { at: ['stage_sync', 'file.staged'], breaks: publishBeforeRecord },
  delivered_by_copy: { at: ['file.delivered', 'cycle.SENT'], breaks: deliveredByCopy },
  import_by_attempt: { at: ['row.scheme', 'file.imported', 'archive'], breaks: importByAttempt },
};
