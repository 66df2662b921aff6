/** Broken: the gateway never tells the bank that something is to be undone, and takes it for done. */
import type { BankAnswered } from '../../../gateway/payments/card/ports.ts';
import type { Breakage } from '../gateway-host.ts';
import { throughBank } from './through-bank.ts';

const DONE: BankAnswered = {
  ...{ kind: 'answered', responseCode: '00', authCode: null, rrn: null },
  ...{ issuerData: null, approved: null, billing: null, balances: null },
};

export const noReversal: Breakage = {
  bank: (inner) =>
    throughBank(inner, {
      advise: async (advice) => (advice.kind === 'reversal' ? DONE : inner.advise(advice)),
    }),
};
