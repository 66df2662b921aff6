/** The fiscal step of a refund, and the slip that follows it. */
import type { FiscalItem, FiscalReceipt, FiscalResult } from '../../drivers/contract/fiscal.ts';
import { parseRefundId, supportNumber } from '../../gateway/kernel/identifiers.ts';
import {
  add,
  cumulativeShare,
  equal,
  type Money,
  moneyFromJson,
  moneyToJson,
  subtract,
  zero,
} from '../../gateway/kernel/money.ts';
import { yuanOfCard } from '../card/card-attempt.ts';
import { approvedOfRefund } from '../journal/card-attempts.ts';
import { giftOf } from '../journal/gifts.ts';
import { refundAwaitingFiscal, saveReturnFiscal } from '../journal/refunds.ts';
import { linesOf, saleById } from '../journal/sales.ts';
import { refundSlip } from '../receipt/slips.ts';
import type { Refund, RefundOrder } from '../refund/step.ts';
import { basketTotal, type SaleLine } from '../sale/basket.ts';
import type { SaleGift } from '../sale/gift.ts';
import { vatParts } from '../sale/vat.ts';
import type { TillCore } from './core.ts';
import { paperHead } from './fiscal.ts';
import { fiscalStep } from './fiscal-step.ts';
import { issuePaper, withoutDrawer } from './printing.ts';

/** Registers a refund whose approval has just been journaled, or was before a restart. */
export function registerReturn(core: TillCore, order: RefundOrder, restarted: boolean): void {
  fiscalStep(core, fiscalReturn(core, order), restarted, (result) =>
    returned(core, order.refundId, result, restarted),
  );
}

function returned(core: TillCore, refundId: string, result: FiscalResult, restarted: boolean): void {
  const refund = refundAwaitingFiscal(core.journal, refundId);
  const sale = refund === null ? null : saleById(core.journal, refund.order.saleId);
  if (refund === null || sale === null) return;
  saveReturnFiscal(core.journal, refundId, result);
  if (result.kind === 'failed' || result.kind === 'unknown') {
    core.notice('warning', 'FISCAL_FAILED', { receiptNumber: sale.head.receiptNumber });
  }
  const { order } = refund;
  const doc = refundSlip({
    head: paperHead(core, sale, core.now(), order.operator),
    saleId: order.saleId,
    means: meansOf(order),
    amount: order.amount,
    yuan: yuanBack(core, refund),
    lines: order.lines,
    gift: giftBack(core, order),
    sold: linesOf(core.journal, order.saleId),
    supportNumber: supportNumber(parseRefundId(refundId)),
    fiscal: result,
  });
  // Nobody may stand at a till that starts; its drawer stays shut.
  const paper = {
    kind: 'refund',
    saleId: order.saleId,
    refundId,
    doc: restarted ? withoutDrawer(doc) : doc,
  } as const;
  const receiptId = issuePaper(core, paper);
  const { screen } = core.state;
  if (screen.name === 'refund_done' && screen.refund.order.refundId === refundId) {
    core.set({ screen: { ...screen, receiptId } });
  }
}

function meansOf({ attemptId, cardAttemptId }: RefundOrder): 'cash' | 'wallet' | 'card' {
  if (cardAttemptId != null) return 'card';
  return attemptId === null ? 'cash' : 'wallet';
}

/** What the gateway sent to the wallet; our own reckoning where the wallet converts. A card's bank converts a refund at a rate of
 *  its own: what it says is the sum, and a sale that is undone goes back as it was. */
function yuanBack(core: TillCore, { wire, order }: Refund): Money | null {
  if (order.cardAttemptId != null) {
    const card = approvedOfRefund(core.journal, order.refundId);
    if (card === null) return null;
    return card.order.operation === 'void' ? order.yuan : yuanOfCard(card);
  }
  return wire !== null && wire.order.currency === 'CNY' ? moneyFromJson(wire.order) : order.yuan;
}

/** The gift, where the whole sale goes back with it. */
function giftBack(core: TillCore, { saleId, amount }: RefundOrder): SaleGift | null {
  const total = saleById(core.journal, saleId)?.total ?? null;
  return total !== null && equal(total, amount) ? giftOf(core.journal, saleId) : null;
}

/** The register knows of goods alone: a gift was never on its receipt. */
function fiscalReturn(core: TillCore, order: RefundOrder): FiscalReceipt {
  const gift = giftBack(core, order);
  const amount = gift === null ? order.amount : subtract(order.amount, gift.amount);
  const sold = linesOf(core.journal, order.saleId);
  const number = saleById(core.journal, order.saleId)?.head.receiptNumber ?? '';
  return {
    operationId: order.refundId,
    sign: 'sale_return',
    items: order.lines.length > 0 ? goodsBack(order, sold) : sumBack(amount, sold, number),
    payments: [{ kind: meansOf(order) === 'cash' ? 'cash' : 'electronic', amount: moneyToJson(amount) }],
    cashier: order.operator,
  };
}

function goodsBack(order: RefundOrder, sold: readonly SaleLine[]): readonly FiscalItem[] {
  return order.lines.flatMap(({ lineId, quantityMilli, sum }) => {
    const line = sold.find((l) => l.lineId === lineId);
    if (line === undefined) return [];
    const { names, unitPrice, vat } = line;
    return [{ name: names.ru, quantityMilli, unitPrice: moneyToJson(unitPrice), sum: moneyToJson(sum), vat }];
  });
}

/** A sum without goods goes back under every rate of the sale, in the proportion it was paid. */
function sumBack(amount: Money, sold: readonly SaleLine[], receiptNumber: string): readonly FiscalItem[] {
  const whole = basketTotal(sold);
  let before = zero(whole.currency);
  return vatParts(sold).flatMap(({ vat, sum }) => {
    const share = cumulativeShare(amount, whole, before, sum);
    before = add(before, sum);
    if (share.amountMinor === 0n) return [];
    const price = moneyToJson(share);
    const name = `Возврат части суммы, чек № ${receiptNumber}`;
    return [{ name, quantityMilli: 1000, unitPrice: price, sum: price, vat }];
  });
}
