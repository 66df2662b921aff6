/** Tells terminals of committed changes, and makes the views that replies and events share. */

import type { PaymentRecord, RefundRecord } from '../payments/ports.ts';
import { paymentToWire, refundToWire } from '../payments/view.ts';
import type { PaymentWire } from '../wire/messages.ts';
import type { RunContext } from './context.ts';

type Announcing = Pick<RunContext, 'store' | 'payments' | 'events'>;

export async function viewOf(context: Announcing, record: PaymentRecord): Promise<PaymentWire> {
  const returnsPossible = record.refundedOrder.amountMinor > 0n;
  const refunds = returnsPossible ? await context.store.refundsOfPayment(record.attemptId) : [];
  return paymentToWire(record, refunds, context.payments);
}

export async function announcePayment(context: Announcing, record: PaymentRecord): Promise<void> {
  context.events.paymentChanged(record.tid, await viewOf(context, record));
}

export function announceRefund(context: Announcing, record: RefundRecord): void {
  context.events.refundChanged(record.tid, refundToWire(record));
}
