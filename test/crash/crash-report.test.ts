import { expect, test } from 'vitest';
import { crash } from './crash.ts';
import type { Trade } from './trade.ts';

/** Nothing but what is asked for before a shop is open. */
const SHUT: Trade = {
  ...{ points: [], undisturbed: [], aimsAtOnce: 1 },
  openShop: () => Promise.reject(new Error('gateway did not become ready')),
  play: async () => undefined,
  calm: async () => undefined,
  violations: () => [],
  settled: () => [],
  afterwards: () => [],
};

test('an estate that does not open is a violation of the report, which the runs before it do not lose', async () => {
  const said: string[] = [];
  const report = await crash({
    trade: SHUT,
    ...{ runs: 2, killsPerRun: 1, hitsAtLeast: 0, seed: 7, parallel: 1, keep: false },
    say: (text) => void said.push(text),
  });
  const text = 'seed 7: no estate: gateway did not become ready';
  expect(report).toMatchObject({ ok: false, violations: 2, violationTexts: [text, text], runs: 2 });
  expect(said).toEqual([`VIOLATION: ${text}`, `VIOLATION: ${text}`]);
});
