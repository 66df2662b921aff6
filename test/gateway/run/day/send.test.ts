import { beforeEach, describe, expect, test } from 'vitest';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import { closeCycle } from '../../../../gateway/run/day/close.ts';
import { confirmCycle } from '../../../../gateway/run/day/confirm.ts';
import type { DayContext } from '../../../../gateway/run/day/context.ts';
import { cutCycle, openCycles } from '../../../../gateway/run/day/cut.ts';
import { importFiles } from '../../../../gateway/run/day/import.ts';
import { sendCycle } from '../../../../gateway/run/day/send.ts';
import type { CycleRecord, PartnerRecord } from '../../../../gateway/settlement/contract.ts';
import { MID_A, MID_B, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld, OUR_BANK, statement } from './day-world.ts';

describe('An approved cycle', () => {
  let world: DayWorld;
  let context: DayContext;
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  beforeEach(() => {
    world = new DayWorld();
    context = world.context();
  });

  async function approved(partner: PartnerRecord = bankOf('amurbank'), sell = true): Promise<CycleRecord> {
    await world.parties(partner);
    await run(openCycles(context));
    if (sell) await world.sell(MID_A, 1_000_000n);
    if (sell) await world.sell(MID_B, 500_000n);
    return nextApproved();
  }
  async function nextApproved(): Promise<CycleRecord> {
    const [open] = await world.store.cycles({ states: ['OPEN'] });
    if (open === undefined) throw new Error('There is no open cycle.');
    await world.time.advance(Date.parse(`${open.businessDate}T18:00:00Z`) - world.time.now());
    const cut = await run(cutCycle(context, open));
    return run(approveCycle(context, await run(calculateCycle(context, cut, 'anna')), 'boris'));
  }
  const code = async (promise: Promise<unknown>) => {
    try {
      await run(promise);
      return 'ok';
    } catch (error) {
      return error instanceof AmurError ? error.code : String(error);
    }
  };
  const says = (id: string, minor: bigint, reference: string, side: 'DBIT' | 'CRDT' = 'DBIT') =>
    statement('RUB', '2026-11-18', [{ id, amount: rub(minor), reference, side }]);
  const takeIn = async (text: string) => {
    world.inbox.put(`${OUR_BANK}/${world.inbox.archived.length}.xml`, text);
    return run(importFiles(context));
  };
  const exceptionTypes = async () => (await world.store.exceptions()).map(({ type }) => type);

  test('is sent as statements, a detail file and, last, the order that moves the money', async () => {
    const cycle = await approved();
    const sent = await run(sendCycle(context, cycle));
    expect(world.outbox.delivered).toEqual([
      `amurbank/${cycle.cycleId}-${MID_A}.html`,
      `amurbank/${cycle.cycleId}-${MID_B}.html`,
      `amurbank/${cycle.cycleId}-detail.csv`,
      `${OUR_BANK}/${cycle.cycleId}.txt`,
    ]);
    expect(sent).toMatchObject({ state: 'SENT' });
    const files = await world.store.files({ cycleId: cycle.cycleId });
    expect(files.map(({ kind, state, rows }) => [kind, state, rows])).toEqual(
      [
        ['merchant_statement', 'delivered', 1],
        ['merchant_statement', 'delivered', 1],
        ['partner_detail', 'delivered', 2],
        ['payment_order_1c', 'delivered', 1],
      ].toSorted(),
    );
    expect((await world.store.transfersOf(cycle.cycleId)).map(({ template }) => template)).toEqual([
      'payout_sent',
    ]);
  });

  test('in another currency is ordered by pain.001', async () => {
    const cycle = await approved(bankOf('amurbank', { orderFormat: 'pain001' }));
    await run(sendCycle(context, cycle));
    expect(world.outbox.delivered.at(-1)).toBe(`${OUR_BANK}/${cycle.cycleId}.xml`);
  });

  test('is not sent before it is approved, nor twice', async () => {
    const cycle = await approved();
    expect(await code(sendCycle(context, { ...cycle, state: 'CALCULATED' }))).toBe('CYCLE_STEP_REFUSED');
    await Promise.all([run(sendCycle(context, cycle)), sendCycle(context, cycle)]);
    await run(sendCycle(context, cycle));
    expect(world.outbox.delivered.length).toBe(4);
    expect(new Set(world.outbox.delivered).size).toBe(4);
  });

  test('that was approved late orders a payment for a day that is still to come', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_A, 1_000_000n);
    await world.time.advance(12 * 3_600_000);
    const [open] = await world.store.cycles({ states: ['OPEN'] });
    if (open === undefined) throw new Error('There is no open cycle.');
    const calculated = await run(calculateCycle(context, await run(cutCycle(context, open)), 'anna'));
    expect(calculated.valueDate).toBe('2026-11-18');
    await world.time.advance(3 * 86_400_000);
    await run(sendCycle(context, await run(approveCycle(context, calculated, 'boris'))));
    const order = new TextDecoder('windows-1251').decode(world.outbox.fetch(OUR_BANK)[0]?.[1]);
    expect(order).toContain('СрокПлатежа=23.11.2026');
  });

  test('is confirmed by the statement that shows the debit, and closed', async () => {
    const cycle = await approved();
    const sent = await run(sendCycle(context, cycle));
    expect(await run(confirmCycle(context, sent))).toEqual(sent);
    await takeIn(says(cycle.cycleId, cycle.net?.amountMinor ?? 0n, 'B1'));
    const confirmed = await run(confirmCycle(context, sent));
    expect(confirmed).toMatchObject({ state: 'CONFIRMED', bankReference: 'B1' });
    expect(await run(closeCycle(context, confirmed))).toMatchObject({ state: 'CLOSED' });
    await world.store.foldEntries(1_000);
    const left = await world.store.balancesAt(await world.store.lastPosition(), [
      'partner_payable',
      'payout_in_transit',
    ]);
    for (const { debit, credit } of left) expect(debit).toBe(credit);
  });

  test('that the bank paid in another sum, back, or twice becomes an exception', async () => {
    const sent = await run(sendCycle(context, await approved()));
    const net = sent.net?.amountMinor ?? 0n;
    await takeIn(says(sent.cycleId, net - 1n, 'B1'));
    expect(await run(confirmCycle(context, sent))).toEqual(sent);
    expect(await exceptionTypes()).toEqual(['amount']);
    for (const reference of ['B2', 'B3']) {
      await world.time.advance(1_000);
      await takeIn(says(sent.cycleId, net, reference));
    }
    await takeIn(says(sent.cycleId, net, 'B4', 'CRDT'));
    const confirmed = await run(confirmCycle(context, sent));
    expect(confirmed).toMatchObject({ state: 'CONFIRMED', bankReference: 'B2' });
    expect((await exceptionTypes()).toSorted()).toEqual(['amount', 'duplicate', 'status']);
    expect(await run(closeCycle(context, confirmed))).toEqual(confirmed);
  });

  test('is watched when it is closed: money that moves again for it becomes an exception', async () => {
    const sent = await run(sendCycle(context, await approved()));
    const net = sent.net?.amountMinor ?? 0n;
    await takeIn(says(sent.cycleId, net, 'B1'));
    await run(closeCycle(context, await run(confirmCycle(context, sent))));
    await takeIn(says(sent.cycleId, net, 'B2'));
    await takeIn(says(sent.cycleId, net, 'B3', 'CRDT'));
    expect((await exceptionTypes()).toSorted()).toEqual(['duplicate', 'status']);
  });

  test('shown by a notification and by the day’s statement was paid once', async () => {
    const sent = await run(sendCycle(context, await approved()));
    const net = sent.net?.amountMinor ?? 0n;
    await takeIn(says(sent.cycleId, net, 'B1'));
    await takeIn(says(sent.cycleId, net, 'B1').replaceAll('S-2026', 'T-2026'));
    await run(confirmCycle(context, sent));
    expect(await exceptionTypes()).toEqual([]);
  });

  test('that is a claim sends its detail and no order, and is confirmed when the partner has paid', async () => {
    await world.parties(bankOf('amurbank', { negativeNet: 'claim' }));
    await run(openCycles(context));
    await world.refund(MID_A, 10_000n, 10_000n);
    const cycle = await nextApproved();
    const owed = -(cycle.net?.amountMinor ?? 0n);
    expect(owed).toBeGreaterThan(0n);
    const sent = await run(sendCycle(context, cycle));
    expect(world.outbox.delivered.filter((name) => name.startsWith(OUR_BANK))).toEqual([]);
    await takeIn(says(cycle.cycleId, owed, 'B1', 'CRDT'));
    expect(await run(confirmCycle(context, sent))).toMatchObject({ state: 'CONFIRMED' });
    await world.store.foldEntries(1_000);
    const [left] = await world.store.balancesAt(await world.store.lastPosition(), ['partner_payable']);
    expect((left?.credit ?? 0n) - (left?.debit ?? 0n)).toBe(0n);
  });

  test('with nothing to pay goes its way without the bank', async () => {
    const cycle = await approved(bankOf('amurbank'), false);
    expect(cycle.outcome).toBe('nothing');
    const sent = await run(sendCycle(context, cycle));
    const confirmed = await run(confirmCycle(context, sent));
    expect(await run(closeCycle(context, confirmed))).toMatchObject({ state: 'CLOSED' });
    expect(world.outbox.delivered).toEqual([]);
  });

  test('waits for whatever another room has against closing it', async () => {
    const cycle = await approved(bankOf('amurbank'), false);
    const confirmed = await run(confirmCycle(context, await run(sendCycle(context, cycle))));
    const busy = world.context({ obstacles: async () => [{ code: 'file_awaited', subject: 'alipay' }] });
    expect(await run(closeCycle(busy, confirmed))).toEqual(confirmed);
  });
});
