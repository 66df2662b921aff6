import { describe, expect, test } from 'vitest';
import { DEFAULT_ADVICE_POLICY } from '../../../../gateway/payments/card/advice-machine.ts';
import {
  dateBeforeCutOver,
  dueClose,
  lastCutDate,
  stepTotals,
} from '../../../../gateway/payments/card/bank-period.ts';
import type { BankDay, BankTotalsRecord } from '../../../../gateway/payments/card/bank-totals.ts';
import { BANK, NOTHING } from '../../store/card-rows.ts';

const at = (text: string): number => Date.parse(text);
const DAY: BankDay = { asked: [], wish: null, lastCut: '2026-11-20', firstDate: '2026-11-01' };
const ASKED: BankTotalsRecord = {
  ...{ bank: BANK, currency: 'RUB', period: 3, settlementDate: '2026-11-21', cause: 'cut', stan: '000007' },
  ...{ transmittedAt: '1121210000', quiet: true, ours: { ...NOTHING, debits: 2, debitsMinor: 500n } },
  ...{ state: 'asked', theirs: null, tries: 1, nextAt: 0, madeAt: 0, answeredAt: null, responseCode: null },
  version: 2,
};
const MORE = { ...NOTHING, debits: 3, debitsMinor: 750n };

describe('A day is due', () => {
  test('at its cut in Moscow, once', () => {
    expect(lastCutDate('00:00', at('2026-11-21T20:59:59Z'))).toBe('2026-11-20');
    expect(lastCutDate('00:00', at('2026-11-21T21:00:00Z'))).toBe('2026-11-21');
    expect(dueClose(DAY, '00:00', at('2026-11-21T20:59:59Z'))).toBeNull();
    const due = dueClose(DAY, '00:00', at('2026-11-21T21:00:00Z'));
    expect(due).toEqual({ cause: 'cut', settlementDate: '2026-11-21' });
    expect(dueClose({ ...DAY, lastCut: '2026-11-21' }, '00:00', at('2026-11-22T20:00:00Z'))).toBeNull();
  });

  test('not again when the clock is put back over its cut', () => {
    expect(dueClose({ ...DAY, lastCut: '2026-11-21' }, '00:00', at('2026-11-21T20:00:00Z'))).toBeNull();
  });

  test('although a clock that ran days ahead has cut days that are still to come', () => {
    const ahead = { ...DAY, lastCut: '2026-12-05' };
    expect(dueClose(ahead, '00:00', at('2026-11-21T21:00:00Z'))?.settlementDate).toBe('2026-11-21');
  });

  test('when somebody wishes, and never at a bank that has had nothing', () => {
    const wish = { bank: BANK, cause: 'operator', settlementDate: '2026-11-22' } as const;
    expect(dueClose({ ...DAY, wish }, null, 0)).toEqual({ cause: 'operator', settlementDate: '2026-11-22' });
    expect(dueClose(DAY, null, at('2026-12-01T00:00:00Z'))).toBeNull();
    expect(dueClose({ ...DAY, firstDate: null, lastCut: null }, '00:00', 0)).toBeNull();
  });

  test('of the date before the one that the bank says has begun', () => {
    expect(dateBeforeCutOver('1122', at('2026-11-21T21:00:05Z'))).toBe('2026-11-21');
    expect(dateBeforeCutOver('1122', at('2026-11-21T20:59:00Z'))).toBe('2026-11-21');
  });
});

describe('The answer to totals', () => {
  const LATER = { ...NOTHING, debits: 4, debitsMinor: 900n };
  const ours = [
    { asOf: 3, figures: MORE },
    { asOf: 'now', figures: LATER },
  ] as const;
  const step = (answer: Parameters<typeof stepTotals>[1]) =>
    stepTotals(ASKED, answer, ours, 1_000, DEFAULT_ADVICE_POLICY);

  test('in balance closes the period with what was said', () => {
    expect(step({ kind: 'balanced' })).toMatchObject({
      totals: { state: 'balanced', ours: ASKED.ours, theirs: null, answeredAt: 1_000, version: 3 },
      countsAsOf: null,
      callsForPerson: false,
    });
  });

  test('out of balance calls for a person, with both sides’ figures', () => {
    const theirs = { ...NOTHING, debits: 9, debitsMinor: 9n };
    expect(step({ kind: 'different', theirs })).toMatchObject({
      totals: { state: 'different', ours: ASKED.ours, theirs },
      countsAsOf: null,
      callsForPerson: true,
    });
  });

  test('out of balance by just what had come until a try is in balance as of that try', () => {
    expect(step({ kind: 'different', theirs: MORE })).toMatchObject({
      totals: { state: 'balanced', ours: MORE, theirs: null },
      countsAsOf: 3,
      callsForPerson: false,
    });
  });

  test('without a comparison is waited for', () => {
    const code = {
      authCode: null,
      rrn: null,
      issuerData: null,
      approved: null,
      billing: null,
      balances: null,
    };
    for (const answer of [
      { kind: 'unknown', cause: 'timeout' } as const,
      { kind: 'answered', responseCode: '96', ...code } as const,
    ]) {
      const { totals } = step(answer);
      expect(totals).toMatchObject({ state: 'asked', ours: ASKED.ours, tries: 2, answeredAt: null });
      expect(totals.nextAt).toBeGreaterThan(1_000);
    }
  });
});
