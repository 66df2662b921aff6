/** Our side by its ids, each item with the rows of theirs that claim to be it. */
import { invariant } from '../kernel/errors.ts';
import type { Item } from './item.ts';

export interface Claim {
  readonly theirs: Item;
  readonly by: 'exact' | 'other_id';
}

/** `claims` is one claim while it is the only one, which it nearly always is: a million arrays would be dear. */
export interface Place {
  readonly item: Item;
  claims: Claim | Claim[] | null;
  settled: boolean;
}

/** An id that names more than one item of ours names none. */
const AMBIGUOUS = Symbol('ambiguous');

export class OurIndex {
  readonly places: Place[] = [];
  readonly #byId = new Map<string, Place>();
  readonly #byOtherId = new Map<string, Place | typeof AMBIGUOUS>();

  constructor(ours: Iterable<Item>) {
    for (const item of ours) this.#add(item);
  }

  byId(item: Item): Place | null {
    return item.id === null ? null : (this.#byId.get(nameOf(item, item.id)) ?? null);
  }

  byOtherId(item: Item): Place | null {
    for (const other of item.otherIds) {
      const place = this.#byOtherId.get(nameOf(item, other));
      if (place !== undefined && place !== AMBIGUOUS) return place as Place;
    }
    return null;
  }

  #add(item: Item): void {
    const place: Place = { item, claims: null, settled: false };
    this.places.push(place);
    if (item.id !== null) {
      const name = nameOf(item, item.id);
      invariant(!this.#byId.has(name), 'Our side has each operation once.');
      this.#byId.set(name, place);
    }
    for (const other of item.otherIds) {
      const name = nameOf(item, other);
      this.#byOtherId.set(name, this.#byOtherId.has(name) ? AMBIGUOUS : place);
    }
  }
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
