/** Card operations that are undone, and what the bank's files then say of them. */
import { beforeEach, describe, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import {
  cardMoneyFound,
  cardMoneyReturned,
  cardRefundReversal,
  cardRefundTransfer,
  cardSaleReversal,
} from '../../../../gateway/ledger/card-postings.ts';
import { type ReconContext, reconcileAll } from '../../../../gateway/run/day/reconcile.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import { MID_A } from '../../settlement/parties.ts';
import { BankFiles, PAYER } from './bank-files.ts';
import { DayWorld } from './day-world.ts';

const DAY_MS = 86_400_000;
const SALE = { amount: money(10_000n, RUB), price: null, mdrBp: 180 };

let world: DayWorld;
let files: BankFiles;
let context: ReconContext;
beforeEach(async () => {
  world = new DayWorld();
  files = new BankFiles(world);
  await world.parties();
  context = { ...world.context(), recon: openReconStore(world.db), payers: [PAYER] };
});
const run = () => world.time.complete(reconcileAll(context));
const later = (days: number) => world.time.advance(days * DAY_MS);

describe('What was cleared, and is undone on a later day', () => {
  /** A sale that the bank's file has shown and its money came for. */
  async function cleared(): Promise<string> {
    const a = await world.sell(MID_A, 10_000n);
    await files.clearing([{ ours: a, minor: 10_000n }]);
    await files.received(9_900n, '2026-11-18');
    expect(await run()).toMatchObject({ matched: 2, exceptions: 0 });
    await later(1);
    return a;
  }
  const undo = (a: string) => world.post(cardSaleReversal(SALE, world.meta(MID_A, a)));
  const find = (a: string) => world.post(cardMoneyFound(SALE.amount, world.meta(MID_A, a)));
  const giveBack = (a: string) => world.post(cardMoneyReturned(SALE.amount, world.meta(MID_A, a)));
  const receivable = (of: Awaited<ReturnType<typeof run>>) =>
    of.checks.find(({ account }) => account === 'bank_receivable:vostok');

  test('a sale agrees with the row of the bank’s file that takes it back', async () => {
    const a = await cleared();
    await undo(a);
    await files.clearing([{ ours: a, minor: 10_000n, kind: 'cancel' }]);
    const report = await run();
    expect(report).toMatchObject({ matched: 1, exceptions: 0 });
    expect(receivable(report)).toMatchObject({ balanceMinor: 0n, expectedMinor: 0n, agrees: true });
  });

  test('a sale that the bank does not take back is missed in its file, and so is a row of the bank’s that we have not undone', async () => {
    const [a, b] = [await cleared(), await world.sell(MID_A, 10_000n)];
    await undo(a);
    await files.clearing([{ ours: b, minor: 10_000n, kind: 'cancel' }]);
    await run();
    expect((await world.store.exceptions()).map(({ type, facts }) => [type, facts.lackMinor])).toEqual([
      ['status', '20000'],
    ]);
    await later(5);
    await run();
    const missed = (await world.store.exceptions()).filter(({ facts }) => facts.book === 'receivable');
    expect(missed.map(({ type, subject }) => [type, subject])).toEqual(
      expect.arrayContaining([['missing_theirs', `card_sale_reversal:${a}`]]),
    );
    expect(missed).toHaveLength(2);
  });

  test('a refund agrees with the bank’s adjustment', async () => {
    await cleared();
    const part = { sale: SALE, part: money(4_000n, RUB), below: money(0n, RUB), mdrReturned: true };
    await world.post(cardRefundTransfer(part, world.meta(MID_A, 'R1')));
    await files.clearing([{ ours: 'R1', minor: 4_000n, kind: 'refund' }]);
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
    await later(1);
    await world.post(cardRefundReversal(part, world.meta(MID_A, 'R1')));
    await files.clearing([{ ours: 'R1', minor: 4_000n, kind: 'adjustment', settlement: money(4_000n, RUB) }]);
    const report = await run();
    expect(report).toMatchObject({ matched: 1, exceptions: 0 });
    expect(receivable(report)).toMatchObject({ balanceMinor: 0n, expectedMinor: 0n, agrees: true });
  });

  test('a sale whose debit the bank keeps is as if it had not been undone, and what goes back to its customer is a refund', async () => {
    const a = await cleared();
    await undo(a);
    await run();
    await find(a);
    const kept = await run();
    expect(receivable(kept)).toMatchObject({ balanceMinor: 0n, expectedMinor: 0n, agrees: true });
    await later(1);
    await giveBack(a);
    expect(receivable(await run())).toMatchObject({ expectedMinor: -10_000n, agrees: true });
    await files.clearing([{ ours: a, minor: 10_000n, kind: 'refund' }]);
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
  });

  test('the same where reconciliation first looks after all of it', async () => {
    const a = await cleared();
    await undo(a);
    await find(a);
    await giveBack(a);
    await files.clearing([{ ours: a, minor: 10_000n, kind: 'refund' }]);
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
  });

  test('a sale undone before it was cleared, whose debit the bank keeps: the row of its file is the money that was found', async () => {
    const a = await world.sell(MID_A, 10_000n);
    await undo(a);
    await find(a);
    expect(receivable(await run())).toMatchObject({ expectedMinor: 10_000n, agrees: true });
    await files.clearing([{ ours: a, minor: 10_000n }]);
    const report = await run();
    expect(report).toMatchObject({ matched: 1, exceptions: 0 });
    expect(receivable(report)).toMatchObject({ balanceMinor: 0n, expectedMinor: 0n, agrees: true });
  });
});
