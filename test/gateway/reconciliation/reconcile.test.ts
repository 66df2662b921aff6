import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, type CurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { Discrepancy, Item, Match, Rules } from '../../../gateway/reconciliation/item.ts';
import { reconcile } from '../../../gateway/reconciliation/reconcile.ts';

const DAY_MS = 86_400_000;
const RULES: Rules = {
  toleranceMinor: 0n,
  nearDays: 1,
  businessDays: (from, to) => (Date.parse(to) - Date.parse(from)) / DAY_MS,
  coveredTo: '2026-11-20',
  undoes: { cancel: 'payment' },
};

function run(ours: readonly Item[], theirs: readonly Item[], rules: Partial<Rules> = {}) {
  const matches: Match[] = [];
  const faults: Discrepancy[] = [];
  const expected: Item[] = [];
  reconcile(
    ours,
    theirs,
    { ...RULES, ...rules },
    {
      matched: (match) => matches.push(match),
      differs: (fault) => faults.push(fault),
      expected: (item) => expected.push(item),
    },
  );
  return { matches, faults, expected };
}

const item = (key: string, minor: bigint, changes: Partial<Item> = {}): Item => ({
  key,
  kind: 'payment',
  id: key,
  otherIds: [`w-${key}`],
  amount: money(minor, CNY),
  date: '2026-11-18',
  ...changes,
});
/** The row of their file for it. */
const row = (of: Item, line: number, changes: Partial<Item> = {}): Item => ({
  ...of,
  key: `file:${line}`,
  ...changes,
});

const A = item('a', 100n);
const B = item('b', 200n);
const C = item('c', 300n);
const types = (faults: readonly Discrepancy[]) => faults.map(({ type }) => type);

describe('each planted fault is found as its own type', () => {
  const sound = [row(A, 1), row(B, 2), row(C, 3)];
  const only = (theirs: readonly Item[], ours: readonly Item[] = [A, B, C]) => run(ours, theirs).faults;

  test('none', () => {
    const { matches, faults } = run([A, B, C], sound);
    expect(faults).toEqual([]);
    expect(matches.map(({ pass }) => pass)).toEqual(['exact', 'exact', 'exact']);
  });

  test('missing in their file', () => {
    expect(only(sound.slice(1))).toEqual([
      {
        type: 'missing_theirs',
        ours: A,
        theirs: null,
        also: [],
        atRisk: A.amount,
        facts: { kind: 'payment', date: A.date },
      },
    ]);
  });

  test('one too many in their file', () => {
    const extra = row(item('x', 777n), 4);
    expect(only([...sound, extra])).toMatchObject([
      { type: 'missing_ours', theirs: extra, atRisk: money(777n, CNY) },
    ]);
  });

  test('a wrong amount, with what is at risk', () => {
    const wrong = row(A, 1, { amount: money(101n, CNY) });
    expect(only([wrong, ...sound.slice(1)])).toMatchObject([
      {
        type: 'amount',
        ours: A,
        theirs: wrong,
        atRisk: money(1n, CNY),
        facts: { ours: '100 CNY', theirs: '101 CNY' },
      },
    ]);
  });

  test('another currency is a wrong amount of the whole', () => {
    const wrong = row(A, 1, { amount: money(100n, RUB) });
    expect(only([wrong, ...sound.slice(1)])).toMatchObject([{ type: 'amount', atRisk: A.amount }]);
  });

  test('a duplicate, whichever row comes first', () => {
    const twice = row(A, 9);
    for (const theirs of [
      [...sound, twice],
      [twice, ...sound],
    ]) {
      expect(only(theirs)).toMatchObject([
        { type: 'duplicate', theirs: { key: 'file:9' }, atRisk: A.amount },
      ]);
    }
  });

  test('a wrong row and the right one: the right one is ours', () => {
    const wrong = row(A, 0, { amount: money(99n, CNY) });
    expect(only([wrong, ...sound])).toMatchObject([{ type: 'duplicate', theirs: wrong }]);
  });

  test('ids exchanged between two rows, with and without the other ids', () => {
    const [a, b] = [row(A, 1, { id: 'b' }), row(B, 2, { id: 'a' })];
    const swapped = only([a, b, row(C, 3)]);
    expect(swapped).toMatchObject([
      { type: 'swapped_ids', ours: A, theirs: a, atRisk: money(0n, CNY) },
      { type: 'swapped_ids', ours: B, theirs: b },
    ]);
    const plain = (one: Item): Item => ({ ...one, otherIds: [] });
    const bare = run([plain(A), plain(B), plain(C)], [plain(a), plain(b), plain(row(C, 3))]);
    expect(types(bare.faults)).toEqual(['swapped_ids', 'swapped_ids']);
    expect(bare.faults.map(({ atRisk }) => atRisk.amountMinor)).toEqual([100n, 100n]);
  });

  test('our id on one row written over by another of ours: their own id decides', () => {
    const wrong = row(A, 1, { id: 'b' });
    const { faults, matches } = run([A, B, C], [wrong, row(B, 2), row(C, 3)]);
    expect(faults).toEqual([]);
    expect(matches).toContainEqual({ ours: [A], theirs: wrong, pass: 'other_id', differenceMinor: 0n });
  });

  test('late, and under a date before ours', () => {
    const late = row(A, 1, { date: '2026-11-21' });
    const early = row(A, 1, { date: '2026-11-15' });
    expect(only([late, ...sound.slice(1)])).toMatchObject([{ type: 'late', facts: { businessDays: '3' } }]);
    expect(only([early, ...sound.slice(1)])).toMatchObject([{ type: 'date' }]);
    expect(only([row(A, 1, { date: '2026-11-19' }), ...sound.slice(1)])).toEqual([]);
  });

  test('taken back there, done here', () => {
    const cancel = row(A, 4, { kind: 'cancel' });
    expect(only([cancel, row(B, 2), row(C, 3)])).toMatchObject([{ type: 'status', ours: A, theirs: cancel }]);
  });
});

