import { beforeEach, describe, expect, test } from 'vitest';
import { intakeAccounts } from '../../../../gateway/console-parts.ts';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { cardSaleReversal } from '../../../../gateway/ledger/card-postings.ts';
import { type ReconContext, reconcileAll } from '../../../../gateway/run/day/reconcile.ts';
import { approveResolution, proposeResolution } from '../../../../gateway/run/day/resolve.ts';
import { consoleAccounts } from '../../../../gateway/store/sqlite/console-accounts.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import { MID_A } from '../../settlement/parties.ts';
import { BankFiles, PAYER, type RowIn, type Shown } from './bank-files.ts';
import { DayWorld, US } from './day-world.ts';

const DAY_MS = 86_400_000;

let world: DayWorld;
let context: ReconContext;
beforeEach(async () => {
  world = new DayWorld();
  files = new BankFiles(world);
  await world.parties();
  context = { ...world.context(), recon: openReconStore(world.db), payers: [PAYER] };
});

/** What the operator's pages show of the accounts. */
const shown = () => consoleAccounts(world.db, intakeAccounts([PAYER]))();

/** After each run the pages say of every account what the run says. */
async function run() {
  const report = await world.time.complete(reconcileAll(context));
  const pages = shown().map(({ book, party, currency, balance, expected, inDoubt, agrees }) => ({
    ...{ account: `bank_${book}:${party}`, currency, agrees },
    ...{ balanceMinor: BigInt(balance), expectedMinor: BigInt(expected), inDoubtMinor: BigInt(inDoubt) },
  }));
  expect(pages).toEqual(expect.arrayContaining([...report.checks]));
  expect(pages.every(({ agrees }) => agrees)).toBe(report.checks.every(({ agrees }) => agrees));
  return report;
}
const exceptions = async () =>
  (await world.store.exceptions())
    .map(({ type, state, facts }) => `${type} ${state} ${facts.lackMinor}`)
    .sort();
const later = (days: number) => world.time.advance(days * DAY_MS);
let files: BankFiles;
const clearing = (rows: readonly RowIn[]) => files.clearing(rows);
const received = (minor: bigint, valueDate: string, shown: Shown = {}) =>
  files.received(minor, valueDate, shown);

const balanceOf = async (account: string) => {
  const balances = await world.store.balancesAt(await world.store.lastPosition());
  const found = balances.find((row) => row.account === account);
  return found === undefined ? 0n : found.debit - found.credit;
};

