/** The bank's day cut off at every single call of its ports, before it and after it, and taken up by another process. */
import { describe, expect, test } from 'vitest';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { closeCycle } from '../../../../gateway/run/day/close.ts';
import { confirmCycle } from '../../../../gateway/run/day/confirm.ts';
import type { DayContext } from '../../../../gateway/run/day/context.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { sendCycle } from '../../../../gateway/run/day/send.ts';
import { sweepStaged } from '../../../../gateway/run/day/sweep.ts';
import { MID_A, MID_B } from '../../settlement/parties.ts';
import { DayWorld } from './day-world.ts';

class Killed extends Error {}

/** Throws at the nth passage of a call's start or end; counts them. */
class Fuse {
  passed = 0;
  readonly #at: number;

  constructor(at: number) {
    this.#at = at;
  }

  pass(): void {
    this.passed += 1;
    if (this.passed === this.#at) throw new Killed();
    // What a killed process would still do must not happen either.
    if (this.passed > this.#at) throw new Killed();
  }

  wrap<T extends object>(port: T): T {
    return new Proxy(port, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, args);
          if (!(result instanceof Promise)) return result;
          this.pass();
          return result.then((answer) => {
            this.pass();
            return answer;
          });
        };
      },
    });
  }
}

/** From the cut-off to the closed cycle, each step from whatever state the cycle is in. */
async function day(context: DayContext, cycleId: string, paysOut: () => void): Promise<void> {
  const state = async () => {
    const cycle = await context.store.cycle(cycleId);
    if (cycle === null) throw new Error('The cycle is gone.');
    return cycle;
  };
  await sweepStaged(context);
  let cycle = await state();
  if (cycle.state === 'OPEN') cycle = await cutCycle(context, cycle);
  if (cycle.state === 'CUT') cycle = await calculateCycle(context, cycle, 'bank-day');
  if (cycle.state === 'CALCULATED') cycle = await approveCycle(context, cycle, 'boris');
  if (cycle.state === 'APPROVED') cycle = await sendCycle(context, cycle);
  paysOut();
  await importFiles(context);
  cycle = await state();
  if (cycle.state === 'SENT') cycle = await confirmCycle(context, cycle);
  if (cycle.state === 'CONFIRMED') await closeCycle(context, cycle);
}

async function worldAtCutOff(): Promise<DayWorld> {
  const world = new DayWorld();
  await world.parties();
  await world.time.complete(openCycles(world.context()));
  for (let sale = 0; sale < 6; sale += 1) await world.sell(sale % 2 === 0 ? MID_A : MID_B, 100_000n);
  await world.time.advance(12 * 3_600_000);
  return world;
}

/** What the world has come to, to be the same however often the day was cut off. */
async function ending(world: DayWorld, cycleId: string) {
  const cycle = await world.store.cycle(cycleId);
  await world.store.foldEntries(10_000);
  const balances = await world.store.balancesAt(await world.store.lastPosition());
  return {
    state: cycle?.state,
    net: cycle?.net,
    lines: await world.store.netLines(cycleId),
    balances,
    delivered: world.outbox.delivered.toSorted(),
    leftBehind: await world.outbox.staged(),
    exceptions: await world.store.exceptions(),
  };
}

describe('A bank’s day that is killed', () => {
  test('at any call of a port ends as if it had never been', async () => {
    const cycleId = 'amurbank-RUB-20261117';
    const whole = await worldAtCutOff();
    const counting = new Fuse(Number.POSITIVE_INFINITY);
    const limits = { commitMost: 5, foldMost: 3 };
    const over = {
      store: counting.wrap(whole.store),
      outbox: counting.wrap(whole.outbox),
      inbox: counting.wrap(whole.inbox),
    };
    await whole.time.complete(day(whole.context({ ...over, limits }), cycleId, () => payOut(whole)));
    const expected = await ending(whole, cycleId);
    expect(expected).toMatchObject({ state: 'CLOSED', exceptions: [], leftBehind: [] });
    expect(expected.delivered.length).toBe(4);

    for (let at = 1; at <= counting.passed; at += 1) {
      const world = await worldAtCutOff();
      const fuse = new Fuse(at);
      const killed = world.context({
        limits,
        store: fuse.wrap(world.store),
        outbox: fuse.wrap(world.outbox),
        inbox: fuse.wrap(world.inbox),
      });
      await world.time.complete(day(killed, cycleId, () => payOut(world)).catch(swallowKill));
      // The bank is quick: whatever was delivered is gone from the outbox before anybody looks again.
      payOut(world);
      await world.time.complete(day(world.context({ limits }), cycleId, () => payOut(world)));
      expect([at, await ending(world, cycleId)]).toEqual([at, expected]);
      world.db.close();
    }
  });
});

/** The partner takes its files at once; our bank pays and says so. */
function payOut(world: DayWorld): void {
  world.outbox.fetch('amurbank');
  world.bankFetches();
  world.bankStates('2026-12-31');
}

function swallowKill(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}
