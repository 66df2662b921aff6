/** Randomness that a seed gives again: for simulations only, never for anything secret. Algorithm: splitmix64. */
import type { Random } from '../../gateway/kernel/time.ts';

const MASK = (1n << 64n) - 1n;

export class SeededRandom implements Random {
  #state: bigint;

  constructor(seed: number) {
    this.#state = BigInt(seed) & MASK;
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 1) bytes[at] = Number(this.#next() & 255n);
    return bytes;
  }

  /** From 0 up to but not including `limit`. */
  below(limit: number): number {
    return Number(this.#next() % BigInt(limit));
  }

  #next(): bigint {
    this.#state = (this.#state + 0x9e3779b97f4a7c15n) & MASK;
    let mixed = this.#state;
    mixed = ((mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    mixed = ((mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn) & MASK;
    return mixed ^ (mixed >> 31n);
  }
}
