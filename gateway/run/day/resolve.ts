/** How a person ends an exception: one proposes with a reason, another approves, and the approval books what the books differ
 *  by. Nobody declares a payment paid: what is booked is a loss or a gain of ours, or a sum that nobody could name. Of a payment
 *  that our bank brought back, which is booked already, the approval orders it again. */
import { AmurError } from '../../kernel/errors.ts';
import { localTime } from '../../kernel/time.ts';
import { refundRateDifference } from '../../ledger/fx-postings.ts';
import { bankWriteOff, nostroUnidentified, walletWriteOff } from '../../ledger/reconciliation-postings.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { Book, ReconStore } from '../../reconciliation/ports.ts';
import type { ExceptionRecord, StatementRow } from '../../settlement/contract.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { isProposal, proposedTransfer } from './chargeback-proposal.ts';
import { commitNew } from './commits.ts';
import type { DayContext } from './context.ts';
import type { PayerRecord } from './payers.ts';
import { orderAgain } from './payout-again.ts';

export interface ResolveContext extends Pick<DayContext, 'store' | 'log'> {
  readonly recon: ReconStore;
  readonly payers: readonly PayerRecord[];
}

const REASON_CHARACTERS_MOST = 500;

/** Errors  EXCEPTION_NOT_FOUND | EXCEPTION_NOT_OPEN | EXCEPTION_REASON_MISSING */
export async function proposeResolution(
  context: ResolveContext,
  exceptionId: string,
  by: string,
  reason: string,
): Promise<ExceptionRecord> {
  const row = await openException(context, exceptionId);
  const words = reason.trim();
  if (words === '' || words.length > REASON_CHARACTERS_MOST) {
    throw new AmurError('EXCEPTION_REASON_MISSING', { most: REASON_CHARACTERS_MOST });
  }
  const proposed = { ...row, version: row.version + 1, proposedBy: by, reason: words };
  await commitNew(context, [
    { kind: 'exception.put', row: proposed },
    audit(context, by, 'exception.propose', exceptionId, { reason: words }),
  ]);
  return proposed;
}

/** Books the difference and closes both sides for ever. After a crash in between the next reconciliation closes them.
 *  Errors  EXCEPTION_NOT_FOUND | EXCEPTION_NOT_OPEN | EXCEPTION_NOT_PROPOSED | EXCEPTION_CHECKER_IS_MAKER | PAYOUT_NOT_SHOWN */
export async function approveResolution(
  context: ResolveContext,
  exceptionId: string,
  by: string,
): Promise<ExceptionRecord> {
  const row = await openException(context, exceptionId);
  if (row.proposedBy === null) throw new AmurError('EXCEPTION_NOT_PROPOSED', { exception: exceptionId });
  if (row.proposedBy === by) throw new AmurError('EXCEPTION_CHECKER_IS_MAKER', { exception: exceptionId });
  const ordered = await orderAgain(context, row, by);
  const transfer = await postingOf(context, row);
  if (transfer !== null) await requireUnmatched(context, row);
  const now = context.store.now();
  const resolved: ExceptionRecord = {
    ...row,
    state: transfer === null || isProposal(row) ? 'resolved' : 'written_off',
    version: row.version + 1,
    approvedBy: by,
    resolvedAt: now,
    transferId: transfer?.transferId ?? null,
  };
  const facts = { proposedBy: row.proposedBy, transferId: resolved.transferId ?? '' };
  const unit: DayChange[] = [
    ...(transfer === null ? [] : [{ kind: 'transfer.ensure' as const, transfer }]),
    ...ordered,
    { kind: 'exception.put', row: resolved },
    audit(context, by, 'exception.approve', exceptionId, facts),
  ];
  await commitNew(context, unit);
  await settleSides(context, row);
  context.log.info('exception_resolved', { kind: row.type });
  return resolved;
}

/** Both sides of exceptions that two persons have ended and a crash left unsettled. */
export async function settleApproved(context: Pick<ResolveContext, 'store' | 'recon'>): Promise<void> {
  for (const row of await context.store.exceptionsToSettle()) await settleSides(context, row);
}

async function settleSides(
  { store, recon }: Pick<ResolveContext, 'store' | 'recon'>,
  row: ExceptionRecord,
): Promise<void> {
  await recon.settle(sidesOf(row));
  await commitNew({ store }, [{ kind: 'exception.settled', exceptionId: row.exceptionId }]);
}

