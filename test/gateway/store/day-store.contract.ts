/** What every store of the bank's day must do, whatever holds its rows. A store's own test calls this with a way to make one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { RUB } from '../../../gateway/kernel/currency.ts';
import type { Mid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { cardSaleTransfer } from '../../../gateway/ledger/card-postings.ts';
import { payoutDue } from '../../../gateway/ledger/settlement-postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import type {
  CycleRecord,
  ExceptionRecord,
  FileRecord,
  SchemeRow,
  StatementRow,
  TenderLine,
} from '../../../gateway/settlement/contract.ts';
import { cycleAfter, stepCycle } from '../../../gateway/settlement/cycle.ts';
import type { DayChange, DayStore } from '../../../gateway/settlement/ports.ts';
import {
  BOOK,
  cycleRow,
  MID_A,
  MID_B,
  netLineRow,
  partnerRow,
  payeeRow,
  rub,
} from '../settlement/parties.ts';

export interface DayStoreUnderTest {
  readonly store: DayStore;
  readonly dispose: () => Promise<void>;
}

const AT = 1_795_327_200_000;
const HASH = 'ab'.repeat(32);

const sale = (number: number, mid = MID_A): Transfer =>
  cardSaleTransfer(
    { amount: rub(10_000n), price: null, mdrBp: 180 },
    {
      reference: `sale-${number}`,
      mid: mid as Mid,
      bank: 'vostok',
      businessDate: '2026-11-17',
      postedAt: AT,
    },
  );
const fileIn = (over: Partial<FileRecord> = {}): FileRecord => ({
  fileId: HASH,
  direction: 'in',
  kind: 'camt053',
  name: 'statement.xml',
  party: 'ourbank',
  state: 'importing',
  cycleId: null,
  stagedAs: null,
  at: AT,
  bytes: 10,
  rows: 1,
  totals: [rub(9_820n)],
  refusedCode: null,
  ...over,
});
const fileOut = (over: Partial<FileRecord> = {}): FileRecord =>
  fileIn({
    direction: 'out',
    kind: 'payment_order_1c',
    name: 'order.txt',
    state: 'staged',
    cycleId: cycleRow().cycleId,
    stagedAs: '.staging/1',
    ...over,
  });
const statementRow: StatementRow = {
  source: 'ourbank',
  fileId: HASH,
  line: 1,
  account: '40702810100000000001',
  direction: 'out',
  amount: rub(9_820n),
  valueDate: '2026-11-18',
  bankReference: '17',
  endToEndId: cycleRow().cycleId,
  counterparty: 'Амур-Банк',
  purpose: 'Расчёты',
  reversal: true,
};
const schemeRow: SchemeRow = {
  source: 'alipay',
  fileId: HASH,
  line: 2,
  kind: 'payment',
  ids: { ours: 'A', theirs: null },
  amount: rub(100n),
  fee: null,
  settlement: rub(98n),
  at: '2026-11-17T02:00:00.000Z',
  batch: '20261117',
};
const exception: ExceptionRecord = {
  exceptionId: 'alipay/missing_ours/A',
  type: 'missing_ours',
  party: 'alipay',
  owner: 'operator',
  state: 'open',
  version: 1,
  atRisk: rub(100n),
  subject: 'A',
  fileId: HASH,
  line: 2,
  facts: { found: '1.00 RUB' },
  businessDate: '2026-11-17',
  foundAt: AT,
  resolvedAt: null,
  proposedBy: null,
  approvedBy: null,
  reason: null,
  transferId: null,
};

export function dayStoreContract(name: string, make: () => Promise<DayStoreUnderTest>): void {
  describe(`${name} keeps the day store's contract`, () => {
    let under: DayStoreUnderTest;
    let store: DayStore;
    beforeEach(async () => {
      under = await make();
      store = under.store;
    });
    afterEach(() => under.dispose());

    const reason = async (...unit: DayChange[]) => {
      const result = await store.commit(unit);
      return result.ok ? 'ok' : `${result.refusal.change} ${result.refusal.reason}`;
    };
    const ok = async (...unit: DayChange[]) => expect(await reason(...unit)).toBe('ok');
    const post = async (...transfers: Transfer[]) => {
      await ok(...transfers.map((transfer): DayChange => ({ kind: 'transfer.ensure', transfer })));
      await store.foldEntries(1000);
    };
    const parties = () =>
      ok(
        { kind: 'partner.set', row: partnerRow() },
        { kind: 'partner.set', row: partnerRow({ partner: 'vostok', minimumPayout: [rub(100n)] }) },
        { kind: 'payee.set', row: payeeRow() },
        { kind: 'payee.set', row: payeeRow({ id: MID_B }) },
        { kind: 'payee.assign', payee: { kind: 'merchant', id: MID_A, partner: 'amurbank' } },
      );
    const cutOf = (row: CycleRecord): DayChange => ({
      kind: 'cycle.cut',
      row: stepCycle(row, { kind: 'cut' }, AT),
      next: cycleAfter(row, partnerRow(), BOOK),
    });
    const all = async <T>(stream: AsyncIterable<readonly T[]>): Promise<readonly T[]> => {
      const rows: T[] = [];
      for await (const batch of stream) rows.push(...batch);
      return rows;
    };
    async function calculated(): Promise<CycleRecord> {
      await parties();
      await post(sale(1));
      await ok({ kind: 'cycle.insert', row: cycleRow() }, cutOf(cycleRow()));
      const cut = (await store.cycle(cycleRow().cycleId)) ?? cycleRow();
      const totals = { net: rub(9_820n), outcome: 'pay', carriedShare: rub(0n) } as const;
      const row = stepCycle(cut, { kind: 'calculated', by: 'anna', totals }, AT + 1);
      await ok({ kind: 'cycle.put', row });
      return row;
    }

    test('a unit commits whole or not at all', async () => {
      expect(
        await reason(
          { kind: 'partner.set', row: partnerRow() },
          { kind: 'payee.assign', payee: { kind: 'merchant', id: MID_A, partner: 'amurbank' } },
        ),
      ).toBe('1 not_found');
      expect(await store.partners()).toEqual([]);
    });

    test('parties come back as they were set', async () => {
      await parties();
      expect(await store.partners()).toEqual([
        partnerRow(),
        partnerRow({ partner: 'vostok', minimumPayout: [rub(100n)] }),
      ]);
      expect(await store.payees()).toEqual([payeeRow(), payeeRow({ id: MID_B })]);
    });

    test('a first assignment reaches back to the start, a later one begins at the last position', async () => {
      await parties();
      await post(sale(1), sale(2));
      const assign = (id: string, partner: string): DayChange => ({
        kind: 'payee.assign',
        payee: { kind: 'merchant', id, partner },
      });
      await ok(assign(MID_A, 'amurbank'), assign(MID_A, 'vostok'), assign(MID_B, 'vostok'));
      expect(await store.assignments()).toEqual([
        { kind: 'merchant', id: MID_A, partner: 'amurbank', fromPosition: 0, madeAtPosition: 0 },
        { kind: 'merchant', id: MID_B, partner: 'vostok', fromPosition: 0, madeAtPosition: 2 },
        { kind: 'merchant', id: MID_A, partner: 'vostok', fromPosition: 2, madeAtPosition: 2 },
      ]);
    });

    test('a transfer posted again is one transfer, and another under its id is refused', async () => {
      await post(sale(1));
      await post({ ...sale(1), postedAt: AT + 5 });
      expect(await store.lastPosition()).toBe(1);
      const other = { ...sale(1), businessDate: '2026-11-18' };
      expect(await reason({ kind: 'transfer.ensure', transfer: other })).toBe('0 conflict');
      expect((await store.transfersOf('sale-1')).map(({ postedAt }) => postedAt)).toEqual([AT]);
    });

    test('entries come by position within the range, and only of the families asked for', async () => {
      await post(sale(1), sale(2), sale(3, MID_B));
      const lines = await all(store.lines({ after: 1, upTo: 3 }));
      expect(lines.map(({ position, account }) => `${position} ${account.split(':')[0]}`)).toEqual([
        ...['2 bank_receivable', '2 merchant_payable', '2 merchant_payable', '2 mdr_income'],
        ...['3 bank_receivable', '3 merchant_payable', '3 merchant_payable', '3 mdr_income'],
      ]);
      const payable = await all(store.lines({ after: 0, upTo: 9 }, ['merchant_payable']));
      expect(payable).toHaveLength(6);
      expect(payable[0]).toMatchObject({
        reference: 'sale-1',
        mid: MID_A,
        template: 'card_sale',
        side: 'credit',
        amount: rub(10_000n),
      });
    });

    test('sums are the entries added up', async () => {
      await post(sale(1), sale(2), sale(3, MID_B));
      const sums = await all(store.sums({ after: 0, upTo: 3 }, ['merchant_payable']));
      expect(
        sums.map(({ account, side, amount, count }) => [account, side, amount.amountMinor, count]),
      ).toEqual([
        [`merchant_payable:${MID_A}`, 'credit', 20_000n, 2],
        [`merchant_payable:${MID_A}`, 'debit', 360n, 2],
        [`merchant_payable:${MID_B}`, 'credit', 10_000n, 1],
        [`merchant_payable:${MID_B}`, 'debit', 180n, 1],
      ]);
    });

    test('balances can be had as of any position', async () => {
      await post(sale(1), sale(2));
      const at = async (position: number) =>
        (await store.balancesAt(position, ['merchant_payable', 'mdr_income'])).map(
          ({ account, debit, credit }) => `${account} ${credit - debit}`,
        );
      expect(await at(0)).toEqual([]);
      expect(await at(1)).toEqual(['mdr_income:acquirer 180', `merchant_payable:${MID_A} 9820`]);
      expect(await at(2)).toEqual(['mdr_income:acquirer 360', `merchant_payable:${MID_A} 19640`]);
    });

    test('a cut is at the last position, and the next cycle begins there', async () => {
      await parties();
      await post(sale(1), sale(2));
      const first = cycleRow();
      await ok({ kind: 'cycle.insert', row: first }, cutOf(first));
      await post(sale(3));
      const [cut, next] = await store.cycles();
      expect(cut).toMatchObject({ state: 'CUT', fromPosition: 0, toPosition: 2, version: 2, cutAt: AT });
      expect(next).toMatchObject({
        state: 'OPEN',
        fromPosition: 2,
        toPosition: null,
        businessDate: '2026-11-18',
      });
      expect(await reason(cutOf(first))).toBe('0 version');
      // Its postings have to come before the next cut.
      expect(await reason(cutOf(next ?? first))).toBe('0 conflict');
    });

    test('a partner has one open cycle in a currency, and each cycle once', async () => {
      await parties();
      await ok({ kind: 'cycle.insert', row: cycleRow() });
      expect(await reason({ kind: 'cycle.insert', row: cycleRow() })).toBe('0 exists');
      const other = cycleRow({ cycleId: 'amurbank-RUB-20261118', businessDate: '2026-11-18' });
      expect(await reason({ kind: 'cycle.insert', row: other })).toBe('0 conflict');
      expect(await reason({ kind: 'cycle.insert', row: cycleRow({ cycleId: 'x', partner: 'x' }) })).toBe(
        '0 not_found',
      );
    });

    test('a cycle changes from the version it has', async () => {
      const row = await calculated();
      expect(await reason({ kind: 'cycle.put', row })).toBe('0 version');
      const approved = stepCycle(row, { kind: 'approved', by: 'boris' }, AT);
      await ok({ kind: 'cycle.put', row: approved });
      expect(await store.cycle(row.cycleId)).toEqual(approved);
      expect((await store.cycles({ states: ['APPROVED'] })).map(({ cycleId }) => cycleId)).toEqual([
        row.cycleId,
      ]);
    });

    test('a payee’s line is written once, the same again is fine, another is refused', async () => {
      const { cycleId } = await calculated();
      const line = netLineRow({ sales: 10_000n, fees: 180n, net: 9_820n, due: 9_820n, salesCount: 1 });
      await ok({ kind: 'line.ensure', row: line }, { kind: 'line.ensure', row: line });
      const other = { ...line, sales: 10_001n, net: 9_821n, due: 9_821n };
      expect(await reason({ kind: 'line.ensure', row: other })).toBe('0 conflict');
      expect(await store.netLines(cycleId)).toEqual([line]);
      const tender: TenderLine = {
        ...{ cycleId, kind: 'merchant', id: MID_A, tender: 'card', paidIn: 'RUB' },
        ...{ sales: 10_000n, salesCount: 1, refunds: 0n, refundsCount: 0 },
      };
      await ok({ kind: 'tender.ensure', row: tender }, { kind: 'tender.ensure', row: tender });
      expect(await reason({ kind: 'tender.ensure', row: { ...tender, sales: 1n } })).toBe('0 conflict');
      expect(await store.tenderLines(cycleId)).toEqual([tender]);
    });

    test('what is carried out is taken in by one cycle, which finds it again', async () => {
      const first = await calculated();
      const line = netLineRow({ refunds: 300n, net: -300n, carriedOut: -300n });
      await ok({ kind: 'line.ensure', row: line });
      const [next] = await store.cycles({ states: ['OPEN'] });
      if (next === undefined) throw new Error('There is no open cycle.');
      expect(await store.carriesFor({ ...next, cutAt: first.calculatedAt })).toEqual([]);
      const later = { ...next, cutAt: AT + 100 };
      expect(await store.carriesFor(later)).toEqual([line]);
      const taking = netLineRow({
        cycleId: next.cycleId,
        carriedFrom: first.cycleId,
        carriedIn: -300n,
        net: -300n,
        carriedOut: -300n,
      });
      await ok({ kind: 'line.ensure', row: taking });
      expect(await store.carriesFor(later)).toEqual([line]);
      expect((await store.carriesFor({ ...later, cycleId: 'other' })).map(({ cycleId }) => cycleId)).toEqual(
        [],
      );
      const again = { ...taking, cycleId: first.cycleId, id: MID_A };
      expect(await reason({ kind: 'line.ensure', row: again })).toBe('0 conflict');
    });

    test('a reserve is released once, by one cycle', async () => {
      const first = await calculated();
      const payee = { kind: 'merchant', id: MID_A } as const;
      const held = {
        ...payee,
        cycleId: first.cycleId,
        amount: rub(50n),
        releaseOn: '2026-11-18',
        releasedIn: null,
      };
      await ok({ kind: 'reserve.ensure', row: held }, { kind: 'reserve.ensure', row: held });
      const [next] = await store.cycles({ states: ['OPEN'] });
      if (next === undefined) throw new Error('There is no open cycle.');
      const later = { ...next, cutAt: AT + 100 };
      expect(await store.reservesHeld(RUB)).toEqual([held]);
      expect(await store.reservesFor({ ...later, businessDate: '2026-11-17' })).toEqual([]);
      expect(await store.reservesFor(later)).toEqual([held]);
      const release = (releasedIn: string): DayChange => ({
        kind: 'reserve.release',
        cycleId: first.cycleId,
        payee,
        releasedIn,
      });
      await ok(release(next.cycleId), release(next.cycleId));
      expect(await reason(release(first.cycleId))).toBe('0 conflict');
      expect(await store.reservesHeld(RUB)).toEqual([]);
      expect(await store.reservesFor(later)).toEqual([{ ...held, releasedIn: next.cycleId }]);
      expect(await store.reservesFor({ ...later, cycleId: 'other' })).toEqual([]);
    });

    test('the same bytes are one file, and a name is given out once', async () => {
      const { cycleId } = await calculated();
      await ok({ kind: 'file.insert', row: fileOut() });
      expect(await reason({ kind: 'file.insert', row: fileOut({ name: 'other.txt' }) })).toBe('0 exists');
      expect(await reason({ kind: 'file.insert', row: fileOut({ fileId: 'cd'.repeat(32) }) })).toBe(
        '0 exists',
      );
      await ok(
        { kind: 'file.state', fileId: HASH, state: 'delivered' },
        { kind: 'file.state', fileId: HASH, state: 'delivered' },
      );
      expect(await reason({ kind: 'file.state', fileId: HASH, state: 'staged' })).toBe('0 conflict');
      expect(await store.files({ cycleId })).toEqual([fileOut({ state: 'delivered' })]);
    });

    test('whether a schema has seen a file stays with it', async () => {
      await ok({ kind: 'file.insert', row: fileIn({ schemaChecked: true }) });
      expect(await store.file(HASH)).toEqual(fileIn({ schemaChecked: true }));
    });

    test('a temporary name that was discarded is never recorded, and one that is recorded is not discarded', async () => {
      await calculated();
      await ok({ kind: 'file.insert', row: fileOut() });
      expect(await reason({ kind: 'staged.discard', stagedAs: '.staging/1' })).toBe('0 conflict');
      const discard: DayChange = { kind: 'staged.discard', stagedAs: '.staging/2' };
      await ok(discard, discard);
      const late = fileOut({ fileId: 'cd'.repeat(32), name: 'late.txt', stagedAs: '.staging/2' });
      expect(await reason({ kind: 'file.insert', row: late })).toBe('0 conflict');
      expect(await store.file(late.fileId)).toBeNull();
    });

    test('rows of a file count once it is imported', async () => {
      await ok(
        { kind: 'file.insert', row: fileIn() },
        { kind: 'statement_row.ensure', row: statementRow },
        { kind: 'statement_row.ensure', row: statementRow },
      );
      expect(await all(store.statementRows())).toEqual([]);
      expect(await store.statementRowsOf(cycleRow().cycleId)).toEqual([]);
      await ok({ kind: 'file.state', fileId: HASH, state: 'imported' });
      expect(await all(store.statementRows({ source: 'ourbank' }))).toEqual([statementRow]);
      expect(await all(store.statementRows({ source: 'other' }))).toEqual([]);
      expect(await store.statementRowsOf(cycleRow().cycleId)).toEqual([statementRow]);
      const other = { ...statementRow, amount: rub(1n) };
      expect(await reason({ kind: 'statement_row.ensure', row: other })).toBe('0 conflict');
    });

    test('rows of a wallet’s file come back as they went in', async () => {
      await ok(
        { kind: 'file.insert', row: fileIn({ party: 'alipay', kind: 'alipay_settlement' }) },
        { kind: 'scheme_row.ensure', row: schemeRow },
        { kind: 'scheme_row.ensure', row: schemeRow },
        { kind: 'file.state', fileId: HASH, state: 'imported' },
      );
      expect(await all(store.schemeRows('alipay'))).toEqual([schemeRow]);
      expect(await all(store.schemeRows('alipay', HASH))).toEqual([schemeRow]);
      expect(await all(store.schemeRows('alipay', 'cd'.repeat(32)))).toEqual([]);
    });

    test('a refused file is known by its bytes and has no rows', async () => {
      const refused = fileIn({ state: 'refused', refusedCode: 'FILE_TRUNCATED' });
      await ok({ kind: 'file.insert', row: refused });
      expect(await store.file(HASH)).toEqual(refused);
      expect(await reason({ kind: 'file.insert', row: fileIn() })).toBe('0 exists');
      expect(await reason({ kind: 'file.state', fileId: HASH, state: 'imported' })).toBe('0 conflict');
    });

    test('an exception found again stays what a person has made of it', async () => {
      await ok({ kind: 'exception.ensure', row: exception });
      await post(sale(1));
      const resolved: ExceptionRecord = {
        ...exception,
        state: 'resolved',
        version: 2,
        resolvedAt: AT,
        proposedBy: 'anna',
        approvedBy: 'boris',
        reason: 'found',
        transferId: sale(1).transferId,
      };
      await ok({ kind: 'exception.put', row: resolved });
      await ok({ kind: 'exception.ensure', row: exception });
      expect(await store.exceptions()).toEqual([resolved]);
      expect(await store.exceptions({ states: ['open'] })).toEqual([]);
      expect(await reason({ kind: 'exception.put', row: resolved })).toBe('0 version');
    });

    test('the audit trail is read newest first, of one subject or of all', async () => {
      const act = (subject: string, at: number) =>
        ({ at, actor: 'anna', action: 'cycle.approve', subject, facts: { net: '1.00' } }) as const;
      await ok({ kind: 'audit.insert', row: act('a', 1) }, { kind: 'audit.insert', row: act('b', 2) });
      await ok({ kind: 'audit.insert', row: act('a', 3) });
      expect(await store.audit({ most: 2 })).toEqual([act('a', 3), act('b', 2)]);
      expect(await store.audit({ subject: 'a', most: 9 })).toEqual([act('a', 3), act('a', 1)]);
    });

    test('what a cycle books is told by its reference', async () => {
      const { cycleId } = await calculated();
      const meta = { mid: MID_A as Mid, partner: 'amurbank', businessDate: '2026-11-17', postedAt: AT };
      await post(payoutDue(money(9_820n, RUB), { ...meta, reference: `${cycleId}/${MID_A}` }));
      const [transfer] = await store.transfersOf(`${cycleId}/${MID_A}`);
      expect(transfer?.transferId).toBe(`payout_due:${cycleId}/${MID_A}`);
    });
  });
}
