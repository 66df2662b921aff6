/** How many units shared a commit, counted by powers of two: tells whether group commit does its work. */

export interface CommitSizeRow {
  /** Most units of a commit that is counted here: 1, 2, 4, 8 ... */
  readonly most: number;
  readonly count: number;
}

export class CommitSizes {
  readonly #counts: number[] = [];

  add(units: number): void {
    const index = units <= 1 ? 0 : 32 - Math.clz32(units - 1);
    while (this.#counts.length <= index) this.#counts.push(0);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
  }

  rows(): readonly CommitSizeRow[] {
    return this.#counts.flatMap((count, index) => (count === 0 ? [] : [{ most: 2 ** index, count }]));
  }
}
