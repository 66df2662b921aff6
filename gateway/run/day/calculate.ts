/** Calculates a cycle that was cut: folds its entries, writes each payee's line with its postings, and then the result.
 *
 *  Everything follows from what stands below the cut and from terms, so a calculation that is repeated after a crash comes to
 *  the same lines, finds those that are written, and writes the others. */
import { AmurError } from '../../kernel/errors.ts';
import type {
  CycleRecord,
  NetLine,
  PartnerRecord,
  PayeeRecord,
  ReserveRecord,
} from '../../settlement/contract.ts';
import { stepCycle } from '../../settlement/cycle.ts';
import { payeeAccount, servedAtEnd } from '../../settlement/membership.ts';
import { netCycleOf, netLineOf } from '../../settlement/net-line.ts';
import { noTotals } from '../../settlement/netting.ts';
import { chargesOf } from './charges.ts';
import { commitAll, commitStep } from './commits.ts';
import type { DayContext } from './context.ts';
import { type LineWriting, lineChanges } from './line-changes.ts';
import { type AccountTotals, memberTotals } from './member-totals.ts';

/** The maker of calculations that no person has asked for. */
export const SYSTEM_MAKER = 'bank-day';

/** `by` is the maker. `read` holds the cycle's totals where they were read with those of others.
 *  Errors  CYCLE_STEP_REFUSED | CYCLE_TEMPLATE_UNKNOWN | CYCLE_TERMS_MISSING | CYCLE_CHANGED */
export async function calculateCycle(
  context: DayContext,
  cycle: CycleRecord,
  by: string,
  read?: AccountTotals,
): Promise<CycleRecord> {
  if (cycle.state !== 'CUT') {
    throw new AmurError('CYCLE_STEP_REFUSED', {
      ...{ cycle: cycle.cycleId, state: cycle.state, step: 'calculated' },
    });
  }
  const { store, terms, progress, log } = context;
  const sources = await readSources(context, cycle, read);
  const drafts = draftLines(context, cycle, sources);
  const net = netCycleOf(
    cycle,
    sources.partner,
    drafts.map(({ line }) => line),
    sources.shareIn,
  );
  const writings = drafts.map(
    (draft, index): LineWriting => ({ ...draft, line: net.lines[index] ?? draft.line }),
  );
  await commitAll(
    context,
    writings.map((writing) => lineChanges(terms, writing, store.now())),
    (done) => progress({ job: 'write lines', subject: cycle.cycleId, done, of: writings.length }),
  );
  const row = stepCycle(cycle, { kind: 'calculated', by, totals: net.totals }, store.now());
  const audit = {
    ...{ at: store.now(), actor: by, action: 'cycle.calculate', subject: cycle.cycleId },
    facts: {
      outcome: net.totals.outcome,
      netMinor: `${net.totals.net.amountMinor}`,
      lines: `${writings.length}`,
    },
  };
  const calculated = await commitStep(context, row, [
    { kind: 'cycle.put', row },
    { kind: 'audit.insert', row: audit },
  ]);
  log.info('cycle_calculated', { name: cycle.cycleId, kind: net.totals.outcome, count: writings.length });
  return calculated;
}

/** The totals of all cycles that were cut, read in one pass, by cycle. A posting that one of them cannot take stops all of
 *  them: nothing is then known of any, and each is calculated by itself, so that the others go on. */
export async function readTotals(
  context: DayContext,
  cycles: readonly CycleRecord[],
): Promise<ReadonlyMap<string, AccountTotals>> {
  if (cycles.length < 2) return new Map();
  try {
    const totals = await memberTotals(context, cycles, await context.store.assignments());
    return new Map(cycles.map(({ cycleId }, index) => [cycleId, totals[index] ?? new Map()]));
  } catch (error) {
    if (error instanceof AmurError && error.code === 'CYCLE_TEMPLATE_UNKNOWN') return new Map();
    throw error;
  }
}

interface Sources {
  readonly partner: PartnerRecord;
  readonly payees: ReadonlyMap<string, PayeeRecord>;
  readonly totals: AccountTotals;
  readonly carries: ReadonlyMap<string, NetLine>;
  readonly reserves: ReadonlyMap<string, readonly ReserveRecord[]>;
  readonly shareIn: bigint;
}

async function readSources(
  context: DayContext,
  cycle: CycleRecord,
  read: AccountTotals | undefined,
): Promise<Sources> {
  const { store } = context;
  const assignments = await store.assignments();
  const partner = (await store.partners()).find((known) => known.partner === cycle.partner);
  if (partner === undefined) throw missing(cycle, cycle.partner);
  const payees = new Map((await store.payees()).map((payee) => [payeeAccount(payee.kind, payee.id), payee]));
  const served = servedAtEnd(cycle, assignments);
  return {
    partner,
    payees,
    totals: read ?? (await memberTotals(context, [cycle], assignments))[0] ?? new Map(),
    carries: firstOfEach(await store.carriesFor(cycle), served),
    reserves: grouped(await store.reservesFor(cycle), served),
    shareIn: await shareCarriedTo(context, cycle),
  };
}

function draftLines(context: DayContext, cycle: CycleRecord, sources: Sources): readonly LineWriting[] {
  const { payees, totals, carries, reserves } = sources;
  const accounts = [...new Set([...totals.keys(), ...carries.keys(), ...reserves.keys()])].sort();
  return accounts.map((account) => {
    const payee = payees.get(account);
    if (payee === undefined) throw missing(cycle, account);
    const own = totals.get(account) ?? noTotals();
    const released = reserves.get(account) ?? [];
    const charges = chargesOf(context.terms, { cycle, payee, totals: own, released });
    const line = netLineOf({ cycle, payee, totals: own, charges, carry: carries.get(account) ?? null });
    return { cycle, payee, line, tenders: own.tenders, released };
  });
}

/** Of the cycle before, when that one carried. */
async function shareCarriedTo({ store }: DayContext, cycle: CycleRecord): Promise<bigint> {
  const all = await store.cycles({ partner: cycle.partner, currency: cycle.currency });
  const before = all.findLast(({ businessDate }) => businessDate < cycle.businessDate);
  return before?.carriedShare?.amountMinor ?? 0n;
}

/** The oldest carry of each payee; a second one, of a payee that changed its partner, waits for the next cycle. */
function firstOfEach(carries: readonly NetLine[], served: ReadonlySet<string>): ReadonlyMap<string, NetLine> {
  const first = new Map<string, NetLine>();
  for (const carry of carries) {
    const account = payeeAccount(carry.kind, carry.id);
    if (served.has(account) && !first.has(account)) first.set(account, carry);
  }
  return first;
}

function grouped(
  reserves: readonly ReserveRecord[],
  served: ReadonlySet<string>,
): ReadonlyMap<string, readonly ReserveRecord[]> {
  const groups = new Map<string, ReserveRecord[]>();
  for (const reserve of reserves) {
    const account = payeeAccount(reserve.kind, reserve.id);
    if (!served.has(account)) continue;
    const known = groups.get(account);
    if (known === undefined) groups.set(account, [reserve]);
    else known.push(reserve);
  }
  return groups;
}

function missing(cycle: CycleRecord, party: string): AmurError {
  return new AmurError('CYCLE_TERMS_MISSING', { cycle: cycle.cycleId, party });
}
