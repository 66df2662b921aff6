import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import {
  decideRate,
  proposeRate,
  proposeWithdrawal,
  type RateDecision,
  roublesFor,
  tickRates,
} from '../../../gateway/run/manual-rates.ts';
import { dayExceptions } from '../../../gateway/store/sqlite/day-exceptions.ts';
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
  const decide = (manualId: string, by = 'boris', decision: RateDecision = 'approve') =>
    decideRate(book, { manualId, by, decision }, runtime);
  const states = () => book.latestManual(9).map((rate) => rate.state);
  const withdraw = (manualId: string, by = 'anna', reason = 'Wrong.') =>
    proposeWithdrawal(book, { manualId, by, reason }, runtime);
  const journal = () => dayExceptions(db).audit(undefined, 50).toReversed();
  return { world, runtime, book, propose, decide, withdraw, states, journal };
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

  test('is withdrawn by two persons: until the second agrees it stays in force', async () => {
    const { world, runtime, book, propose, decide, withdraw } = open();
    const { manualId } = propose();
    expect(() => withdraw(manualId)).toThrow(refused);
    decide(manualId);
    await world.advance(1_000);
    tickRates(book, runtime);
    expect(() => withdraw(manualId, 'anna', ' ')).toThrow(
      expect.objectContaining({ code: 'RATE_MALFORMED' }),
    );
    expect(withdraw(manualId)).toMatchObject({ state: 'in_force', withdrawal: { proposedBy: 'anna' } });
    expect(() => withdraw(manualId, 'boris')).toThrow(refused);
    expect(() => decide(manualId, 'anna', 'approve_withdrawal')).toThrow(refused);
    expect(tickRates(book, runtime)).toMatchObject([{ manualId, state: 'in_force' }]);
    expect(decide(manualId, 'vera', 'refuse_withdrawal')).toMatchObject({
      state: 'in_force',
      withdrawal: null,
    });
    expect(() => decide(manualId, 'vera', 'approve_withdrawal')).toThrow(refused);
    withdraw(manualId, 'boris');
    expect(decide(manualId, 'anna', 'approve_withdrawal')).toMatchObject({
      ...{ state: 'superseded', decidedBy: 'boris' },
      withdrawal: { proposedBy: 'boris', reason: 'Wrong.', decidedBy: 'anna' },
    });
    expect(book.manual(manualId)).toMatchObject({ state: 'superseded', withdrawal: { decidedBy: 'anna' } });
    expect(tickRates(book, runtime)).toEqual([]);
    expect(() => withdraw(manualId)).toThrow(refused);
    expect(() => withdraw('nobody')).toThrow(refused);
  });

  test('may be withdrawn before its moment has come', () => {
    const { propose, decide, withdraw } = open();
    const { manualId } = propose();
    decide(manualId);
    expect(withdraw(manualId)).toMatchObject({ state: 'approved' });
    expect(decide(manualId, 'boris', 'approve_withdrawal')).toMatchObject({ state: 'superseded' });
  });

  test('leaves a row in the journal for each thing a person did, and none for what was refused or time did', async () => {
    const { world, runtime, book, propose, decide, withdraw, journal } = open();
    const { manualId } = propose();
    expect(() => decide(manualId, 'anna')).toThrow(refused);
    decide(manualId);
    await world.advance(1_000);
    tickRates(book, runtime);
    withdraw(manualId, 'boris');
    expect(() => decide(manualId, 'boris', 'approve_withdrawal')).toThrow(refused);
    decide(manualId, 'anna', 'approve_withdrawal');
    expect(journal().map(({ actor, action, subject }) => [actor, action, subject])).toEqual([
      ['anna', 'rate.propose', manualId],
      ['boris', 'rate.approve', manualId],
      ['boris', 'rate.withdraw.propose', manualId],
      ['anna', 'rate.withdraw.approve', manualId],
    ]);
    expect(journal().map(({ facts }) => facts)).toEqual([
      { rate: '11.5', base: 'CNY', reason: 'No file.' },
      { rate: '11.5', base: 'CNY' },
      { rate: '11.5', base: 'CNY', reason: 'Wrong.' },
      { rate: '11.5', base: 'CNY' },
    ]);
  });

  test('is written as roubles for one unit, with a comma or a point', () => {
    expect(roublesFor('CNY', '11,35')).toEqual(rub('CNY', 1_135n, 2));
    expect(roublesFor('CNY', '0.5')).toEqual(rub('CNY', 5n, 1));
    for (const text of ['', '-1', '1e3', '11.', '1.123456789', '0', '1 000'])
      expect(() => roublesFor('CNY', text)).toThrow(expect.objectContaining({ code: 'RATE_MALFORMED' }));
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
