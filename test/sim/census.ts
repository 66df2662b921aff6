/** Counts how often each transition of each machine was taken. */

export type Machine = 'payment' | 'refund' | 'till attempt' | 'till refund' | 'card' | 'till card';

export class Census {
  readonly #counts = new Map<string, number>();

  took(machine: Machine, transition: string): void {
    const key = `${machine}: ${transition}`;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Adds what another part of the run counted. */
  add(taken: Readonly<Record<string, number>>): void {
    for (const [key, count] of Object.entries(taken))
      this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  /** By name, sorted. */
  taken(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#counts].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  never(legal: readonly string[]): readonly string[] {
    return legal.filter((name) => !this.#counts.has(name));
  }

  /** Taken, and yet not known to be legal. */
  unforeseen(legal: readonly string[]): readonly string[] {
    const known = new Set(legal);
    return [...this.#counts.keys()].filter((name) => !known.has(name)).sort();
  }
}
