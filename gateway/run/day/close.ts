/** Closes a confirmed cycle when nothing about it is open any more. */
import type { CycleRecord } from '../../settlement/contract.ts';
import { stepCycle } from '../../settlement/cycle.ts';
import { commitStep } from './commits.ts';
import type { DayContext, Obstacle } from './context.ts';

/** What stands against closing it; nothing when it may be closed. */
export async function obstaclesOf(context: DayContext, cycle: CycleRecord): Promise<readonly Obstacle[]> {
  const { store } = context;
  const files = await store.files({ cycleId: cycle.cycleId, states: ['staged'] });
  const open = await store.exceptions({ subject: cycle.cycleId, states: ['open'] });
  const again = await store.payoutsAgain({
    cycleId: cycle.cycleId,
    states: ['RETURNED', 'ORDERED', 'SENT'],
  });
  return [
    ...again.map(({ orderId }): Obstacle => ({ code: 'payment_again_awaited', subject: orderId })),
    ...files.map(({ name }): Obstacle => ({ code: 'file_not_delivered', subject: name })),
    ...open.map(({ exceptionId }): Obstacle => ({ code: 'exception_open', subject: exceptionId })),
    ...(await context.obstacles(cycle)),
  ];
}

/** The cycle, CLOSED, or unchanged while something stands against it. Errors  CYCLE_STEP_REFUSED | CYCLE_CHANGED */
export async function closeCycle(context: DayContext, cycle: CycleRecord): Promise<CycleRecord> {
  const { store, log } = context;
  const row = stepCycle(cycle, { kind: 'closed' }, store.now());
  const obstacles = await obstaclesOf(context, cycle);
  if (obstacles.length > 0) {
    log.warn('cycle_not_clear', { name: cycle.cycleId, count: obstacles.length });
    return cycle;
  }
  const closed = await commitStep(context, row, [{ kind: 'cycle.put', row }]);
  log.info('cycle_closed', { name: cycle.cycleId });
  return closed;
}