describe('passes', () => {
  test('a payment and its cancel that we never had leave nothing', () => {
    const theirs = [row(item('x', 50n), 1), row(item('x', 50n), 2, { kind: 'cancel', id: null })];
    expect(run([], theirs).faults).toEqual([]);
    expect(types(run([], theirs.slice(1)).faults)).toEqual(['missing_ours']);
  });

  test('a cancel of ours is one of theirs, and not what takes back a payment', () => {
    const [sold, undone] = [
      item('a', 100n),
      item('a-undone', 100n, { kind: 'cancel', id: 'a', otherIds: [] }),
    ];
    const theirs = row(undone, 2);
    expect(run([undone], [theirs])).toMatchObject({
      matches: [{ ours: [undone], pass: 'exact' }],
      faults: [],
    });
    expect(run([sold, undone], [row(sold, 1), theirs])).toMatchObject({ matches: [{}, {}], faults: [] });
  });

  test('an id that two of ours have names neither: both are told of, and the rest goes on', () => {
    const twice = [item('a', 100n, { id: 'one' }), item('b', 100n, { id: 'one' })];
    const { matches, faults } = run([...twice, C], [row(C, 1), row(item('one', 100n), 2, { otherIds: [] })]);
    expect(matches).toMatchObject([{ ours: [C] }]);
    expect(types(faults)).toEqual(['missing_theirs', 'missing_theirs', 'missing_ours']);
  });

  test('an id of another kind is another operation', () => {
    const refund = row(A, 1, { kind: 'refund' });
    expect(types(run([A], [refund]).faults)).toEqual(['missing_theirs', 'missing_ours']);
  });

  test('amounts within the tolerance match, and the difference is told', () => {
    const theirs = [row(A, 1, { amount: money(101n, CNY) })];
    expect(run([A], theirs, { toleranceMinor: 1n }).matches).toMatchObject([
      { pass: 'tolerance', differenceMinor: 1n },
    ]);
    expect(types(run([A], [row(A, 1, { amount: money(102n, CNY) })], { toleranceMinor: 1n }).faults)).toEqual(
      ['amount'],
    );
  });

  test('a row without ids is the only one of its amount within a day', () => {
    const nameless = row(A, 1, { id: null, otherIds: [], date: '2026-11-19' });
    expect(run([A, B], [nameless, row(B, 2)]).matches).toContainEqual({
      ours: [A],
      theirs: nameless,
      pass: 'date',
      differenceMinor: 0n,
    });
    const far = row(A, 1, { id: null, otherIds: [], date: '2026-11-25' });
    expect(types(run([A], [far]).faults)).toEqual(['missing_theirs', 'missing_ours']);
    const other = item('a2', 100n);
    expect(types(run([A, other], [nameless]).faults)).toEqual([
      'ambiguous',
      'missing_theirs',
      'missing_theirs',
    ]);
  });

  test('a row with a foreign id is never taken for ours by its amount', () => {
    expect(types(run([A], [row(item('x', 100n), 1)]).faults)).toEqual(['missing_theirs', 'missing_ours']);
  });

  test('one sum for the batches of a weekend', () => {
    const batch = (key: string, minor: bigint, date: string): Item =>
      item(key, minor, { kind: 'batch', otherIds: [], date });
    const ours = [
      batch('fri', 100n, '2026-11-13'),
      batch('sat', 200n, '2026-11-14'),
      batch('sun', 300n, '2026-11-15'),
      batch('mon', 150n, '2026-11-16'),
    ];
    const paid = item('line 1', 600n, { kind: 'batch', id: null, otherIds: [], date: '2026-11-16' });
    const { matches, faults } = run(ours, [paid]);
    expect(matches).toMatchObject([{ pass: 'sum', ours: ours.slice(0, 3), theirs: paid }]);
    expect(types(faults)).toEqual(['missing_theirs']);
    const two = [...ours, batch('tue', 450n, '2026-11-17')];
    expect(types(run(two, [{ ...paid, date: '2026-11-17' }]).faults)).toContain('ambiguous');
  });

  test('ours that their book need not have yet is expected', () => {
    const young = item('young', 5n, { date: '2026-11-21' });
    expect(run([young], [])).toMatchObject({ expected: [young], faults: [] });
  });
});

