/** A payment that our bank brings back after it had left: booked as owed again, ordered again when two persons have decided so,
 *  sent, and confirmed like the first. Each order has a name of its own, so a statement says which of them it is about; the one
 *  after it exists only once the one before has come back, so the sum is never on its way twice. */
import { AmurError } from '../../kernel/errors.ts';
import { equal } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { payoutCameBack, payoutConfirmed, payoutSent } from '../../ledger/settlement-postings.ts';
import type {
  CycleRecord,
  ExceptionRecord,
  PartnerRecord,
  PayoutAgain,
  StatementRow,
} from '../../settlement/contract.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { commitNew, requireCycle } from './commits.ts';
import { movementException } from './confirm.ts';
import type { DayContext } from './context.ts';
import { documentNumberAgain, orderFileAgain } from './documents.ts';
import { deliverAll, stageAll } from './send.ts';

type StoreContext = Pick<DayContext, 'store'>;

/** Books what has come back since the last time. Answers how many payments did. Errors  CYCLE_CHANGED */
export async function bookReturns(context: StoreContext & Pick<DayContext, 'log'>): Promise<number> {
  let booked = 0;
  for (const exception of await context.store.exceptions({ states: ['open'] })) {
    if (exception.type !== 'status' || !(await bookReturn(context, exception))) continue;
    context.log.warn('payout_came_back', { name: exception.subject });
    booked += 1;
  }
  return booked;
}

/** Orders the payment again whose return the exception is about: the changes belong to the commit that approves it. None where
 *  it is about something else. Errors  EXCEPTION_NOT_OPEN where it was ordered before | CYCLE_CHANGED | PAYOUT_NOT_SHOWN */
export async function orderAgain(
  context: StoreContext,
  exception: ExceptionRecord,
  by: string,
): Promise<readonly DayChange[]> {
  if (exception.type !== 'status') return [];
  await bookReturn(context, exception);
  const { store } = context;
  const [again] = await store.payoutsAgain({ exceptionId: exception.exceptionId });
  if (again === undefined) {
    await requireShown(context, exception);
    return [];
  }
  if (again.state !== 'RETURNED') throw new AmurError('EXCEPTION_NOT_OPEN', { state: again.state });
  const orderedAt = store.now();
  const documentDate = localTime(orderedAt, MOSCOW_OFFSET_MINUTES).date;
  const before = await store.payoutsAgain({ documentDate });
  const row: PayoutAgain = {
    ...again,
    ...{ state: 'ORDERED', version: again.version + 1, proposedBy: exception.proposedBy, orderedBy: by },
    ...{ orderedAt, documentDate, documentNumber: documentNumberAgain(documentDate, before.length) },
  };
  const facts = { order: row.orderId, documentNumber: `${row.documentNumber}` };
  return [
    { kind: 'payout_again.put', row },
    {
      kind: 'audit.insert',
      row: { at: orderedAt, actor: by, action: 'payout.order_again', subject: row.cycleId, facts },
    },
  ];
}

/** Writes, records and delivers the order, once. Errors  as `sendCycle` */
export async function sendAgain(context: DayContext, again: PayoutAgain): Promise<PayoutAgain> {
  const { store, log } = context;
  const cycle = await requireCycle(context, again.cycleId);
  const partner = await partnerOf(context, cycle);
  await stageAll(context, cycle, [orderFileAgain(context, cycle, partner, again)]);
  await deliverAll(context, cycle);
  const row: PayoutAgain = { ...again, state: 'SENT', version: again.version + 1, sentAt: store.now() };
  const sent = await step(context, row, [
    { kind: 'transfer.ensure', transfer: payoutSent(again.amount, metaOf(context, cycle, again.orderId)) },
  ]);
  log.info('payout_sent_again', { name: again.orderId });
  return sent;
}

/** CONFIRMED where a statement shows the debit under the order's name and in its sum; anything else is an exception. */
export async function confirmAgain(context: DayContext, again: PayoutAgain): Promise<PayoutAgain> {
  const { store, log } = context;
  const cycle = await requireCycle(context, again.cycleId);
  const rows = await store.statementRowsOf(again.orderId);
  const fits = (row: StatementRow) =>
    row.direction === 'out' && row.reversal !== true && equal(row.amount, again.amount);
  const first = rows.find(fits);
  const others = rows.filter((row) => !fits(row) || row.bankReference !== first?.bankReference);
  const typeOf = (row: StatementRow) =>
    fits(row) ? 'duplicate' : row.direction === 'out' && row.reversal !== true ? 'amount' : 'status';
  await commitNew(
    context,
    others.map((row) => ({
      kind: 'exception.ensure',
      row: movementException(context, cycle, typeOf(row), row),
    })),
  );
  if (first === undefined) return again;
  const meta = {
    ...metaOf(context, cycle, again.orderId),
    ...{ nostro: first.account, businessDate: first.valueDate },
  };
  const row: PayoutAgain = {
    ...again,
    ...{ state: 'CONFIRMED', version: again.version + 1, confirmedAt: store.now() },
    bankReference: first.bankReference,
  };
  const confirmed = await step(context, row, [
    { kind: 'transfer.ensure', transfer: payoutConfirmed(again.amount, meta) },
  ]);
  log.info('payout_confirmed_again', { name: again.orderId });
  return confirmed;
}

