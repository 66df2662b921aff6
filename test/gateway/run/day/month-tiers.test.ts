/** Prices by a month's turnover: set once, after the month's last cycle, whatever is killed and how often it is asked for. */
import { describe, expect, test } from 'vitest';
import { showTiers } from '../../../../gateway/bank-tiers.ts';
import { parseMid } from '../../../../gateway/kernel/identifiers.ts';
import type { FeeRow } from '../../../../gateway/ledger/fee-book.ts';
import { FREE } from '../../../../gateway/ledger/fee-rate.ts';
import { dayRound } from '../../../../gateway/run/day/bank-day.ts';
import { previewMonthTiers, setMonthTiers } from '../../../../gateway/run/day/month-tiers.ts';
import type { DayStore } from '../../../../gateway/settlement/ports.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { MERCHANT } from '../../payments/samples.ts';
import { MID_A, MID_B } from '../../settlement/parties.ts';
import { DayWorld, TERMS } from './day-world.ts';

const DAY = 86_400_000;
const at = (bp: number) => ({ ...FREE, bp });
const ROWS: readonly FeeRow[] = [
  {
    ...{ inForceFrom: '2026-01-01', mid: null, tender: 'card', currency: 'RUB', measure: 'month_turnover' },
    ...{ brackets: 'whole', rounding: 'half_up' },
    tiers: [
      { from: 0n, rate: at(250) },
      { from: 1_000_000n, rate: at(200) },
      { from: 10_000_000n, rate: at(150) },
    ],
  },
];
const terms = { ...TERMS, feeTiers: ROWS };

/** Two merchants of one partner on 27 November, a Friday. */
async function november(from = '2026-11-27T06:00:00Z'): Promise<DayWorld> {
  const world = new DayWorld(Date.parse(from));
  await world.parties();
  return world;
}

async function rounds(world: DayWorld, until: string): Promise<void> {
  const context = world.context({ terms });
  while (world.time.now() < Date.parse(until)) {
    await world.time.complete(dayRound(context, { afterImport: [() => setMonthTiers(context)] }));
    await world.time.advance(DAY / 4);
  }
}

const shown = async (world: DayWorld, month = '2026-11') =>
  (await world.store.feeTiers(month)).map(
    ({ mid, turnover, rate, effectiveFrom }) => `${mid} ${turnover.amountMinor} ${rate.bp} ${effectiveFrom}`,
  );

