/** Cuts a cycle: gives every transfer so far its position and fixes the last one as the cycle's end. */
import { AmurError } from '../../kernel/errors.ts';
import { businessDateAt, cutOffAt } from '../../settlement/business-days.ts';
import type { CycleRecord, PartnerRecord } from '../../settlement/contract.ts';
import { cycleAfter, openCycle, stepCycle } from '../../settlement/cycle.ts';
import { commitStep } from './commits.ts';
import { breathe, type DayContext } from './context.ts';

/** Opens the first cycle of each partner and currency that has none open. */
export async function openCycles({ store, book }: DayContext): Promise<void> {
  for (const partner of await store.partners()) {
    for (const currency of partner.currencies) {
      const known = await store.cycles({ partner: partner.partner, currency });
      if (known.some(({ state }) => state === 'OPEN')) continue;
      const date = businessDateAt(store.now(), partner.cutOff, ownCalendar(partner), book);
      // Another process may have opened it; then there is one.
      await store.commit([{ kind: 'cycle.insert', row: openCycle(partner, currency, date, book) }]);
    }
  }
}

/** Open cycles whose cut-off has passed where the partner lives. */
export async function cyclesToCut({ store }: DayContext): Promise<readonly CycleRecord[]> {
  const partners = new Map((await store.partners()).map((partner) => [partner.partner, partner]));
  const open = await store.cycles({ states: ['OPEN'] });
  return open.filter((cycle) => {
    const partner = partners.get(cycle.partner);
    return partner !== undefined && cutOffAt(cycle.businessDate, partner.cutOff) <= store.now();
  });
}

/** Errors  CYCLE_STEP_REFUSED | CYCLE_NOT_CLEAR while the cycle before it has to be calculated first */
export async function cutCycle(context: DayContext, cycle: CycleRecord): Promise<CycleRecord> {
  const { store, book, limits, progress, log } = context;
  const { partner: name, currency } = cycle;
  const partner = (await store.partners()).find((known) => known.partner === name);
  if (partner === undefined)
    throw new AmurError('CYCLE_TERMS_MISSING', { cycle: cycle.cycleId, party: name });
  const before = await store.cycles({ partner: name, currency, states: ['CUT'] });
  if (before.length > 0 && cycle.state === 'OPEN') {
    throw new AmurError('CYCLE_NOT_CLEAR', { cycle: cycle.cycleId, first: before[0]?.cycleId ?? '' });
  }
  let folded = 0;
  // Until there is nothing new: what comes after the last look belongs to this cycle or the next, as the cut itself decides.
  for (let taken = limits.foldMost; taken >= limits.foldMost; ) {
    taken = await store.foldEntries(limits.foldMost);
    folded += taken;
    progress({ job: 'cut', subject: cycle.cycleId, done: folded, of: null });
    await breathe(context);
  }
  const row = stepCycle(cycle, { kind: 'cut' }, store.now());
  await commitStep(context, row, [{ kind: 'cycle.cut', row, next: cycleAfter(cycle, partner, book) }]);
  const cut = (await store.cycle(cycle.cycleId)) ?? row;
  log.info('cycle_cut', { name: cycle.cycleId, count: (cut.toPosition ?? 0) - cut.fromPosition });
  return cut;
}

export function ownCalendar(partner: PartnerRecord): string {
  const [own] = partner.calendars;
  if (own === undefined) throw new AmurError('CALENDAR_UNKNOWN', { calendar: '' });
  return own;
}
