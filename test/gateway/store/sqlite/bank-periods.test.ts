import Database from 'better-sqlite3';
import { beforeEach, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { BankTotalsRecord } from '../../../../gateway/payments/card/bank-totals.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { BANK, cardRow, NOTHING } from '../card-rows.ts';
import { T0 } from '../records.ts';

const DAY_MS = 86_400_000;
let now = T0;
let store: SqlitePaymentStore;
let db: Database.Database;
beforeEach(() => {
  now = T0;
  db = new Database(':memory:');
  store = openPaymentStore(db, { clock: { now: () => now } });
});

const sold = (n: number) =>
  store.commit([
    {
      kind: 'card.insert',
      row: cardRow(n, {
        ...{ saleId: null, state: 'approved', responseCode: '00', amount: money(100n, RUB) },
        businessDate: new Date(now).toISOString().slice(0, 10),
      }),
    },
  ]);

const close = (n: number) =>
  store.commit([
    {
      kind: 'bank_totals.close',
      row: {
        ...{ bank: BANK, currency: 'RUB', settlementDate: '2026-11-21', cause: 'cut', quiet: true },
        ...{ stan: String(n).padStart(6, '0'), transmittedAt: '1121210000' },
      },
    },
  ]);

const last = (): BankTotalsRecord => {
  const row = store.allBankTotals().at(-1);
  if (row === undefined) throw new Error('A period was closed.');
  return row;
};

const sales = (count: number) => ({ ...NOTHING, debits: count, debitsMinor: BigInt(count) * 100n });
const balanced = (row: BankTotalsRecord): BankTotalsRecord => ({
  ...{ ...row, state: 'balanced', responseCode: '00', answeredAt: now, version: row.version + 1 },
});

test('What was sold after a clock was set back by weeks is counted in the next period.', async () => {
  now = T0 + 20 * DAY_MS;
  await sold(1);
  await close(1);
  await store.commit([{ kind: 'bank_totals.put', row: balanced(last()) }]);
  now = T0;
  await sold(2);
  now = T0 + 2 * DAY_MS;
  await sold(3);
  await close(2);
  expect(last()).toMatchObject({ period: 2, ours: sales(2) });
});

test('What has come since a period was asked about is counted in it only if it makes the figures that are said.', async () => {
  await sold(1);
  await close(1);
  await sold(2);
  const asked = last();
  expect(asked.ours).toEqual(sales(1));
  const now2 = [{ asOf: 'now', figures: sales(2) }];
  expect(await store.cards.bankFigures(asked)).toEqual(now2);
  const put = (ours: BankTotalsRecord['ours']) =>
    store.commit([{ kind: 'bank_totals.put', row: { ...balanced(asked), ours }, countsAsOf: 'now' }]);
  expect(await put(sales(3))).toMatchObject({ ok: false, refusal: { reason: 'version' } });
  expect(await store.cards.bankFigures(asked)).toEqual(now2);
  expect(await put(sales(2))).toMatchObject({ ok: true });
  expect(last()).toMatchObject({ state: 'balanced', ours: sales(2) });
  await close(2);
  expect(last()).toMatchObject({ period: 2, ours: NOTHING });
});

test('The figures of a period that is asked about do not change while it is.', async () => {
  await sold(1);
  await close(1);
  const asked = last();
  const change = { ...asked, ours: sales(7), version: asked.version + 1 };
  expect(await store.commit([{ kind: 'bank_totals.put', row: change }])).toMatchObject({ ok: true });
  expect(last()).toMatchObject({ version: 2, ours: sales(1) });
  expect(() => db.exec("UPDATE bank_totals SET ours = '{}'")).toThrow('does not change');
});

test('What a period would hold as of each try is known again until it is answered, and not after.', async () => {
  await sold(1);
  await close(1);
  const asked = last();
  const note = () => store.commit([{ kind: 'bank_totals.try', row: last() }]);
  const unheard = () =>
    store.commit([
      { kind: 'bank_totals.put', row: { ...last(), tries: last().tries + 1, version: last().version + 1 } },
    ]);
  await unheard();
  for (const n of [2, 3]) {
    await sold(n);
    expect(await note()).toMatchObject({ ok: true });
    await unheard();
  }
  await sold(4);
  expect(await store.cards.bankFigures(asked)).toEqual([
    { asOf: 2, figures: sales(2) },
    { asOf: 3, figures: sales(3) },
    { asOf: 'now', figures: sales(4) },
  ]);
  expect(await store.commit([{ kind: 'bank_totals.try', row: asked }])).toMatchObject({
    ...{ ok: false, refusal: { reason: 'version' } },
  });
  const row = { ...balanced(last()), ours: sales(2) };
  expect(await store.commit([{ kind: 'bank_totals.put', row, countsAsOf: 2 }])).toMatchObject({ ok: true });
  await close(2);
  expect(store.allBankTotals().map(({ ours }) => ours)).toEqual([sales(2), sales(2)]);
  expect(db.prepare('SELECT count(*) AS n FROM bank_tried').get()).toEqual({ n: 0 });
});