async function openException({ store }: ResolveContext, exceptionId: string): Promise<ExceptionRecord> {
  const row = await store.exception(exceptionId);
  if (row === null) throw new AmurError('EXCEPTION_NOT_FOUND', {});
  if (row.state !== 'open') throw new AmurError('EXCEPTION_NOT_OPEN', { state: row.state });
  return row;
}

/** A run that is under way says only at its end which exceptions are none any more. Errors  EXCEPTION_NOT_OPEN */
async function requireUnmatched({ recon }: ResolveContext, row: ExceptionRecord): Promise<void> {
  const { book, ours } = sidesOf(row);
  for (const key of ours) {
    if (await recon.isMatched(book, key)) throw new AmurError('EXCEPTION_NOT_OPEN', { state: 'matched' });
  }
}

/** Null where nothing differs but names. */
async function postingOf(context: ResolveContext, row: ExceptionRecord): Promise<Transfer | null> {
  const payer = context.payers.find(({ party }) => party === row.party);
  const book = bookOf(row);
  if (payer === undefined || book === null) return null;
  if (isProposal(row)) {
    const proposed = await proposedTransfer(context, payer, row);
    // Booked in another way meanwhile: the next reconciliation finds the row's own.
    if (proposed === null) throw new AmurError('EXCEPTION_NOT_OPEN', { state: 'booked' });
    return proposed;
  }
  const now = context.store.now();
  const meta = {
    mid: null,
    reference: row.exceptionId,
    businessDate: localTime(now, payer.offsetMinutes).date,
    postedAt: now,
  };
  // A line that may be either of two batches is money on our account all the same.
  if (book === 'clearing' && (row.type === 'missing_ours' || row.type === 'ambiguous')) {
    const line = await statementLine(context, row);
    if (line === null) return null;
    const moved =
      line.direction === 'in' ? line.amount : { ...line.amount, amountMinor: -line.amount.amountMinor };
    return nostroUnidentified(moved, { ...meta, nostro: line.account });
  }
  const lack = { ...row.atRisk, amountMinor: BigInt(row.facts.lackMinor ?? '0') };
  if (lack.amountMinor === 0n) return null;
  if (payer.kind === 'wallet' && (await isRateDifference(context, row))) {
    return refundRateDifference(lack, { ...meta, wallet: payer.party as 'alipay' });
  }
  return payer.kind === 'wallet'
    ? walletWriteOff(`wallet_${book}`, lack, { ...meta, wallet: payer.party as 'alipay' })
    : bankWriteOff(`bank_${book}`, lack, { ...meta, bank: payer.party });
}

/** A refund that the wallet took back in another sum than its share, because the contract lets it: the rate of a day that was still
 *  to come when it was booked. */
async function isRateDifference({ recon }: ResolveContext, row: ExceptionRecord): Promise<boolean> {
  const [books, refundId = ''] = row.subject.split(':');
  if (row.type !== 'amount' || row.facts.book !== 'receivable' || books !== 'wallet_refund') return false;
  return recon.goesBackAtAnotherRate(refundId);
}

async function statementLine({ store }: ResolveContext, row: ExceptionRecord): Promise<StatementRow | null> {
  return row.fileId === null || row.line === null ? null : store.statementRow(row.fileId, row.line);
}

/** A duplicate’s own side was matched with the other row and stays so. A row whose proposal was booked is matched with the posting. */
function sidesOf(row: ExceptionRecord) {
  if (isProposal(row)) return { book: 'receivable' as const, ours: [], rows: [] };
  const rows = row.fileId === null || row.line === null ? [] : [`${row.fileId}:${row.line}`];
  const also = row.facts.also?.split(' ') ?? [];
  const isOurs = row.type !== 'missing_ours' && row.type !== 'duplicate' && row.type !== 'ambiguous';
  return { book: bookOf(row) ?? 'receivable', ours: isOurs ? [row.subject] : [], rows: [...rows, ...also] };
}

function bookOf(row: ExceptionRecord): Book | null {
  const { book } = row.facts;
  return book === 'receivable' || book === 'clearing' ? book : null;
}

function audit(
  { store }: ResolveContext,
  actor: string,
  action: string,
  subject: string,
  facts: Readonly<Record<string, string>>,
): DayChange {
  return { kind: 'audit.insert', row: { at: store.now(), actor, action, subject, facts } };
}
