/** Our side by its ids, each item with the rows of theirs that claim to be it. */
import { invariant } from '../kernel/errors.ts';
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

/** An id that names more than one item of ours names none. */
const AMBIGUOUS = Symbol('ambiguous');

export class OurIndex<Ours extends Item> {
  readonly places: Place<Ours>[] = [];
  readonly #byId = new Map<string, Place<Ours>>();
  readonly #byOtherId = new Map<string, Place<Ours> | typeof AMBIGUOUS>();

  constructor(ours: Iterable<Ours>) {
    for (const item of ours) this.#add(item);
  }

  byId(item: Item): Place<Ours> | null {
    return item.id === null ? null : (this.#byId.get(nameOf(item, item.id)) ?? null);
  }

  byOtherId(item: Item): Place<Ours> | null {
    for (const other of item.otherIds) {
      const place = this.#byOtherId.get(nameOf(item, other));
      if (place !== undefined && place !== AMBIGUOUS) return place as Place<Ours>;
    }
    return null;
  }

  #add(item: Ours): void {
    const place: Place<Ours> = { item, claims: null, settled: false };
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
