/** What must hold when the storms are over and every bound has passed: the whole of the promises, over the whole of the
 *  books of till, gateway and wallet. */
import type { PaymentRecord } from '../../gateway/payments/ports.ts';
import type { Trade } from '../../simulators/alipay/trades.ts';
import { type BooksOfAll, readBooks } from './books.ts';
import { checkCards } from './cards/card-checks.ts';
import { checkGifts } from './gift-checks.ts';
import { checkLedger } from './ledger-checks.ts';
import { require } from './violation.ts';
import type { SimWorld } from './world.ts';

export function checkAll(world: SimWorld): void {
  const books = readBooks(world);
  nothingOpen(world, books);
  checkLedger(world, books);
  walletAgainstGateway(books);
  tillsAgainstGateway(world, books);
  refundsOfThree(books);
  checkCards(world);
  checkGifts(world, books);
}

const OPEN_PAYMENT = new Set(['intent', 'waiting', 'unknown', 'cancelling']);

function nothingOpen(world: SimWorld, { payments, refunds }: BooksOfAll): void {
  for (const { attemptId, state, nextActionAt } of payments) {
    require(!OPEN_PAYMENT.has(state), 'a payment stays open', { attemptId, state });
    require(nextActionAt === null, 'a final payment still waits for something', { attemptId, state });
  }
  for (const { refundId, state, cause } of refunds) {
    const done = state === 'approved' || state === 'declined';
    require(done, 'a refund stays open', { refundId, state, cause });
  }
  for (const till of world.tills) {
    const facts = (sql: string): string | undefined => till.db.prepare<[], string>(sql).pluck().get();
    const attempt = facts(
      `SELECT a.attempt_id FROM attempts a LEFT JOIN set_asides s ON s.attempt_id = a.attempt_id
       WHERE a.phase <> 'final' AND s.fate IS NOT 'returned' LIMIT 1`,
    );
    require(attempt === undefined, 'a payment stays open at the till', { attemptId: attempt ?? '' });
    const refund = facts("SELECT refund_id FROM refunds WHERE state NOT IN ('approved', 'declined') LIMIT 1");
    require(refund === undefined, 'a refund stays open at the till', { refundId: refund ?? '' });
    const aside = facts("SELECT attempt_id FROM set_asides WHERE fate = 'open' LIMIT 1");
    require(aside === undefined, 'a sale set aside stays unsettled', { attemptId: aside ?? '' });
    const unsent = facts('SELECT sale_id FROM outbox WHERE acknowledged_at IS NULL LIMIT 1');
    require(unsent === undefined, 'the end of a sale was never told', { saleId: unsent ?? '' });
  }
}

/** What is left with the merchant of one order, in the order's currency. */
function heldOf(trade: Trade | undefined): bigint {
  return trade === undefined || trade.paidAt === null ? 0n : trade.totalMinor - trade.refundedMinor;
}

function walletAgainstGateway({ payments, refunds, trades, returns }: BooksOfAll): void {
  const known = new Set<string>();
  for (const payment of payments) {
    const { attemptId, state, order } = payment;
    known.add(attemptId);
    const trade = trades.get(attemptId);
    const mine = refunds.filter((refund) => refund.attemptId === attemptId && refund.state === 'approved');
    const back = mine.reduce((sum, refund) => sum + refund.order.amountMinor, 0n);
    const expected = state === 'approved' ? order.amountMinor - back : 0n;
    const held = heldOf(trade);
    require(held === expected, 'wallet and gateway differ over a payment', {
      ...{ attemptId, state, held: held.toString(), expected: expected.toString() },
    });
    if (state !== 'approved') continue;
    const same = trade?.totalMinor === order.amountMinor && trade.transCurrency === order.currency;
    require(same, 'an approved payment is not the order', { attemptId });
  }
  for (const [outTradeNo, trade] of trades) {
    require(trade.paidAt === null || known.has(outTradeNo), 'the wallet holds an order nobody made', {
      outTradeNo,
    });
  }
  const byNumber = new Map(refunds.map((refund) => [refund.refundId as string, refund]));
  for (const [outTradeNo, made] of returns) {
    for (const { outRequestNo, kind, amountMinor } of made) {
      if (kind === 'cancel') continue;
      const refund = byNumber.get(outRequestNo);
      const same = refund?.state === 'approved' && refund.order.amountMinor === amountMinor;
      require(same, 'the wallet made a refund the gateway did not', { outTradeNo, outRequestNo });
    }
  }
}

