import { beforeEach, describe, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../../gateway/kernel/errors.ts';
import type { Mid } from '../../../../gateway/kernel/identifiers.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { adjustment } from '../../../../gateway/ledger/reconciliation-postings.ts';
import { donationTransfer } from '../../../../gateway/ledger/settlement-postings.ts';
import { approveCycle } from '../../../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../../../gateway/run/day/calculate.ts';
import type { DayContext } from '../../../../gateway/run/day/context.ts';
import { cutCycle, cyclesToCut, openCycles } from '../../../../gateway/run/day/cut.ts';
import type { CycleRecord } from '../../../../gateway/settlement/contract.ts';
import { MID_A, MID_B, rub } from '../../settlement/parties.ts';
import { bankOf, DayWorld } from './day-world.ts';

const HOUR = 3_600_000;

describe('A cycle', () => {
  let world: DayWorld;
  let context: DayContext;
  const run = <T>(promise: Promise<T>) => world.time.complete(promise);
  beforeEach(() => {
    world = new DayWorld();
    context = world.context();
  });

  async function toCutOff(): Promise<CycleRecord> {
    const open = (await world.store.cycles({ states: ['OPEN'] }))[0];
    if (open === undefined) throw new Error('There is no open cycle.');
    await world.time.advance(Date.parse(`${open.businessDate}T18:00:00Z`) - world.time.now());
    return open;
  }
  async function cutAndCalculate(): Promise<CycleRecord> {
    const cut = await run(cutCycle(context, await toCutOff()));
    return run(calculateCycle(context, cut, 'anna'));
  }
  const balances = async (...families: string[]) => {
    await world.store.foldEntries(10_000);
    return Object.fromEntries(
      (await world.store.balancesAt(await world.store.lastPosition(), families)).map(
        ({ account, debit, credit }) => [account, credit - debit],
      ),
    );
  };
  const code = async (promise: Promise<unknown>) => {
    try {
      await run(promise);
      return 'ok';
    } catch (error) {
      return error instanceof AmurError ? error.code : String(error);
    }
  };

  test('is due when the partner’s day is over where it lives', async () => {
    await world.parties();
    await run(openCycles(context));
    expect(await cyclesToCut(context)).toEqual([]);
    await world.time.advance(12 * HOUR - 1);
    expect(await cyclesToCut(context)).toEqual([]);
    await world.time.advance(1);
    expect((await cyclesToCut(context)).map(({ cycleId }) => cycleId)).toEqual(['amurbank-RUB-20261117']);
  });

  test('comes to what the ledger says each payee is owed', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_A, 1_000_000n);
    await world.sell(MID_A, 250_000n);
    await world.refund(MID_A, 1_000_000n, 100_000n);
    await world.sell(MID_B, 500_000n);
    const gift = { ...world.meta(MID_A, 'gift-1'), charity: 'tiger' };
    await world.post(donationTransfer(rub(10_000n), rub(180n), gift));
    const { bank: _, ...plain } = world.meta(MID_B, 'fix-1');
    await world.post(adjustment(rub(-700n), { ...plain, mid: MID_B as Mid }));
    const cycle = await cutAndCalculate();
    const lines = await world.store.netLines(cycle.cycleId);
    const owed = await balances('merchant_payable', 'charity_payable', 'merchant_reserve', 'partner_payable');
    expect(lines.map(({ id, due }) => [id, due])).toEqual([
      ['tiger', 10_000n],
      [MID_A, 1_119_480n],
      [MID_B, 440_300n],
    ]);
    expect(lines[1]).toMatchObject({
      ...{ sales: 1_250_000n, salesCount: 2, refunds: 100_000n, fees: 22_500n, feesReturned: 1_980n },
      // 22 % within 20 700 of cards and within -180 of the gift; 30 % of what is left goes to the partner.
      ...{ donations: 10_000n, vat: 3_701n, partnerShare: 5_045n },
    });
    expect(lines[2]).toMatchObject({ adjustments: -700n, reserveHeld: 50_000n, fees: 9_000n });
    expect(owed).toEqual({
      'charity_payable:tiger': 0n,
      [`merchant_payable:${MID_A}`]: 0n,
      [`merchant_payable:${MID_B}`]: 0n,
      [`merchant_reserve:${MID_B}`]: 50_000n,
      'partner_payable:amurbank': cycle.net?.amountMinor,
    });
    const shares = lines.reduce((sum, line) => sum + line.partnerShare, 0n);
    expect(cycle).toMatchObject({ state: 'CALCULATED', outcome: 'pay', net: rub(1_569_780n + shares) });
  });

  test('has what was posted before its cut and not what came after', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_A, 1_000n);
    const open = await toCutOff();
    const cut = await run(cutCycle(context, open));
    await world.sell(MID_A, 7_000n);
    await run(calculateCycle(context, cut, 'anna'));
    expect((await world.store.netLines(cut.cycleId)).map(({ sales }) => sales)).toEqual([1_000n]);
    const next = await cutAndCalculate();
    expect((await world.store.netLines(next.cycleId)).map(({ sales }) => sales)).toEqual([7_000n]);
  });

  test('carries a negative net to the payee’s next sales', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_A, 5_000n);
    await cutAndCalculate();
    await world.refund(MID_A, 5_000n, 5_000n);
    const second = await cutAndCalculate();
    expect(second).toMatchObject({ outcome: 'claim' });
    const [line] = await world.store.netLines(second.cycleId);
    expect(line).toMatchObject({ net: -4_910n, due: 0n, carriedOut: -4_910n });
    await world.sell(MID_A, 100_000n);
    const third = await cutAndCalculate();
    const [next] = await world.store.netLines(third.cycleId);
    expect(next).toMatchObject({
      carriedFrom: second.cycleId,
      carriedIn: -4_910n,
      net: 93_290n,
      due: 93_290n,
    });
    expect(await balances('merchant_payable')).toEqual({ [`merchant_payable:${MID_A}`]: 0n });
  });

  test('below the minimum waits whole and is paid with the next', async () => {
    await world.parties(bankOf('amurbank', { minimumPayout: [rub(50_000n)] }));
    await run(openCycles(context));
    await world.sell(MID_A, 10_000n);
    const first = await cutAndCalculate();
    expect(first).toMatchObject({ outcome: 'carry', net: rub(0n), carriedShare: rub(44n) });
    await world.sell(MID_A, 100_000n);
    const second = await cutAndCalculate();
    expect(second.net).toEqual(rub(9_820n + 98_200n + 44n + 442n));
    expect(await balances('partner_payable')).toEqual({
      'partner_payable:amurbank': second.net?.amountMinor,
    });
  });

  test('releases a reserve whole when its days are over', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_B, 100_000n);
    const first = await cutAndCalculate();
    const second = await cutAndCalculate();
    const third = await cutAndCalculate();
    expect((await world.store.netLines(second.cycleId)).length).toBe(0);
    expect(second.outcome).toBe('nothing');
    expect(await world.store.netLines(third.cycleId)).toMatchObject([
      { reserveReleased: 10_000n, due: 10_000n },
    ]);
    expect(await world.store.reserves(first.cycleId)).toMatchObject([{ releasedIn: third.cycleId }]);
    expect(await balances('merchant_reserve')).toEqual({ [`merchant_reserve:${MID_B}`]: 0n });
  });

  test('taken twice at once is calculated once', async () => {
    await world.parties();
    await run(openCycles(context));
    for (let sale = 0; sale < 20; sale += 1) await world.sell(sale % 2 === 0 ? MID_A : MID_B, 1_000n);
    const cut = await run(cutCycle(context, await toCutOff()));
    const both = [calculateCycle(context, cut, 'anna'), calculateCycle(context, cut, 'vera')];
    const [one, other] = await run(Promise.all(both));
    expect(one).toEqual(other);
    expect(await world.store.lastPosition()).toBeLessThan(60);
    expect(await balances('merchant_payable')).toEqual({
      [`merchant_payable:${MID_A}`]: 0n,
      [`merchant_payable:${MID_B}`]: 0n,
    });
  });

  test('is not calculated before it is cut, cut twice, or approved by its maker', async () => {
    await world.parties();
    await run(openCycles(context));
    const open = await toCutOff();
    expect(await code(calculateCycle(context, open, 'anna'))).toBe('CYCLE_STEP_REFUSED');
    const cut = await run(cutCycle(context, open));
    expect(await code(cutCycle(context, cut))).toBe('CYCLE_STEP_REFUSED');
    const [next] = await world.store.cycles({ states: ['OPEN'] });
    expect(await code(cutCycle(context, next ?? open))).toBe('CYCLE_NOT_CLEAR');
    const calculated = await run(calculateCycle(context, cut, 'anna'));
    expect(await code(approveCycle(context, calculated, 'anna'))).toBe('CYCLE_CHECKER_IS_MAKER');
    expect(await run(approveCycle(context, calculated, 'boris'))).toMatchObject({ state: 'APPROVED' });
    expect(
      (await world.store.audit({ subject: cut.cycleId, most: 9 })).map(({ actor, action }) => [
        actor,
        action,
      ]),
    ).toEqual([
      ['boris', 'cycle.approve'],
      ['anna', 'cycle.calculate'],
    ]);
  });

  test('pays a payee that changed its partner once, each partner its part', async () => {
    await world.parties();
    await world.commit({ kind: 'partner.set', row: bankOf('vostok') });
    await run(openCycles(context));
    await world.sell(MID_A, 10_000n);
    await world.store.foldEntries(1_000);
    await world.commit({ kind: 'payee.assign', payee: { kind: 'merchant', id: MID_A, partner: 'vostok' } });
    await world.sell(MID_A, 70_000n);
    await toCutOff();
    const dues: (string | bigint)[][] = [];
    for (const cycle of await cyclesToCut(context)) {
      const done = await run(calculateCycle(context, await run(cutCycle(context, cycle)), 'anna'));
      for (const line of await world.store.netLines(done.cycleId)) dues.push([done.partner, line.due]);
    }
    expect(dues).toEqual([
      ['amurbank', 9_820n],
      ['vostok', 68_740n],
    ]);
  });

  test('stops at a posting it does not know and writes nothing', async () => {
    await world.parties();
    await run(openCycles(context));
    await world.sell(MID_A, 10_000n);
    const foreign = { ...world.meta(MID_A, 'x'), template: 'gift' };
    const amount = money(5n, RUB);
    await world.post({
      ...{
        transferId: 'gift:x',
        template: 'gift',
        templateVersion: 1,
        state: 'posted',
        endsTransferId: null,
      },
      ...{
        reference: 'x',
        mid: MID_A as Mid,
        businessDate: foreign.businessDate,
        postedAt: foreign.postedAt,
      },
      entries: [
        { account: 'mdr_income:acquirer', side: 'debit', amount },
        { account: `merchant_payable:${MID_A}`, side: 'credit', amount },
      ],
    });
    const cut = await run(cutCycle(context, await toCutOff()));
    expect(await code(calculateCycle(context, cut, 'anna'))).toBe('CYCLE_TEMPLATE_UNKNOWN');
    expect(await world.store.netLines(cut.cycleId)).toEqual([]);
  });
});
