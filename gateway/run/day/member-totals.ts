/** Reads a cycle's entries part by part and folds them into totals of its payees. */
import type { CycleRecord, PayeeAssignment } from '../../settlement/contract.ts';
import { membershipOf, readingPlan } from '../../settlement/membership.ts';
import { NettingFold, PAYABLE_FAMILIES, type PayeeTotals } from '../../settlement/netting.ts';
import { breathe, type DayContext } from './context.ts';

/** By payee's account. Errors  CYCLE_TEMPLATE_UNKNOWN */
export async function memberTotals(
  context: DayContext,
  cycle: CycleRecord,
  assignments: readonly PayeeAssignment[],
): Promise<ReadonlyMap<string, Readonly<PayeeTotals>>> {
  const fold = new NettingFold(cycle.currency);
  const plan = readingPlan(membershipOf(cycle, assignments));
  let entries = 0;
  for (const { range, accounts } of plan) {
    for await (const sums of context.store.sums(range, PAYABLE_FAMILIES)) {
      for (const sum of sums) {
        if (!accounts.has(sum.account)) continue;
        fold.add(sum);
        entries += sum.count;
      }
      context.progress({ job: 'calculate', subject: cycle.cycleId, done: entries, of: null });
      await breathe(context);
    }
  }
  return fold.totals();
}
