/** A process of the world that may die at any passage of its membrane. What runs on behalf of a dead process ends at its
 *  next passage: its promises never settle, its timers never fire, its writes never happen. */
import type { Runtime } from '../../gateway/kernel/time.ts';
import type { VirtualProcess, VirtualWorld } from './virtual-runtime.ts';
import type { ProcessKind, Weather } from './weather.ts';

/** Ends synchronous work of a process that has just died. */
export class Death extends Error {
  override readonly name = 'Death';
}

export class Living {
  readonly kind: ProcessKind;
  readonly #process: VirtualProcess;
  readonly #weather: Weather;
  readonly #onDeath: () => void;

  constructor(world: VirtualWorld, kind: ProcessKind, weather: Weather, onDeath: () => void) {
    this.kind = kind;
    this.#process = world.process();
    this.#weather = weather;
    this.#onDeath = onDeath;
  }

  get runtime(): Runtime {
    return this.#process;
  }

  get alive(): boolean {
    return this.#process.alive;
  }

  kill(): void {
    if (!this.alive) return;
    this.#process.kill();
    this.#onDeath();
  }

  /** Dies so long from now, whatever it is waiting for then. */
  dieIn(delayMs: number): void {
    this.#process.timers.after(delayMs, () => {
      this.#weather.died(this.kind);
      this.kill();
    });
  }

  /** False when the process is dead, or dies here. */
  passes(): boolean {
    if (this.alive && this.#weather.strikes(this.kind)) this.kill();
    return this.alive;
  }

  /** The same for synchronous work. Errors  Death */
  mustPass(): void {
    if (!this.passes()) throw new Death(`The ${this.kind} died here.`);
  }

  /** Goes on after so long, unless the process has died meanwhile or dies then. */
  after(delayMs: number, run: () => void): void {
    this.#process.timers.after(delayMs, () => {
      if (this.passes()) run();
    });
  }

  /** Resolves later, or never. */
  pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => this.after(delayMs, resolve));
  }
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
