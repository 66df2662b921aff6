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
  for (const [index, assignment] of assignments.entries()) {
    if (assignment.partner !== cycle.partner || assignment.madeAtPosition >= toPosition) continue;
    const { kind, id } = assignment;
    const next = assignments.slice(index + 1).find((later) => later.kind === kind && later.id === id);
    const isNew = assignment.madeAtPosition >= fromPosition;
    const after = isNew ? assignment.fromPosition : Math.max(fromPosition, assignment.fromPosition);
    const upTo = Math.min(toPosition, next?.fromPosition ?? toPosition);
    if (upTo > after) members.push({ kind, id, range: { after, upTo } });
  }
  return members;
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

/** The ranges that have to be read, each with the accounts that are members throughout it: few, because payees change their
 *  partner seldom. */
export function readingPlan(
  members: readonly Membership[],
): readonly { readonly range: PositionRange; readonly accounts: ReadonlySet<string> }[] {
  const bounds = [...new Set(members.flatMap(({ range }) => [range.after, range.upTo]))].sort(
    (a, b) => a - b,
  );
  return bounds.slice(1).flatMap((upTo, index) => {
    const after = bounds[index] ?? 0;
    const accounts = members
      .filter(({ range }) => range.after <= after && range.upTo >= upTo)
      .map(({ kind, id }) => payeeAccount(kind, id));
    return accounts.length === 0 ? [] : [{ range: { after, upTo }, accounts: new Set(accounts) }];
  });
}