function hasReturn(payment: PaymentRecord, { refunds }: BooksOfAll): boolean {
  return refunds.some((refund) => refund.attemptId === payment.attemptId && refund.cause === 'auto_return');
}

function tillsAgainstGateway(world: SimWorld, books: BooksOfAll): void {
  const payments = new Map(books.payments.map((payment) => [payment.attemptId as string, payment]));
  const paidBy = new Map<string, string>();
  for (const { sale_id: saleId, state, means, amount_minor: amount, attempt_id: attemptId } of books.sales) {
    require(state !== 'open', 'a sale stays open at the till', { saleId });
    if (means !== 'wallet' || attemptId === null) continue;
    paidBy.set(attemptId, saleId);
    const payment = payments.get(attemptId);
    const kept = payment?.state === 'approved' && !hasReturn(payment, books);
    require(kept, 'a sale paid at the till is not paid', {
      saleId,
      attemptId,
      state: payment?.state ?? 'none',
    });
    const same = payment?.amount.amountMinor === BigInt(amount ?? 0) && payment.saleId === saleId;
    require(same, 'a sale is paid with another sum', { saleId, attemptId });
  }
  for (const payment of books.payments) {
    if (payment.state !== 'approved' || hasReturn(payment, books)) continue;
    const { attemptId, saleId } = payment;
    require(paidBy.has(attemptId), 'money is kept that no sale was paid with', { attemptId, saleId });
  }
  const tenders = new Set<string>();
  for (const attemptId of paidBy.keys()) {
    const tenderId = payments.get(attemptId)?.tenderId ?? '';
    require(!tenders.has(tenderId), 'a tender was paid twice', { tenderId });
    tenders.add(tenderId);
  }
  for (const attemptId of world.watch.toldApproved) {
    const state = payments.get(attemptId)?.state ?? 'none';
    require(state === 'approved', 'what was told as approved is lost', { attemptId, state });
  }
}

function refundsOfThree({ refunds, tillRefunds, payments }: BooksOfAll): void {
  const atTill = new Map(tillRefunds.map((refund) => [refund.refund_id, refund]));
  const atGateway = new Map(refunds.map((refund) => [refund.refundId as string, refund]));
  for (const { refund_id: refundId, amount_minor: amount, state } of tillRefunds) {
    const refund = atGateway.get(refundId);
    const agrees =
      state === 'approved'
        ? refund?.state === 'approved' && refund.amount.amountMinor === BigInt(amount)
        : refund?.state !== 'approved';
    require(agrees, 'till and gateway differ over a refund', {
      refundId,
      state,
      there: refund?.state ?? 'none',
    });
  }
  for (const { refundId, cause, state } of refunds) {
    if (cause !== 'till' || state !== 'approved') continue;
    require(atTill.has(refundId), 'the gateway refunded what no till asked for', { refundId });
  }
  for (const payment of payments) {
    const { attemptId, amount, order, refundedPrice, refundedOrder } = payment;
    const counting = refunds.filter(
      (refund) => refund.attemptId === attemptId && refund.state !== 'declined',
    );
    const price = counting.reduce((sum, refund) => sum + refund.amount.amountMinor, 0n);
    const inOrder = counting.reduce((sum, refund) => sum + refund.order.amountMinor, 0n);
    const within = price <= amount.amountMinor && inOrder <= order.amountMinor;
    require(within, 'refunds exceed the paid sum', { attemptId });
    const noted = price === refundedPrice.amountMinor && inOrder === refundedOrder.amountMinor;
    require(noted, 'the reserved refunds are not the refunds', { attemptId });
  }
}
