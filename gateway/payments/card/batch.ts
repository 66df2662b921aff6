/** Comparing a till's batch with the gateway's transactions: 0500 by currency, and the items of an upload.
 *
 *  A batch is closed when every currency in it has been claimed and all claims agree. Where they differ the till uploads its
 *  items, which changes no money here, and claims again; a difference that is left after that is closed with the batch and
 *  stays for an operator. */
import type { Tid } from '../../kernel/identifiers.ts';
import { equal, type Money } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { BatchRecord, BatchTotals, CardRecord } from './records.ts';
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
  claim: BatchTotals,
  after: 'totals' | 'upload',
  now: EpochMs,
): BatchDecision {
  const responseCode = agrees(ours, claim) ? OWN_CODES.approved : OWN_CODES.totalsDiffer;
  const batch = stored ?? { ...key, ...NEW_BATCH };
  if (batch.state === 'closed') return { batch, responseCode: closedAnswer(batch, claim) };
  const claimed = [...batch.claimed.filter((other) => other.currency !== claim.currency), claim];
  const everyClaimed = ours.every((own) => claimed.some((other) => other.currency === own.currency));
  const agreed = claimed.every((other) => agrees(ours, other));
  const closes = everyClaimed && (agreed || after === 'upload');
  return {
    batch: {
      ...batch,
      claimed,
      state: closes ? 'closed' : agreed ? batch.state : 'uploading',
      counted: closes ? ours : null,
      agreed: closes ? agreed : null,
      closedAt: closes ? now : null,
      version: batch.version + 1,
    },
    responseCode,
  };
}

const NEW_BATCH = {
  state: 'open',
  claimed: [],
  counted: null,
  agreed: null,
  closedAt: null,
  version: 0,
} as const;

/** A closed batch answers a claim that it has with what it was found to be, and no other one. */
function closedAnswer(batch: BatchRecord, claim: BatchTotals): string {
  const stored = batch.claimed.find((other) => other.currency === claim.currency);
  const same = stored !== undefined && sameFigures(stored, claim);
  return same && batch.agreed === true ? OWN_CODES.approved : OWN_CODES.totalsDiffer;
}

/** Nothing may be open: what is not decided yet cannot be agreed about. */
export function agrees(ours: readonly BatchTotals[], claim: BatchTotals): boolean {
  const own = ours.find((row) => row.currency === claim.currency);
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
