/** The world at a small scale, with wallets and cards: it holds, it is the same from the same seed, and it notices each broken
 *  rule. */
import { expect, test } from 'vitest';
import { BROKEN_RULES } from './broken/rules.ts';
import { PARTS_PLAN, PINS_PLAN, type Planned } from './cards/bank-plan.ts';
import { Census } from './census.ts';
import type { Breakage } from './gateway-host.ts';
import { legalTransitions } from './legal.ts';
import { makeKeys, type RunResult, runDays } from './run.ts';
import { newTally } from './weather.ts';

const KEYS = makeKeys();

async function run(
  seed: number,
  shopDays: number,
  salesPerDay: number,
  breakage: Breakage = {},
  bankPlan: readonly Planned[] = [],
  hasCard: (name: string) => boolean = () => true,
) {
  const census = new Census();
  const tally = newTally();
  const progress = (): void => undefined;
  const result = await runDays({
    seed,
    shopDays,
    salesPerDay,
    keys: KEYS,
    breakage,
    census,
    tally,
    bankPlan,
    hasCard,
    progress,
  });
  return { result, census, tally };
}

function sentence({ violation }: RunResult): string | null {
  if (violation === null) return null;
  const { rule, facts, seed } = violation;
  return `${rule} ${JSON.stringify(facts)}; npm run sim -- --seed ${seed} --days 8`;
}

test('two seeds hold every promise through storms, crashes and restarts', { timeout: 600_000 }, async () => {
  // Of calls while it storms: how long a world asks on in calm, until every bound has passed, is a seed's luck.
  const storms = { calls: 0, faulted: 0 };
  for (const seed of [11, 12]) {
    const { result, census, tally } = await run(seed, 4, 12);
    expect(sentence(result)).toBe(null);
    expect(result.sales).toBeGreaterThanOrEqual(48);
    storms.calls += tally.stormy;
    storms.faulted += tally.faulted;
    const { salesApproved, salesReversed, reversalsAcknowledged, bankDaysInBalance } = tally.cards;
    for (const count of [salesApproved, salesReversed, reversalsAcknowledged, bankDaysInBalance]) {
      expect(count).toBeGreaterThan(0);
    }
    expect(census.unforeseen(legalTransitions())).toEqual([]);
  }
  expect(storms.calls).toBeGreaterThan(1_000);
  expect(storms.faulted / storms.calls).toBeGreaterThan(0.2);
});

test('parts that banks approved and nobody heard of are counted alike by gateway and banks', {
  timeout: 600_000,
}, async () => {
  // One world in a dozen loses no such answer.
  let unheard = 0;
  for (const seed of [31, 32, 33]) {
    const { result, tally } = await run(seed, 4, 16, {}, PARTS_PLAN);
    expect(sentence(result)).toBe(null);
    expect(tally.cards.bankDaysInBalance).toBeGreaterThan(0);
    unheard += tally.cards.partsUnheard ?? 0;
  }
  expect(unheard).toBeGreaterThan(0);
});

test('a card that is converted at the till pays by the rate that was agreed to, its PIN being right at the second try', {
  timeout: 600_000,
}, async () => {
  const converts = (name: string) => name.startsWith('unionpay-choice');
  for (const seed of [42, 43, 44, 45, 46, 47]) {
    const { result, tally } = await run(seed, 4, 20, {}, PINS_PLAN, converts);
    expect(sentence(result)).toBe(null);
    if ((tally.cards.convertedAfterWrongPin ?? 0) > 0) return;
  }
  expect.fail('in six worlds no such card paid');
});

test('the same seed comes to the same books, and another seed to others', { timeout: 600_000 }, async () => {
  const first = await run(21, 2, 6);
  const second = await run(21, 2, 6);
  const other = await run(22, 2, 6);
  expect(first.result.hashes).toEqual(second.result.hashes);
  expect(first.tally).toEqual(second.tally);
  expect(first.result.hashes).not.toEqual(other.result.hashes);
});

/** A reply meets another's request only where two are under way at a bank at the same time: one of five quiet worlds, four of five busy ones. */
const SALES_PER_DAY: Readonly<Record<string, number>> = { reply_by_order: 60 };

test.each(Object.entries(BROKEN_RULES))(
  'the general world notices the broken rule %s',
  { timeout: 600_000 },
  async (name, breakage) => {
    for (const seed of [1, 2, 3, 4, 5, 6]) {
      const { result } = await run(seed, 4, SALES_PER_DAY[name] ?? 20, breakage);
      if (result.violation !== null) return;
    }
    expect.fail('six seeds of four shop days noticed nothing');
  },
);
