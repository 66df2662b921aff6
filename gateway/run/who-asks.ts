/** Who asks, and what may be shown: a terminal sees the payments of its own merchant only. */
import { AmurError, invariant } from '../kernel/errors.ts';
import type { AttemptId, RefundId, Tid } from '../kernel/identifiers.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../kernel/time.ts';
import { merchantOn } from '../payments/month-terms.ts';
import type { MerchantRecord, PaymentRecord, RefundRecord, TerminalRecord } from '../payments/ports.ts';
import type { RunContext } from './context.ts';

export interface Asker {
  readonly terminal: TerminalRecord;
  readonly merchant: MerchantRecord;
}

/** Errors  TERMINAL_UNKNOWN | TERMINAL_REVOKED */
export async function askerOf(context: Pick<RunContext, 'store'>, tid: Tid): Promise<Asker> {
  const terminal = await context.store.terminal(tid);
  if (terminal === null) throw new AmurError('TERMINAL_UNKNOWN', { tid });
  if (terminal.revokedAt !== null) throw new AmurError('TERMINAL_REVOKED', { tid });
  const merchant = await context.store.merchant(terminal.mid);
  invariant(merchant !== null, 'A terminal has its merchant.');
  const { date } = localTime(context.store.now(), MOSCOW_OFFSET_MINUTES);
  return { terminal, merchant: merchantOn(merchant, date) };
}

/** Another merchant's payment is as unknown as one that does not exist. */
export async function findPayment(
  context: Pick<RunContext, 'store'>,
  asker: Asker,
  attemptId: AttemptId,
): Promise<PaymentRecord | null> {
  const record = await context.store.payment(attemptId);
  return record !== null && record.mid === asker.merchant.mid ? record : null;
}

/** Errors  PAYMENT_NOT_FOUND */
export async function requirePayment(
  context: Pick<RunContext, 'store'>,
  asker: Asker,
  attemptId: AttemptId,
): Promise<PaymentRecord> {
  const record = await findPayment(context, asker, attemptId);
  if (record === null) throw new AmurError('PAYMENT_NOT_FOUND', { attemptId });
  return record;
}

/** Errors  REFUND_NOT_FOUND */
export async function requireRefund(
  context: Pick<RunContext, 'store'>,
  asker: Asker,
  refundId: RefundId,
): Promise<RefundRecord> {
  const record = await context.store.refund(refundId);
  if (record === null || record.mid !== asker.merchant.mid) {
    throw new AmurError('REFUND_NOT_FOUND', { refundId });
  }
  return record;
}
