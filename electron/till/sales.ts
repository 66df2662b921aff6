/** The sale at the counter: beginning one, keeping its lines, ending it. */
import { parseSaleId } from '../../gateway/kernel/identifiers.ts';
import type { SaleDisposition } from '../../gateway/wire/messages.ts';
import { hasAttempts } from '../journal/attempts.ts';
import { NO_GIFT } from '../journal/gifts.ts';
import { enqueueClose } from '../journal/outbox.ts';
import { endSale, insertSale, nextHead, type SaleHead, saveCashier, saveLines } from '../journal/sales.ts';
import { type Basket, basketOf, EMPTY_BASKET, type SaleLine } from '../sale/basket.ts';
import type { SaleGift } from '../sale/gift.ts';
import { isOverdue } from '../shift/shift.ts';
import { cashierOf, type TillCore } from './core.ts';
import { deliverSoon } from './follow-up.ts';
import { giftAfterGoods, giveWith } from './gifts.ts';
import { wantQuote } from './quotes.ts';
import { Refusal } from './refusal.ts';

/** A new sale, empty or with the goods and the gift of an earlier one; on the sale screen. */
export function beginSale(
  core: TillCore,
  lines: readonly SaleLine[] = [],
  gift: SaleGift | null = null,
): void {
  if (core.state.cashier === null) {
    core.set({
      head: null,
      stored: false,
      basket: EMPTY_BASKET,
      gift: NO_GIFT,
      attempt: null,
      card: null,
      screen: { name: 'sign_in' },
    });
    return;
  }
  core.set({
    head: newHead(core),
    stored: false,
    basket: EMPTY_BASKET,
    gift: NO_GIFT,
    attempt: null,
    card: null,
    receiptId: null,
    screen: { name: 'sale' },
  });
  if (lines.length > 0) saveBasket(core, basketOf(lines));
  if (lines.length > 0 && gift !== null) giveWith(core, gift);
  warnOverdue(core);
  wantQuote(core);
}

/** Back to the sale that is open, even if its basket was emptied: the journal has it, and there is only one at a time. */
export function resumeSale(core: TillCore): void {
  const { stored, cashier } = core.state;
  if (stored) core.set({ card: null, screen: { name: cashier === null ? 'sign_in' : 'sale' } });
  else beginSale(core);
}

function newHead(core: TillCore): SaleHead {
  const { shift } = core.state;
  if (shift === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { screen: 'sign_in' });
  const saleId = parseSaleId(core.newId());
  return nextHead(core.journal, shift, { saleId, tenderId: core.newId() }, cashierOf(core).staffId);
}

/** The sale that another cashier left open goes on under the one who has signed in: its money goes to their hands. */
export function takeOverSale(core: TillCore): void {
  const head = { ...currentHead(core), cashierId: cashierOf(core).staffId };
  saveCashier(core.journal, head);
  core.set({ head });
}

export function currentHead(core: TillCore): SaleHead {
  const { head } = core.state;
  if (head === null) throw new Refusal('COMMAND_NOT_ALLOWED_HERE', { screen: 'sign_in' });
  return head;
}

/** Journals a changed basket. A sale that the gateway has heard of keeps its sum for ever, so goods that change after an
 *  attempt go on as a new sale and the old one is closed. */
export function changeBasket(core: TillCore, after: Basket): void {
  const head = currentHead(core);
  if (after === core.state.basket) return;
  if (core.state.stored && hasAttempts(core.journal, head.saleId)) {
    renewSale(core, 'goods changed after an attempt', after);
  } else saveBasket(core, after);
  giftAfterGoods(core);
}

/** Goes on with these goods, and the gift, as a sale that the gateway has not heard of. */
export function renewSale(core: TillCore, reason: string, basket = core.state.basket): void {
  const { gift } = core.state.gift;
  closeUnpaid(core, 'cancelled', reason);
  core.set({
    ...{ head: newHead(core), stored: false, basket: EMPTY_BASKET, gift: NO_GIFT },
    ...{ attempt: null, card: null },
  });
  saveBasket(core, basket);
  if (gift !== null) giveWith(core, gift);
}

function saveBasket(core: TillCore, after: Basket): void {
  const head = currentHead(core);
  if (!core.state.stored) insertSale(core.journal, head, core.businessDate());
  saveLines(core.journal, head.saleId, core.state.basket.lines, after.lines);
  core.set({ basket: after, stored: true });
  wantQuote(core);
}

/** Ends the current sale without its payment. The gateway is told when it has heard of the sale. */
export function closeUnpaid(
  core: TillCore,
  state: 'cancelled' | 'set_aside',
  reason: string,
  operator = cashierOf(core).staffId,
): void {
  const head = currentHead(core);
  if (!core.state.stored) return;
  endSale(core.journal, head.saleId, core.state.basket.lines, {
    state,
    means: null,
    yuan: null,
    gift: core.state.gift.gift?.amount ?? null,
    businessDate: core.businessDate(),
  });
  if (hasAttempts(core.journal, head.saleId)) tellClosed(core, head.saleId, state, operator, reason);
}

/** Queues the message that lets the gateway send back whatever still arrives for the sale. */
export function tellClosed(
  core: TillCore,
  saleId: string,
  disposition: SaleDisposition,
  operator: string,
  reason: string,
): void {
  enqueueClose(core.journal, {
    saleId,
    disposition,
    operator: operator.slice(0, 28),
    reason: reason.slice(0, 128),
    closedAt: core.now(),
  });
  deliverSoon(core);
}

function warnOverdue(core: TillCore): void {
  const { shift } = core.state;
  if (shift !== null && isOverdue(shift, core.now())) {
    core.notice('warning', 'SHIFT_OVERDUE', { shift: shift.number });
  }
}
