/** A lease while its work is under way: renewed during calls, taken again when a renewal of our own has outdated it. */
import type { Lease, Subject } from '../payments/ports.ts';
import type { RunContext } from './context.ts';

/** Another process works on the subject now; what we have learnt, it will learn itself. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

type Holding = Pick<RunContext, 'store' | 'runtime' | 'owner' | 'limits'>;

export class HeldLease {
  readonly #context: Holding;
  #lease: Lease;

  constructor(context: Holding, lease: Lease) {
    this.#context = context;
    this.#lease = lease;
  }

  static async take(context: Holding, subject: Subject): Promise<HeldLease | null> {
    const lease = await context.store.claim(subject, context.owner, context.limits.leaseMs);
    return lease === null ? null : new HeldLease(context, lease);
  }

  get current(): Lease {
    return this.#lease;
  }

  /** Errors  LeaseLostError */
  async takeAgain(): Promise<void> {
    const { store, owner, limits } = this.#context;
    const lease = await store.claim(this.#lease.subject, owner, limits.leaseMs);
    if (lease === null) throw new LeaseLostError(this.#lease.subject.id);
    this.#lease = lease;
  }

  /** Runs `work`, renewing at every third of the lease. A renewal that fails is left to the next commit to notice. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    const { runtime, limits } = this.#context;
    let renewal: Promise<void> = Promise.resolve();
    let cancel = (): void => {};
    const renewLater = (): void => {
      cancel = runtime.timers.after(Math.max(1, Math.floor(limits.leaseMs / 3)), () => {
        renewal = this.takeAgain().then(renewLater, () => {});
      });
    };
    renewLater();
    try {
      return await work();
    } finally {
      await renewal;
      cancel();
    }
  }

  async release(): Promise<void> {
    await this.#context.store.commit([{ kind: 'lease.release', lease: this.#lease }]);
  }
}