describe('three books', () => {
  test('operations, file and statement agree: everything is paired and both accounts come to nothing', async () => {
    const [a, b] = [await world.sell(MID_A, 10_000n), await world.sell(MID_A, 20_000n)];
    await clearing([
      { ours: a, minor: 10_000n },
      { ours: b, minor: 20_000n },
    ]);
    expect(await run()).toMatchObject({ matched: 2, exceptions: 0 });
    expect(await balanceOf('bank_clearing:vostok')).toBe(29_800n);
    await received(29_800n, '2026-11-18');
    const report = await run();
    expect(report.checks).toEqual([
      {
        account: 'bank_clearing:vostok',
        currency: RUB,
        balanceMinor: 0n,
        expectedMinor: 0n,
        inDoubtMinor: 0n,
        agrees: true,
      },
      {
        account: 'bank_receivable:vostok',
        currency: RUB,
        balanceMinor: 0n,
        expectedMinor: 0n,
        inDoubtMinor: 0n,
        agrees: true,
      },
    ]);
    expect(await balanceOf(`nostro:${US.accounts.RUB}`)).toBe(29_800n);
    expect(await balanceOf('scheme_fee:vostok')).toBe(200n);
    expect(await exceptions()).toEqual([]);
  });

  test('each fault of a file is an exception of its own, and the receivable is what they say', async () => {
    const names = [];
    for (const minor of [1_000n, 2_000n, 3_000n, 4_000n, 5_000n, 6_000n])
      names.push(await world.sell(MID_A, minor));
    const [a = '', b = '', c = '', d = '', e = ''] = names;
    await later(3);
    await clearing([
      { ours: a, minor: 1_000n },
      { ours: b, minor: 2_001n },
      { ours: c, minor: 3_000n },
      { ours: c, minor: 3_000n },
      { ours: 'nobody', minor: 777n },
      { ours: e, minor: 4_000n },
      { ours: d, minor: 5_000n },
    ]);
    const report = await run();
    expect((await exceptions()).filter((text) => !text.startsWith('late'))).toEqual([
      'amount open -1',
      'duplicate open -3000',
      'missing_ours open -777',
      'missing_theirs open 6000',
      'swapped_ids open -1000',
      'swapped_ids open 1000',
    ]);
    const check = report.checks.find(({ account }) => account === 'bank_receivable:vostok');
    expect(check).toMatchObject({ balanceMinor: 2_222n, inDoubtMinor: 2_222n, agrees: true });
  });

  test('a second run finds the same, and what comes late resolves what was missing', async () => {
    const [a, b] = [await world.sell(MID_A, 10_000n), await world.sell(MID_A, 20_000n)];
    await clearing([{ ours: a, minor: 10_000n }]);
    expect(await run()).toMatchObject({ matched: 1, exceptions: 0 });
    await later(2);
    expect(await run()).toMatchObject({ matched: 0, exceptions: 2 });
    const first = await world.store.exceptions();
    const before = await world.store.lastPosition();
    await run();
    expect(await world.store.exceptions()).toEqual(first);
    expect(await world.store.lastPosition()).toBe(before);

    await clearing([{ ours: b, minor: 20_000n }]);
    expect(await run()).toMatchObject({ matched: 1 });
    expect(await exceptions()).toEqual([
      'late resolved 0',
      'missing_theirs open 9900',
      'missing_theirs resolved 20000',
    ]);
  });

  test('what stood twice in a file is the same duplicate in the next run, though the other row is paired by then', async () => {
    const a = await world.sell(MID_A, 10_000n);
    await clearing([
      { ours: a, minor: 10_000n },
      { ours: a, minor: 10_000n },
    ]);
    await run();
    const first = await world.store.exceptions();
    expect(await exceptions()).toEqual(['duplicate open -10000']);
    const report = await run();
    expect(await world.store.exceptions()).toEqual(first);
    expect(report.checks.every(({ agrees }) => agrees)).toBe(true);
  });

  test('a row of what was matched in an earlier file is a duplicate that names it, however often it is looked at', async () => {
    const a = await world.sell(MID_A, 10_000n);
    const first = await clearing([
      { ours: await world.sell(MID_A, 7_000n), minor: 7_000n },
      { ours: a, minor: 10_000n },
    ]);
    await run();
    await later(1);
    // Another sale of the same sum is open, and must not be taken for it.
    await world.sell(MID_A, 10_000n);
    const second = await clearing([{ ours: a, minor: 10_000n }]);
    const report = await run();
    expect(report).toMatchObject({ matched: 0, exceptions: 1 });
    expect(report.checks.every(({ agrees }) => agrees)).toBe(true);
    const [found] = await world.store.exceptions();
    expect(found).toMatchObject({
      ...{ type: 'duplicate', state: 'open', subject: `card_sale:${a}`, fileId: second, line: 1 },
      facts: { matchedFileId: first, matchedLine: '2', matchedFile: 'clearing-1.csv', lackMinor: '-10000' },
    });
    await run();
    expect(await world.store.exceptions()).toEqual([found]);
    await world.time.complete(proposeResolution(context, found?.exceptionId ?? '', 'anna', 'Sent twice'));
    await world.time.complete(approveResolution(context, found?.exceptionId ?? '', 'boris'));
    const after = await run();
    expect(after).toMatchObject({ matched: 0, exceptions: 0 });
    expect(after.checks.every(({ agrees }) => agrees)).toBe(true);
  });

  test('a sale reversed before it was cleared is in nobody’s file', async () => {
    const a = await world.sell(MID_A, 10_000n);
    const sale = { amount: money(10_000n, RUB), price: null, mdrBp: 180 };
    await world.post(cardSaleReversal(sale, world.meta(MID_A, a)));
    await later(5);
    const report = await run();
    expect(report).toMatchObject({ matched: 0, exceptions: 0 });
    expect(await exceptions()).toEqual([]);
  });

  test('one payment for the files of three days, and a line of nobody’s', async () => {
    for (const minor of [10_000n, 20_000n, 30_000n]) {
      await clearing([{ ours: await world.sell(MID_A, minor), minor }]);
      await run();
      await later(1);
    }
    await received(59_700n, '2026-11-20');
    await received(1n, '2026-11-20');
    const report = await run();
    expect(report).toMatchObject({ matched: 1, exceptions: 1 });
    // The first day's money was overdue in between.
    expect(await exceptions()).toEqual([
      'late resolved 0',
      'missing_ours open 0',
      'missing_theirs resolved 9900',
    ]);
    expect(report.checks.every(({ agrees }) => agrees)).toBe(true);
    expect(await balanceOf('bank_clearing:vostok')).toBe(0n);
  });
});

