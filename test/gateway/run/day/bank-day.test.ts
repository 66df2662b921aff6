import { expect, test } from 'vitest';
import { BankDay, dayRound } from '../../../../gateway/run/day/bank-day.ts';
import { openCycles } from '../../../../gateway/run/day/cut.ts';
import { MID_A, MID_B } from '../../settlement/parties.ts';
import { bankOf, DayWorld } from './day-world.ts';

test('a cycle that cannot be calculated keeps no other from its way, and raises an alarm each round', async () => {
  const world = new DayWorld();
  await world.parties();
  await world.commit(
    { kind: 'partner.set', row: bankOf('vostok') },
    { kind: 'payee.assign', payee: { kind: 'merchant', id: MID_B, partner: 'vostok' } },
  );
  const context = world.context();
  const terms = {
    ...context.terms,
    splits: { amurbank: { shares: [{ party: 'x', bp: 20_000 }], residual: 'y' } },
  };
  await world.time.complete(openCycles(context));
  await world.sell(MID_A, 1_000n);
  await world.sell(MID_B, 1_000n);
  await world.time.advance(12 * 3_600_000);
  const round = () => world.time.complete(dayRound({ ...context, terms }, { afterImport: [] }));
  expect(await round()).toMatchObject({ cut: 2, calculated: 1, failed: 1 });
  expect(await round()).toMatchObject({ cut: 0, calculated: 0, failed: 1 });
  expect(world.alarms).toEqual(
    Array(2).fill(
      'day_job_failed {"kind":"calculate","name":"amurbank-RUB-20261117","error":"FEE_TERMS_INVALID"}',
    ),
  );
  expect(await world.time.complete(dayRound(context, { afterImport: [] }))).toMatchObject({
    calculated: 1,
    failed: 0,
  });
});

test('work of other rooms runs after the import and before anything is confirmed', async () => {
  const world = new DayWorld();
  const seen: string[] = [];
  const list = async () => {
    seen.push('import');
    return [];
  };
  const inbox = { list, read: async () => null, archive: async () => undefined };
  const context = world.context({ inbox });
  await world.time.complete(dayRound(context, { afterImport: [async () => seen.push('reconcile')] }));
  expect(seen).toEqual(['import', 'reconcile']);
});

test('the timer makes rounds until it is stopped, and leaves long work where another start takes it up', async () => {
  const world = new DayWorld();
  await world.parties();
  for (let sale = 0; sale < 40; sale += 1) await world.sell(sale % 2 === 0 ? MID_A : MID_B, 1_000n);
  const context = world.context({ limits: { commitMost: 1, foldMost: 1 } });
  await world.time.complete(openCycles(context));
  await world.time.advance(12 * 3_600_000);
  const first = new BankDay(context, { afterImport: [] }, 60_000);
  first.start();
  for (let step = 0; step < 5; step += 1) await world.time.step();
  await world.time.complete(first.stop());
  expect((await world.store.cycles({ states: ['CALCULATED'] })).length).toBe(0);
  const second = new BankDay(context, { afterImport: [] }, 60_000);
  second.start();
  await world.time.advance(60_000);
  await world.time.complete(second.stop());
  expect((await world.store.cycles({ states: ['CALCULATED'] })).length).toBe(1);
  expect(world.alarms).toEqual([]);
});
