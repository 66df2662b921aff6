/** Today, cycles, their files, and what does not agree. */
import { AmurError } from '../kernel/errors.ts';
import { sleep } from '../kernel/time.ts';
import { MATTER_WAITS_MS } from '../run/card/resolving.ts';
import { approveCycle } from '../run/day/approve.ts';
import { calculateCycle } from '../run/day/calculate.ts';
import { calendarsEnding } from '../run/day/calendar-watch.ts';
import { obstaclesOf } from '../run/day/close.ts';
import { requireCycle } from '../run/day/commits.ts';
import { approveResolution, proposeResolution } from '../run/day/resolve.ts';
import type { CycleView, ReconciliationView, TodayView, WaitingView } from './contract/views.ts';
import {
  type ConsoleDesk,
  type ConsoleRequest,
  type Download,
  journal,
  notFound,
  type Route,
  textIn,
} from './desk.ts';
import type { Scope } from './ports.ts';

const CYCLES_MOST = 200;
const EXCEPTIONS_MOST = 500;
const ENDED_MOST = 100;
const REASON_MOST = 500;

export const SETTLEMENT_ROUTES: readonly Route[] = [
  { method: 'GET', path: '/api/today', act: 'read_own', run: today },
  { method: 'GET', path: '/api/waiting', act: 'read_own', run: waiting },
  {
    method: 'GET',
    path: '/api/cycles',
    act: 'read_own',
    run: async ({ reads }, { scope }) => ({ rows: reads.cycles(scope, CYCLES_MOST) }),
  },
  {
    method: 'GET',
    path: '/api/cycles/:cycle',
    act: 'read_own',
    run: (desk, { params, scope }) => cycleView(desk, params.cycle ?? '', scope),
  },
  {
    method: 'POST',
    path: '/api/cycles/:cycle/calculate',
    act: 'cycle.calculate',
    run: async (desk, { params, user }) => {
      await calculateCycle(desk.day, await requireCycle(desk.day, params.cycle ?? ''), user.name);
      return cycleView(desk, params.cycle ?? '', null);
    },
  },
  { method: 'POST', path: '/api/cycles/:cycle/approve', act: 'cycle.approve', run: approve },
  { method: 'GET', path: '/api/files/:file', act: 'read_own', run: download },
  { method: 'GET', path: '/api/reconciliation', act: 'read', run: reconciliation },
  {
    method: 'POST',
    path: '/api/exceptions/propose',
    act: 'exception.propose',
    run: async (desk, { body, user }) => {
      const exceptionId = textIn(body, 'exceptionId', 400);
      await proposeResolution(desk.resolve, exceptionId, user.name, textIn(body, 'reason', REASON_MOST));
      return reconciliation(desk);
    },
  },
  {
    method: 'POST',
    path: '/api/exceptions/approve',
    act: 'exception.approve',
    run: async (desk, { body, user }) => {
      const exceptionId = textIn(body, 'exceptionId', 400);
      await requirePayer(desk, exceptionId);
      await approveResolution(desk.resolve, exceptionId, user.name);
      return reconciliation(desk);
    },
  },
];

/** The first look at a busy day folds its rows; others have their turn between two parts of it. */
async function today(
  { reads, runtime, day, resolve }: ConsoleDesk,
  { scope }: ConsoleRequest,
): Promise<TodayView> {
  while (reads.advance()) await sleep(runtime.timers, 0);
  const partners = await day.store.partners();
  const cutOffs = partners
    .filter(({ partner }) => scope === null || partner === scope)
    .map(({ cutOff }) => cutOff);
  const distinct = new Map(cutOffs.map((cutOff) => [`${cutOff.localTime} ${cutOff.zone}`, cutOff]));
  return {
    ...reads.today(scope),
    cutOffs: [...distinct.values()],
    // Its source and mark-up are between the acquirer and its merchants.
    rate: scope === null ? reads.rateToday() : null,
    exceptions: scope === null ? reads.exceptionSummary() : null,
    calendarsEnding: scope === null ? await calendarsEnding({ ...day, payers: resolve.payers }) : [],
  };
}

async function waiting(
  { reads, day, cards, rates }: ConsoleDesk,
  { scope }: ConsoleRequest,
): Promise<WaitingView> {
  if (scope !== null) return { cycles: 0, exceptions: 0, matters: 0, rates: 0 };
  const calculated = await day.store.cycles({ states: ['CALCULATED'] });
  const matters = cards === null ? [] : await cards.store.cards.matters.open(MATTER_WAITS_MS);
  return {
    cycles: calculated.length,
    exceptions: reads.exceptionSummary().open,
    matters: matters.length,
    rates: rates.openManual().filter(({ state, withdrawal }) => state === 'proposed' || withdrawal !== null)
      .length,
  };
}

/** The sum that was looked at is named with the approval, so that nobody approves another one. */
async function approve(desk: ConsoleDesk, { params, body, user }: ConsoleRequest): Promise<CycleView> {
  const cycle = await requireCycle(desk.day, params.cycle ?? '');
  const seen = textIn(body, 'netMinor', 30);
  if (cycle.net?.amountMinor.toString() !== seen)
    throw new AmurError('CYCLE_CHANGED', { cycle: cycle.cycleId });
  await approveCycle(desk.day, cycle, user.name);
  return cycleView(desk, cycle.cycleId, null);
}

async function cycleView({ reads, day }: ConsoleDesk, cycleId: string, scope: Scope): Promise<CycleView> {
  const view = reads.cycle(cycleId, scope);
  if (view === null) throw notFound('cycle');
  const isConfirmed = scope === null && view.state === 'CONFIRMED';
  const obstacles = isConfirmed ? await obstaclesOf(day, await requireCycle(day, cycleId)) : [];
  const { bank, bankName } = day.terms.acquirer;
  const files = view.files.map((file) => (file.party === bank ? { ...file, partyName: bankName } : file));
  return { ...view, files, obstacles };
}

async function download(desk: ConsoleDesk, { params, scope, user }: ConsoleRequest): Promise<Download> {
  const { day, files } = desk;
  const file = /^[0-9a-f]{64}$/.test(params.file ?? '') ? await day.store.file(params.file ?? '') : null;
  const isOwn = scope === null || (file?.party === scope && file.direction === 'out');
  if (file === null || !isOwn || file.state === 'staged') throw notFound('file');
  const bytes = await files.read(file);
  if (bytes === null) throw new AmurError('CONSOLE_FILE_GONE', {});
  await journal(desk, user.name, 'file.download', file.name, { fileId: file.fileId, party: file.party });
  return { download: file.name, bytes };
}

async function reconciliation({ reads }: ConsoleDesk): Promise<ReconciliationView> {
  return {
    open: reads.exceptions('open', EXCEPTIONS_MOST),
    ended: reads.exceptions('ended', ENDED_MOST),
    checks: reads.accountChecks(),
  };
}

/** Without knowing who owes it an approval would end the exception and book nothing. */
async function requirePayer({ resolve }: ConsoleDesk, exceptionId: string): Promise<void> {
  const row = await resolve.store.exception(exceptionId);
  if (row?.facts.book === undefined) return;
  if (!resolve.payers.some(({ party }) => party === row.party)) {
    throw new AmurError('CONSOLE_PAYER_MISSING', { party: row.party });
  }
}