describe('A month’s turnover', () => {
  test('sets each merchant’s price from the next month on, once, with a row of the journal', async () => {
    const world = await november();
    await world.sell(MID_A, 11_000_000n);
    await world.refund(MID_A, 11_000_000n, 500_000n);
    await world.sell(MID_B, 999_999n);
    await rounds(world, '2026-11-30T17:00:00Z');
    expect(await shown(world)).toEqual([]);
    await world.sell(MID_B, 1n);
    await rounds(world, '2026-12-03T00:00:00Z');
    expect(await shown(world)).toEqual([
      `${MID_A} 10500000 150 2026-12-01`,
      `${MID_B} 1000000 200 2026-12-01`,
    ]);
    const journal = await world.store.audit({ most: 100 });
    const acts = journal.map(({ action, subject }) => `${action} ${subject}`);
    expect(acts.filter((act) => act.startsWith('fee_'))).toEqual([
      'fee_month.done 2026-11',
      `fee_tier.set ${MID_B}`,
      `fee_tier.set ${MID_A}`,
    ]);
    expect(journal.find(({ subject }) => subject === MID_A)?.facts).toEqual({
      ...{ month: '2026-11', tender: 'card', effectiveFrom: '2026-12-01', turnover: '10500000 RUB' },
      ...{ bp: '150', bpBefore: '' },
    });
    expect(world.alarms).toEqual([]);
  });

  test('that comes to nothing a month later brings a merchant back to the first price', async () => {
    const world = await november('2026-10-29T06:00:00Z');
    await world.sell(MID_A, 11_000_000n);
    await rounds(world, '2026-11-03T00:00:00Z');
    expect(await shown(world, '2026-10')).toEqual([`${MID_A} 11000000 150 2026-11-01`]);
    await world.sell(MID_B, 10_000n);
    await rounds(world, '2026-12-02T00:00:00Z');
    expect(await shown(world)).toEqual([`${MID_A} 0 250 2026-12-01`, `${MID_B} 10000 250 2026-12-01`]);
  });

  test('found out late holds from the day after, never for one that has begun', async () => {
    const world = await november();
    await world.sell(MID_A, 11_000_000n);
    const context = world.context({ terms });
    while (world.time.now() < Date.parse('2026-12-09T09:00:00Z')) {
      await world.time.complete(dayRound(context, { afterImport: [] }));
      await world.time.advance(DAY / 4);
    }
    expect(await world.time.complete(setMonthTiers(context))).toBe(1);
    expect(await shown(world)).toEqual([`${MID_A} 11000000 150 2026-12-10`]);
  });

  test('is shown as it stands while the month lasts, and as it was set afterwards', async () => {
    const world = await november();
    await world.sell(MID_A, 2_000_000n);
    await rounds(world, '2026-11-28T00:00:00Z');
    const ask = { by: null, at: null, family: null, partner: null, state: null };
    const context = world.context({ terms }) as Parameters<typeof showTiers>[0];
    const soFar = await world.time.complete(showTiers(context, { ...ask, subject: null }));
    expect(soFar.rows).toEqual([[MID_A, 'card', '20000.00 RUB', '2.00%', '', '2026-12-01', 'so far']]);
    expect(await shown(world)).toEqual([]);
    await rounds(world, '2026-12-02T00:00:00Z');
    const set = await world.time.complete(showTiers(context, { ...ask, subject: '2026-11' }));
    expect(set.rows).toEqual([[MID_A, 'card', '20000.00 RUB', '2.00%', '', '2026-12-01', 'set']]);
    await expect(showTiers(context, { ...ask, subject: '2026-13' })).rejects.toThrow('2026-11');
  });

  test('reaches payments on the day it holds from', async () => {
    const world = await november();
    await world.sell(MID_A, 11_000_000n);
    await rounds(world, '2026-12-02T00:00:00Z');
    const payments = openPaymentStore(world.db, world.time);
    const mid = parseMid(MID_A);
    await world.time.complete(payments.commit([{ kind: 'merchant.put', row: { ...MERCHANT, mid } }]));
    const merchant = await payments.merchant(mid);
    expect(merchant?.terms).toEqual(MERCHANT.terms);
    expect(merchant?.tiers?.map(({ rate }) => rate.bp)).toEqual([150]);
  });
});

describe('A job killed after any of its commits', () => {
  test('sets what is missing when it comes again, nothing twice, and comes to the same', async () => {
    const whole = await played(Number.POSITIVE_INFINITY);
    expect(whole.tiers).toHaveLength(2);
    for (let commits = 0; commits < 3; commits += 1) {
      const killed = await played(commits);
      expect(killed).toEqual(whole);
    }
  });
});

/** The job dies at its commit number `lives`, and is started again twice. */
async function played(lives: number) {
  const world = await november();
  await world.sell(MID_A, 11_000_000n);
  await world.sell(MID_B, 1_000_000n);
  const context = world.context({ terms });
  while (world.time.now() < Date.parse('2026-11-30T19:00:00Z')) {
    await world.time.complete(dayRound(context, { afterImport: [] }));
    await world.time.advance(DAY / 8);
  }
  let left = lives;
  const dying: DayStore = new Proxy(world.store, {
    get(target, name, receiver) {
      if (name !== 'commit') return Reflect.get(target, name, receiver).bind?.(target);
      return async (unit: Parameters<DayStore['commit']>[0]) => {
        if (left <= 0) throw new Error('killed');
        left -= 1;
        return target.commit(unit);
      };
    },
  });
  const dies = setMonthTiers({ ...context, store: dying });
  if (lives === Number.POSITIVE_INFINITY) await world.time.complete(dies);
  else await expect(world.time.complete(dies)).rejects.toThrow('killed');
  await world.time.complete(setMonthTiers(context));
  await world.time.complete(setMonthTiers(context));
  const { done } = await world.time.complete(previewMonthTiers(context, '2026-11'));
  const journal = (await world.store.audit({ most: 100 })).filter(({ action }) => action.startsWith('fee_'));
  return {
    done,
    tiers: await shown(world),
    acts: journal.map(({ action, subject }) => `${action} ${subject}`).toSorted(),
  };
}
