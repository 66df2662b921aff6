/** The day's list and its totals, beside the gateway's figures. */
import { RUB } from '../../../gateway/kernel/currency.ts';
import { add, type Money, money, moneyToJson, zero } from '../../../gateway/kernel/money.ts';
import type { ReplyBody } from '../../../gateway/wire/messages.ts';
import type { Means, SaleDetailView, TodayRowView, TodayTotalsView } from '../../contract/view.ts';
import { attemptsOf } from '../../journal/attempts.ts';
import { cardAttemptsOf } from '../../journal/card-attempts.ts';
import { giftOf } from '../../journal/gifts.ts';
import { fateOf } from '../../journal/outbox.ts';
import { refundsOf, refundTotals } from '../../journal/refunds.ts';
import { linesOf, type SaleRecord, salesOfDate } from '../../journal/sales.ts';
import { refundedOf } from '../../refund/plan.ts';
import type { Refund } from '../../refund/step.ts';
import type { TillCore } from '../core.ts';
import { giftView, lineView, moneyOrNull } from './basket.ts';
import { closedBatchViews, openBatchView } from './batch.ts';
import { cardView } from './card.ts';
import { paymentView } from './payment.ts';
import { maskedPanOf } from './refund.ts';

/** The screen takes this many rows; the totals count every sale. */
export const ROWS_MAX = 500;

export function todayRows(core: TillCore, businessDate: string): readonly TodayRowView[] {
  return salesOfDate(core.journal, businessDate)
    .slice(0, ROWS_MAX)
    .map((sale) => rowView(core, sale));
}

function rowView(core: TillCore, sale: SaleRecord): TodayRowView {
  const { saleId, receiptNumber, openedAt } = sale.head;
  const refunded = approvedSum(refundsOf(core.journal, saleId));
  return {
    saleId,
    receiptNumber,
    at: sale.closedAt ?? openedAt,
    means: sale.means,
    maskedPan: sale.means === 'card' ? maskedPanOf(core, saleId) : null,
    state: rowState(core, sale, refunded),
    total: moneyToJson(sale.total ?? zero(RUB)),
    refunded: moneyToJson(refunded),
    yuan: moneyOrNull(sale.yuan),
  };
}

function rowState(core: TillCore, sale: SaleRecord, refunded: Money): TodayRowView['state'] {
  if (sale.state !== 'paid') {
    const { saleId } = sale.head;
    const attempts = attemptsOf(core.journal, saleId);
    const cameBack = attempts.some((a) => a.payment?.autoReturn?.done === true);
    if (cameBack || fateOf(core.journal, saleId) === 'returned') return 'returned';
    return sale.state === 'set_aside' ? 'set_aside' : 'cancelled';
  }
  if (refunded.amountMinor === 0n) return 'paid';
  const gift = giftOf(core.journal, sale.head.saleId)?.amount.amountMinor ?? 0n;
  return refunded.amountMinor >= (sale.total?.amountMinor ?? 0n) - gift ? 'refunded' : 'partly_refunded';
}

function approvedSum(refunds: readonly Refund[]): Money {
  return refundedOf(refunds.filter((r) => r.state === 'approved').map((r) => r.order));
}

export function todayTotals(
  core: TillCore,
  businessDate: string,
  gateway: ReplyBody<'day.totals'> | null,
): TodayTotalsView {
  const paid = salesOfDate(core.journal, businessDate).filter((sale) => sale.state === 'paid');
  const sumOf = (means: Means): Money =>
    paid
      .filter((sale) => sale.means === means)
      .reduce((sum, sale) => add(sum, sale.total ?? zero(RUB)), zero(RUB));
  const refunds = refundTotals(core.journal, businessDate);
  const refundedBy = (means: Means): Money =>
    money(BigInt(refunds.find((r) => r.means === means)?.minor ?? 0), RUB);
  const wallet = sumOf('wallet');
  const walletRefunded = refundedBy('wallet');
  return {
    sales: paid.length,
    cash: moneyToJson(sumOf('cash')),
    wallet: moneyToJson(wallet),
    card: moneyToJson(sumOf('card')),
    refunds: refunds.reduce((sum, r) => sum + r.count, 0),
    refunded: moneyToJson(add(add(refundedBy('cash'), refundedBy('card')), walletRefunded)),
    gateway: gateway === null ? null : compareWith(gateway, wallet, walletRefunded),
    batch: openBatchView(core),
    closedBatches: closedBatchViews(core, businessDate),
  };
}

function compareWith(
  theirs: ReplyBody<'day.totals'>,
  wallet: Money,
  refunded: Money,
): TodayTotalsView['gateway'] {
  return {
    wallet: theirs.paid,
    refunded: theirs.refunded,
    agrees:
      theirs.paid.amountMinor === wallet.amountMinor.toString() &&
      theirs.refunded.amountMinor === refunded.amountMinor.toString(),
  };
}

export function saleDetailView(core: TillCore, sale: SaleRecord): SaleDetailView {
  const { saleId } = sale.head;
  return {
    row: rowView(core, sale),
    lines: linesOf(core.journal, saleId).map(lineView),
    gift: giftView(giftOf(core.journal, saleId), true),
    payments: attemptsOf(core.journal, saleId).map((attempt) => paymentView(core, attempt)),
    cards: cardAttemptsOf(core.journal, saleId).map((attempt) => cardView(core, attempt)),
    refunds: refundsOf(core.journal, saleId).map(({ order, state }) => ({
      refundId: order.refundId,
      amount: moneyToJson(order.amount),
      state,
      at: order.startedAt,
    })),
  };
}
