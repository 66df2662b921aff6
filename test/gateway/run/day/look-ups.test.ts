/** The day's jobs read what they need, however much has gathered over the years. */
import { beforeEach, describe, expect, test } from 'vitest';
import { obstaclesOf } from '../../../../gateway/run/day/close.ts';
import { openCycles } from '../../../../gateway/run/day/cut.ts';
import { type ReconContext, reconcileAll } from '../../../../gateway/run/day/reconcile.ts';
import { approveResolution, proposeResolution } from '../../../../gateway/run/day/resolve.ts';
import type { ExceptionRecord } from '../../../../gateway/settlement/contract.ts';
import type { DayStore } from '../../../../gateway/settlement/ports.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import { MID_A, rub } from '../../settlement/parties.ts';
import { BankFiles, PAYER } from './bank-files.ts';
import { DayWorld } from './day-world.ts';

/** Counts the exceptions that the store hands out. */
function counting(store: DayStore): { readonly store: DayStore; read: number } {
  const count = { store, read: 0 };
  const wrapped = new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result: unknown = Reflect.apply(value, target, args);
        if (!`${String(name)}`.startsWith('exception')) return result;
        return (result as Promise<ExceptionRecord | null | readonly ExceptionRecord[]>).then((answer) => {
          count.read += Array.isArray(answer) ? answer.length : Number(answer !== null);
          return answer;
        });
      };
    },
  });
  return Object.assign(count, { store: wrapped });
}

const ended = (number: number): ExceptionRecord => ({
  ...{ exceptionId: `receivable/vostok/missing_ours/old-${number}`, type: 'missing_ours', party: 'vostok' },
  ...{ owner: 'settlement', state: 'written_off', version: 3, atRisk: rub(100n), subject: `old-${number}` },
  ...{ fileId: 'ab'.repeat(32), line: number + 1, facts: { book: 'receivable', lackMinor: '-100' } },
  ...{ businessDate: '2026-11-01', foundAt: 1, resolvedAt: 2, proposedBy: 'anna', approvedBy: 'boris' },
  ...{ reason: 'late', transferId: null },
});

let world: DayWorld;
let context: ReconContext;
beforeEach(async () => {
  world = new DayWorld();
  await world.parties();
  context = { ...world.context(), recon: openReconStore(world.db), payers: [PAYER] };
});

/** Rows read by a run, a proposal and its approval, after so many exceptions have been ended. */
async function readAfter(count: number): Promise<readonly number[]> {
  for (let number = 0; number < count; number += 1) {
    await world.commit({ kind: 'exception.ensure', row: ended(number) });
  }
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  // What a crash may have left is settled once.
  await run(reconcileAll(context));
  await new BankFiles(world).clearing([
    { ours: 'nobody-1', minor: 5_000n },
    { ours: 'nobody-2', minor: 6_000n },
  ]);
  const counted = counting(world.store);
  const watched = { ...context, store: counted.store };
  const reads: number[] = [];
  const step = async (job: () => Promise<unknown>) => {
    counted.read = 0;
    await run(job());
    reads.push(counted.read);
  };
  await step(() => reconcileAll(watched));
  const [open] = await world.store.exceptions({ states: ['open'] });
  const exceptionId = open?.exceptionId ?? '';
  await step(() => proposeResolution(watched, exceptionId, 'anna', 'not ours'));
  await step(() => approveResolution(watched, exceptionId, 'boris'));
  await step(() => reconcileAll(watched));
  return reads;
}

describe('Exceptions', () => {
  test('are looked for by their name and by what is open: those that were ended long ago are not read', async () => {
    const few = await readAfter(3);
    world = new DayWorld();
    await world.parties();
    context = { ...world.context(), recon: openReconStore(world.db), payers: [PAYER] };
    const many = await readAfter(300);
    expect(many).toEqual(few);
    expect(Math.max(...many)).toBeLessThanOrEqual(4);
  });

  test('of other cycles are not read when one is to be closed', async () => {
    await world.time.complete(openCycles(world.context()));
    const [cycle] = await world.store.cycles();
    if (cycle === undefined) throw new Error('There is no cycle.');
    const about = (subject: string, number: number): ExceptionRecord => ({
      ...{ ...ended(number), state: 'open', resolvedAt: null, approvedBy: null, proposedBy: null },
      subject,
    });
    for (let number = 0; number < 20; number += 1) {
      await world.commit({ kind: 'exception.ensure', row: about('another-cycle', number) });
    }
    await world.commit({ kind: 'exception.ensure', row: about(cycle.cycleId, 20) });
    const counted = counting(world.store);
    expect((await obstaclesOf(world.context({ store: counted.store }), cycle)).length).toBe(1);
    expect(counted.read).toBe(1);
  });

  test('that a crash left approved and unsettled are settled by the next run, once', async () => {
    const sale = await world.sell(MID_A, 10_000n);
    await world.time.advance(5 * 86_400_000);
    await world.time.complete(reconcileAll(context));
    const [missing] = await world.store.exceptions({ states: ['open'] });
    expect(missing).toMatchObject({ type: 'missing_theirs', subject: `card_sale:${sale}` });
    const exceptionId = missing?.exceptionId ?? '';
    await world.time.complete(proposeResolution(context, exceptionId, 'anna', 'lost'));
    const dead = { ...context.recon, settle: () => Promise.reject(new Error('killed')) };
    await world.time
      .complete(approveResolution({ ...context, recon: dead }, exceptionId, 'boris'))
      .catch(() => null);
    expect((await world.store.exceptionsToSettle()).map((one) => one.exceptionId)).toEqual([exceptionId]);
    const report = await world.time.complete(reconcileAll(context));
    expect(report).toMatchObject({ exceptions: 0 });
    expect(report.checks.every(({ agrees }) => agrees)).toBe(true);
    expect(await world.store.exceptionsToSettle()).toEqual([]);
  });
});
