/** Work of this process, one at a time for each subject; the rest of the world is kept off by leases. */
import type { Subject } from '../payments/ports.ts';

export class Subjects {
  readonly #tails = new Map<string, Promise<void>>();

  /** Whether something runs or waits for this subject here. */
  isBusy(subject: Subject): boolean {
    return this.#tails.has(keyOf(subject));
  }

  get busyCount(): number {
    return this.#tails.size;
  }

  /** Runs `work` after what was asked for this subject before. */
  run<T>(subject: Subject, work: () => Promise<T>): Promise<T> {
    const key = keyOf(subject);
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(work);
    const tail: Promise<void> = result.then(
      () => this.#clear(key, tail),
      () => this.#clear(key, tail),
    );
    this.#tails.set(key, tail);
    return result;
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }

  #clear(key: string, tail: Promise<void>): void {
    if (this.#tails.get(key) === tail) this.#tails.delete(key);
  }
}

function keyOf(subject: Subject): string {
  return `${subject.kind}:${subject.id}`;
}