describe('between two runs', () => {
  test('the pages expect what was sold since, and forget on both sides what two persons have written off', async () => {
    const a = await world.sell(MID_A, 10_000n);
    await later(3);
    await clearing([
      { ours: a, minor: 10_050n },
      { ours: 'nobody', minor: 700n },
    ]);
    await run();
    const receivable = () => shown().find(({ book }) => book === 'receivable');
    expect(receivable()).toMatchObject({ expected: '0', inDoubt: '-750', inDoubtCount: 2, agrees: true });
    await world.sell(MID_A, 5_000n);
    while ((await world.store.foldEntries(100)) > 0);
    expect(receivable()).toMatchObject({ balance: '4250', expected: '5000', expectedCount: 1, agrees: true });
    for (const { exceptionId, facts } of await world.store.exceptions({ states: ['open'] })) {
      if (facts.book !== 'receivable') continue;
      await proposeResolution(context, exceptionId, 'anna', 'Nobody claims it.');
      await approveResolution(context, exceptionId, 'boris');
    }
    while ((await world.store.foldEntries(100)) > 0);
    expect(receivable()).toMatchObject({
      ...{ balance: '5000', expected: '5000', inDoubt: '0', inDoubtCount: 0, agrees: true },
    });
  });

  test('the pages say so when money is on an account that nothing explains', async () => {
    await world.sell(MID_A, 10_000n);
    await run();
    world.db.prepare("UPDATE recon_item SET done = 'resolved' WHERE book = 'receivable'").run();
    expect(shown().filter(({ agrees }) => !agrees)).toMatchObject([
      { book: 'receivable', balance: '10000', expected: '0' },
    ]);
  });
});

describe('One movement in several statements', () => {
  /** Two batches that come to the same sum, and what our bank tells of the first. */
  async function twoBatches(): Promise<void> {
    for (const ours of [await world.sell(MID_A, 10_000n), await world.sell(MID_A, 10_000n)]) {
      await clearing([{ ours, minor: 10_000n }]);
      await run();
    }
  }
  const nostro = () => balanceOf(`nostro:${US.accounts.RUB}`);
  const late = async () => (await exceptions()).filter((text) => !text.startsWith('missing_theirs'));

  test('a notification and the day’s statement show it once', async () => {
    const ours = await world.sell(MID_A, 10_000n);
    await clearing([{ ours, minor: 10_000n }]);
    await run();
    await received(9_900n, '2026-11-18', { reference: 'B7', kind: 'camt054' });
    await run();
    const next = await world.sell(MID_A, 10_000n);
    await clearing([{ ours: next, minor: 10_000n }]);
    await received(9_900n, '2026-11-18', { reference: 'B7' });
    expect(await run()).toMatchObject({ exceptions: 0 });
    expect([await nostro(), await balanceOf('bank_clearing:vostok')]).toEqual([9_900n, 9_900n]);
    await received(9_900n, '2026-11-18', { reference: 'B8' });
    expect(await run()).toMatchObject({ exceptions: 0 });
    expect([await nostro(), await balanceOf('bank_clearing:vostok')]).toEqual([19_800n, 0n]);
  });

  test('statements of overlapping days show it once, and payers that number alike are two', async () => {
    await twoBatches();
    const document = { reference: '17/2026-11-18', kind: 'statement_1c' } as const;
    await received(500n, '2026-11-18', document);
    await received(500n, '2026-11-18', document);
    await received(500n, '2026-11-18', { ...document, counterparty: 'Банк Запад' });
    await run();
    expect(await late()).toEqual(['missing_ours open 0', 'missing_ours open 0']);
  });

  test('a line that may be either of two batches is money that came, whoever ends it', async () => {
    await twoBatches();
    await received(9_900n, '2026-11-18');
    await run();
    const [line] = (await world.store.exceptions()).filter(({ type }) => type === 'ambiguous');
    const id = line?.exceptionId ?? '';
    await proposeResolution(context, id, 'anna', 'Of which of the two nobody knows.');
    expect(await approveResolution(context, id, 'boris')).toMatchObject({ state: 'written_off' });
    expect((await run()).checks.every(({ agrees }) => agrees)).toBe(true);
    expect(await nostro()).toBe(9_900n);
  });
});

