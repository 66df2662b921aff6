/** Finds on the bank's statements what became of a cycle that was sent. */
import { equal, type Money } from '../../kernel/money.ts';
import { claimReceived, payoutConfirmed } from '../../ledger/settlement-postings.ts';
import type { CycleRecord, ExceptionRecord, ExceptionType, StatementRow } from '../../settlement/contract.ts';
import { stepCycle } from '../../settlement/cycle.ts';
import { commitNew, commitStep } from './commits.ts';
import type { DayContext } from './context.ts';
import { claimOf } from './documents.ts';

/** The cycle, CONFIRMED where its money has moved as ordered, unchanged while nothing is on a statement. A movement that is
 *  not as ordered, or is there twice, becomes an exception.
 *  Errors  CYCLE_STEP_REFUSED | CYCLE_CHANGED */
export async function confirmCycle(context: DayContext, cycle: CycleRecord): Promise<CycleRecord> {
  const { store, log } = context;
  const expected = expectedOf(cycle);
  if (expected === null) {
    const row = stepCycle(cycle, { kind: 'confirmed', bankReference: null }, store.now());
    return commitStep(context, row, [{ kind: 'cycle.put', row }]);
  }
  const rows = await store.statementRowsOf(cycle.cycleId);
  const fitting = rows.filter((row) => isExpected(row, expected));
  const [first] = fitting;
  await raise(context, cycle, expected, rows, first ?? null);
  if (first === undefined) return cycle;
  const row = stepCycle(cycle, { kind: 'confirmed', bankReference: first.bankReference }, store.now());
  const meta = {
    reference: cycle.cycleId,
    mid: null,
    partner: cycle.partner,
    nostro: first.account,
    businessDate: first.valueDate,
    postedAt: store.now(),
  };
  const transfer =
    expected.direction === 'out'
      ? payoutConfirmed(expected.amount, meta)
      : claimReceived(expected.amount, meta);
  const confirmed = await commitStep(context, row, [
    { kind: 'cycle.put', row },
    { kind: 'transfer.ensure', transfer },
  ]);
  log.info('cycle_confirmed', { name: cycle.cycleId });
  return confirmed;
}

interface Expected {
  readonly direction: 'in' | 'out';
  readonly amount: Money;
}

function expectedOf(cycle: CycleRecord): Expected | null {
  const claim = claimOf(cycle);
  if (claim !== null) return { direction: 'in', amount: claim };
  return cycle.outcome === 'pay' && cycle.net !== null ? { direction: 'out', amount: cycle.net } : null;
}

function isExpected(row: StatementRow, { direction, amount }: Expected): boolean {
  return row.direction === direction && row.reversal !== true && equal(row.amount, amount);
}

/** A movement that names a cycle of ours whose money has moved already, under another reference: nobody asks for it any more,
 *  so it is looked at when it arrives. Null where it is not one. */
export async function movedAgain(context: DayContext, row: StatementRow): Promise<ExceptionRecord | null> {
  if (row.endToEndId === null) return null;
  const again = await context.store.payoutAgain(row.endToEndId);
  const cycle = await context.store.cycle(again?.cycleId ?? row.endToEndId);
  const expected = cycle === null ? null : expectedOf(cycle);
  const reference = again === null ? cycle?.bankReference : again.bankReference;
  if (cycle === null || expected === null || reference == null || reference === row.bankReference)
    return null;
  const type = row.direction === expected.direction && row.reversal !== true ? 'duplicate' : 'status';
  return movementException(context, cycle, type, row);
}

/** A notification and the day's statement may both show one movement; two references are two movements. */
async function raise(
  context: DayContext,
  cycle: CycleRecord,
  expected: Expected,
  rows: readonly StatementRow[],
  first: StatementRow | null,
): Promise<void> {
  const exceptions = rows.flatMap((row): ExceptionRecord[] => {
    if (!isExpected(row, expected)) {
      const isWrongWay = row.direction !== expected.direction || row.reversal === true;
      return [movementException(context, cycle, isWrongWay ? 'status' : 'amount', row)];
    }
    const isAnother = first !== null && row.bankReference !== first.bankReference;
    return isAnother ? [movementException(context, cycle, 'duplicate', row)] : [];
  });
  if (exceptions.length === 0) return;
  await commitNew(
    context,
    exceptions.map((row) => ({ kind: 'exception.ensure', row })),
  );
}

/** A movement under the name of one of the cycle's orders that is not as ordered. */
export function movementException(
  { store }: Pick<DayContext, 'store'>,
  cycle: CycleRecord,
  type: ExceptionType,
  row: StatementRow,
): ExceptionRecord {
  return {
    exceptionId: `${row.source}/${type}/${row.endToEndId ?? cycle.cycleId}/${row.bankReference}`,
    type,
    party: cycle.partner,
    owner: 'operator',
    state: 'open',
    version: 1,
    atRisk: row.amount,
    subject: cycle.cycleId,
    fileId: row.fileId,
    line: row.line,
    facts: {
      ordered: `${cycle.net?.amountMinor ?? ''} ${cycle.currency}`,
      found: `${row.amount.amountMinor} ${row.amount.currency}`,
      direction: row.direction,
      bankReference: row.bankReference,
    },
    businessDate: row.valueDate,
    foundAt: store.now(),
    resolvedAt: null,
    proposedBy: null,
    approvedBy: null,
    reason: null,
    transferId: null,
  };
}
