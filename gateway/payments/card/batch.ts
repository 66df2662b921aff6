/** Comparing a till's batch with the gateway's transactions: 0500 by currency, and the items of an upload.
 *
 *  A currency is done with when its claim agrees, or is the one after an upload, which changes no money here; a batch is closed
 *  when every currency in it is. A currency that neither side moved needs no claim. What differs still is closed with the batch
 *  and stays for an operator, and so is what was never claimed when its terminal goes on in another batch. */
import type { Tid } from '../../kernel/identifiers.ts';
import { equal, type Money } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { BatchClaim, BatchRecord, BatchTotals, CardRecord } from './records.ts';
import { OWN_CODES } from './response-codes.ts';

export interface BatchDecision {
  /** The same object when nothing changed; else to be put. */
  readonly batch: BatchRecord;
  /** 00 when this currency agrees, 95 when it does not: before the upload a call for it, after it the end of the matter. */
  readonly responseCode: string;
}

/** `ours`: from the transactions, read after everything of this batch was committed. `after`: DE3 920000 is a claim of
 *  totals, 960000 the claim after an upload. */
export function claimBatch(
  stored: BatchRecord | null,
  key: { readonly tid: Tid; readonly batch: string },
  ours: readonly BatchTotals[],
  claim: Omit<BatchClaim, 'done'>,
  after: 'totals' | 'upload',
  now: EpochMs,
): BatchDecision {
  const batch = stored ?? { ...key, ...NEW_BATCH };
  if (batch.state === 'closed') return claimClosed(batch, claim, after);
  const agreesNow = agrees(ours, claim);
  const claimed = [...others(batch, claim), { ...claim, done: agreesNow || after === 'upload' }];
  const everyDone = claimed.every(({ done }) => done);
  const responseCode = agreesNow ? OWN_CODES.approved : OWN_CODES.totalsDiffer;
  if (everyDone && ours.every((own) => isClaimed(claimed, own))) {
    return { batch: closed({ ...batch, claimed }, ours, now), responseCode };
  }
  const state = everyDone ? 'open' : 'uploading';
  return { batch: { ...batch, claimed, state, version: batch.version + 1 }, responseCode };
}

/** Its terminal is in another batch: what was not claimed by now never will be. Null where there is nothing to close. */
export function leaveBatch(
  stored: BatchRecord | null,
  key: { readonly tid: Tid; readonly batch: string },
  ours: readonly BatchTotals[],
  now: EpochMs,
): BatchRecord | null {
  if (stored === null ? ours.length === 0 : stored.state === 'closed') return null;
  return closed(stored ?? { ...key, ...NEW_BATCH }, ours, now);
}

const NEW_BATCH = {
  state: 'open',
  claimed: [],
  counted: null,
  agreed: null,
  closedAt: null,
  version: 0,
} as const;

function closed(batch: BatchRecord, ours: readonly BatchTotals[], now: EpochMs): BatchRecord {
  const { claimed } = batch;
  const agreed =
    ours.every((own) => isClaimed(claimed, own)) && claimed.every((claim) => agrees(ours, claim));
  return { ...batch, state: 'closed', counted: ours, agreed, closedAt: now, version: batch.version + 1 };
}

/** A closed batch answers by what it was found to be. Another claim changes nothing, but for one that differs after an upload
 *  too: its terminal has other figures, and says no more of them. */
function claimClosed(
  batch: BatchRecord,
  claim: Omit<BatchClaim, 'done'>,
  after: 'totals' | 'upload',
): BatchDecision {
  const said = batch.claimed.find(isOf(claim)) ?? { ...claim, ...NOTHING };
  const right = batch.counted === null ? batch.agreed === true : agrees(batch.counted, claim);
  const same = sameFigures(said, claim);
  if (same || right || after === 'totals') {
    return { batch, responseCode: same && right ? OWN_CODES.approved : OWN_CODES.totalsDiffer };
  }
  const claimed = [...others(batch, claim), { ...claim, done: true }];
  const changed: BatchRecord = { ...batch, claimed, agreed: false, version: batch.version + 1 };
  return { batch: changed, responseCode: OWN_CODES.totalsDiffer };
}

const isOf =
  ({ currency }: BatchTotals) =>
  (other: BatchTotals) =>
    other.currency === currency;

function others(batch: BatchRecord, claim: BatchTotals): readonly BatchClaim[] {
  return batch.claimed.filter((other) => other.currency !== claim.currency);
}

function isClaimed(claimed: readonly BatchTotals[], own: BatchTotals): boolean {
  return claimed.some(isOf(own));
}

/** Nothing may be open: what is not decided yet cannot be agreed about. */
export function agrees(ours: readonly BatchTotals[], claim: BatchTotals): boolean {
  const own = ours.find(isOf(claim));
  if (own === undefined) return sameFigures(claim, { ...claim, ...NOTHING });
  return own.open === 0 && sameFigures(own, claim);
}

const NOTHING = { sales: 0, salesMinor: 0n, refunds: 0, refundsMinor: 0n } as const;

function sameFigures(left: BatchTotals, right: BatchTotals): boolean {
  return (
    left.sales === right.sales &&
    left.salesMinor === right.salesMinor &&
    left.refunds === right.refunds &&
    left.refundsMinor === right.refundsMinor
  );
}

/** One transaction of an upload (0320), as the till has it. */
export interface UploadItem {
  readonly kind: 'sale' | 'completion' | 'refund';
  readonly amount: Money;
}

/** `same`: ours agrees. `undone`: it was approved and given up since. `differs`: another kind or amount. `unknown`: we have
 *  no approval of it. None of them books anything: the difference is an operator's. */
export interface ItemVerdict {
  readonly verdict: 'same' | 'undone' | 'differs' | 'unknown';
  readonly responseCode: string;
}

export function judgeItem(ours: CardRecord | null, item: UploadItem): ItemVerdict {
  switch (ours?.state) {
    case 'approved':
      return ours.kind === item.kind && equal(ours.amount, item.amount)
        ? { verdict: 'same', responseCode: OWN_CODES.approved }
        : { verdict: 'differs', responseCode: OWN_CODES.notAllowed };
    case 'reversing':
    case 'reversed':
      return { verdict: 'undone', responseCode: OWN_CODES.reversedBefore };
    default:
      return { verdict: 'unknown', responseCode: OWN_CODES.noOriginal };
  }
}
