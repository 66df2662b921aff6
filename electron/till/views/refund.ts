/** A sale as the refund screens show it. */

import { RUB } from '../../../gateway/kernel/currency.ts';
import { compare, moneyToJson, subtract, zero } from '../../../gateway/kernel/money.ts';
import type { RefundSaleView } from '../../contract/view.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { giftOf } from '../../journal/gifts.ts';
import { countingRefunds } from '../../journal/refunds.ts';
import { linesOf, type SaleRecord, tenderOf } from '../../journal/sales.ts';
import { refundedMilli, refundedOf } from '../../refund/plan.ts';
import type { TillCore } from '../core.ts';
import { mayUndoWhole } from '../refund-commands.ts';
import { giftView, lineView, moneyOrNull } from './basket.ts';

export function refundSaleView(core: TillCore, sale: SaleRecord): RefundSaleView {
  const { saleId, receiptNumber, openedAt } = sale.head;
  const earlier = countingRefunds(core.journal, saleId);
  const total = sale.total ?? zero(RUB);
  const refunded = refundedOf(earlier);
  const gift = giftOf(core.journal, saleId);
  const goods = gift === null ? total : subtract(total, gift.amount);
  return {
    saleId,
    receiptNumber,
    soldAt: sale.closedAt ?? openedAt,
    means: sale.means ?? 'cash',
    total: moneyToJson(total),
    yuan: moneyOrNull(sale.yuan),
    refunded: moneyToJson(refunded),
    remaining: moneyToJson(compare(refunded, goods) >= 0 ? zero(RUB) : subtract(goods, refunded)),
    gift: giftView(gift, true),
    wholeAllowed: mayUndoWhole(core, sale),
    maskedPan: maskedPanOf(core, saleId),
    lines: linesOf(core.journal, saleId).map((line) => ({
      ...lineView(line),
      refundedMilli: refundedMilli(earlier, line.lineId),
    })),
  };
}

/** The card a sale was paid with, masked. */
export function maskedPanOf(core: TillCore, saleId: string): string | null {
  const paidBy = tenderOf(core.journal, saleId)?.cardAttemptId ?? null;
  const card = paidBy === null ? null : cardAttemptById(core.journal, paidBy);
  return card === null ? null : (card.card?.maskedPan ?? card.order.original?.maskedPan ?? null);
}
