/** The background resolver: finishes what is due, whoever began it. It knows nothing that the store does not, so it starts
 *  anew after a crash by starting. */
import { failureName } from '../kernel/errors.ts';
import type { CancelTimer, EpochMs } from '../kernel/time.ts';
import { backoffMs } from '../payments/policy.ts';
import type { Lease, Subject } from '../payments/ports.ts';
import type { RunContext } from './context.ts';
import type { Workshop } from './workshop.ts';

export class Resolver {
  readonly #context: RunContext;
  readonly #workshop: Workshop;
  /** Subjects whose work threw, with when they may be tried again: a bad one backs off and never stops the others. */
  readonly #failing = new Map<string, { readonly times: number; readonly notBefore: number }>();
  readonly #running = new Set<Promise<void>>();
  #state: 'stopped' | 'idle' | 'looking' | 'woken' = 'stopped';
  #cancelTimer: CancelTimer = () => {};
  #wakesAt: EpochMs = 0;
  #lastLook: Promise<void> = Promise.resolve();

  constructor(context: RunContext, workshop: Workshop) {
    this.#context = context;
    this.#workshop = workshop;
  }

  start(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'idle';
    this.wake();
  }

  /** Something was committed that is due at `dueAt`. */
  expect(dueAt: EpochMs): void {
    if (this.#state === 'looking') this.#state = 'woken';
    if (this.#state === 'idle' && dueAt < this.#wakesAt) this.#sleep(dueAt - this.#context.store.now());
  }

  wake(): void {
    if (this.#state === 'looking') this.#state = 'woken';
    if (this.#state !== 'idle') return;
    this.#state = 'looking';
    this.#cancelTimer();
    this.#lastLook = this.#look();
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelTimer();
    await this.#lastLook;
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #look(): Promise<void> {
    let delayMs = this.#context.limits.retryMs;
    try {
      delayMs = await this.#claimAndPlan();
    } catch (error) {
      this.#context.log.alarm('resolver_failed', { error: failureName(error) });
    }
    if (this.#state === 'stopped') return;
    const again = this.#state === 'woken';
    this.#state = 'idle';
    if (again) return this.wake();
    this.#sleep(delayMs);
  }

  #sleep(delayMs: number): void {
    const waitMs = Math.max(0, delayMs);
    this.#cancelTimer();
    this.#wakesAt = this.#context.store.now() + waitMs;
    this.#cancelTimer = this.#context.runtime.timers.after(waitMs, () => this.wake());
  }

  /** Starts what is due and answers how long to sleep. */
  async #claimAndPlan(): Promise<number> {
    const { store, limits, owner } = this.#context;
    const room = limits.parallel - this.#running.size;
    let begun = 0;
    if (room > 0) {
      // Subjects that are busy or backing off come back with the claim, and must not crowd the others out.
      const most = room + this.#workshop.subjects.busyCount + this.#failing.size;
      for (const lease of await store.claimDue(owner, limits.leaseMs, most)) {
        if (begun < room && this.#mayBegin(lease.subject)) {
          begun += 1;
          this.#begin(lease);
        }
      }
    }
    // What begun here ends with a wake; more may wait behind it.
    if (begun > 0 && begun === room) return limits.idleLookMs;
    const nextDueAt = await store.nextDueAt();
    if (nextDueAt === null) return limits.idleLookMs;
    const untilMs = nextDueAt - store.now();
    return untilMs <= 0 ? limits.retryMs : Math.min(untilMs, limits.idleLookMs);
  }

  #mayBegin(subject: Subject): boolean {
    if (this.#state === 'stopped' || this.#workshop.subjects.isBusy(subject)) return false;
    const failure = this.#failing.get(subject.id);
    return failure === undefined || failure.notBefore <= this.#context.store.now();
  }

  #begin(lease: Lease): void {
    const run: Promise<void> = this.#workshop
      .resolve(lease.subject, lease)
      .then(
        () => void this.#failing.delete(lease.subject.id),
        (error: unknown) => this.#noteFailure(lease.subject, error),
      )
      .finally(() => {
        this.#running.delete(run);
        this.wake();
      });
    this.#running.add(run);
  }

  #noteFailure(subject: Subject, error: unknown): void {
    const { log, limits, store } = this.#context;
    const times = (this.#failing.get(subject.id)?.times ?? 0) + 1;
    const notBefore = store.now() + backoffMs(limits.retryMs, limits.retryMostMs, times);
    this.#failing.set(subject.id, { times, notBefore });
    const facts = { kind: subject.kind, reference: subject.id, error: failureName(error), tries: times };
    log.alarm('subject_failed', facts);
  }
}
