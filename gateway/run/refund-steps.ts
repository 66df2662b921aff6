/** Applies events to refunds. A refund that ends writes the payment's row in the same unit, so that what is left of a
 *  payment and the shares of a partial refund are counted one refund after another. */
import { invariant } from '../kernel/errors.ts';
import type { RefundId } from '../kernel/identifiers.ts';
import type { EpochMs } from '../kernel/time.ts';
import { step } from '../payments/payment-machine.ts';
import { advance } from '../payments/payment-record.ts';
import type { Change, PaymentRecord, RefundRecord } from '../payments/ports.ts';
import { refundTransfersOf } from '../payments/postings.ts';
import {
  type RefundCall,
  type RefundDecision,
  type RefundEvent,
  stepRefund,
} from '../payments/refund-machine.ts';
import { releaseRefund } from '../payments/refund-opening.ts';
import { announcePayment, announceRefund } from './announce.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import type { ApplyEvent } from './drive.ts';
import type { HeldLease } from './held-lease.ts';
import { changeOf, type PaymentChange } from './payment-steps.ts';
import { callForRefund } from './wallet-calls.ts';

interface RefundChange {
  readonly record: RefundRecord;
  readonly payment: PaymentChange | null;
  readonly call: RefundCall | null;
  readonly changes: readonly Change[];
}

/** The step function of `drive`. */
export function refundSteps(context: RunContext, refundId: RefundId): ApplyEvent<RefundEvent> {
  return async (event, held) => {
    const { record, call } = await applyToRefund(context, refundId, event, held);
    if (call === null) return { next: null };
    const payment = await context.store.payment(record.attemptId);
    invariant(payment !== null, 'A refund has its payment.');
    return { next: () => callForRefund(context, record, payment, call) };
  };
}

async function applyToRefund(
  context: RunContext,
  refundId: RefundId,
  event: RefundEvent,
  held: HeldLease,
): Promise<RefundChange> {
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await context.store.refund(refundId);
    invariant(stored !== null, 'A refund that is worked on exists.');
    const now = context.store.now();
    const decision = stepRefund(stored, event, now, context.payments);
    const change = await refundChangeOf(context, stored, decision, now, held);
    const release: readonly Change[] =
      change.call === null ? [{ kind: 'lease.release', lease: held.current }] : [];
    const unit = [...change.changes, ...release];
    if (unit.length === 0) return change;
    const result = await context.store.commit(unit);
    if (result.ok) {
      await announce(context, stored, change);
      return change;
    }
    if (result.refusal.reason === 'lease') await held.takeAgain();
    else
      invariant(result.refusal.reason === 'version', 'A step of a refund collides only with another step.');
  }
  throw new Error('A refund kept changing under its writer.');
}

async function refundChangeOf(
  context: RunContext,
  stored: RefundRecord,
  decision: RefundDecision,
  now: EpochMs,
  held: HeldLease,
): Promise<RefundChange> {
  const { record } = decision;
  let call: RefundCall | null = null;
  let payment: PaymentChange | null = null;
  const changes: Change[] = [];
  if (record !== stored) changes.push({ kind: 'refund.put', row: record, lease: held.current });
  for (const effect of decision.effects) {
    switch (effect.kind) {
      case 'call':
        call = effect.call;
        break;
      case 'alarm':
        context.log.alarm(effect.alarm, effect.facts);
        break;
      case 'post': {
        const paid = await paymentOf(context, record);
        const refunds = await context.store.refundsOfPayment(record.attemptId);
        const earlier = refunds.filter((r) => r.state === 'approved' && r.refundId !== record.refundId);
        for (const transfer of refundTransfersOf(record, paid, earlier, now)) {
          changes.push({ kind: 'transfer.insert', transfer });
        }
        payment = settledPayment(context, paid, record, now);
        changes.push(...payment.changes);
        break;
      }
      case 'release':
        payment = await releasedPayment(context, record, now);
        changes.push(...payment.changes);
        break;
    }
  }
  return { record, payment, call, changes };
}

/** The row is written even where nothing in it changes: its version puts refunds that settle at once in an order. */
function settledPayment(
  context: RunContext,
  paid: PaymentRecord,
  refund: RefundRecord,
  now: EpochMs,
): PaymentChange {
  const decision =
    refund.cause === 'auto_return'
      ? step(paid, { kind: 'return_settled' }, now, context.payments)
      : { record: advance(paid, now, {}), effects: [] };
  return changeOf(context, paid, decision, now);
}

/** What a declined refund had reserved is free again; where the sale was closed meanwhile it goes back by itself. */
async function releasedPayment(
  context: RunContext,
  refund: RefundRecord,
  now: EpochMs,
): Promise<PaymentChange> {
  const paid = await paymentOf(context, refund);
  const released = releaseRefund(paid, refund, now);
  const sale = await context.store.sale(paid.saleId);
  const decision =
    sale !== null && sale.disposition !== null
      ? step(released, { kind: 'sale_closed' }, now, context.payments)
      : { record: released, effects: [] };
  return changeOf(context, paid, decision, now);
}

async function paymentOf(context: RunContext, refund: RefundRecord): Promise<PaymentRecord> {
  const payment = await context.store.payment(refund.attemptId);
  invariant(payment !== null, 'A refund has its payment.');
  return payment;
}

async function announce(context: RunContext, stored: RefundRecord, change: RefundChange): Promise<void> {
  const { record, payment } = change;
  if (record === stored) return;
  if (record.state !== stored.state) {
    const { refundId, attemptId } = record;
    context.log.info('refund_state', { refundId, attemptId, from: stored.state, to: record.state });
  }
  context.committed(
    payment?.refund?.nextActionAt ?? record.nextActionAt,
    change.changes.some((part) => part.kind === 'transfer.insert'),
  );
  announceRefund(context, record);
  if (payment !== null) await announcePayment(context, payment.record);
  if (payment?.refund != null) announceRefund(context, payment.refund);
}
