import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type ManualRate,
  proposeManualRate,
  samePair,
  stepManualRate,
  tickManualRates,
} from '../../../gateway/fx/manual-rate.ts';
import { rub } from './samples.ts';

const propose = (changes: Partial<ManualRate> = {}) =>
  proposeManualRate(
    {
      manualId: 'M1',
      rate: rub('CNY', 112n, 1),
      from: 100,
      until: 200,
      reason: 'No file from the Bank of Russia today.',
      apartBp: 64n,
      proposedBy: 'anna',
      ...changes,
    },
    50,
  );
const approve = (rate: ManualRate, by = 'boris', at = 60) =>
  stepManualRate(rate, { kind: 'approve', by }, at);
const tick = (rate: ManualRate, now: number) => stepManualRate(rate, { kind: 'tick' }, now);
const refused = expect.objectContaining({ code: 'FX_APPROVAL_REFUSED' });

describe('A rate set by hand', () => {
  test('is in force once another person has approved it and its moment has come, until its end', () => {
    const proposed = propose();
    expect(proposed).toMatchObject({ state: 'proposed', version: 1, proposedAt: 50 });
    expect(tick(proposed, 150)).toBe(proposed);
    const approved = approve(proposed);
    expect(approved).toMatchObject({ state: 'approved', version: 2, decidedBy: 'boris', decidedAt: 60 });
    expect(tick(approved, 99)).toBe(approved);
    const inForce = tick(approved, 100);
    expect(inForce).toMatchObject({ state: 'in_force', version: 3 });
    expect(tick(inForce, 199)).toBe(inForce);
    expect(tick(inForce, 200).state).toBe('superseded');
    expect(tick(approved, 200).state).toBe('superseded');
  });

  test('is never approved by who proposed it, nor by nobody, nor twice, nor after it was refused', () => {
    expect(() => approve(propose(), 'anna')).toThrow(refused);
    expect(() => approve(propose(), '')).toThrow(refused);
    expect(() => approve(approve(propose()), 'vera')).toThrow(refused);
    const no = stepManualRate(propose(), { kind: 'refuse', by: 'boris' }, 60);
    expect(no.state).toBe('refused');
    expect(() => approve(no, 'vera')).toThrow(refused);
    expect(() => stepManualRate(propose(), { kind: 'refuse', by: 'anna' }, 60)).toThrow(refused);
  });

  test('may be taken out of force, after which nothing brings it back', () => {
    const out = stepManualRate(tick(approve(propose()), 100), { kind: 'supersede' }, 120);
    expect(out.state).toBe('superseded');
    for (const event of [{ kind: 'tick' }, { kind: 'supersede' }] as const) {
      expect(stepManualRate(out, event, 130)).toBe(out);
    }
    expect(stepManualRate(propose(), { kind: 'supersede' }, 60).state).toBe('proposed');
  });

  test('without a reason, or that ends before it begins, is not taken', () => {
    const malformed = expect.objectContaining({ code: 'RATE_MALFORMED' });
    expect(() => propose({ reason: ' ' })).toThrow(malformed);
    expect(() => propose({ until: 100 })).toThrow(malformed);
    expect(() => propose({ rate: rub('CNY', 0n, 0) })).toThrow(malformed);
    expect(propose({ until: null }).until).toBeNull();
  });
});

describe('Several rates of one pair', () => {
  test('have one in force, the one approved last; rates of other pairs are left alone', () => {
    const older = approve(propose({ manualId: 'A' }), 'boris', 60);
    const newer = approve(propose({ manualId: 'B', until: null }), 'boris', 70);
    const other = approve(propose({ manualId: 'C', rate: rub('USD', 80n, 0) }), 'boris', 65);
    const at = (now: number) => tickManualRates([older, newer, other], now).map((rate) => rate.state);
    expect(at(99)).toEqual(['approved', 'approved', 'approved']);
    expect(at(150)).toEqual(['superseded', 'in_force', 'in_force']);
    expect(at(200)).toEqual(['superseded', 'in_force', 'superseded']);
  });

  test('at any time, whatever was decided by whom, leave at most one in force for a pair, decided by another person', () => {
    const person = fc.constantFrom('anna', 'boris', 'vera');
    const story = fc.record({
      by: person,
      decider: person,
      yes: fc.boolean(),
      from: fc.integer({ min: 0, max: 50 }),
      life: fc.option(fc.integer({ min: 1, max: 50 })),
      letters: fc.constantFrom('CNY', 'USD'),
      decidedAt: fc.integer({ min: 0, max: 50 }),
    });
    fc.assert(
      fc.property(
        fc.array(story, { maxLength: 8 }),
        fc.array(fc.integer({ min: 0, max: 120 })),
        (stories, times) => {
          let rates: readonly ManualRate[] = stories.map(
            ({ by, from, life, letters, decider, yes, decidedAt }, i) => {
              const rate = propose({
                ...{ manualId: `M${i}`, proposedBy: by, from, until: life === null ? null : from + life },
                rate: rub(letters, 1n, 0),
              });
              const kind = yes ? 'approve' : 'refuse';
              return decider === by ? rate : stepManualRate(rate, { kind, by: decider }, decidedAt);
            },
          );
          for (const now of times.toSorted((a, b) => a - b)) {
            rates = tickManualRates(rates, now);
            const inForce = rates.filter(({ state }) => state === 'in_force');
            for (const one of inForce) {
              expect(one.decidedBy).not.toBe(one.proposedBy);
              expect(inForce.filter((other) => samePair(one, other))).toHaveLength(1);
              expect(one.from <= now && (one.until === null || now < one.until)).toBe(true);
            }
          }
        },
      ),
    );
  });
});
