import { expect, test } from 'vitest';
import { crashBankDay } from './bank-day/crash.ts';

test('a bank’s day killed at random moments ends with everybody paid once and every file whole', async () => {
  const report = await crashBankDay({ runs: 3, seed: 11, deaths: 3, say: () => undefined });
  expect(report.faults).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.passages).toBeGreaterThan(100);
}, 120_000);
