/** Fees that are given back, by the tax of the day on which they were charged: acquiring of cards was exempt in December 2025, and
 *  that of wallets had another rate. */
import { beforeEach, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { CardDecision } from '../../../../gateway/payments/card/card-events.ts';
import { openRefund } from '../../../../gateway/payments/card/card-following.ts';
import { stepCard } from '../../../../gateway/payments/card/card-machine.ts';
import { openCard } from '../../../../gateway/payments/card/card-opening.ts';
import { cardChanges } from '../../../../gateway/payments/card/card-unit.ts';
import type { CardRecord } from '../../../../gateway/payments/card/records.ts';
import type { Change } from '../../../../gateway/payments/ports.ts';
import { refundTransfersOf, transfersOf } from '../../../../gateway/payments/postings.ts';
import { chargesOf } from '../../../../gateway/run/day/charges.ts';
import { NettingFold, noTotals, PAYABLE_FAMILIES } from '../../../../gateway/settlement/netting.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { APPROVAL, bank, eventOf, facts, TERMS } from '../../payments/card/card-samples.ts';
import { cycleRow, payeeRow } from '../../settlement/parties.ts';
import { adviceId, bankReference } from '../../store/card-rows.ts';
import { MID, paymentRow, refundRow, saleRow } from '../../store/records.ts';
import { TERMS as DAY_TERMS, DayWorld } from './day-world.ts';

const DEC = Date.parse('2025-12-30T12:00:00+03:00');
const JAN = Date.parse('2026-01-03T12:00:00+03:00');
const SUM = money(1_000_000n, RUB);

let world: DayWorld;
let store: SqlitePaymentStore;
beforeEach(() => {
  world = new DayWorld(JAN);
  store = openPaymentStore(world.db, world.time);
});

async function commit(...unit: Change[]): Promise<void> {
  expect(await store.commit(unit)).toMatchObject({ ok: true });
}

/** Each decision over what is stored by then. */
async function put(decision: CardDecision, before: CardRecord | null, at: number): Promise<CardRecord> {
  const adviceNumbers = () => ({ adviceId: adviceId(), stan: '000900', transmittedAt: '0103090000' });
  await commit(...cardChanges(decision, before, { answer: null, adviceNumbers }, at));
  return decision.record;
}

async function soldByCard(): Promise<CardRecord> {
  const opened = openCard(facts(1, { amount: SUM, saleId: null }), TERMS, bankReference(), DEC);
  const sent = await put(opened, null, DEC);
  return put(stepCard(sent, bank(APPROVAL), DEC), sent, DEC);
}

/** What a cycle taxes the merchant's fees with, of all that was booked since `after`. */
async function taxSince(after = 0): Promise<bigint> {
  await world.store.foldEntries(100);
  const fold = new NettingFold(RUB);
  const range = { after, upTo: await world.store.lastPosition() };
  for await (const sums of world.store.sums(range, PAYABLE_FAMILIES)) for (const sum of sums) fold.add(sum);
  const totals = fold.totals().get(`merchant_payable:${MID}`) ?? noTotals();
  return chargesOf(DAY_TERMS, { cycle: cycleRow(), payee: payeeRow(), totals, released: [] }).vat;
}

test('the fee of a card sale that was exempt gives no tax back in the next year, nor does its refund undone take any', async () => {
  const sale = await soldByCard();
  expect(await taxSince()).toBe(0n);
  const asked = facts(2, { kind: 'refund', amount: SUM, saleId: null });
  const opened = openRefund(asked, sale, TERMS, bankReference(2), JAN);
  const held = opened.original ?? sale;
  const refund = await put(opened, null, JAN);
  const done = stepCard(refund, bank(APPROVAL), JAN, held);
  await put(done, refund, JAN);
  expect(await taxSince(1)).toBe(0n);
  await put(stepCard(done.record, eventOf('tillReverses'), JAN, done.original), done.record, JAN);
  expect(await taxSince(2)).toBe(0n);
});

test('nor does a sale that is undone after the turn of the year', async () => {
  const sale = await soldByCard();
  await put(stepCard(sale, eventOf('tillReverses'), JAN), sale, JAN);
  expect(await taxSince(1)).toBe(0n);
});

test('the fee of a wallet’s payment gives back what was taxed of it', async () => {
  const paid = paymentRow({
    ...{ amount: SUM, order: money(89_340n, CNY), businessDate: '2025-12-30' },
    ...{ settlement: money(89_340n, CNY) },
  });
  const sold = transfersOf('sale', paid, DEC);
  await commit(
    { kind: 'sale.insert', row: saleRow() },
    { kind: 'payment.insert', row: paid },
    ...sold.map((transfer): Change => ({ kind: 'transfer.insert', transfer })),
  );
  const charged = await taxSince();
  expect(charged).toBeGreaterThan(0n);
  const refund = refundRow({ amount: SUM, order: paid.order, businessDate: '2026-01-03' });
  const back = refundTransfersOf(refund, paid, [], JAN);
  await commit(
    { kind: 'refund.insert', row: refund },
    ...back.map((transfer): Change => ({ kind: 'transfer.insert', transfer })),
  );
  expect(await taxSince(1)).toBe(-charged);
});
