/** Deadlines that all have the same length, so that the first set is the first due: one timer for all of them. */
import type { CancelTimer, EpochMs, Runtime } from '../../kernel/time.ts';

interface Deadline {
  readonly at: EpochMs;
  expire: (() => void) | null;
}

/** How many that were met in time may stand before those still open. */
const MET_MOST = 1_024;

export class Deadlines {
  readonly #runtime: Pick<Runtime, 'clock' | 'timers'>;
  readonly #afterMs: number;
  #queue: Deadline[] = [];
  #first = 0;
  #cancel: CancelTimer | null = null;

  constructor(runtime: Pick<Runtime, 'clock' | 'timers'>, afterMs: number) {
    this.#runtime = runtime;
    this.#afterMs = afterMs;
  }

  /** `value` when it comes in time, otherwise what `late` says; what comes later is dropped. */
  within<T>(value: Promise<T>, late: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const deadline: Deadline = { at: this.#runtime.clock.now() + this.#afterMs, expire: null };
      deadline.expire = () => resolve(late());
      this.#add(deadline);
      value.then(resolve, reject).finally(() => {
        deadline.expire = null;
      });
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#queue = [];
    this.#first = 0;
  }

  #add(deadline: Deadline): void {
    this.#queue.push(deadline);
    this.#dropMet();
    if (this.#cancel === null) this.#schedule();
  }

  #dropMet(): void {
    while (this.#queue[this.#first]?.expire === null) this.#first += 1;
    if (this.#first < MET_MOST) return;
    this.#queue = this.#queue.slice(this.#first);
    this.#first = 0;
  }

  #schedule(): void {
    const next = this.#queue[this.#first];
    if (next === undefined) {
      this.#queue = [];
      this.#first = 0;
      return;
    }
    const waitMs = Math.max(1, next.at - this.#runtime.clock.now());
    this.#cancel = this.#runtime.timers.after(waitMs, () => {
      this.#cancel = null;
      this.#expireDue();
      this.#schedule();
    });
  }

  #expireDue(): void {
    const now = this.#runtime.clock.now();
    for (;;) {
      this.#dropMet();
      const next = this.#queue[this.#first];
      if (next === undefined || next.at > now) return;
      this.#first += 1;
      next.expire?.();
    }
  }
}
