import { describe, expect, test } from 'vitest';
import type { RateSet } from '../../../../gateway/fx/rate-set.ts';
import { CNY, parseCurrencyCode, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { saleTransfer } from '../../../../gateway/ledger/postings.ts';
import { heldOf } from '../../../../gateway/run/day/fx-position.ts';
import { type OfficialRates, revalueDay } from '../../../../gateway/run/day/revalue.ts';
import { sellCurrency } from '../../../../gateway/run/day/sell-currency.ts';
import { rub } from '../../fx/samples.ts';
import { MID_A } from '../../settlement/parties.ts';
import { DayWorld } from './day-world.ts';

const DAY_MS = 86_400_000;
const set = (effectiveOn: string, yuan: bigint): RateSet => ({
  ...{ source: 'CBR', side: 'middle', effectiveOn, loadedAt: 0 },
  rates: [rub('CNY', yuan, 4)],
});
const SETS = [set('2026-11-17', 112_726n), set('2026-11-18', 115_000n), set('2026-11-19', 110_000n)];
const RATES: OfficialRates = {
  inEffect: (_source, day) => SETS.findLast((one) => one.effectiveOn <= day) ?? null,
};

/** One sale of 10,000.00 RUB for 887.11 CNY, without MDR. */
async function sold(world: DayWorld, reference: string): Promise<void> {
  const sale = { order: money(88_711n, CNY), price: money(1_000_000n, RUB), settlement: null, mdrBp: 0 };
  const meta = { ...world.meta(MID_A, reference), wallet: 'alipay' } as const;
  await world.post(saleTransfer({ ...sale, converter: 'acquirer' }, meta));
}

async function balance(world: DayWorld, account: string, currency: string): Promise<bigint> {
  while ((await world.store.foldEntries(100)) > 0);
  const all = await world.store.balancesAt(await world.store.lastPosition());
  const found = all.find((row) => row.account === account && row.currency === currency);
  return found === undefined ? 0n : found.debit - found.credit;
}

describe('The revaluation of a day', () => {
  test('is booked once a day, measured from what was paid, and taken back the next day', async () => {
    const world = new DayWorld();
    await sold(world, 'a');
    expect(await revalueDay(world.context(), RATES)).toMatchObject({
      kind: 'booked',
      day: '2026-11-17',
      revaluation: { gain: money(4n, RUB) },
    });
    expect(await revalueDay(world.context(), RATES)).toEqual({ kind: 'done_before', day: '2026-11-17' });
    await world.time.advance(DAY_MS);
    expect(await revalueDay(world.context(), RATES)).toMatchObject({
      revaluation: { gain: money(20_177n, RUB) },
    });
    expect(await balance(world, 'fx_unrealised:acquirer', 'RUB')).toBe(-20_177n);
    expect(await balance(world, 'fx_position:acquirer', 'RUB')).toBe(1_020_177n);
    await world.time.advance(DAY_MS);
    expect(await revalueDay(world.context(), RATES)).toMatchObject({
      revaluation: { gain: money(-24_179n, RUB), cost: money(1_000_000n, RUB) },
    });
    expect(await balance(world, 'fx_unrealised:acquirer', 'RUB')).toBe(24_179n);
  });

  test('waits for a rate, and books nothing where nothing is held', async () => {
    const world = new DayWorld();
    await expect(revalueDay(world.context(), { inEffect: () => null })).rejects.toMatchObject({
      code: 'RATE_UNAVAILABLE',
    });
    expect(await revalueDay(world.context(), RATES)).toMatchObject({ revaluation: { gain: money(0n, RUB) } });
    expect(await world.store.transfersOf('revaluation/2026-11-17')).toEqual([]);
  });
});

describe('A sale of currency', () => {
  const deal = {
    ...{ deal: 'D-1', sold: money(44_356n, CNY), bought: money(510_000n, RUB) },
    ...{ nostro: 'cny', nostroBought: 'rub', businessDate: '2026-11-18' },
  };

  test('earns what it brought less its share of the cost, whatever revaluation stands, and once', async () => {
    const world = new DayWorld();
    await sold(world, 'a');
    await world.time.advance(DAY_MS);
    await revalueDay(world.context(), RATES);
    const [, realised] = await sellCurrency(world.context(), deal);
    // Of 10,000.00 RUB for 887.11 CNY, 443.56 CNY had cost 5,000.06 RUB.
    expect(realised?.entries[0]?.amount).toEqual(money(9_994n, RUB));
    expect(await sellCurrency(world.context(), deal)).toHaveLength(2);
    expect(await balance(world, 'fx_position:acquirer', 'CNY')).toBe(-44_355n);
    expect(await balance(world, 'nostro:rub', 'RUB')).toBe(510_000n);
    await world.time.advance(DAY_MS);
    const after = await revalueDay(world.context(), RATES);
    expect(after).toMatchObject({ revaluation: { cost: money(499_994n, RUB) } });
  });

  test('of more than is held, or not for roubles, is refused', async () => {
    const world = new DayWorld();
    await sold(world, 'a');
    await expect(sellCurrency(world.context(), { ...deal, sold: money(88_712n, CNY) })).rejects.toMatchObject(
      {
        code: 'ALLOCATION_OUT_OF_RANGE',
      },
    );
    const dollars = { currency: parseCurrencyCode('USD'), debit: 0n, credit: 1n };
    expect(() => heldOf([dollars], CNY)).toThrow(expect.objectContaining({ code: 'FX_POSITION_MIXED' }));
    await expect(sellCurrency(world.context(), { ...deal, bought: money(1n, CNY) })).rejects.toMatchObject({
      code: 'CURRENCY_MISMATCH',
    });
  });
});
