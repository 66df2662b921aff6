/** Broken: the gateway takes a second attempt for a sale whose first is still open, by filing it under another sale. */
import { AmurError } from '../../../gateway/kernel/errors.ts';
import type { GatewayService } from '../../../gateway/payments/service.ts';
import type { RequestBody } from '../../../gateway/wire/messages.ts';
import type { Breakage } from '../gateway-host.ts';

export const secondLiveAttempt: Breakage = {
  service: (inner, { newId }): GatewayService => ({
    start: () => inner.start(),
    stop: () => inner.stop(),
    booked: () => inner.booked(),
    walletNotice: (notice) => inner.walletNotice(notice),
    handle: async (tid, type, body) => {
      try {
        return await inner.handle(tid, type, body);
      } catch (error) {
        const live = error instanceof AmurError && error.code === 'SALE_HAS_LIVE_ATTEMPT';
        if (type !== 'payment.start' || !live) throw error;
        const start = body as RequestBody<'payment.start'>;
        return await inner.handle(tid, type, { ...start, saleId: newId() } as typeof body);
      }
    },
  }),
};