describe('whatever stands in the books', () => {
  const currency = fc.constantFrom<CurrencyCode>(CNY, RUB);
  const ourSide = fc
    .uniqueArray(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 })
    .chain((numbers) =>
      fc.tuple(
        ...numbers.map((number) =>
          fc
            .record({
              minor: fc.integer({ min: 1, max: 5 }),
              currency,
              day: fc.integer({ min: 10, max: 22 }),
            })
            .map(
              ({ minor, currency: code, day }): Item => ({
                ...item(`o${number}`, BigInt(minor)),
                amount: money(BigInt(minor), code),
                date: `2026-11-${day}`,
              }),
            ),
        ),
      ),
    );
  const fault = fc.constantFrom(
    'none',
    'none',
    'gone',
    'amount',
    'twice',
    'id',
    'nameless',
    'late',
    'cancel',
    'other',
  );
  const books = ourSide.chain((ours) =>
    fc.tuple(
      fc.constant(ours as readonly Item[]),
      fc.array(fault, { minLength: ours.length, maxLength: ours.length }),
      fc.integer(),
    ),
  );

  function rowsOf(ours: readonly Item[], faults: readonly string[]): readonly Item[] {
    return ours.flatMap((one, at): readonly Item[] => {
      const theirs = row(one, 100 + at);
      switch (faults[at]) {
        case 'gone':
          return [];
        case 'amount':
          return [{ ...theirs, amount: { ...theirs.amount, amountMinor: theirs.amount.amountMinor + 1n } }];
        case 'twice':
          return [theirs, { ...theirs, key: `file:${900 + at}` }];
        case 'id':
          return [{ ...theirs, id: ours[(at + 1) % ours.length]?.id ?? null }];
        case 'nameless':
          return [{ ...theirs, id: null, otherIds: [] }];
        case 'late':
          return [{ ...theirs, date: '2026-12-01' }];
        case 'cancel':
          return [theirs, { ...theirs, key: `file:${900 + at}`, kind: 'cancel' }];
        case 'other':
          return [{ ...theirs, id: `x${at}`, otherIds: [] }];
        default:
          return [theirs];
      }
    });
  }
  const shuffled = (items: readonly Item[], seed: number) =>
    items.toSorted((a, b) => (placeOf(a, seed) < placeOf(b, seed) ? -1 : 1));
  const placeOf = ({ key }: Item, seed: number) =>
    createHash('sha256').update(`${key} ${seed}`).digest('hex');
  const told = (result: ReturnType<typeof run>) =>
    [
      ...result.matches.map(
        ({ ours, theirs, pass }) => `${pass} ${ours.map(({ key }) => key).sort()} ${theirs.key}`,
      ),
      ...result.faults.map(({ type, ours, theirs }) => `${type} ${ours?.key} ${theirs?.key}`),
      ...result.expected.map(({ key }) => `expected ${key}`),
    ].sort();

  test('the result does not depend on the order of either book', () => {
    fc.assert(
      fc.property(books, ([ours, faults, seed]) => {
        const theirs = rowsOf(ours, faults);
        const straight = told(run(ours, theirs));
        expect(told(run(shuffled(ours, seed), shuffled(theirs, seed + 1)))).toEqual(straight);
      }),
      { numRuns: 400, seed: 4 },
    );
  });

  test('every item of either side is told of, and each of ours once as matched, expected or at fault', () => {
    fc.assert(
      fc.property(books, ([ours, faults]) => {
        const theirs = rowsOf(ours, faults);
        const result = run(ours, theirs);
        const matched = result.matches.flatMap((match) => match.ours.map(({ key }) => key));
        expect(new Set(matched).size).toBe(matched.length);
        const atFault = result.faults
          .filter(({ type }) => !['duplicate', 'late', 'date', 'ambiguous', 'missing_ours'].includes(type))
          .map(({ ours: one }) => one?.key ?? '');
        const expected = result.expected.map(({ key }) => key);
        expect([...matched, ...atFault, ...expected].sort()).toEqual(ours.map(({ key }) => key).sort());
        const theirKeys = new Set([
          ...result.matches.map(({ theirs: one }) => one.key),
          ...result.faults.map(({ theirs: one }) => one?.key),
        ]);
        const undone = theirs.filter(({ key }) => !theirKeys.has(key));
        for (const one of undone)
          expect(theirs.some(({ kind, id }) => kind === 'cancel' && id === one.id)).toBe(true);
      }),
      { numRuns: 400, seed: 5 },
    );
  });
});
