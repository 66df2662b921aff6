/** Broken: silence of the wallet is taken for its refusal. */
import type { WalletDeclined } from '../../../gateway/payments/wallet-port.ts';
import type { Breakage } from '../gateway-host.ts';

function hasty<A extends { readonly kind: string }>(answer: A): A | WalletDeclined {
  return answer.kind === 'unknown' ? { kind: 'declined', code: 'TIMEOUT' } : answer;
}

export const timeoutAsDecline: Breakage = {
  wallet: (inner) => ({
    ...inner,
    pay: async (order, authCode) => hasty(await inner.pay(order, authCode)),
    precreate: async (order, qrLifeMs) => hasty(await inner.precreate(order, qrLifeMs)),
    refund: async (request) => hasty(await inner.refund(request)),
  }),
};
