import { expect, test } from 'vitest';
import { SCENARIOS } from '../../../simulators/bank/scenarios.ts';
import { BANK_PLAN, PINS_PLAN } from './bank-plan.ts';

test('banks of the seeded world misbehave in every way there is but those in which they contradict what they did', () => {
  const planned = new Set<string>([...BANK_PLAN, ...PINS_PLAN].map(({ scenario }) => scenario));
  const leftOut = Object.keys(SCENARIOS).filter((name) => !planned.has(name));
  expect(leftOut).toEqual(['not_allowed_now', 'original_not_found']);
});

test('what is planned for a message can happen to it', () => {
  const never = BANK_PLAN.filter(({ scenario, mti }) => {
    const moments: readonly string[] = SCENARIOS[scenario].moments;
    return mti !== null && !moments.includes(mti);
  });
  expect(never).toEqual([]);
});
