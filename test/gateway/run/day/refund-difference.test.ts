/** A refund at the next day's rate: what that came to stands in the wallet's file alone, and two persons book the difference. */
import { expect, test } from 'vitest';
import { parseCurrencyCode, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { refundTransfer, type SaleAmounts, saleTransfer } from '../../../../gateway/ledger/postings.ts';
import type { Transfer } from '../../../../gateway/ledger/transfer.ts';
import type { PayerRecord } from '../../../../gateway/run/day/payers.ts';
import { type ReconContext, reconcileAll } from '../../../../gateway/run/day/reconcile.ts';
import { approveResolution, proposeResolution } from '../../../../gateway/run/day/resolve.ts';
import type { DayChange } from '../../../../gateway/settlement/ports.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';
import {
  attemptId,
  MERCHANT,
  paymentRow,
  refundId,
  refundRow,
  saleRow,
  TERMINAL,
  TERMS,
} from '../../store/records.ts';
import { DayWorld } from './day-world.ts';

const USD = parseCurrencyCode('USD');
const SALE: SaleAmounts = {
  ...{ converter: 'wallet', order: money(100_000n, RUB), price: money(100_000n, RUB) },
  ...{ settlement: money(1_250n, USD), mdrBp: 0 },
};
const PAYER: PayerRecord = {
  ...{ party: 'alipay', kind: 'wallet', settlementKinds: ['alipay_settlement'], offsetMinutes: 480 },
  ...{ calendar: 'cn.banks', fileDays: 2, paymentDays: 2, owner: 'wallets' },
};

test.each([
  ['next_day', 'fx_difference:alipay'],
  ['original', 'write_off:acquirer'],
] as const)('by a contract that says %s the difference goes to %s', async (refundRatePolicy, account) => {
  const world = new DayWorld();
  const context: ReconContext = {
    ...world.context(),
    ...{ recon: openReconStore(world.db), payers: [PAYER] },
  };
  const terms = { ...TERMS, converter: 'wallet', settleCurrency: 'USD', refundRatePolicy } as const;
  const payments = openPaymentStore(world.db, world.time);
  const stored = await world.time.complete(
    payments.commit([
      { kind: 'merchant.put', row: MERCHANT },
      { kind: 'terminal.put', row: TERMINAL },
      { kind: 'sale.insert', row: saleRow() },
      {
        kind: 'payment.insert',
        row: paymentRow({
          ...{ state: 'approved', order: SALE.order, settlement: SALE.settlement, terms, quoteId: null },
          ...{ refundedPrice: money(40_000n, RUB), refundedOrder: money(40_000n, RUB) },
        }),
      },
      { kind: 'refund.insert', row: refundRow({ state: 'approved', order: money(40_000n, RUB) }) },
    ]),
  );
  expect(stored.ok).toBe(true);
  const meta = (reference: string) => ({ ...world.meta(MERCHANT.mid, reference), wallet: 'alipay' }) as const;
  const refund = {
    ...{ sale: SALE, order: money(40_000n, RUB), price: money(40_000n, RUB), mdrReturned: true },
    ...{ alreadyOrder: money(0n, RUB), alreadyPrice: money(0n, RUB) },
  };
  const booked = [saleTransfer(SALE, meta(attemptId())), refundTransfer(refund, meta(refundId()))];
  await world.post(...booked.filter((one): one is Transfer => one !== null));
  await world.commit(...settlementFile(world, [attemptId(), refundId()]));
  await world.time.complete(reconcileAll(context));
  const [found] = await world.store.exceptions({ states: ['open'] });
  expect(found).toMatchObject({ type: 'amount', subject: `wallet_refund:${refundId()}` });
  const { exceptionId = '' } = found ?? {};
  await world.time.complete(proposeResolution(context, exceptionId, 'anna', 'Курс следующего дня'));
  await world.time.complete(approveResolution(context, exceptionId, 'boris'));
  const { checks } = await world.time.complete(reconcileAll(context));
  expect(checks.every(({ agrees }) => agrees)).toBe(true);
  const balances = await world.store.balancesAt(await world.store.lastPosition());
  const of = (name: string) =>
    balances.filter((row) => row.account === name).map(({ debit, credit }) => debit - credit);
  expect(of(account)).toEqual([20n]);
  expect(of('wallet_receivable:alipay')).toEqual([0n]);
});

/** 12.50 paid, and 5.20 taken back of what was booked as 5.00. */
function settlementFile(world: DayWorld, [sale = '', refund = '']: readonly string[]): readonly DayChange[] {
  const fileId = 'fa'.repeat(32);
  const at = new Date(world.time.now()).toISOString();
  const row = (line: number, kind: 'payment' | 'refund', ours: string, minor: bigint): DayChange => ({
    kind: 'scheme_row.ensure',
    row: {
      ...{ source: 'alipay', fileId, line, kind, ids: { ours, theirs: `2026${line}` }, at },
      ...{ amount: money(minor, USD), fee: money(0n, USD) },
      settlement: money(kind === 'payment' ? minor : -minor, USD),
    },
  });
  return [
    {
      kind: 'file.insert',
      row: {
        ...{ fileId, direction: 'in', kind: 'alipay_settlement', name: 'settle.csv', party: 'alipay' },
        ...{ state: 'importing', cycleId: null, stagedAs: null, at: world.time.now(), bytes: 1, rows: 2 },
        ...{ totals: [], refusedCode: null },
      },
    },
    row(1, 'payment', sale, 1_250n),
    row(2, 'refund', refund, 520n),
    { kind: 'file.state', fileId, state: 'imported' },
  ];
}
