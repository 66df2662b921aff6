/** When to ask, when to give up and for how long to look back: data, so that every wallet and contract may differ.
 *  Source of the defaults: Alipay's in-person payment practice (first inquiry, cadence, immediate cancel after the last
 *  inquiry, 24 hours to cancel) and Antom's best practice (5 s without a result, then 3 s apart). */
import type { EpochMs } from '../kernel/time.ts';

export interface PaymentPolicy {
  /** After the wallet said that the buyer is confirming. */
  readonly firstInquiryAfterPendingMs: number;
  /** After a call whose outcome is not known. */
  readonly firstInquiryAfterUnknownMs: number;
  readonly inquiryEveryMs: number;
  /** Planned inquiries of a scanned payment; checks asked for by hand do not count. */
  readonly inquiriesMost: number;
  /** From the first open answer to the cancel. */
  readonly giveUpAfterMs: number;
  readonly qrLifeMs: number;
  readonly cancelRetryFirstMs: number;
  readonly cancelRetryMostMs: number;
  /** From creation; afterwards money goes back by refund. */
  readonly cancelWindowMs: number;
  /** Looks after an end without money, counted from that end. */
  readonly lateLooksAfterMs: readonly number[];
  /** A shown code is looked at once more this long after its expiry. */
  readonly lateLookQrMarginMs: number;
  readonly lateLookRetryMs: number;
  /** When an intent that nobody is working on is taken up by inquiry. */
  readonly resumeAfterMs: number;
  readonly refundRetryFirstMs: number;
  readonly refundRetryMostMs: number;
  /** Between tries while the wallet says that our balance there is short. */
  readonly fundsRetryFirstMs: number;
  readonly fundsRetryMostMs: number;
  /** A refund declined after an unknown try is believed only after an inquiry this much later. */
  readonly refundDeclineHoldMs: number;
  /** Largest price of one payment, minor units of RUB. */
  readonly amountMostMinor: bigint;
}

export const DEFAULT_PAYMENT_POLICY: PaymentPolicy = {
  firstInquiryAfterPendingMs: 3_000,
  firstInquiryAfterUnknownMs: 5_000,
  inquiryEveryMs: 3_000,
  inquiriesMost: 15,
  giveUpAfterMs: 60_000,
  qrLifeMs: 120_000,
  cancelRetryFirstMs: 2_000,
  cancelRetryMostMs: 60_000,
  cancelWindowMs: 24 * 3_600_000,
  lateLooksAfterMs: [60_000, 900_000],
  lateLookQrMarginMs: 30_000,
  lateLookRetryMs: 10_000,
  resumeAfterMs: 5_000,
  refundRetryFirstMs: 3_000,
  refundRetryMostMs: 60_000,
  fundsRetryFirstMs: 60_000,
  fundsRetryMostMs: 3_600_000,
  refundDeclineHoldMs: 60_000,
  amountMostMinor: 100_000_000n,
};

/** Doubles from `firstMs` with each try made, up to `mostMs`. */
export function backoffMs(firstMs: number, mostMs: number, triesMade: number): number {
  return Math.min(firstMs * 2 ** Math.min(Math.max(triesMade - 1, 0), 30), mostMs);
}

/** Whether somebody is to be told of work that is repeated: at the fifth try without an answer, and at every sixtieth,
 *  which is about hourly. A buyer's money may hang on it. */
export function callsForPerson(triesMade: number): boolean {
  return triesMade === 5 || (triesMade > 0 && triesMade % 60 === 0);
}

/** The next late look after `now` at a payment that ended without money at `endedAt`; null when all are done. */
export function nextLateLook(
  endedAt: EpochMs,
  qrExpiresAt: EpochMs | null,
  now: EpochMs,
  policy: PaymentPolicy,
): EpochMs | null {
  const looks = policy.lateLooksAfterMs.map((afterMs) => endedAt + afterMs);
  if (qrExpiresAt !== null) looks.push(qrExpiresAt + policy.lateLookQrMarginMs);
  const ahead = looks.filter((at) => at > now);
  return ahead.length === 0 ? null : Math.min(...ahead);
}
