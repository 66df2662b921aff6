/** Where the work on a subject is done: one run at a time here, under a lease that keeps other processes off. */
import type { AttemptId, RefundId } from '../kernel/identifiers.ts';
import type { Secret } from '../kernel/secret.ts';
import type { PaymentEvent } from '../payments/payment-events.ts';
import type { Lease, Subject } from '../payments/ports.ts';
import type { RefundEvent } from '../payments/refund-machine.ts';
import type { RunContext } from './context.ts';
import { drive } from './drive.ts';
import { HeldLease, LeaseLostError } from './held-lease.ts';
import { paymentSteps } from './payment-steps.ts';
import { refundSteps } from './refund-steps.ts';
import { Subjects } from './subjects.ts';

export class Workshop {
  readonly #context: RunContext;
  readonly subjects = new Subjects();

  constructor(context: RunContext) {
    this.#context = context;
  }

  /** The call that follows a committed intent. Errors  what the store throws; then the resolver takes the subject up. */
  startPayment(attemptId: AttemptId, lease: Lease, authCode: Secret<string> | null): Promise<void> {
    return this.#underLease({ kind: 'payment', id: attemptId }, lease, (held) =>
      drive(paymentSteps(this.#context, attemptId, authCode), held, { kind: 'started' } as PaymentEvent),
    );
  }

  startRefund(refundId: RefundId, lease: Lease): Promise<void> {
    return this.#underLease({ kind: 'refund', id: refundId }, lease, (held) =>
      drive(refundSteps(this.#context, refundId), held, { kind: 'started' } as RefundEvent),
    );
  }

  /** Asks the wallet now, for a person. */
  check(attemptId: AttemptId): Promise<void> {
    return this.#underLease({ kind: 'payment', id: attemptId }, null, (held) =>
      drive(paymentSteps(this.#context, attemptId, null), held, { kind: 'check_requested' } as PaymentEvent),
    );
  }

  /** Does what is due, if it still is when its turn comes. */
  resolve(subject: Subject, lease: Lease | null = null): Promise<void> {
    return this.#underLease(subject, lease, async (held) => {
      if (!(await this.#isDue(subject))) return held.release();
      return subject.kind === 'payment'
        ? drive(paymentSteps(this.#context, subject.id, null), held, { kind: 'due' } as PaymentEvent)
        : drive(refundSteps(this.#context, subject.id), held, { kind: 'due' } as RefundEvent);
    });
  }

  #underLease(
    subject: Subject,
    lease: Lease | null,
    work: (held: HeldLease) => Promise<void>,
  ): Promise<void> {
    return this.subjects.run(subject, async () => {
      const held =
        lease === null ? await HeldLease.take(this.#context, subject) : new HeldLease(this.#context, lease);
      if (held === null) return;
      try {
        await work(held);
      } catch (error) {
        if (!(error instanceof LeaseLostError)) throw error;
        this.#context.log.warn('lease_lost', { kind: subject.kind, reference: subject.id });
      }
    });
  }

  async #isDue(subject: Subject): Promise<boolean> {
    const { store } = this.#context;
    const record =
      subject.kind === 'payment' ? await store.payment(subject.id) : await store.refund(subject.id);
    const at = record?.nextActionAt ?? null;
    return at !== null && at <= store.now();
  }
}
