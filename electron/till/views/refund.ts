/** A sale as the refund screens show it. */

import { RUB } from '../../../gateway/kernel/currency.ts';
import { moneyToJson, subtract, zero } from '../../../gateway/kernel/money.ts';
import type { RefundSaleView } from '../../contract/view.ts';
import { cardAttemptById } from '../../journal/card-attempts.ts';
import { countingRefunds } from '../../journal/refunds.ts';
import { linesOf, type SaleRecord, tenderOf } from '../../journal/sales.ts';
import { refundedMilli, refundedOf } from '../../refund/plan.ts';
import type { TillCore } from '../core.ts';
import { lineView, moneyOrNull } from './basket.ts';

export function refundSaleView(core: TillCore, sale: SaleRecord): RefundSaleView {
  const { saleId, receiptNumber, openedAt } = sale.head;
  const earlier = countingRefunds(core.journal, saleId);
  const total = sale.total ?? zero(RUB);
  const refunded = refundedOf(earlier);
  return {
    saleId,
    receiptNumber,
    soldAt: sale.closedAt ?? openedAt,
    means: sale.means ?? 'cash',
    total: moneyToJson(total),
    yuan: moneyOrNull(sale.yuan),
    refunded: moneyToJson(refunded),
    remaining: moneyToJson(subtract(total, refunded)),
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
