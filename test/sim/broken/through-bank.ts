/** A bank port with some of its acts replaced. */
import type { BankPort } from '../../../gateway/payments/card/ports.ts';

export function throughBank(inner: BankPort, acts: Partial<Pick<BankPort, 'request' | 'advise'>>): BankPort {
  return {
    bank: inner.bank,
    get up() {
      return inner.up;
    },
    get pinTarget() {
      return inner.pinTarget;
    },
    onUp: (listener) => inner.onUp(listener),
    request: acts.request ?? ((request) => inner.request(request)),
    advise: acts.advise ?? ((advice) => inner.advise(advice)),
    totals: (totals) => inner.totals(totals),
    onLate: (listener) => inner.onLate(listener),
    onCutOver: (listener) => inner.onCutOver?.(listener) ?? (() => undefined),
  };
}
