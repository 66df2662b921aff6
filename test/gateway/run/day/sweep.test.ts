import { describe, expect, test } from 'vitest';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import { sendCycle } from '../../../../gateway/run/day/send.ts';
import { sweepStaged } from '../../../../gateway/run/day/sweep.ts';
import type { CycleRecord } from '../../../../gateway/settlement/contract.ts';
import { MID_A } from '../../settlement/parties.ts';
import { DayWorld, OUR_BANK } from './day-world.ts';

async function approved() {
  const world = new DayWorld();
  const context = world.context();
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  await world.parties();
  await run(openCycles(context));
  await world.sell(MID_A, 1_000_000n);
  await world.time.advance(12 * 3_600_000);
  const [open] = await world.store.cycles({ states: ['OPEN'] });
  const cut = await run(cutCycle(context, open as CycleRecord));
  const cycle = await run(approveCycle(context, await run(calculateCycle(context, cut, 'anna')), 'boris'));
  return { world, context, run, cycle };
}

describe('What a killed process had staged', () => {
  test('and no record names is removed at the next start, and told of', async () => {
    const world = new DayWorld();
    const warned: unknown[] = [];
    const log = {
      ...world.context().log,
      warn: (event: string, facts: unknown) => warned.push([event, facts]),
    };
    await world.outbox.stage('ourbank/a.txt', [Buffer.from('a')]);
    await world.outbox.stage('ourbank/b.txt', [Buffer.from('b')]);
    expect(await sweepStaged(world.context({ log }))).toBe(2);
    expect(await world.outbox.staged()).toEqual([]);
    expect(warned).toEqual([['staged_files_swept', { count: 2 }]]);
    expect(await sweepStaged(world.context({ log }))).toBe(0);
  });

  test('and is recorded stays, and is delivered', async () => {
    const { world, context, run, cycle } = await approved();
    const neverPublished = new Proxy(world.outbox, {
      get: (target, name) =>
        name === 'publish'
          ? () => Promise.reject(new Error('killed'))
          : Reflect.get(target, name).bind(target),
    });
    await run(sendCycle(world.context({ outbox: neverPublished }), cycle).catch(() => null));
    const staged = await world.outbox.staged();
    expect(staged.length).toBe(3);
    expect(await sweepStaged(context)).toBe(0);
    expect(await world.outbox.staged()).toEqual(staged);
    expect(await run(sendCycle(context, cycle))).toMatchObject({ state: 'SENT' });
    expect(world.outbox.delivered.length).toBe(3);
  });

  test('is not taken from a process that is about to record it: that one is refused and stages anew', async () => {
    const { world, context, run, cycle } = await approved();
    // Another process starts just when the files are staged and not recorded.
    const sweptBetween = new Proxy(world.outbox, {
      get: (target, name) =>
        name === 'sync' ? () => sweepStaged(context) : Reflect.get(target, name).bind(target),
    });
    const error = await run(
      sendCycle(world.context({ outbox: sweptBetween }), cycle).catch((caught: unknown) => caught),
    );
    expect(error).toMatchObject({ code: 'CYCLE_CHANGED', facts: { reason: 'swept' } });
    expect(await world.store.cycle(cycle.cycleId)).toMatchObject({ state: 'APPROVED' });
    expect(world.outbox.delivered).toEqual([]);
    expect(await run(sendCycle(context, cycle))).toMatchObject({ state: 'SENT' });
    expect(world.outbox.delivered.at(-1)).toBe(`${OUR_BANK}/${cycle.cycleId}.txt`);
    expect(await world.outbox.staged()).toEqual([]);
  });
});
