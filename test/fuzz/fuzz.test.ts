import { expect, test } from 'vitest';
import { fuzz } from './run.ts';

const COUNT = 3_000;
const SEED = 20_261_122;

test('spoilt messages, replies and notifications are refused by name, change nothing and end nothing', async () => {
  const tally = await fuzz(COUNT, SEED);
  const again = `npm run fuzz -- --count ${COUNT} --seed ${SEED} --json`;
  expect(tally.violations, again).toEqual([]);
  const rows = Object.values(tally.kinds);
  expect(rows.reduce((sum, row) => sum + row.total, 0)).toBe(COUNT);
  // Neither only sound nor only broken ones: both ways have been taken by most kinds.
  expect(rows.filter((row) => row.stillValid > 0 && row.stillValid < row.total).length).toBeGreaterThan(6);
});
