/** A verified notification of the wallet. It never changes a payment: it only makes the gateway ask, durably and soon. */
import { type AttemptId, parseAttemptId } from '../kernel/identifiers.ts';
import { hasStep, isOpen } from '../payments/payment-record.ts';
import type { PaymentRecord } from '../payments/ports.ts';
import type { WalletNotice } from '../payments/wallet-port.ts';
import type { RunContext } from './context.ts';
import { applyToPayment } from './payment-steps.ts';

/** Resolves when the notice may be acknowledged: what follows from it is durable, or nothing does. */
export async function noticeWallet(context: RunContext, notice: WalletNotice): Promise<void> {
  const attemptId = attemptOf(notice);
  const record = attemptId === null ? null : await context.store.payment(attemptId);
  if (record === null) {
    // Acknowledged all the same: repeating it would not make the order ours.
    context.log.warn('notice_of_unknown_order', { outTradeNo: notice.outTradeNo, status: notice.status });
    return;
  }
  const { attemptId: id } = record;
  if (!sameOrder(record, notice)) context.log.alarm('notice_differs_from_order', { attemptId: id });
  else if (agrees(record, notice)) return;
  context.log.info('notice_prompts_inquiry', { attemptId: id, state: record.state, status: notice.status });
  await applyToPayment(context, id, { kind: 'notified' });
}

/** Whether the payment is final and the notice says nothing else. */
function agrees(record: PaymentRecord, notice: WalletNotice): boolean {
  if (isOpen(record.state)) return false;
  if (record.state === 'returned_late' || hasStep(record, 'money_returned')) return true;
  switch (notice.status) {
    case 'paid':
    case 'finished':
      return record.state === 'approved';
    case 'closed':
      return record.state !== 'approved' || record.refundedOrder.amountMinor === record.order.amountMinor;
    case 'pending':
      return record.state === 'approved';
  }
}

function sameOrder(record: PaymentRecord, notice: WalletNotice): boolean {
  const { order } = notice;
  return order.amountMinor === record.order.amountMinor && order.currency === record.order.currency;
}

function attemptOf(notice: WalletNotice): AttemptId | null {
  try {
    return parseAttemptId(notice.outTradeNo);
  } catch {
    return null;
  }
}
