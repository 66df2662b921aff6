/** Broken: the gateway forgets what it has refunded already when it looks at the limit. */
import type { PaymentRecord } from '../../../gateway/payments/ports.ts';
import type { Breakage } from '../gateway-host.ts';

function forgotten(record: PaymentRecord): PaymentRecord {
  const { refundedPrice, refundedOrder } = record;
  return {
    ...record,
    refundedPrice: { ...refundedPrice, amountMinor: 0n },
    refundedOrder: { ...refundedOrder, amountMinor: 0n },
  };
}

export const refundOverSum: Breakage = {
  store: (inner) => ({
    ...inner,
    payment: async (attemptId) => {
      const record = await inner.payment(attemptId);
      return record?.state === 'approved' ? forgotten(record) : record;
    },
  }),
};
