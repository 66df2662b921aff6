/** Rows whose operation another file has shown already. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { Discrepancy, Earlier, Item, Match, Rules } from '../../../gateway/reconciliation/item.ts';
import { compare } from '../../../gateway/reconciliation/reconcile.ts';

const DAY_MS = 86_400_000;
const RULES: Rules = {
  toleranceMinor: 0n,
  nearDays: 1,
  businessDays: (from, to) => (Date.parse(to) - Date.parse(from)) / DAY_MS,
  coveredTo: '2026-11-20',
  undoes: { cancel: 'payment' },
};

const item = (key: string, minor: bigint, changes: Partial<Item> = {}): Item => ({
  ...{ key, kind: 'payment', id: key, otherIds: [], amount: money(minor, CNY), date: '2026-11-18' },
  ...changes,
});
const inFile = (file: string, of: Item, changes: Partial<Item> = {}): Item => ({
  ...of,
  key: `${file}:${of.key}`,
  ...changes,
});

/** Runs one after another over the same books, as the store keeps them between two runs. */
class Books {
  readonly matches: Match[] = [];
  readonly #ours: readonly Item[];
  readonly #earlier = new Map<string, Earlier>();
  #theirs: readonly Item[] = [];

  constructor(ours: readonly Item[]) {
    this.#ours = ours;
  }

  run(arriving: readonly Item[] = []): readonly Discrepancy[] {
    const faults: Discrepancy[] = [];
    const done = new Set(this.matches.flatMap(({ ours, theirs }) => [...ours, theirs]));
    this.#theirs = [...this.#theirs, ...arriving].filter((one) => !done.has(one));
    const results = {
      matched: (match: Match) => void this.matches.push(match),
      differs: (fault: Discrepancy) => void faults.push(fault),
      expected: () => undefined,
    };
    const compared = compare(
      this.#ours.filter((one) => !done.has(one)),
      this.#theirs,
      RULES,
      results,
    );
    const known = compared.strays.flatMap((stray): (readonly [string, Earlier])[] => {
      const earlier = this.#earlier.get(`${stray.kind} ${stray.id}`);
      return earlier === undefined ? [] : [[stray.key, earlier]];
    });
    compared.finish(new Map(known));
    for (const { ours, theirs } of this.matches) {
      for (const one of ours) this.#earlier.set(`${one.kind} ${one.id}`, { ours: one, row: theirs.key });
    }
    return faults;
  }
}

const told = (faults: readonly Discrepancy[]) =>
  faults
    .map(({ type, ours, theirs, facts }) => `${type} ${ours?.key} ${theirs?.key} ${facts.matchedWith}`)
    .sort();

describe('A row of an operation that was matched in an earlier file', () => {
  const a = item('a', 100n);

  test('is a duplicate that names the row which has its place', () => {
    const books = new Books([a]);
    expect(books.run([inFile('first', a)])).toEqual([]);
    expect(books.run([inFile('second', a)])).toEqual([
      {
        ...{ type: 'duplicate', ours: a, theirs: inFile('second', a), also: [], atRisk: a.amount },
        facts: { matchedWith: 'first:a' },
      },
    ]);
  });

  test('is one as well where its sum is another, and never a refund of the same id', () => {
    const books = new Books([a]);
    books.run([inFile('first', a)]);
    const wrong = inFile('second', a, { amount: money(1n, CNY) });
    const refund = inFile('third', a, { kind: 'refund' });
    expect(told(books.run([wrong, refund]))).toEqual([
      'duplicate a second:a first:a',
      'missing_ours undefined third:a undefined',
    ]);
  });

  test('says the same whether both rows came at once or one after the other', () => {
    const together = new Books([a]).run([inFile('first', a), inFile('second', a)]);
    const books = new Books([a]);
    books.run([inFile('first', a)]);
    expect(books.run([inFile('second', a)])).toEqual(together);
  });

  test('goes with the row that takes it back', () => {
    const books = new Books([a]);
    books.run([inFile('first', a)]);
    const again = inFile('second', a);
    expect(books.run([again, inFile('third', a, { kind: 'cancel' })])).toEqual([]);
  });

  const operations = fc.uniqueArray(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
  const story = operations.chain((numbers) =>
    fc.tuple(
      fc.constant(numbers),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: numbers.length, maxLength: numbers.length }),
      // How often each one comes, in the first file and in later ones.
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: numbers.length, maxLength: numbers.length }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: numbers.length, maxLength: numbers.length }),
      fc.integer(),
    ),
  );
  const shuffled = (items: readonly Item[], seed: number) => {
    const place = ({ key }: Item) => createHash('sha256').update(`${key} ${seed}`).digest('hex');
    return items.toSorted((x, y) => (place(x) < place(y) ? -1 : 1));
  };
  const copies = (file: string, ours: readonly Item[], counts: readonly number[]) =>
    ours.flatMap((one, at) =>
      Array.from({ length: counts[at] ?? 0 }, (_, copy) => inFile(`${file}${copy}`, one)),
    );

  test('is found in any order of either book, again in every further run, and takes nobody else’s place', () => {
    fc.assert(
      fc.property(story, ([numbers, sums, first, later, seed]) => {
        const ours = numbers.map((number, at) => item(`o${number}`, BigInt(sums[at] ?? 1)));
        const nameless = item('nameless', 2n, { id: null });
        const play = (mix: (items: readonly Item[], add: number) => readonly Item[]) => {
          const books = new Books(mix([...ours, nameless], 1));
          books.run(mix(copies('first', ours, first), 2));
          const faults = books.run(mix(copies('later', ours, later), 3));
          return { books, faults };
        };
        const { books, faults } = play((items) => items);
        const shuffledFaults = play((items, add) => shuffled(items, seed + add)).faults;
        expect(told(shuffledFaults)).toEqual(told(faults));
        const matched = books.matches.length;
        expect(told(books.run())).toEqual(told(faults));
        expect(books.matches.length).toBe(matched);
        const rows = ours.map((_, at) => (first[at] ?? 0) + (later[at] ?? 0));
        const duplicates = faults.filter(({ type }) => type === 'duplicate');
        expect(duplicates.length).toBe(rows.reduce((sum, count) => sum + Math.max(0, count - 1), 0));
        expect(faults.filter(({ type }) => type === 'missing_ours')).toEqual([]);
        for (const { ours: one, facts } of duplicates) {
          expect(
            books.matches.some(
              ({ theirs, ours: [mine] }) => mine === one && theirs.key === facts.matchedWith,
            ),
          ).toBe(true);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });
});
