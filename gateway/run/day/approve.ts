/** A second person lets a calculated cycle be paid. */
import type { CycleRecord } from '../../settlement/contract.ts';
import { stepCycle } from '../../settlement/cycle.ts';
import { commitStep } from './commits.ts';
import type { DayContext } from './context.ts';

/** Errors  CYCLE_STEP_REFUSED | CYCLE_CHECKER_IS_MAKER | CYCLE_CHANGED */
export async function approveCycle(
  context: DayContext,
  cycle: CycleRecord,
  by: string,
): Promise<CycleRecord> {
  const { store, log } = context;
  const row = stepCycle(cycle, { kind: 'approved', by }, store.now());
  const facts = { outcome: cycle.outcome ?? '', netMinor: `${cycle.net?.amountMinor ?? ''}` };
  const approved = await commitStep(context, row, [
    { kind: 'cycle.put', row },
    {
      kind: 'audit.insert',
      row: { at: store.now(), actor: by, action: 'cycle.approve', subject: cycle.cycleId, facts },
    },
  ]);
  log.info('cycle_approved', { name: cycle.cycleId });
  return approved;
}
