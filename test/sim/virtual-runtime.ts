/** A world on virtual time: one clock, timers in the order of (time, sequence), randomness from one seed.
 *
 *  Nothing happens by itself: `advance`, `runUntil` and `runUntilIdle` fire the timers one by one and let every promise
 *  that hangs on one settle before the next. The same seed and the same calls give the same end, whatever the machine.
 *
 *  A `process` is a runtime of its own (its random stream, its timers) that can be killed at any moment: its timers never
 *  fire again, which is all a killed process leaves behind as long as its stores and links are cut as well.
 *  Only synchronous work and promises may run in the world: real I/O would end at a moment of its own choosing. */
import type { CancelTimer, Clock, EpochMs, Random, Runtime, Timers } from '../../gateway/kernel/time.ts';
import { SeededRandom } from './seeded-random.ts';

interface Timer {
  readonly at: EpochMs;
  readonly sequence: number;
  readonly run: () => void;
  readonly owner: VirtualProcess | null;
}

export interface VirtualWorldOptions {
  readonly seed?: number;
  /** 2026-11-22T06:00:00Z, nine in the morning in Moscow, unless told. */
  readonly startAt?: EpochMs;
}

export class VirtualWorld implements Runtime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: SeededRandom;
  readonly #heap = new TimerHeap();
  #now: EpochMs;
  #sequence = 0;
  #firedCount = 0;

  constructor(options: VirtualWorldOptions = {}) {
    this.#now = options.startAt ?? 1_795_327_200_000;
    this.random = new SeededRandom(options.seed ?? 1);
    this.clock = { now: () => this.#now };
    this.timers = { after: (delayMs, run) => this.schedule(delayMs, run, null) };
  }

  now(): EpochMs {
    return this.#now;
  }

  /** Timers fired so far: two runs of one seed have fired equally many. */
  get firedCount(): number {
    return this.#firedCount;
  }

  /** A runtime with its own random stream, drawn from this world's seed and the order of creation. */
  process(): VirtualProcess {
    return new VirtualProcess(this, this.random.fork());
  }

  /** For `timers` and processes; delays below zero count as zero. */
  schedule(delayMs: number, run: () => void, owner: VirtualProcess | null): CancelTimer {
    if (!Number.isFinite(delayMs)) throw new RangeError(`A timer of ${delayMs} ms never fires.`);
    const at = this.#now + Math.max(0, Math.ceil(delayMs));
    this.#sequence += 1;
    return this.#heap.add({ at, sequence: this.#sequence, run, owner });
  }

  /** Lets every promise that can settle without time settle. */
  async settle(): Promise<void> {
    // The microtask queue, however deep, is empty before the loop comes to its next turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
  }

  /** Fires the earliest timer, at its time. False when there is none up to `notAfter`. */
  async step(notAfter: EpochMs = Number.POSITIVE_INFINITY): Promise<boolean> {
    await this.settle();
    const next = this.#heap.takeUpTo(notAfter);
    if (next === null) return false;
    this.#now = Math.max(this.#now, next.at);
    this.#firedCount += 1;
    if (next.owner === null || next.owner.alive) next.run();
    await this.settle();
    return true;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    while (await this.step(end));
    this.#now = Math.max(this.#now, end);
    await this.settle();
  }

  /** Until no timer is left. For worlds with a background loop, which always has one, use `runUntil`. */
  async runUntilIdle(mostTimers = 1_000_000): Promise<void> {
    for (let fired = 0; await this.step(); fired += 1) {
      if (fired >= mostTimers) throw new Error(`The world was not idle after ${mostTimers} timers.`);
    }
  }

  /** True as soon as `holds`, false when `withinMs` have passed without. */
  async runUntil(holds: () => boolean | Promise<boolean>, withinMs: number): Promise<boolean> {
    const end = this.#now + withinMs;
    await this.settle();
    while (!(await holds())) {
      if (await this.step(end)) continue;
      this.#now = Math.max(this.#now, end);
      return holds();
    }
    return true;
  }

  /** The value of `promise`, with the world running until it settles. */
  async complete<T>(promise: Promise<T>, withinMs = 3_600_000): Promise<T> {
    let settled = false;
    const watched = promise.finally(() => {
      settled = true;
    });
    watched.catch(() => {});
    if (!(await this.runUntil(() => settled, withinMs))) {
      throw new Error(`Nothing was settled within ${withinMs} ms of the world's time.`);
    }
    return watched;
  }
}

export class VirtualProcess implements Runtime {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  #alive = true;

  constructor(world: VirtualWorld, random: SeededRandom) {
    this.clock = world.clock;
    this.random = random;
    this.timers = {
      after: (delayMs, run) => (this.#alive ? world.schedule(delayMs, run, this) : () => {}),
    };
  }

  get alive(): boolean {
    return this.#alive;
  }

  kill(): void {
    this.#alive = false;
  }
}

/** A binary heap by (at, sequence); cancelled timers stay until they come up. */
class TimerHeap {
  readonly #timers: Timer[] = [];
  readonly #cancelled = new Set<number>();

  add(timer: Timer): CancelTimer {
    let pending = true;
    const run = (): void => {
      pending = false;
      timer.run();
    };
    this.#timers.push({ ...timer, run });
    this.#rise(this.#timers.length - 1);
    return () => {
      if (pending) this.#cancelled.add(timer.sequence);
      pending = false;
    };
  }

  takeUpTo(notAfter: EpochMs): Timer | null {
    for (let top = this.#timers[0]; top !== undefined; top = this.#timers[0]) {
      const cancelled = this.#cancelled.has(top.sequence);
      if (!cancelled && top.at > notAfter) return null;
      this.#removeTop();
      this.#cancelled.delete(top.sequence);
      if (!cancelled) return top;
    }
    return null;
  }

  #removeTop(): void {
    const last = this.#timers.pop();
    if (last === undefined || this.#timers.length === 0) return;
    this.#timers[0] = last;
    this.#sink(0);
  }

  #rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#isBefore(index, parent)) return;
      this.#swap(index, parent);
      index = parent;
    }
  }

  #sink(from: number): void {
    let index = from;
    for (;;) {
      const left = index * 2 + 1;
      const right = left + 1;
      let least = index;
      if (left < this.#timers.length && this.#isBefore(left, least)) least = left;
      if (right < this.#timers.length && this.#isBefore(right, least)) least = right;
      if (least === index) return;
      this.#swap(index, least);
      index = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const left = this.#at(a);
    const right = this.#at(b);
    return left.at === right.at ? left.sequence < right.sequence : left.at < right.at;
  }

  #swap(a: number, b: number): void {
    const left = this.#at(a);
    this.#timers[a] = this.#at(b);
    this.#timers[b] = left;
  }

  #at(index: number): Timer {
    const timer = this.#timers[index];
    if (timer === undefined) throw new RangeError(`No timer at ${index}.`);
    return timer;
  }
}
