/** Broken: whatever the bank answers, to a request or to an advice, goes to what has waited longest, and is taken for an answer
 *  about its amount. */
import type { BankAnswer } from '../../../gateway/payments/card/ports.ts';
import { PARTIAL_APPROVAL } from '../../../gateway/payments/card/response-codes.ts';
import type { Breakage } from '../gateway-host.ts';
import { throughBank } from './through-bank.ts';

export const replyByOrder: Breakage = {
  bank: (inner) => {
    const waiting: ((answer: BankAnswer) => void)[] = [];
    const inOrder = (asked: Promise<BankAnswer>): Promise<BankAnswer> =>
      new Promise((resolve) => {
        waiting.push(resolve);
        void asked.then((answer) => waiting.shift()?.(unlooked(answer)));
      });
    return throughBank(inner, {
      request: (request) => inOrder(inner.request(request)),
      advise: (advice) => inOrder(inner.advise(advice)),
    });
  },
};

function unlooked(answer: BankAnswer): BankAnswer {
  const whole = answer.kind === 'answered' && answer.responseCode !== PARTIAL_APPROVAL;
  return whole ? { ...answer, approved: null } : answer;
}
