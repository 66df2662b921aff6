/** All open links: one for each terminal, the newest proven one. Carries the gateway's events to them. */
import { failureName } from '../kernel/errors.ts';
import type { Tid } from '../kernel/identifiers.ts';
import type { Log } from '../kernel/log.ts';
import type { CancelTimer, Runtime } from '../kernel/time.ts';
import type { PaymentStore, TerminalEvents } from '../payments/ports.ts';
import type { PaymentWire, RefundWire } from '../wire/messages.ts';
import { CLOSE, type TerminalLink } from './terminal-link.ts';

export class TerminalLinks implements TerminalEvents {
  readonly #links = new Map<Tid, TerminalLink>();
  #cancelCheck: CancelTimer | null = null;

  get size(): number {
    return this.#links.size;
  }

  get requestsInFlight(): number {
    let sum = 0;
    for (const link of this.#links.values()) sum += link.requestsInFlight;
    return sum;
  }

  add(link: TerminalLink): void {
    this.#links.get(link.tid)?.close(CLOSE.replaced);
    this.#links.set(link.tid, link);
  }

  remove(link: TerminalLink): void {
    if (this.#links.get(link.tid) === link) this.#links.delete(link.tid);
  }

  paymentChanged(tid: Tid, payment: PaymentWire): void {
    this.#links.get(tid)?.sendEvent('payment.changed', payment);
  }

  refundChanged(tid: Tid, refund: RefundWire): void {
    this.#links.get(tid)?.sendEvent('refund.changed', refund);
  }

  closeAll(code: number): void {
    for (const link of this.#links.values()) link.close(code);
  }

  /** Ends links whose terminal was revoked or given another key, by whichever process did it. */
  watchRevocations(store: Pick<PaymentStore, 'terminal'>, runtime: Runtime, everyMs: number, log: Log): void {
    this.#cancelCheck = runtime.timers.after(everyMs, () => {
      this.#checkAll(store)
        .catch((error: unknown) => {
          // The store will say so on every request as well; links stay, since nobody was found to be revoked.
          log.alarm('revocation_check_failed', { error: failureName(error) });
        })
        .finally(() => {
          if (this.#cancelCheck !== null) this.watchRevocations(store, runtime, everyMs, log);
        });
    });
  }

  stopWatching(): void {
    this.#cancelCheck?.();
    this.#cancelCheck = null;
  }

  async #checkAll(store: Pick<PaymentStore, 'terminal'>): Promise<void> {
    for (const link of [...this.#links.values()]) {
      const terminal = await store.terminal(link.tid);
      if (terminal?.revokedAt === null && terminal.publicKey === link.publicKey) continue;
      link.close(CLOSE.revoked);
      this.remove(link);
    }
  }
}
