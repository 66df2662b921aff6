/** Commits of the day's jobs. A refusal that a repeated job may meet is an answer; any other is a contradiction. */
import { AmurError } from '../../kernel/errors.ts';
import type { CycleRecord } from '../../settlement/contract.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { breathe, type DayContext } from './context.ts';

/** Commits in units of the agreed size; each may be repeated, so a crash between two leaves nothing half done.
 *  Errors  CYCLE_CHANGED when something else stands already */
export async function commitAll(
  context: Pick<DayContext, 'store' | 'limits' | 'runtime' | 'halt'>,
  groups: Iterable<readonly DayChange[]>,
  done: (groups: number) => void = () => undefined,
): Promise<void> {
  let unit: DayChange[] = [];
  let count = 0;
  const flush = async (): Promise<void> => {
    if (unit.length === 0) return;
    await commitNew(context, unit);
    unit = [];
    done(count);
    await breathe(context);
  };
  for (const group of groups) {
    if (unit.length > 0 && unit.length + group.length > context.limits.commitMost) await flush();
    unit.push(...group);
    count += 1;
  }
  await flush();
}

/** Errors  CYCLE_CHANGED */
export async function commitNew(
  { store }: Pick<DayContext, 'store'>,
  unit: readonly DayChange[],
): Promise<void> {
  const result = await store.commit(unit);
  if (result.ok) return;
  const { reason, change } = result.refusal;
  throw new AmurError('CYCLE_CHANGED', { reason, change: unit[change]?.kind ?? '' });
}

/** Commits a step of a cycle. Another process that was first has taken the same step, and then its row is the answer.
 *  Errors  CYCLE_CHANGED */
export async function commitStep(
  { store }: Pick<DayContext, 'store'>,
  row: CycleRecord,
  unit: readonly DayChange[],
): Promise<CycleRecord> {
  const result = await store.commit(unit);
  if (result.ok) return row;
  const { reason, change } = result.refusal;
  const stored = reason === 'version' ? await store.cycle(row.cycleId) : null;
  if (stored !== null && stored.version >= row.version) return stored;
  throw new AmurError('CYCLE_CHANGED', { cycle: row.cycleId, reason, change: unit[change]?.kind ?? '' });
}

/** Errors  CYCLE_NOT_FOUND */
export async function requireCycle(
  { store }: Pick<DayContext, 'store'>,
  cycleId: string,
): Promise<CycleRecord> {
  const cycle = await store.cycle(cycleId);
  if (cycle === null) throw new AmurError('CYCLE_NOT_FOUND', { cycle: cycleId.slice(0, 60) });
  return cycle;
}
