/** The gate to one partner bank. While totals are asked for it is shut for moments, so that nothing changes at the bank
 *  between the count and the bank's own: what comes meanwhile waits, what is inside comes to its end first. */
import type { CancelTimer, Timers } from '../../kernel/time.ts';

export class BankGate {
  readonly #timers: Timers;
  #inside = 0;
  #opened: Promise<void> | null = null;
  #open: () => void = () => undefined;
  #whenEmpty: () => void = () => undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** From before a row is made durable until its bank's answer is. */
  async through<T>(work: () => Promise<T>): Promise<T> {
    while (this.#opened !== null) await this.#opened;
    this.#inside += 1;
    try {
      return await work();
    } finally {
      this.#inside -= 1;
      if (this.#inside === 0) this.#whenEmpty();
    }
  }

  /** Shuts it for at most `mostMs`. True once nothing is inside; false when that took longer, and then it is open again. */
  async shut(mostMs: number): Promise<boolean> {
    this.#opened ??= new Promise<void>((resolve) => {
      this.#open = resolve;
    });
    let cancel: CancelTimer = () => undefined;
    const over = new Promise<void>((resolve) => {
      cancel = this.#timers.after(mostMs, () => {
        this.open();
        resolve();
      });
    });
    const opened = this.#opened;
    void opened.then(() => cancel());
    const empty = new Promise<void>((resolve) => {
      this.#whenEmpty = resolve;
      if (this.#inside === 0) resolve();
    });
    await Promise.race([empty, over]);
    return this.#inside === 0 && this.#opened === opened;
  }

  open(): void {
    this.#opened = null;
    this.#open();
  }
}
