/** The last two passes: rows without an id of ours, by amount and date, and one sum for several of ours.
 *
 *  A row that bears an id we do not know is never matched by its amount: somebody else's payment of the same sum is not ours. */
import type { Item, Results, Rules } from './item.ts';

/** Ours of one sum: more in a row than this are not tried. */
const SUMMED_MOST = 16;

/** Answers the items of either side that were dealt with. */
export function matchLoose<Ours extends Item>(
  ours: readonly Ours[],
  theirs: readonly Item[],
  rules: Rules,
  results: Results<Ours>,
): ReadonlySet<Item> {
  const done = new Set<Item>();
  const nameless = theirs.filter(({ id }) => id === null);
  if (nameless.length === 0) return done;
  byAmountAndDate(ours, nameless, rules, results, done);
  bySum(ours, nameless, rules, results, done);
  return done;
}

function byAmountAndDate<Ours extends Item>(
  ours: readonly Ours[],
  theirs: readonly Item[],
  rules: Rules,
  results: Results<Ours>,
  done: Set<Item>,
): void {
  const candidates = grouped(ours);
  const rivals = grouped(theirs);
  const near = <One extends Item>(list: readonly One[] | undefined, item: Item): readonly One[] =>
    (list ?? []).filter((other) => Math.abs(rules.businessDays(other.date, item.date)) <= rules.nearDays);
  for (const item of theirs) {
    const found = near(candidates.get(nameOf(item)), item).filter((other) => !done.has(other));
    const [only, ...more] = found;
    if (only === undefined) continue;
    const asMany = near(rivals.get(nameOf(item)), only).length;
    if (more.length === 0 && asMany === 1) {
      done.add(only).add(item);
      results.matched({ ours: [only], theirs: item, pass: 'date', differenceMinor: 0n });
      continue;
    }
    done.add(item);
    results.differs({
      type: 'ambiguous',
      ours: null,
      theirs: item,
      also: [],
      atRisk: item.amount,
      facts: { candidates: `${found.length}`, rivals: `${asMany}` },
    });
  }
}

/** A sum is of neighbours in time: a bank pays the batches of a weekend at once, never every third one. */
function bySum<Ours extends Item>(
  ours: readonly Ours[],
  theirs: readonly Item[],
  rules: Rules,
  results: Results<Ours>,
  done: Set<Item>,
): void {
  for (const item of theirs) {
    if (done.has(item)) continue;
    const left = ours
      .filter(
        (other) =>
          !done.has(other) &&
          isLike(other, item) &&
          rules.businessDays(other.date, item.date) >= -rules.nearDays,
      )
      .sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : a.key < b.key ? -1 : 1));
    const runs = runsOf(left, item.amount.amountMinor);
    const [only, ...more] = runs;
    if (only === undefined) continue;
    done.add(item);
    if (more.length > 0) {
      const facts = { candidates: `${runs.length}`, rivals: '1' };
      results.differs({ type: 'ambiguous', ours: null, theirs: item, also: [], atRisk: item.amount, facts });
      continue;
    }
    for (const one of only) done.add(one);
    results.matched({ ours: only, theirs: item, pass: 'sum', differenceMinor: 0n });
  }
}

/** Every run of two or more neighbours that comes to the sum. */
function runsOf<Ours extends Item>(items: readonly Ours[], sum: bigint): readonly (readonly Ours[])[] {
  const runs: Ours[][] = [];
  for (let from = 0; from < items.length; from += 1) {
    let total = 0n;
    for (let to = from; to < Math.min(items.length, from + SUMMED_MOST); to += 1) {
      total += items[to]?.amount.amountMinor ?? 0n;
      if (total === sum && to > from) runs.push(items.slice(from, to + 1));
      if (total >= sum) break;
    }
  }
  return runs;
}

function grouped<One extends Item>(items: readonly One[]): ReadonlyMap<string, readonly One[]> {
  const groups = new Map<string, One[]>();
  for (const item of items) {
    const group = groups.get(nameOf(item));
    if (group === undefined) groups.set(nameOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

const nameOf = ({ kind, amount }: Item) => `${kind} ${amount.currency} ${amount.amountMinor}`;
const isLike = (a: Item, b: Item) => a.kind === b.kind && a.amount.currency === b.amount.currency;
