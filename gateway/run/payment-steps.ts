/** Applies events to payments: read, decide, commit the record with its postings and returns, tell the terminal. */
import { invariant } from '../kernel/errors.ts';
import { type AttemptId, newUlid, parseRefundId } from '../kernel/identifiers.ts';
import type { Secret } from '../kernel/secret.ts';
import type { EpochMs } from '../kernel/time.ts';
import type { PaymentCall, PaymentDecision, PaymentEvent } from '../payments/payment-events.ts';
import { step } from '../payments/payment-machine.ts';
import type { Change, PaymentRecord, RefundRecord } from '../payments/ports.ts';
import { transfersOf } from '../payments/postings.ts';
import { openAutoReturn } from '../payments/refund-opening.ts';
import { announcePayment, announceRefund } from './announce.ts';
import { COMMIT_TRIES_MOST, type RunContext } from './context.ts';
import type { ApplyEvent } from './drive.ts';
import type { HeldLease } from './held-lease.ts';
import { callForPayment } from './wallet-calls.ts';

/** What one decided step is to commit. */
export interface PaymentChange {
  /** As it will be stored; the stored one itself when nothing changes. */
  readonly record: PaymentRecord;
  readonly refund: RefundRecord | null;
  readonly changes: readonly Change[];
  readonly call: PaymentCall | null;
}

/** Turns a decision into changes; shared with units that change more than one payment. */
export function changeOf(
  context: Pick<RunContext, 'runtime' | 'payments' | 'log'>,
  stored: PaymentRecord,
  decision: PaymentDecision,
  now: EpochMs,
  held?: HeldLease,
): PaymentChange {
  let { record } = decision;
  let refund: RefundRecord | null = null;
  let call: PaymentCall | null = null;
  const changes: Change[] = [];
  for (const effect of decision.effects) {
    switch (effect.kind) {
      case 'post':
        for (const transfer of transfersOf(effect.posting, record, now)) {
          changes.push({ kind: 'transfer.insert', transfer });
        }
        break;
      case 'auto_return': {
        const refundId = parseRefundId(newUlid(context.runtime.clock, context.runtime.random));
        // Due at once: whoever commits it may be killed before it works on it.
        const opened = openAutoReturn(record, refundId, now, 0);
        if (opened !== null) {
          record = opened.payment;
          refund = opened.refund;
          changes.push({ kind: 'refund.insert', row: opened.refund });
        }
        break;
      }
      case 'alarm':
        context.log.alarm(effect.alarm, effect.facts);
        break;
      case 'call':
        call = effect.call;
        break;
    }
  }
  if (record === stored) return { record, refund, changes, call };
  const row = { ...record, version: stored.version + 1 };
  // The payment goes first: the store holds refunds against the payment's row.
  const put: Change =
    held === undefined ? { kind: 'payment.put', row } : { kind: 'payment.put', row, lease: held.current };
  return { record: row, refund, changes: [put, ...changes], call };
}

/** Commits one event on a payment and answers the record as it then stands, with the call that is wanted next. Without
 *  `held` the write stands on the record's version alone.
 *  Errors  LeaseLostError | what the store throws */
export async function applyToPayment(
  context: RunContext,
  attemptId: AttemptId,
  event: PaymentEvent,
  held?: HeldLease,
): Promise<PaymentChange> {
  for (let tries = 0; tries < COMMIT_TRIES_MOST; tries += 1) {
    const stored = await context.store.payment(attemptId);
    invariant(stored !== null, 'A payment that is worked on exists.');
    const now = context.store.now();
    const change = changeOf(context, stored, step(stored, event, now, context.payments), now, held);
    const release: readonly Change[] =
      held !== undefined && change.call === null ? [{ kind: 'lease.release', lease: held.current }] : [];
    const unit = [...change.changes, ...release];
    if (unit.length === 0) return change;
    const result = await context.store.commit(unit);
    if (result.ok) {
      await announceChange(context, stored, change);
      return change;
    }
    if (result.refusal.reason === 'lease' && held !== undefined) await held.takeAgain();
    else
      invariant(result.refusal.reason === 'version', 'A step of a payment collides only with another step.');
  }
  throw new Error('A payment kept changing under its writer.');
}

/** The step function of `drive`. The code is given only to the run that follows the intent. */
export function paymentSteps(
  context: RunContext,
  attemptId: AttemptId,
  authCode: Secret<string> | null,
): ApplyEvent<PaymentEvent> {
  return async (event, held) => {
    const { record, call } = await applyToPayment(context, attemptId, event, held);
    return { next: call === null ? null : () => callForPayment(context, record, call, authCode) };
  };
}

async function announceChange(
  context: RunContext,
  stored: PaymentRecord,
  change: PaymentChange,
): Promise<void> {
  if (change.record === stored) return;
  const { attemptId, tid, state } = change.record;
  if (state !== stored.state)
    context.log.info('payment_state', { attemptId, tid, from: stored.state, to: state });
  context.committed(
    change.refund?.nextActionAt ?? change.record.nextActionAt,
    change.changes.some((part) => part.kind === 'transfer.insert'),
  );
  await announcePayment(context, change.record);
  if (change.refund !== null) announceRefund(context, change.refund);
}
