/** Broken: the terminal hears that it is paid as soon as the wallet says so, before that is on the disk. */
import { parseAttemptId, parseTid } from '../../../gateway/kernel/identifiers.ts';
import { DEFAULT_PAYMENT_POLICY } from '../../../gateway/payments/policy.ts';
import { paymentToWire } from '../../../gateway/payments/view.ts';
import type { Breakage, BreakageParts } from '../gateway-host.ts';

async function tellAtOnce({ store, events }: BreakageParts, outTradeNo: string): Promise<void> {
  const record = await store.payment(parseAttemptId(outTradeNo));
  if (record === null) return;
  const paid = { ...record, state: 'approved' as const, version: record.version + 1 };
  events.paymentChanged(parseTid(record.tid), paymentToWire(paid, [], DEFAULT_PAYMENT_POLICY));
}

export const replyBeforeCommit: Breakage = {
  wallet: (inner, parts) => ({
    ...inner,
    pay: async (order, authCode) => {
      const answer = await inner.pay(order, authCode);
      if (answer.kind === 'paid') await tellAtOnce(parts, order.outTradeNo);
      return answer;
    },
    query: async (outTradeNo, currency) => {
      const answer = await inner.query(outTradeNo, currency);
      if (answer.kind === 'paid') await tellAtOnce(parts, outTradeNo);
      return answer;
    },
  }),
};
