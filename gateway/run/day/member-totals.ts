/** Reads the entries of cycles part by part and folds them into totals of their payees. */
import type { CycleRecord, PayeeAssignment } from '../../settlement/contract.ts';
import { membershipOf, readingPlan } from '../../settlement/membership.ts';
import { NettingFold, PAYABLE_FAMILIES, type PayeeTotals } from '../../settlement/netting.ts';
import { breathe, type DayContext } from './context.ts';

export type AccountTotals = ReadonlyMap<string, Readonly<PayeeTotals>>;

/** For each cycle its totals by payee's account, all in one pass. Errors  CYCLE_TEMPLATE_UNKNOWN */
export async function memberTotals(
  context: DayContext,
  cycles: readonly CycleRecord[],
  assignments: readonly PayeeAssignment[],
): Promise<readonly AccountTotals[]> {
  const folds = cycles.map(({ currency }) => new NettingFold(currency));
  const plan = readingPlan(cycles.map((cycle) => membershipOf(cycle, assignments)));
  const subject = cycles.map(({ cycleId }) => cycleId).join(' ');
  let entries = 0;
  for (const { range, members } of plan) {
    for await (const sums of context.store.sums(range, PAYABLE_FAMILIES)) {
      for (const sum of sums) {
        for (const cycle of members.get(sum.account) ?? []) folds[cycle]?.add(sum);
        entries += sum.count;
      }
      context.progress({ job: 'calculate', subject, done: entries, of: null });
      await breathe(context);
    }
  }
  return folds.map((fold) => fold.totals());
}
