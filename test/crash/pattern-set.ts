/** Many rows of bytes looked for at once, in one pass however many they are. Source  Aho and Corasick, 1975 */

export interface Pattern {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Hit {
  readonly name: string;
  /** Of the byte behind it. */
  readonly endsAt: number;
}

/** What a byte is read as; below zero it is passed over. */
export type Reading = Int16Array;

export const AS_IT_IS: Reading = Int16Array.from({ length: 256 }, (_, byte) => byte);

/** Letters small, and what people and programs put between digits passed over: blanks, dashes, points, and the zero bytes of
 *  UTF-16. */
export const FOLDED: Reading = Int16Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x41 && byte <= 0x5a) return byte + 0x20;
  return byte <= 0x20 || '-._:'.includes(String.fromCharCode(byte)) ? -1 : byte;
});

export class PatternSet {
  readonly #next: Int32Array;
  /** Patterns that end at a node, by its number. */
  readonly #ends = new Map<number, string[]>();

  constructor(patterns: readonly Pattern[]) {
    const children: Map<number, number>[] = [new Map()];
    for (const { name, bytes } of patterns) {
      let at = 0;
      for (const byte of bytes) {
        const known = children[at]?.get(byte);
        const next = known ?? children.push(new Map()) - 1;
        children[at]?.set(byte, next);
        at = next;
      }
      this.#ends.set(at, [...(this.#ends.get(at) ?? []), name]);
    }
    this.#next = new Int32Array(children.length * 256);
    this.#link(children);
  }

  /** The first place of each pattern. */
  find(bytes: Uint8Array, reading: Reading): readonly Hit[] {
    const hits = new Map<string, number>();
    const next = this.#next;
    let at = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      const read = reading[bytes[index] ?? 0] ?? -1;
      if (read < 0) continue;
      at = next[at * 256 + read] ?? 0;
      const ended = this.#ends.get(at);
      if (ended !== undefined) for (const name of ended) if (!hits.has(name)) hits.set(name, index + 1);
    }
    return [...hits].map(([name, endsAt]) => ({ name, endsAt }));
  }

  /** Breadth first: where a row breaks off, the longest end of it that begins another row goes on. */
  #link(children: readonly Map<number, number>[]): void {
    const fail = new Int32Array(children.length);
    const queue = [0];
    for (const node of queue) {
      const back = fail[node] ?? 0;
      for (let byte = 0; byte < 256; byte += 1) {
        const elsewhere = node === 0 ? 0 : (this.#next[back * 256 + byte] ?? 0);
        const child = children[node]?.get(byte);
        this.#next[node * 256 + byte] = child ?? elsewhere;
        if (child === undefined) continue;
        fail[child] = elsewhere;
        queue.push(child);
      }
      const shorter = this.#ends.get(back);
      if (node !== 0 && shorter !== undefined)
        this.#ends.set(node, [...(this.#ends.get(node) ?? []), ...shorter]);
    }
  }
}