/** True where it was booked now. A second movement back of the same order stays an exception for a person. */
async function bookReturn(context: StoreContext, exception: ExceptionRecord): Promise<boolean> {
  const { store } = context;
  const returned = await returnedBy(context, exception);
  if (returned === null) return false;
  const { cycle, orderId, number, row } = returned;
  const meta = {
    ...metaOf(context, cycle, orderId),
    ...{ nostro: row.account, businessDate: row.valueDate },
  };
  const again: PayoutAgain = {
    ...{ orderId: `${cycle.cycleId}-${number + 1}`, cycleId: cycle.cycleId, number: number + 1 },
    ...{ amount: row.amount, state: 'RETURNED', version: 1, returnReference: row.bankReference },
    ...{ returnedAt: store.now(), exceptionId: exception.exceptionId, proposedBy: null, orderedBy: null },
    ...{ orderedAt: null, documentNumber: null, documentDate: null, sentAt: null, confirmedAt: null },
    bankReference: null,
  };
  // Refused where it stands already, whoever booked it.
  const result = await store.commit([
    { kind: 'payout_again.insert', row: again },
    { kind: 'transfer.ensure', transfer: payoutCameBack(row.amount, meta) },
  ]);
  return result.ok;
}

interface Returned {
  readonly cycle: CycleRecord;
  readonly orderId: string;
  readonly number: number;
  readonly row: StatementRow;
}

/** What came in is booked once its debit is shown; ended before, nothing would book it. Errors  PAYOUT_NOT_SHOWN */
async function requireShown(context: StoreContext, exception: ExceptionRecord): Promise<void> {
  const inward = await cameIn(context, exception);
  if (inward === null || inward.left !== null) return;
  throw new AmurError('PAYOUT_NOT_SHOWN', { order: inward.orderId, cycle: inward.cycle.cycleId });
}

/** The order whose whole sum came in again after it had gone out; null where the exception is about anything else. */
async function returnedBy(context: StoreContext, exception: ExceptionRecord): Promise<Returned | null> {
  const inward = await cameIn(context, exception);
  const isBack = inward !== null && inward.left !== null && inward.left !== inward.row.bankReference;
  return isBack ? inward : null;
}

/** The order whose whole sum the exception's row brings in; `left` is the reference of its debit, null while none was shown. */
async function cameIn(
  { store }: StoreContext,
  { fileId, line }: ExceptionRecord,
): Promise<(Returned & { readonly left: string | null }) | null> {
  const row = fileId === null || line === null ? null : await store.statementRow(fileId, line);
  if (row?.endToEndId == null || row.direction !== 'in') return null;
  const again = await store.payoutAgain(row.endToEndId);
  const cycle = await store.cycle(again?.cycleId ?? row.endToEndId);
  if (cycle?.outcome !== 'pay' || cycle.net === null || !equal(cycle.net, row.amount)) return null;
  const left = again === null ? cycle.bankReference : again.bankReference;
  return { cycle, orderId: row.endToEndId, number: again?.number ?? 1, row, left };
}

/** Another process that was first has taken the same step, and then its row is the answer. Errors  CYCLE_CHANGED */
async function step(
  { store }: StoreContext,
  row: PayoutAgain,
  more: readonly DayChange[],
): Promise<PayoutAgain> {
  const result = await store.commit([{ kind: 'payout_again.put', row }, ...more]);
  if (result.ok) return row;
  const stored = result.refusal.reason === 'version' ? await store.payoutAgain(row.orderId) : null;
  if (stored !== null && stored.version >= row.version) return stored;
  throw new AmurError('CYCLE_CHANGED', { cycle: row.orderId, reason: result.refusal.reason });
}

function metaOf({ store }: StoreContext, { partner, businessDate }: CycleRecord, orderId: string) {
  return { reference: orderId, mid: null, partner, businessDate, postedAt: store.now() };
}

async function partnerOf({ store }: DayContext, cycle: CycleRecord): Promise<PartnerRecord> {
  const partner = (await store.partners()).find((known) => known.partner === cycle.partner);
  if (partner === undefined)
    throw new AmurError('CYCLE_TERMS_MISSING', { cycle: cycle.cycleId, party: cycle.partner });
  return partner;
}
