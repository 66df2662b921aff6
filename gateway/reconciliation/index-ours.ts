/** Our side by its ids, each item with the rows of theirs that claim to be it. */
import type { Item } from './item.ts';

export interface Claim {
  readonly theirs: Item;
  readonly by: 'exact' | 'other_id';
}

/** `claims` is one claim while it is the only one, which it nearly always is: a million arrays would be dear. */
export interface Place<Ours extends Item = Item> {
  readonly item: Ours;
  claims: Claim | Claim[] | null;
  settled: boolean;
}

/** An id that names more than one item of ours names none, be it our own: a fault in our books is an exception of one payer's,
 *  and must not keep every other from being looked at. */
const AMBIGUOUS = Symbol('ambiguous');

type Names<Ours extends Item> = Map<string, Place<Ours> | typeof AMBIGUOUS>;

export class OurIndex<Ours extends Item> {
  readonly places: Place<Ours>[] = [];
  readonly #byId: Names<Ours> = new Map();
  readonly #byOtherId: Names<Ours> = new Map();

  constructor(ours: Iterable<Ours>) {
    for (const item of ours) this.#add(item);
  }

  byId(item: Item): Place<Ours> | null {
    return item.id === null ? null : named(this.#byId, nameOf(item, item.id));
  }

  byOtherId(item: Item): Place<Ours> | null {
    for (const other of item.otherIds) {
      const place = named(this.#byOtherId, nameOf(item, other));
      if (place !== null) return place;
    }
    return null;
  }

  #add(item: Ours): void {
    const place: Place<Ours> = { item, claims: null, settled: false };
    this.places.push(place);
    if (item.id !== null) setName(this.#byId, nameOf(item, item.id), place);
    for (const other of item.otherIds) setName(this.#byOtherId, nameOf(item, other), place);
  }
}

function named<Ours extends Item>(names: Names<Ours>, name: string): Place<Ours> | null {
  const found = names.get(name);
  return found === undefined || found === AMBIGUOUS ? null : found;
}

function setName<Ours extends Item>(names: Names<Ours>, name: string, place: Place<Ours>): void {
  names.set(name, names.has(name) ? AMBIGUOUS : place);
}

export function claimsOf(place: Place): readonly Claim[] {
  if (place.claims === null) return [];
  return Array.isArray(place.claims) ? place.claims : [place.claims];
}

export function addClaim(place: Place, claim: Claim): void {
  if (place.claims === null) place.claims = claim;
  else if (Array.isArray(place.claims)) place.claims.push(claim);
  else place.claims = [place.claims, claim];
}

function nameOf(item: Item, id: string): string {
  return `${item.kind} ${id}`;
}
