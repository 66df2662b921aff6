/** Money back to a card: the whole sale of today and of a batch that is still open is voided, without the card; anything else is a
 *  refund in the currency the card was charged in, to the card it came from. */
import { equal, type Money } from '../../../gateway/kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../../gateway/kernel/time.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { knownBatch } from '../../journal/card-batches.ts';
import { countingRefunds, insertRefund } from '../../journal/refunds.ts';
import { saleById } from '../../journal/sales.ts';
import { type EarlierRefund, refundedOf } from '../../refund/plan.ts';
import { newRefund, type RefundOrder } from '../../refund/step.ts';
import type { TillCore } from '../core.ts';
import { Refusal } from '../refusal.ts';
import { baseOrder, originalOf, requireCards, shareOf, startCard } from './begin.ts';

/** How `amount` of the sale would go back. */
export function cardRefundWay(
  core: TillCore,
  cardAttemptId: string,
  whole: Money,
  earlier: readonly EarlierRefund[],
  amount: Money,
): 'card_void' | 'card_refund' {
  const paid = cardAttemptById(core.journal, cardAttemptId);
  const batch = knownBatch(core.journal);
  const voidable =
    paid?.order.operation === 'sale' &&
    earlier.length === 0 &&
    equal(amount, whole) &&
    batch?.state === 'open' &&
    paid.order.batch === batch.batch &&
    gatewayDate(paid.order.startedAt) === gatewayDate(core.now());
  return voidable ? 'card_void' : 'card_refund';
}

/** The gateway's days are Moscow's, wherever the shop is: it voids nothing of another one. */
function gatewayDate(at: EpochMs): string {
  return localTime(at, MOSCOW_OFFSET_MINUTES).date;
}

/** Journals the refund and begins. Errors  RECEIPT_NOT_FOUND and requireCards' */
export function beginCardRefund(core: TillCore, order: RefundOrder): void {
  const paid = cardAttemptById(core.journal, order.cardAttemptId ?? '');
  const sale = saleById(core.journal, order.saleId);
  if (paid === null || sale === null || sale.total === null) throw new Refusal('RECEIPT_NOT_FOUND');
  requireCards(core);
  const earlier = countingRefunds(core.journal, order.saleId);
  const way = cardRefundWay(core, paid.order.attemptId, sale.total, earlier, order.amount);
  const refund = newRefund(order);
  insertRefund(core.journal, refund, core.businessDate());
  core.set({ refunds: new Map(core.state.refunds).set(order.refundId, refund) });
  const original = originalOf(paid);
  startCard(core, {
    ...baseOrder(core, way === 'card_void' ? 'void' : 'refund', order.amount),
    saleId: order.saleId,
    wireSaleId: paid.order.wireSaleId,
    receiptNumber: sale.head.receiptNumber,
    charged: shareOf(original.charged, sale.total, refundedOf(earlier), order.amount),
    original,
    refundId: order.refundId,
  });
}
