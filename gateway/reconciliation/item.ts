/** What two books are held against each other by: one operation, batch or movement, as either side has it. */
import type { Money } from '../kernel/money.ts';

export interface Item {
  /** Names it for ever on its own side: an operation's id, or a file and line. */
  readonly key: string;
  /** `payment`, `refund`, `batch` …: only like is compared with like. An id alone would not do, because a wallet's file has
   *  the refund's id in the column of the payment's. */
  readonly kind: string;
  /** Our own id of it, which the other side repeats; null where the other side does not know it. */
  readonly id: string | null;
  /** The other side's id, a retrieval reference, …: any one of them names it as well. */
  readonly otherIds: readonly string[];
  /** Never below zero: the kind tells the direction. */
  readonly amount: Money;
  /** Business date of the other party, `yyyy-mm-dd`. */
  readonly date: string;
}

/** How an item of ours found its own. */
export type Pass =
  /** Kind, our id, amount and currency are equal. */
  | 'exact'
  /** Another id led to it. */
  | 'other_id'
  /** Equal within the tolerance. */
  | 'tolerance'
  /** No id, but the only one of its kind with that amount near its date. */
  | 'date'
  /** One sum for several of ours. */
  | 'sum';

export interface Match<Ours extends Item = Item> {
  /** One, but for `sum`. */
  readonly ours: readonly Ours[];
  readonly theirs: Item;
  readonly pass: Pass;
  /** Theirs less ours, in minor units; other than zero within the tolerance only. */
  readonly differenceMinor: bigint;
}

export type DiscrepancyType =
  /** They have it and we do not. */
  | 'missing_ours'
  /** We have it, their book should have it by now, and it does not. */
  | 'missing_theirs'
  | 'amount'
  /** Theirs has it under a date more than a business day before ours. */
  | 'date'
  /** Theirs has it more than a business day after ours. */
  | 'late'
  | 'duplicate'
  /** More than one pair would do. */
  | 'ambiguous'
  /** We have it as done, they took it back, or the other way round. */
  | 'status'
  /** Two rows bear each other's ids. */
  | 'swapped_ids';

export interface Discrepancy {
  readonly type: DiscrepancyType;
  readonly ours: Item | null;
  readonly theirs: Item | null;
  /** Further rows of theirs that belong to it: of a `status` the payment that they took back. */
  readonly also: readonly Item[];
  /** What either side could lose by it. */
  readonly atRisk: Money;
  /** For a person: what was compared, as words and numbers. */
  readonly facts: Readonly<Record<string, string>>;
}

/** What a row was matched with before this run: the row that has its place is in another file. */
export interface Earlier {
  readonly ours: Item;
  /** Key of the row that it was matched with. */
  readonly row: string;
}

/** Told of each result as it is found; nothing of it is kept. */
export interface Results<Ours extends Item = Item> {
  matched(match: Match<Ours>): void;
  differs(discrepancy: Discrepancy): void;
  /** Ours, too young to be in their book. */
  expected(item: Item): void;
}

export interface Rules {
  /** Minor units within which amounts count as equal; more than zero only where a rate made the amount. */
  readonly toleranceMinor: bigint;
  /** Business days from one date to another, below zero when the second is earlier. */
  readonly businessDays: (from: string, to: string) => number;
  /** Business days within which a row without an id may be ours. */
  readonly nearDays: number;
  /** Their book should hold everything up to this date. */
  readonly coveredTo: string;
  /** Kinds of theirs that undo another, e.g. `cancel` a `payment`: of both under one id, nothing is left. */
  readonly undoes: Readonly<Record<string, string>>;
}

const GIVEN: ReadonlySet<string> = new Set(['payment', 'adjustment_in', 'batch_in']);

/** Above zero what comes to us, below what goes back. */
export function signedMinor({ kind, amount }: Item): bigint {
  return GIVEN.has(kind) ? amount.amountMinor : -amount.amountMinor;
}
