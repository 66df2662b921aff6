import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CycleRecord, PayeeAssignment } from '../../../gateway/settlement/contract.ts';
import { membershipOf, readingPlan, servedAtEnd } from '../../../gateway/settlement/membership.ts';
import { cycleRow, MID_A, MID_B } from './parties.ts';

const assigned = (id: string, partner: string, from: number, made = from): PayeeAssignment => ({
  kind: 'merchant',
  id,
  partner,
  fromPosition: from,
  madeAtPosition: made,
});
const cycle = (partner: string, fromPosition: number, toPosition: number): CycleRecord =>
  cycleRow({ partner, fromPosition, toPosition, state: 'CUT' });

describe('A cycle’s members', () => {
  test('are the partner’s payees, from the cut before to its own', () => {
    const assignments = [assigned(MID_A, 'amurbank', 0), assigned(MID_B, 'vostok', 0)];
    expect(membershipOf(cycle('amurbank', 10, 20), assignments)).toEqual([
      { kind: 'merchant', id: MID_A, range: { after: 10, upTo: 20 } },
    ]);
  });

  test('include what a payee was owed before anybody served it, once', () => {
    const late = [assigned(MID_A, 'amurbank', 0, 15)];
    expect(membershipOf(cycle('amurbank', 0, 10), late)).toEqual([]);
    expect(membershipOf(cycle('amurbank', 10, 15), late)).toEqual([]);
    expect(membershipOf(cycle('amurbank', 15, 30), late)[0]?.range).toEqual({ after: 0, upTo: 30 });
    expect(membershipOf(cycle('amurbank', 30, 40), late)[0]?.range).toEqual({ after: 30, upTo: 40 });
  });

  test('change their partner at the position at which the change was made', () => {
    const moved = [assigned(MID_A, 'amurbank', 0), assigned(MID_A, 'vostok', 15)];
    expect(membershipOf(cycle('amurbank', 10, 20), moved)[0]?.range).toEqual({ after: 10, upTo: 15 });
    expect(membershipOf(cycle('vostok', 12, 18), moved)[0]?.range).toEqual({ after: 15, upTo: 18 });
    expect([...servedAtEnd(cycle('amurbank', 10, 20), moved)]).toEqual([]);
    expect([...servedAtEnd(cycle('vostok', 12, 18), moved)]).toEqual([`merchant_payable:${MID_A}`]);
  });

  test('are read range by range, each with who belongs throughout it', () => {
    const plan = readingPlan([
      [
        { kind: 'merchant', id: MID_A, range: { after: 0, upTo: 20 } },
        { kind: 'merchant', id: MID_B, range: { after: 10, upTo: 15 } },
      ],
      [{ kind: 'merchant', id: MID_A, range: { after: 15, upTo: 30 } }],
    ]);
    const [a, b] = [`merchant_payable:${MID_A}`, `merchant_payable:${MID_B}`];
    expect(plan.map(({ range, members }) => [range.after, range.upTo, Object.fromEntries(members)])).toEqual([
      [0, 10, { [a]: [0] }],
      [10, 15, { [a]: [0], [b]: [0] }],
      [15, 20, { [a]: [0, 1] }],
      [20, 30, { [a]: [1] }],
    ]);
  });

  test('are in exactly one cycle each, whoever is assigned to whom and whenever anybody is cut', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('post' as const), count: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ do: fc.constant('assign' as const), id: fc.nat(2), to: fc.nat(2) }),
      fc.record({ do: fc.constant('cut' as const), partner: fc.nat(2) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const names = ['amurbank', 'vostok', 'primor'];
        const ids = [MID_A, MID_B, '100000000000003'];
        const assignments: PayeeAssignment[] = [];
        const cutAt = new Map<string, number>();
        const taken = new Map<string, number>();
        let position = 0;
        const cut = (partner: string): void => {
          const from = cutAt.get(partner) ?? 0;
          cutAt.set(partner, position);
          for (const { id, range } of membershipOf(cycle(partner, from, position), assignments)) {
            for (let at = range.after + 1; at <= range.upTo; at += 1) {
              const key = `${id} ${at}`;
              taken.set(key, (taken.get(key) ?? 0) + 1);
            }
          }
        };
        for (const one of steps) {
          if (one.do === 'post') position += one.count;
          else if (one.do === 'cut') cut(names[one.partner] ?? '');
          else {
            const id = ids[one.id] ?? '';
            const partner = names[one.to] ?? '';
            const last = assignments.findLast((known) => known.id === id);
            if (last?.partner === partner) continue;
            assignments.push(assigned(id, partner, last === undefined ? 0 : position, position));
          }
        }
        position += 1;
        for (const name of names) cut(name);
        const served = new Set(assignments.map(({ id }) => id));
        for (const id of served) {
          for (let at = 1; at <= position; at += 1)
            expect([id, at, taken.get(`${id} ${at}`)]).toEqual([id, at, 1]);
        }
      }),
      { numRuns: 300 },
    );
  });
});
