import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import type { CycleState } from '../../../gateway/settlement/contract.ts';
import { type CycleEvent, cycleAfter, openCycle, stepCycle } from '../../../gateway/settlement/cycle.ts';
import { BOOK, cycleRow, partnerRow, rub } from './parties.ts';

const TOTALS = { net: rub(100n), outcome: 'pay', carriedShare: rub(0n) } as const;
const EVENTS: readonly CycleEvent[] = [
  { kind: 'cut' },
  { kind: 'calculated', by: 'anna', totals: TOTALS },
  { kind: 'approved', by: 'boris' },
  { kind: 'sent' },
  { kind: 'confirmed', bankReference: '17' },
  { kind: 'closed' },
];
const STATES: readonly CycleState[] = [
  ...(['OPEN', 'CUT', 'CALCULATED', 'APPROVED', 'SENT', 'CONFIRMED', 'CLOSED'] as const),
];

function code(run: () => unknown): string {
  try {
    run();
    return 'ok';
  } catch (error) {
    return error instanceof AmurError ? error.code : String(error);
  }
}

describe('A settlement cycle', () => {
  test('goes from OPEN to CLOSED one step at a time, a version each', () => {
    let cycle = cycleRow();
    const seen = [cycle.state];
    for (const [index, event] of EVENTS.entries()) {
      cycle = stepCycle(cycle, event, 1000 + index);
      seen.push(cycle.state);
    }
    expect(seen).toEqual(STATES);
    expect(cycle).toMatchObject({
      version: 7,
      cutAt: 1000,
      calculatedBy: 'anna',
      approvedBy: 'boris',
      approvedAt: 1002,
      sentAt: 1003,
      confirmedAt: 1004,
      bankReference: '17',
      closedAt: 1005,
      net: rub(100n),
    });
  });

  test('takes each step from one state only', () => {
    for (const [from, state] of STATES.entries()) {
      for (const [index, event] of EVENTS.entries()) {
        const result = code(() => stepCycle(cycleRow({ state }), event, 1));
        expect([state, event.kind, result]).toEqual([
          state,
          event.kind,
          from === index ? 'ok' : 'CYCLE_STEP_REFUSED',
        ]);
      }
    }
  });

  test('is never approved by the person who had it calculated', () => {
    const cycle = cycleRow({ state: 'CALCULATED', calculatedBy: 'anna' });
    expect(code(() => stepCycle(cycle, { kind: 'approved', by: 'anna' }, 1))).toBe('CYCLE_CHECKER_IS_MAKER');
    expect(stepCycle(cycle, { kind: 'approved', by: 'boris' }, 1).state).toBe('APPROVED');
  });

  test('is named by partner, currency and business date, and paid on a day on which both countries work', () => {
    const partner = partnerRow({ calendars: ['ru.payments', 'cn.banks'], tPlus: 1 });
    expect(openCycle(partner, CNY, '2026-09-30', BOOK)).toMatchObject({
      cycleId: 'amurbank-CNY-20260930',
      state: 'OPEN',
      valueDate: '2026-10-08',
    });
  });

  test('is followed by the next business day of the partner: after Friday Monday, before a holiday the day after it', () => {
    const partner = partnerRow({ calendars: ['ru.work'] });
    const after = (date: string) =>
      cycleAfter(openCycle(partner, RUB, date, BOOK), partner, BOOK).businessDate;
    expect(['2026-11-20', '2026-11-03', '2026-11-17'].map(after)).toEqual([
      '2026-11-23',
      '2026-11-05',
      '2026-11-18',
    ]);
  });
});
