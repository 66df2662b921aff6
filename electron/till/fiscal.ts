/** The fiscal step of a paid sale, and the receipt that follows it. */
import type { FiscalReceipt, FiscalResult } from '../../drivers/contract/fiscal.ts';
import { parseAttemptId, supportNumber } from '../../gateway/kernel/identifiers.ts';
import { moneyToJson } from '../../gateway/kernel/money.ts';
import { rateFromJson } from '../../gateway/kernel/rate.ts';
import { attemptById } from '../journal/attempts.ts';
import { cardAttemptById } from '../journal/card-attempts.ts';
import { giftOf } from '../journal/gifts.ts';
import {
  linesOf,
  type SaleRecord,
  saleById,
  saveFiscal,
  type TenderRecord,
  tenderOf,
} from '../journal/sales.ts';
import type { PaperHead } from '../receipt/frame.ts';
import { type CardPaid, type CashPaid, saleReceipt, type WalletPaid } from '../receipt/sale-receipt.ts';
import { basketTotal, lineSum } from '../sale/basket.ts';
import { yuanOf } from '../tender/step.ts';
import { slipCard, supportOf } from './cards/slips.ts';
import type { TillCore } from './core.ts';
import { fiscalStep } from './fiscal-step.ts';
import { issuePaper, withoutDrawer } from './printing.ts';

/** Registers a sale whose payment has just been journaled, or was before a restart. */
export function registerSale(core: TillCore, saleId: string, restarted: boolean): void {
  fiscalStep(core, fiscalReceipt(core, saleId), restarted, (result) =>
    registered(core, saleId, result, restarted),
  );
}

function registered(core: TillCore, saleId: string, result: FiscalResult, restarted: boolean): void {
  const sale = saleById(core.journal, saleId);
  const tender = tenderOf(core.journal, saleId);
  if (sale === null || tender === null || sale.fiscalState !== 'pending') return;
  saveFiscal(core.journal, saleId, result);
  if (result.kind === 'failed' || result.kind === 'unknown') {
    core.notice('warning', 'FISCAL_FAILED', { receiptNumber: sale.head.receiptNumber });
  }
  const doc = saleReceipt({
    head: paperHead(core, sale, sale.closedAt ?? core.now()),
    saleId,
    lines: linesOf(core.journal, saleId),
    gift: giftOf(core.journal, saleId),
    paid: paidOf(core, tender),
    fiscal: result,
  });
  // Nobody may stand at a till that starts; its drawer stays shut.
  const paper = { kind: 'sale', saleId, refundId: null, doc: restarted ? withoutDrawer(doc) : doc } as const;
  const receiptId = issuePaper(core, paper, tender.cardAttemptId ?? saleId);
  if (core.state.head?.saleId === saleId) core.set({ receiptId });
}

export function paperHead(
  core: TillCore,
  sale: SaleRecord,
  at: number,
  cashierId = sale.head.cashierId,
): PaperHead {
  const { shop, identity, staff, policy } = core.parts;
  return {
    shop,
    tillName: identity.name,
    receiptNumber: sale.head.receiptNumber,
    at,
    utcOffsetMinutes: policy.utcOffsetMinutes,
    cashier: staff.find((s) => s.staffId === cashierId)?.name ?? cashierId,
  };
}

function paidOf(core: TillCore, tender: TenderRecord): CashPaid | WalletPaid | CardPaid {
  const card = tender.cardAttemptId === null ? null : cardAttemptById(core.journal, tender.cardAttemptId);
  if (card !== null) return { means: 'card', card: slipCard(card), supportNumber: supportOf(card) };
  const attempt = tender.attemptId === null ? null : attemptById(core.journal, tender.attemptId);
  if (attempt === null) {
    const { tendered, change, amount } = tender;
    return { means: 'cash', tendered: tendered ?? amount, change: change ?? { ...amount, amountMinor: 0n } };
  }
  const { payment, order } = attempt;
  const rate = payment?.rate ?? null;
  // Where the order went out in roubles the wallet converted, at a rate of its own.
  const ours = payment?.order.currency === 'CNY';
  return {
    means: 'wallet',
    yuan: yuanOf(attempt),
    rate: rate === null ? null : rateFromJson(rate),
    source: ours ? order.rateSource : null,
    tradeNumber: payment?.providerRef ?? null,
    buyer: payment?.buyer ?? null,
    supportNumber: supportNumber(parseAttemptId(order.attemptId)),
  };
}

/** Goods alone: what a customer gives away is no sale of ours. */
function fiscalReceipt(core: TillCore, saleId: string): FiscalReceipt {
  const lines = linesOf(core.journal, saleId);
  const sale = saleById(core.journal, saleId);
  return {
    operationId: saleId,
    sign: 'sale',
    items: lines.map((line) => ({
      name: line.names.ru,
      quantityMilli: line.quantityMilli,
      unitPrice: moneyToJson(line.unitPrice),
      sum: moneyToJson(lineSum(line)),
      vat: line.vat,
    })),
    payments: [
      {
        kind: sale?.means === 'cash' ? 'cash' : 'electronic',
        amount: moneyToJson(basketTotal(lines)),
      },
    ],
    cashier: sale?.head.cashierId ?? '',
  };
}
