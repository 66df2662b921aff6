import { expect, test } from 'vitest';
import { killBankDays } from './bank-day.ts';

test('the bank’s process, killed anywhere in its day, pays once, delivers whole files once, and its books agree; broken rules are found', async () => {
  const said: string[] = [];
  const report = await killBankDays({
    ...{ runs: 6, seed: 20_261_122, payments: 240, parallel: 1, keep: false, hitsAtLeast: 0 },
    say: (text) => said.push(text),
  });
  expect(report.violationTexts, said.join('\n')).toEqual([]);
  expect(report.kills).toBeGreaterThanOrEqual(5);
  expect(Object.entries(report.brokenRules).filter(([, { foundInRun }]) => foundInRun === null)).toEqual([]);
}, 600_000);
