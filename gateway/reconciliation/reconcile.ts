/** Two books held against each other in five passes, strongest evidence first: our id, another id, amounts within the
 *  tolerance, amount and date, and one sum for several. What is left on either side is an exception with a type.
 *
 *  The result is a function of what is in the books, not of the order in which it stands there: among equals the smaller
 *  key is taken. One pass over each side; memory is for our side once, and for what does not match at once. */
import { addClaim, type Claim, claimsOf, OurIndex, type Place } from './index-ours.ts';
import type { Discrepancy, Earlier, Item, Results, Rules } from './item.ts';
import { matchLoose } from './loose.ts';

export function reconcile<Ours extends Item>(
  ours: Iterable<Ours>,
  theirs: Iterable<Item>,
  rules: Rules,
  results: Results<Ours>,
): void {
  compare(ours, theirs, rules, results).finish(new Map());
}

/** The strong passes are done; what leads to nothing that is open may lead to something that was matched before. */
export interface Compared {
  /** Rows that no id of an open item of ours leads to, by key. */
  readonly strays: readonly Item[];
  /** The rest. `earlier` by the keys of strays: each is a duplicate, and is not looked for by its amount. */
  finish(earlier: ReadonlyMap<string, Earlier>): void;
}

export function compare<Ours extends Item>(
  ours: Iterable<Ours>,
  theirs: Iterable<Item>,
  rules: Rules,
  results: Results<Ours>,
): Compared {
  const index = new OurIndex(ours);
  const { strays, crossed, undoing } = claimAll(index, theirs, rules);
  const undone = undo(index, undoing, strays, rules, results);
  swapIds(crossed, results);
  const amounts: AmountFault[] = [];
  for (const place of index.places) {
    if (!place.settled) settle(place, rules, results, amounts);
  }
  reportAmounts(amounts, results);
  const standing = strays.filter((item) => !undone.has(item));
  return {
    strays: standing,
    finish: (earlier) => {
      const loose = standing.filter((item) => !isDuplicate(item, earlier, results));
      const open = index.places.filter((place) => !place.settled).map(({ item }) => item);
      const taken = matchLoose(open, loose, rules, results);
      for (const item of open) {
        if (taken.has(item)) continue;
        if (item.date > rules.coveredTo) results.expected(item);
        else results.differs(missingTheirs(item));
      }
      for (const item of loose) {
        if (!taken.has(item)) results.differs(missingOurs(item));
      }
    },
  };
}

function isDuplicate(theirs: Item, earlier: ReadonlyMap<string, Earlier>, results: Results): boolean {
  const found = earlier.get(theirs.key);
  if (found !== undefined) results.differs(duplicate(found.ours, theirs, found.row));
  return found !== undefined;
}

interface Crossed {
  readonly theirs: Item;
  /** Where our id leads, and where theirs does. */
  readonly byId: Place;
  readonly byOtherId: Place;
}

interface Claims {
  /** Rows that no id of ours leads to. */
  readonly strays: Item[];
  /** Rows whose ids lead to two different items. */
  readonly crossed: Crossed[];
  /** Rows that undo another, but for those that have their own in our book: what was undone after it was cleared. */
  readonly undoing: Item[];
}

function claimAll<Ours extends Item>(index: OurIndex<Ours>, theirs: Iterable<Item>, rules: Rules): Claims {
  const claims: Claims = { strays: [], crossed: [], undoing: [] };
  for (const item of theirs) {
    if (item.kind in rules.undoes && index.byId(item) === null) {
      claims.undoing.push(item);
      continue;
    }
    const byId = index.byId(item);
    const byOtherId = index.byOtherId(item);
    if (byId !== null && byOtherId !== null && byId !== byOtherId) {
      claims.crossed.push({ theirs: item, byId, byOtherId });
    } else if (byId !== null) {
      addClaim(byId, { theirs: item, by: 'exact' });
    } else if (byOtherId !== null) {
      addClaim(byOtherId, { theirs: item, by: 'other_id' });
    } else {
      claims.strays.push(item);
    }
  }
  claims.crossed.sort((a, b) => byKey(a.theirs, b.theirs));
  claims.strays.sort(byKey);
  claims.undoing.sort(byKey);
  return claims;
}

/** A payment that they took back: with a row of theirs for it and none of ours nothing is left; where we have it, that is
 *  for a person. A row that undoes something nobody has is a stray of its own. */
function undo<Ours extends Item>(
  index: OurIndex<Ours>,
  undoing: readonly Item[],
  strays: readonly Item[],
  rules: Rules,
  results: Results<Ours>,
): ReadonlySet<Item> {
  const gone = new Set<Item>();
  const strayById = new Map<string, Item>();
  if (undoing.length === 0) return gone;
  for (const stray of strays) {
    for (const id of idsOf(stray)) strayById.set(`${stray.kind} ${id}`, stray);
  }
  for (const item of undoing) {
    const kind = rules.undoes[item.kind] ?? item.kind;
    const original = { ...item, kind };
    const place = index.byId(original) ?? index.byOtherId(original);
    const stray = idsOf(item)
      .map((id) => strayById.get(`${kind} ${id}`))
      .find((found) => found !== undefined && !gone.has(found) && isEqual(found, item));
    if (place !== null && !place.settled) {
      place.settled = true;
      results.differs({
        type: 'status',
        ours: place.item,
        theirs: item,
        also: claimsOf(place).map(({ theirs }) => theirs),
        atRisk: place.item.amount,
        facts: { ours: place.item.kind, theirs: item.kind },
      });
    } else if (stray === undefined) {
      results.differs(missingOurs(item));
    } else {
      gone.add(stray);
    }
  }
  return gone;
}

