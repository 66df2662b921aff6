import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { decideRate, proposeRate, tickRates, withdrawRate } from '../../../gateway/run/manual-rates.ts';
import { openPaymentStore } from '../../../gateway/store/sqlite/payment-store.ts';
import { rateTables } from '../../../gateway/store/sqlite/rate-tables.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';
import { rub } from '../fx/samples.ts';

const refused = expect.objectContaining({ code: 'FX_APPROVAL_REFUSED' });

function open() {
  const world = new VirtualWorld();
  const runtime = world.process();
  const db = new Database(':memory:');
  openPaymentStore(db, runtime);
  const book = rateTables(db);
  const propose = (value = 115n, lifeMs: number | null = 60_000) => {
    const from = runtime.clock.now() + 1_000;
    const until = lifeMs === null ? null : from + lifeMs;
    return proposeRate(
      book,
      { rate: rub('CNY', value, 1), from, until, reason: 'No file.', by: 'anna' },
      runtime,
    );
  };
  const decide = (manualId: string, by = 'boris', decision: 'approve' | 'refuse' = 'approve') =>
    decideRate(book, { manualId, by, decision }, runtime);
  const states = () => book.latestManual(9).map((rate) => rate.state);
  return { world, runtime, book, propose, decide, states };
}

describe('A rate set by hand', () => {
  test('comes into force and out of it, each step kept', async () => {
    const { world, runtime, book, propose, decide, states } = open();
    const { manualId } = propose();
    expect(tickRates(book, runtime)).toEqual([book.manual(manualId)]);
    decide(manualId);
    await world.advance(1_000);
    expect(tickRates(book, runtime).map((rate) => rate.state)).toEqual(['in_force']);
    expect(states()).toEqual(['in_force']);
    await world.advance(60_000);
    tickRates(book, runtime);
    expect(states()).toEqual(['superseded']);
    expect(tickRates(book, runtime)).toEqual([]);
  });

  test('is decided once, by another person, and only where there is one', () => {
    const { propose, decide } = open();
    const { manualId } = propose();
    expect(() => decide(manualId, 'anna')).toThrow(refused);
    expect(decide(manualId, 'boris', 'refuse').state).toBe('refused');
    expect(() => decide(manualId, 'vera')).toThrow(refused);
    expect(() => decide('nobody')).toThrow(refused);
  });

  test('knows how far it is from the source, and is refused where that is a slip of the hand', () => {
    const { runtime, book, propose } = open();
    const day = new Date(runtime.clock.now()).toISOString().slice(0, 10);
    expect(propose().apartBp).toBeNull();
    book.addSet({
      source: 'CBR',
      side: 'middle',
      effectiveOn: day,
      loadedAt: 0,
      rates: [rub('CNY', 112_726n, 4)],
    });
    expect(propose(115n).apartBp).toBe(202n);
    expect(() => propose(1_150n)).toThrow(expect.objectContaining({ code: 'FX_RATE_OUT_OF_BAND' }));
  });

  test('may be withdrawn while it is in force, once', async () => {
    const { world, runtime, book, propose, decide } = open();
    const { manualId } = propose();
    expect(() => withdrawRate(book, manualId, runtime)).toThrow(refused);
    decide(manualId);
    await world.advance(1_000);
    tickRates(book, runtime);
    expect(withdrawRate(book, manualId, runtime).state).toBe('superseded');
    expect(() => withdrawRate(book, manualId, runtime)).toThrow(refused);
    expect(() => withdrawRate(book, 'nobody', runtime)).toThrow(refused);
  });

  test('approved later takes the place of one in force; both are kept as what they became', async () => {
    const { world, runtime, book, propose, decide, states } = open();
    const first = propose(115n, null);
    decide(first.manualId);
    await world.advance(10);
    const second = propose(114n, null);
    decide(second.manualId);
    await world.advance(5_000);
    // Both moments passed unlooked at: each rate still goes through its states one by one.
    tickRates(book, runtime);
    expect(states()).toEqual(['in_force', 'superseded']);
    expect(book.manual(first.manualId)).toMatchObject({ state: 'superseded', version: 4 });
  });
});
