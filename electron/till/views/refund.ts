/** A sale as the refund screens show it. */

import { RUB } from '../../../gateway/kernel/currency.ts';
import { moneyToJson, subtract, zero } from '../../../gateway/kernel/money.ts';
import type { RefundSaleView } from '../../contract/view.ts';
import { countingRefunds } from '../../journal/refunds.ts';
import { linesOf, type SaleRecord } from '../../journal/sales.ts';
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
    lines: linesOf(core.journal, saleId).map((line) => ({
      ...lineView(line),
      refundedMilli: refundedMilli(earlier, line.lineId),
    })),
  };
}