/** Two rows that bear each other's ids are one kind of fault, and money moved rightly but for its name. */
function swapIds(crossed: readonly Crossed[], results: Results): void {
  const nameOf = (a: Place, b: Place) => `${a.item.key} ${b.item.key}`;
  const pairs = new Set(crossed.map(({ byId, byOtherId }) => nameOf(byId, byOtherId)));
  for (const { theirs, byId, byOtherId } of crossed) {
    if (!pairs.has(nameOf(byOtherId, byId))) {
      // Their own id is what money moved under; ours was written beside it by mistake.
      addClaim(byOtherId, { theirs, by: 'other_id' });
      continue;
    }
    byOtherId.settled = true;
    results.differs(swapped(byOtherId.item, theirs));
  }
}

interface AmountFault {
  readonly place: Place;
  readonly theirs: Item;
}

function settle<Ours extends Item>(
  place: Place<Ours>,
  rules: Rules,
  results: Results<Ours>,
  amounts: AmountFault[],
): void {
  const claims = [...claimsOf(place)].sort(
    (a, b) => rank(place.item, a) - rank(place.item, b) || byKey(a.theirs, b.theirs),
  );
  const [best, ...others] = claims;
  if (best === undefined) return;
  place.settled = true;
  for (const { theirs } of others) results.differs(duplicate(place.item, theirs, best.theirs.key));
  const { item } = place;
  const difference = differenceOf(item, best.theirs);
  if (difference === null || magnitude(difference) > rules.toleranceMinor) {
    amounts.push({ place, theirs: best.theirs });
    return;
  }
  const pass = difference === 0n ? best.by : 'tolerance';
  results.matched({ ours: [item], theirs: best.theirs, pass, differenceMinor: difference });
  const days = rules.businessDays(item.date, best.theirs.date);
  if (Math.abs(days) <= 1) return;
  results.differs({
    type: days > 0 ? 'late' : 'date',
    ours: item,
    theirs: best.theirs,
    also: [],
    atRisk: { ...item.amount, amountMinor: 0n },
    facts: { ours: item.date, theirs: best.theirs.date, businessDays: `${days}` },
  });
}

/** Wrong amounts, told from rows whose ids were exchanged where no other id could show it: each then has the other's sum. */
function reportAmounts(faults: readonly AmountFault[], results: Results): void {
  const pairs = new Map<string, AmountFault[]>();
  const nameOf = (mine: Item, other: Item) => `${mine.kind} ${textOf(mine)} ${textOf(other)}`;
  for (const fault of faults) {
    const name = nameOf(fault.place.item, fault.theirs);
    pairs.set(name, [...(pairs.get(name) ?? []), fault]);
  }
  for (const fault of faults) {
    const { place, theirs } = fault;
    const crosswise = pairs.get(nameOf(theirs, place.item)) ?? [];
    if (crosswise.length === 1 && pairs.get(nameOf(place.item, theirs))?.length === 1) {
      results.differs(swapped(place.item, theirs));
      continue;
    }
    const difference = differenceOf(place.item, theirs);
    results.differs({
      type: 'amount',
      ours: place.item,
      theirs,
      also: [],
      atRisk:
        difference === null
          ? place.item.amount
          : { ...place.item.amount, amountMinor: magnitude(difference) },
      facts: { ours: textOf(place.item), theirs: textOf(theirs) },
    });
  }
}

function swapped(ours: Item, theirs: Item): Discrepancy {
  const difference = differenceOf(ours, theirs) ?? 0n;
  return {
    type: 'swapped_ids',
    ours,
    theirs,
    also: [],
    atRisk: { ...ours.amount, amountMinor: magnitude(difference) },
    facts: { ours: ours.id ?? ours.key, theirs: theirs.id ?? theirs.key },
  };
}

/** Less is better: the right amount, then the nearer date, then the stronger id. */
function rank(item: Item, { theirs, by }: Claim): number {
  const amount = differenceOf(item, theirs) === 0n ? 0 : 4;
  return amount + (item.date === theirs.date ? 0 : 2) + (by === 'exact' ? 0 : 1);
}

/** Null for different currencies. */
function differenceOf(ours: Item, theirs: Item): bigint | null {
  return ours.amount.currency === theirs.amount.currency
    ? theirs.amount.amountMinor - ours.amount.amountMinor
    : null;
}

function duplicate(ours: Item, theirs: Item, matchedWith: string): Discrepancy {
  return { type: 'duplicate', ours, theirs, also: [], atRisk: theirs.amount, facts: { matchedWith } };
}

function missingTheirs(ours: Item): Discrepancy {
  return { type: 'missing_theirs', ours, theirs: null, also: [], atRisk: ours.amount, facts: factsOf(ours) };
}

function missingOurs(theirs: Item): Discrepancy {
  return {
    type: 'missing_ours',
    ours: null,
    theirs,
    also: [],
    atRisk: theirs.amount,
    facts: factsOf(theirs),
  };
}

const factsOf = ({ kind, date }: Item) => ({ kind, date });
const byKey = (a: Item, b: Item) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
const idsOf = (item: Item) => (item.id === null ? item.otherIds : [item.id, ...item.otherIds]);
const isEqual = (a: Item, b: Item) =>
  a.amount.currency === b.amount.currency && a.amount.amountMinor === b.amount.amountMinor;
const magnitude = (value: bigint) => (value < 0n ? -value : value);
const textOf = ({ amount }: Item) => `${amount.amountMinor} ${amount.currency}`;
