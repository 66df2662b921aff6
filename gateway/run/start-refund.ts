/** `refund.start`: reserves the limit on the payment and makes the refund durable in one unit, before the wallet is asked. */
import { AmurError, invariant } from '../kernel/errors.ts';
import { parseAttemptId, parseRefundId, type RefundId } from '../kernel/identifiers.ts';
import { moneyFromJson } from '../kernel/money.ts';
import { refundConflict, refundContentHash } from '../payments/content.ts';
import type { Lease, RefundRecord } from '../payments/ports.ts';
import { openRefund } from '../payments/refund-opening.ts';
import type { RequestBody } from '../wire/messages.ts';
import { announcePayment, announceRefund } from './announce.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import { type Asker, requirePayment } from './who-asks.ts';

export type StartRefundResult =
  | { readonly kind: 'replay'; readonly record: RefundRecord }
  | { readonly kind: 'new'; readonly refundId: RefundId; readonly lease: Lease };

/** Errors  those of `refund.start` in the wire's table of errors */
export async function startRefund(
  context: RunContext,
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
    const opened = openRefund(payment, request, context.store.now(), context.payments.resumeAfterMs);
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
