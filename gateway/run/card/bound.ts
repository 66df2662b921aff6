/** A bound of one length for whatever is waited for. */
import { Deadlines } from '../../kernel/deadlines.ts';
import type { Timers } from '../../kernel/time.ts';

export class Bound {
  readonly #deadlines: Deadlines;
  readonly #afterMs: number;

  constructor(timers: Timers, afterMs: number) {
    this.#deadlines = new Deadlines(timers);
    this.#afterMs = afterMs;
  }

  /** `value` when it comes in time, otherwise what `late` says; what comes later is dropped. */
  within<T>(value: Promise<T>, late: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const cancel = this.#deadlines.after(this.#afterMs, () => resolve(late()));
      value.then(resolve, reject).finally(cancel);
    });
  }

  stop(): void {
    this.#deadlines.clear();
  }
}
