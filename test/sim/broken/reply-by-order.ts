/** Broken: whatever the bank answers, to a request or to an advice, goes to what has waited longest. */
import type { BankAnswer } from '../../../gateway/payments/card/ports.ts';
import type { Breakage } from '../gateway-host.ts';
import { throughBank } from './through-bank.ts';

export const replyByOrder: Breakage = {
  bank: (inner) => {
    const waiting: ((answer: BankAnswer) => void)[] = [];
    const inOrder = (asked: Promise<BankAnswer>): Promise<BankAnswer> =>
      new Promise((resolve) => {
        waiting.push(resolve);
        void asked.then((answer) => waiting.shift()?.(answer));
      });
    return throughBank(inner, {
      request: (request) => inOrder(inner.request(request)),
      advise: (advice) => inOrder(inner.advise(advice)),
    });
  },
};
