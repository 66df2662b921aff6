/** `refund.start`: reserves the limit on the payment and makes the refund durable in one unit, before the wallet is asked. */
import { AmurError, failureName, invariant } from '../kernel/errors.ts';
import { parseAttemptId, parseRefundId, type RefundId } from '../kernel/identifiers.ts';
import { moneyFromJson } from '../kernel/money.ts';
import { refundConflict, refundContentHash } from '../payments/content.ts';
import type { Lease, MerchantRecord, PaymentRecord, RefundRecord } from '../payments/ports.ts';
import { type DayRate, dayRateNeeded, openRefund } from '../payments/refund-opening.ts';
import type { RequestBody } from '../wire/messages.ts';
import { announcePayment, announceRefund } from './announce.ts';
import { COMMIT_TRIES_MOST, type QuoteBoard, type RunContext } from './context.ts';
import { type Asker, requirePayment } from './who-asks.ts';

export type StartRefundResult =
  | { readonly kind: 'replay'; readonly record: RefundRecord }
  | { readonly kind: 'new'; readonly refundId: RefundId; readonly lease: Lease };

/** Errors  those of `refund.start` in the wire's table of errors */
export async function startRefund(
  context: RunContext,
  rates: QuoteBoard,
  asker: Asker,
  body: RequestBody<'refund.start'>,
): Promise<StartRefundResult> {
  const { tid, mid } = asker.terminal;
  const refundId = parseRefundId(body.refundId);
  const request = {
    refundId,
    tid,
    amount: moneyFromJson(body.amount),
    reason: body.reason,
    operator: body.operator,
    contentHash: refundContentHash(tid, body),
  };
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await context.store.refund(refundId);
    if (stored !== null) {
      const field = stored.mid === mid ? refundConflict(stored, tid, body) : 'refundId';
      if (field !== null) throw new AmurError('REFUND_CONFLICT', { field });
      return { kind: 'replay', record: stored };
    }
    const payment = await requirePayment(context, asker, parseAttemptId(body.attemptId));
    if (payment.saleId !== body.saleId) throw new AmurError('PAYMENT_NOT_FOUND', { field: 'saleId' });
    const dayRate = dayRateOf(context, rates, asker.merchant, payment);
    const { resumeAfterMs } = context.payments;
    const opened = openRefund(payment, request, context.store.now(), resumeAfterMs, dayRate);
    const subject = { kind: 'refund', id: refundId } as const;
    const { owner, limits } = context;
    const result = await context.store.commit([
      { kind: 'payment.put', row: opened.payment },
      { kind: 'refund.insert', row: opened.refund },
      { kind: 'lease.take', subject, owner, leaseMs: limits.leaseMs },
    ]);
    if (!result.ok) continue;
    const lease = result.leases[0];
    invariant(lease !== undefined, 'A refund comes with its lease.');
    context.committed(opened.refund.nextActionAt, false);
    announceRefund(context, opened.refund);
    await announcePayment(context, opened.payment);
    return { kind: 'new', refundId, lease };
  }
  throw new AmurError('INTERNAL', { refundId });
}

/** Where we convert, a refund is priced as a sale would be now, and waits for a rate as a sale does. Where the wallet does, it goes
 *  its way without us: with no rate it is booked at the sale's, and the wallet's file shows the difference. */
function dayRateOf(
  { log }: RunContext,
  rates: QuoteBoard,
  { markupBp }: MerchantRecord,
  payment: PaymentRecord,
): DayRate | null {
  const needed = dayRateNeeded(payment);
  if (needed === null) return null;
  const { converter, markupGroup } = payment.terms;
  if (converter === 'acquirer') {
    const { rate, source, sourceDate, markupBp: taken } = rates.quoteTerms(markupBp, markupGroup ?? null);
    return { legs: [rate], source, sourceDate, markupBp: taken };
  }
  try {
    const { legs, source, sourceDate } = rates.pricing(needed.from, needed.to, 0);
    return { legs, source, sourceDate, markupBp: 0 };
  } catch (error) {
    if (!(error instanceof AmurError)) throw error;
    log.alarm('refund_rate_missing', { attemptId: payment.attemptId, error: failureName(error) });
    return null;
  }
}
