/** Rows of a card bank's file about disputes: each comes with what it would book, and two persons let it be booked. */
import { beforeEach, describe, expect, test } from 'vitest';
import { CNY } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { cardSaleTransfer } from '../../../../gateway/ledger/card-postings.ts';
import { chargebackOpened } from '../../../../gateway/ledger/chargeback-postings.ts';
import { type ReconContext, reconcileAll } from '../../../../gateway/run/day/reconcile.ts';
import { approveResolution, proposeResolution } from '../../../../gateway/run/day/resolve.ts';
import type { ExceptionRecord } from '../../../../gateway/settlement/contract.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import { MID_A, rub } from '../../settlement/parties.ts';
import { BankFiles, PAYER, type RowIn } from './bank-files.ts';
import { DayWorld } from './day-world.ts';

let world: DayWorld;
let context: ReconContext;
let files: BankFiles;
beforeEach(async () => {
  world = new DayWorld();
  files = new BankFiles(world);
  await world.parties();
  context = { ...world.context(), recon: openReconStore(world.db), payers: [PAYER] };
});

const run = async () => {
  const report = await world.time.complete(reconcileAll(context));
  expect(report.checks.filter(({ agrees }) => !agrees)).toEqual([]);
  return report;
};
/** About operations; nobody pays in these stories, so batches are missed too. */
const open = async () =>
  (await world.store.exceptions({ states: ['open'] })).filter(({ facts }) => facts.book === 'receivable');
const taken = (ours: string, minor: bigint): RowIn => ({ ours, minor, kind: 'chargeback' });
const givenBack = (ours: string, minor: bigint): RowIn => ({
  ...{ ours, minor, kind: 'adjustment' },
  settlement: rub(minor),
});
async function end({ exceptionId }: ExceptionRecord): Promise<ExceptionRecord> {
  await world.time.complete(proposeResolution(context, exceptionId, 'anna', 'Покупатель оспорил'));
  return world.time.complete(approveResolution(context, exceptionId, 'boris'));
}
async function onlyOpen(): Promise<ExceptionRecord> {
  const [one, ...more] = await open();
  if (one === undefined || more.length > 0) throw new Error(`${more.length} more are open.`);
  return one;
}
async function balances(): Promise<Record<string, bigint>> {
  await world.time.complete(world.store.foldEntries(10_000));
  const all = await world.store.balancesAt(await world.store.lastPosition());
  const of = (account: string) => {
    const found = all.find((row) => row.account === account);
    return found === undefined ? 0n : found.debit - found.credit;
  };
  return {
    receivable: of('bank_receivable:vostok'),
    payable: of(`merchant_payable:${MID_A}`),
    dispute: of(`chargeback_dispute:${MID_A}`),
    held: of(`chargeback_held:${MID_A}`),
    writtenOff: of('write_off:acquirer'),
  };
}

async function soldAndSettled(): Promise<string> {
  const sale = await world.sell(MID_A, 100_000n);
  await files.clearing([{ ours: sale, minor: 100_000n }]);
  await run();
  await world.time.advance(86_400_000);
  return sale;
}

describe('A row that takes a sale back', () => {
  test('proposes the chargeback; booked by two persons, it is matched with the row', async () => {
    const sale = await soldAndSettled();
    await files.clearing([taken(sale, 100_000n)]);
    await run();
    const found = await onlyOpen();
    expect(found).toMatchObject({ type: 'missing_ours', atRisk: rub(100_000n) });
    expect(found.facts).toMatchObject({ proposal: 'chargeback', operation: sale, price: '100000 RUB' });
    expect(await end(found)).toMatchObject({ state: 'resolved', transferId: `chargeback:${sale}` });
    expect(await balances()).toEqual({
      ...{ receivable: 0n, payable: 1_800n, dispute: 100_000n, held: -100_000n, writtenOff: 0n },
    });
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
    expect(await run()).toMatchObject({ matched: 0, exceptions: 0 });
  });

  test('of a part proposes its share of the price, to the last kopeck', async () => {
    const sale = 'dcc-1';
    const charged = { amount: money(88_711n, CNY), price: rub(1_000_000n), mdrBp: 180 };
    await world.post(cardSaleTransfer(charged, world.meta(MID_A, sale)));
    const fee = money(0n, CNY);
    await files.clearing([{ ours: sale, minor: 0n, amount: charged.amount, settlement: null, fee }]);
    await run();
    await files.clearing([{ ...taken(sale, 0n), amount: money(29_570n, CNY), settlement: null, fee }]);
    await run();
    const found = (await open()).find(({ facts }) => facts.proposal !== undefined);
    expect(found?.facts).toMatchObject({ proposal: 'chargeback', price: '333330 RUB' });
  });

  test.each([
    ['of nobody’s', 'nobody', 100n],
    ['of more than was sold', 'sale-1', 100_001n],
  ])('%s proposes nothing', async (_what, ours, minor) => {
    await soldAndSettled();
    await files.clearing([taken(ours, minor)]);
    await run();
    expect((await onlyOpen()).facts.proposal).toBeUndefined();
  });

  test('that was booked by hand meanwhile is not booked again, and ends by itself', async () => {
    const sale = await soldAndSettled();
    await files.clearing([taken(sale, 100_000n)]);
    await run();
    const found = await onlyOpen();
    await world.time.complete(proposeResolution(context, found.exceptionId, 'anna', 'Спор'));
    const amounts = { order: rub(100_000n), price: rub(100_000n) };
    await world.post(chargebackOpened(amounts, world.meta(MID_A, sale)));
    await expect(
      world.time.complete(approveResolution(context, found.exceptionId, 'boris')),
    ).rejects.toMatchObject({ code: 'EXCEPTION_NOT_OPEN', facts: { state: 'booked' } });
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
    expect(await open()).toEqual([]);
  });
});

describe('A row that gives back what a dispute took', () => {
  test('proposes the reversal; the merchant has its money again, and nothing is left of the dispute', async () => {
    const sale = await soldAndSettled();
    const before = await balances();
    await files.clearing([taken(sale, 100_000n)]);
    await run();
    await end(await onlyOpen());
    await run();
    await world.time.advance(86_400_000);
    await files.clearing([givenBack(sale, 100_000n)]);
    await run();
    const found = await onlyOpen();
    expect(found.facts).toMatchObject({ proposal: 'chargeback_reversed', operation: sale });
    expect(await end(found)).toMatchObject({ transferId: `chargeback_reversed:${sale}` });
    expect(await balances()).toEqual(before);
    expect(await run()).toMatchObject({ matched: 1 });
    expect(await open()).toEqual([]);
  });

  test.each([
    ['in another sum', 99_999n],
    ['without a dispute', 0n],
  ])('%s proposes nothing', async (_what, minor) => {
    const sale = await soldAndSettled();
    if (minor > 0n) {
      await files.clearing([taken(sale, 100_000n)]);
      await run();
      await end(await onlyOpen());
      await run();
    }
    await files.clearing([givenBack(sale, minor === 0n ? 100_000n : minor)]);
    await run();
    expect((await open()).map(({ facts }) => facts.proposal)).toEqual([undefined]);
  });
});
