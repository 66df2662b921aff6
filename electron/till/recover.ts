/** What a till finds in its journal when it starts: the open basket, a payment or refund without an answer, papers. */

import { attemptsOf } from '../journal/attempts.ts';
import { currentShift, readSession } from '../journal/counter.ts';
import { heldGift, NO_GIFT } from '../journal/gifts.ts';
import { interruptedSlips, newestSaleReceipt, papersOfSale } from '../journal/receipts.ts';
import { openRefunds, refundsAwaitingFiscal } from '../journal/refunds.ts';
import { linesOf, openSale, salesAwaitingFiscal, tenderOf } from '../journal/sales.ts';
import { basketOf, EMPTY_BASKET } from '../sale/basket.ts';
import { watchFromStart } from './afterwards.ts';
import { recoverCards } from './cards/recover.ts';
import type { TillCore } from './core.ts';
import { registerSale } from './fiscal.ts';
import { asidesOf, deliverSoon } from './follow-up.ts';
import { tellGift, wantCharities } from './gifts.ts';
import { paymentEvent } from './payments.ts';
import { actOf, printPaper, unprintedOf, withoutDrawer } from './printing.ts';
import { refundEvent } from './refunds.ts';
import { registerReturn } from './returns.ts';

/** One transition. A payment or refund that was open owns the screen again, under the cashier who was there; otherwise
 *  whoever comes signs in. */
export function recover(core: TillCore): void {
  const session = readSession(core.journal);
  const sale = openSale(core.journal);
  const open = openRefunds(core.journal);
  core.set({
    language: session.language,
    customerLanguage: session.customerLanguage,
    shift: currentShift(core.journal),
    head: sale?.head ?? null,
    stored: sale !== null,
    basket: sale === null ? EMPTY_BASKET : basketOf(linesOf(core.journal, sale.head.saleId)),
    gift: sale === null ? NO_GIFT : heldGift(core.journal, sale.head.saleId),
    aside: asidesOf(core),
    refunds: new Map(open.map(({ refund }) => [refund.order.refundId, refund])),
  });
  const cashier = core.parts.staff.find((s) => s.staffId === session.cashierId) ?? null;
  const attempt =
    sale === null
      ? null
      : (attemptsOf(core.journal, sale.head.saleId).find((a) => a.phase !== 'final') ?? null);
  const awaited =
    open.find(({ left, refund }) => !left && refund.order.cardAttemptId == null)?.refund ?? null;
  if (attempt !== null) {
    core.set({ cashier, attempt, screen: { name: 'payment' } });
    paymentEvent(core, { kind: 'link_up' });
  } else if (awaited !== null) {
    core.set({ cashier, screen: { name: 'refund_progress', refundId: awaited.order.refundId } });
  }
  recoverCards(core, cashier);
  for (const { refund } of open) refundEvent(core, refund.order.refundId, { kind: 'link_up' });
  recoverPapers(core);
  watchFromStart(core);
  deliverSoon(core);
  wantCharities(core);
  tellGift(core);
}

function recoverPapers(core: TillCore): void {
  for (const { head } of salesAwaitingFiscal(core.journal)) {
    core.effect(() => registerSale(core, head.saleId, true));
  }
  for (const { order } of refundsAwaitingFiscal(core.journal)) {
    core.effect(() => registerReturn(core, order, true));
  }
  recoverUnprinted(core);
  for (const paper of interruptedSlips(core.journal)) {
    printPaper(core, paper.receiptId, withoutDrawer(paper.doc), actOf(paper));
  }
}

/** Of the newest sale with a receipt. Whether a receipt handed to the printer before the end came out is not known: somebody
 *  must look; slips of which it is not known are printed again. */
function recoverUnprinted(core: TillCore): void {
  const saleId = newestSaleReceipt(core.journal)?.saleId ?? null;
  if (saleId === null) return;
  const cardAttemptId = tenderOf(core.journal, saleId)?.cardAttemptId ?? null;
  const papers = papersOfSale(core.journal, saleId, cardAttemptId).filter(
    ({ kind, state }) => state === 'failed' || (kind === 'sale' && state !== 'printed'),
  );
  if (papers.length === 0) return;
  const fault = papers.at(-1)?.fault ?? 'no_answer';
  core.set({ unprinted: unprintedOf(core, cardAttemptId ?? saleId, papers, fault) });
}
