import { expect, test } from 'vitest';
import { runDays } from '../../build/demo-days.ts';

test('a business day before a weekend ends with all cycles closed and all books in agreement, and faults in files are found', async () => {
  const said: string[] = [];
  const report = await runDays(
    { days: 1, salesPerDay: 4, seed: 11, json: false, keep: false },
    (text) => void said.push(text),
  );
  expect(report.checks.filter(({ holds }) => !holds)).toEqual([]);
  expect(report).toMatchObject({ ok: true, violations: 0, violationTexts: [] });
  expect(report.conditions).toMatchObject({ seed: 11, salesPerDay: 4, node: process.version });
  expect(report.businessDays).toEqual(['2026-10-30']);
  expect(report.figures.cycles).toBeGreaterThanOrEqual(4);
  expect(report.defects).toEqual({
    'alipay swapped_ids': 'swapped_ids',
    'alipay missing': 'missing_theirs',
    'alipay extra': 'missing_ours',
    'alipay wrong_amount': 'amount',
    'alipay duplicate': 'duplicate',
    'alipay late': 'late',
    'alipay truncated': 'truncated_file',
    'mir-bank extra': 'missing_ours',
    'mir-bank the same file again': 'duplicate_file',
  });
  expect(said.join('\n')).toContain('Who was paid what');
}, 900_000);
