/** Many deadlines on few timers: those set within one granule share a timer, so that thousands of requests a second cost
 *  a few dozen timers. Durations only, no clock is read: a clock that is set cannot end a wait early or late. */
import type { CancelTimer, Timers } from './time.ts';

const GRANULE_MS = 50;

/** Cut off from both when it is over: a set that has grown anew leaves its former table behind, with all that was in it then, and
 *  what hangs on that would live until the next collection of the old part of the memory. */
interface Entry {
  run: (() => void) | null;
  bucket: Bucket | null;
}

interface Bucket {
  readonly waiting: Set<Entry>;
  cancelFire: CancelTimer;
  /** No longer takes new deadlines. */
  shut: boolean;
}

export class Deadlines {
  readonly #timers: Timers;
  /** The bucket that still takes deadlines, by delay. */
  readonly #taking = new Map<number, Bucket>();
  readonly #live = new Set<Bucket>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Calls `run` once, not before `delayMs` and at most a granule later, unless cancelled. */
  after(delayMs: number, run: () => void): CancelTimer {
    const bucket = this.#taking.get(delayMs) ?? this.#begin(delayMs);
    const entry: Entry = { run, bucket };
    bucket.waiting.add(entry);
    return () => this.#cancel(entry);
  }

  /** Nothing that was set fires any more. */
  clear(): void {
    for (const bucket of this.#live) bucket.cancelFire();
    this.#live.clear();
    this.#taking.clear();
  }

  #begin(delayMs: number): Bucket {
    const bucket: Bucket = { waiting: new Set(), cancelFire: () => {}, shut: false };
    bucket.cancelFire = this.#timers.after(delayMs + GRANULE_MS, () => this.#fire(bucket));
    this.#live.add(bucket);
    this.#taking.set(delayMs, bucket);
    this.#timers.after(GRANULE_MS, () => {
      bucket.shut = true;
      if (this.#taking.get(delayMs) === bucket) this.#taking.delete(delayMs);
      this.#dropIfEmpty(bucket);
    });
    return bucket;
  }

  #cancel(entry: Entry): void {
    const { bucket } = entry;
    if (bucket === null) return;
    over(entry, bucket);
    if (bucket.shut) this.#dropIfEmpty(bucket);
  }

  #dropIfEmpty(bucket: Bucket): void {
    if (bucket.waiting.size > 0) return;
    bucket.cancelFire();
    this.#live.delete(bucket);
  }

  #fire(bucket: Bucket): void {
    this.#live.delete(bucket);
    for (const entry of bucket.waiting) over(entry, bucket)?.();
  }
}

function over(entry: Entry, bucket: Bucket): Entry['run'] {
  const { run } = entry;
  bucket.waiting.delete(entry);
  entry.run = null;
  entry.bucket = null;
  return run;
}