describe('two persons end an exception', () => {
  async function differing(): Promise<void> {
    const [a, b] = [await world.sell(MID_A, 10_000n), await world.sell(MID_A, 20_000n)];
    await later(3);
    await clearing([
      { ours: a, minor: 10_050n },
      { ours: b, minor: 20_000n },
      { ours: b, minor: 20_000n },
      { ours: 'nobody', minor: 700n },
    ]);
    await run();
  }
  const open = () => world.store.exceptions({ states: ['open'] });

  test('the approval books the difference, and the receivable comes to what is left', async () => {
    await differing();
    for (const { exceptionId, facts } of await open()) {
      if (facts.book !== 'receivable') continue;
      await proposeResolution(context, exceptionId, 'anna', 'The bank paid it; nobody claims it.');
      await expect(approveResolution(context, exceptionId, 'anna')).rejects.toMatchObject({
        code: 'EXCEPTION_CHECKER_IS_MAKER',
      });
      const resolved = await approveResolution(context, exceptionId, 'boris');
      expect(resolved).toMatchObject({ state: 'written_off', approvedBy: 'boris' });
      await expect(approveResolution(context, exceptionId, 'boris')).rejects.toMatchObject({
        code: 'EXCEPTION_NOT_OPEN',
      });
    }
    const report = await run();
    expect(report.checks.find(({ account }) => account.startsWith('bank_receivable'))).toMatchObject({
      balanceMinor: 0n,
      inDoubtMinor: 0n,
      agrees: true,
    });
    expect(await balanceOf('write_off:acquirer')).toBe(-20_750n);
    const trail = await world.store.audit({ most: 10 });
    expect(trail.map(({ action, actor }) => `${actor} ${action}`)).toContain('boris exception.approve');
  });

  test('an approval that was cut off between its two commits is ended by the next run', async () => {
    await differing();
    const [first] = await open();
    const id = first?.exceptionId ?? '';
    await proposeResolution(context, id, 'anna', 'Theirs.');
    const recon = { ...context.recon, settle: () => Promise.reject(new Error('killed')) };
    await expect(approveResolution({ ...context, recon }, id, 'boris')).rejects.toThrow('killed');
    await run();
    expect((await open()).map(({ exceptionId }) => exceptionId)).not.toContain(id);
    expect((await run()).checks.every(({ agrees }) => agrees)).toBe(true);
  });

  test('what a run has matched meanwhile is not written off as well', async () => {
    const ours = await world.sell(MID_A, 10_000n);
    await later(3);
    await run();
    const [missing] = await open();
    const id = missing?.exceptionId ?? '';
    await proposeResolution(context, id, 'anna', 'It never came.');
    await clearing([{ ours, minor: 10_000n }]);
    const meanwhile = { ...context.recon };
    const refused: unknown[] = [];
    const approve = () =>
      approveResolution(context, id, 'boris').catch((error: unknown) => refused.push(error));
    const own = context.recon;
    meanwhile.pair = async (pairings) => {
      await own.pair(pairings);
      await approve();
    };
    await world.time.complete(reconcileAll({ ...context, recon: meanwhile }));
    expect(refused).toMatchObject([{ code: 'EXCEPTION_NOT_OPEN', facts: { state: 'matched' } }]);
    expect((await run()).checks.every(({ agrees }) => agrees)).toBe(true);
    expect(await balanceOf('bank_receivable:vostok')).toBe(0n);
  });

  test('a row whose operation was written off while a run was matching it is looked at again', async () => {
    const ours = await world.sell(MID_A, 10_000n);
    await later(3);
    await run();
    const [missing] = await open();
    const id = missing?.exceptionId ?? '';
    await proposeResolution(context, id, 'anna', 'It never came.');
    await clearing([{ ours, minor: 10_000n }]);
    const own = context.recon;
    const pair: typeof own.pair = async (pairings) => {
      await approveResolution(context, id, 'boris');
      await own.pair(pairings);
    };
    await world.time.complete(reconcileAll({ ...context, recon: { ...own, pair } }));
    const report = await run();
    expect(await balanceOf('bank_receivable:vostok')).toBe(-10_000n);
    expect(report.checks.every(({ agrees }) => agrees)).toBe(true);
    expect((await open()).map(({ type, facts }) => `${type} ${facts.lackMinor}`)).toEqual([
      'missing_ours -10000',
    ]);
  });

  test('without a reason, without a proposal and for an unknown one it is refused by name', async () => {
    await differing();
    const [first] = await open();
    const id = first?.exceptionId ?? '';
    await expect(proposeResolution(context, id, 'anna', '  ')).rejects.toMatchObject({
      code: 'EXCEPTION_REASON_MISSING',
    });
    await expect(approveResolution(context, id, 'boris')).rejects.toMatchObject({
      code: 'EXCEPTION_NOT_PROPOSED',
    });
    await expect(proposeResolution(context, 'x', 'anna', 'y')).rejects.toMatchObject({
      code: 'EXCEPTION_NOT_FOUND',
    });
  });
});
