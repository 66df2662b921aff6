/** Which entries belong to a cycle: those of the partner's payees, by position. Nothing is decided by time, because a commit
 *  may come late and a clock may be wrong; a position, once given, does not move. */
import { invariant } from '../kernel/errors.ts';
import type { CycleRecord, PayeeAssignment, PayeeKind } from './contract.ts';
import type { PositionRange } from './ports.ts';

/** Positions of one payee that are the cycle's. */
export interface Membership {
  readonly kind: PayeeKind;
  readonly id: string;
  readonly range: PositionRange;
}

export function payeeAccount(kind: PayeeKind, id: string): string {
  return `${kind}_payable:${id}`;
}

/** Every payee that the partner serves in some part of the cycle. A payee's ranges in all cycles of all partners touch and do
 *  not overlap: an assignment ends where the next one begins, and one that is the payee's first reaches back to the start
 *  in the first cycle that it holds for. */
export function membershipOf(
  cycle: CycleRecord,
  assignments: readonly PayeeAssignment[],
): readonly Membership[] {
  const { fromPosition, toPosition } = cycle;
  invariant(toPosition !== null, 'Only a cycle that was cut has members.');
  const members: Membership[] = [];
  /** Where the payee's next assignment begins; filled from the last one back. */
  const nextFrom = new Map<string, number>();
  for (const assignment of assignments.toReversed()) {
    const { kind, id, partner, madeAtPosition } = assignment;
    const account = payeeAccount(kind, id);
    const next = nextFrom.get(account);
    nextFrom.set(account, assignment.fromPosition);
    if (partner !== cycle.partner || madeAtPosition >= toPosition) continue;
    const isNew = madeAtPosition >= fromPosition;
    const after = isNew ? assignment.fromPosition : Math.max(fromPosition, assignment.fromPosition);
    const upTo = Math.min(toPosition, next ?? toPosition);
    if (upTo > after) members.push({ kind, id, range: { after, upTo } });
  }
  return members.reverse();
}

/** Whom the partner serves at the cycle's end: what is carried to a payee is taken in there and nowhere else. */
export function servedAtEnd(
  cycle: CycleRecord,
  assignments: readonly PayeeAssignment[],
): ReadonlySet<string> {
  const served = new Map<string, string>();
  for (const { kind, id, partner, madeAtPosition } of assignments) {
    if (madeAtPosition < (cycle.toPosition ?? 0)) served.set(payeeAccount(kind, id), partner);
  }
  return new Set([...served].filter(([, partner]) => partner === cycle.partner).map(([account]) => account));
}

/** A range to be read, and for each account in it the cycles it is a member of throughout: their places in the list. */
export interface PlannedRange {
  readonly range: PositionRange;
  readonly members: ReadonlyMap<string, readonly number[]>;
}

/** Reads for several cycles at once: what two of them need is read once. Ranges are few, because cycles that are cut together
 *  end close to each other and payees change their partner seldom. */
export function readingPlan(cycles: readonly (readonly Membership[])[]): readonly PlannedRange[] {
  const all = cycles.flatMap((members, cycle) =>
    members.map(({ kind, id, range }) => ({ account: payeeAccount(kind, id), range, cycle })),
  );
  const bounds = [...new Set(all.flatMap(({ range }) => [range.after, range.upTo]))].sort((a, b) => a - b);
  return bounds.slice(1).flatMap((upTo, index) => {
    const after = bounds[index] ?? 0;
    const members = new Map<string, number[]>();
    for (const { account, range, cycle } of all) {
      if (range.after > after || range.upTo < upTo) continue;
      const known = members.get(account);
      if (known === undefined) members.set(account, [cycle]);
      else known.push(cycle);
    }
    return members.size === 0 ? [] : [{ range: { after, upTo }, members }];
  });
}
