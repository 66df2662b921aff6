/** Broken: a refund that is asked for again goes out under a new number, so the wallet cannot know it for the same. */
import type { Breakage } from '../gateway-host.ts';

export const newKeyOnRetry: Breakage = {
  wallet: (inner) => {
    const sent = new Map<string, number>();
    return {
      ...inner,
      refund: (request) => {
        const times = sent.get(request.outRequestNo) ?? 0;
        sent.set(request.outRequestNo, times + 1);
        const outRequestNo = times === 0 ? request.outRequestNo : `${request.outRequestNo}x${times}`;
        return inner.refund({ ...request, outRequestNo });
      },
    };
  },
};
