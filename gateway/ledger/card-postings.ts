/** What card transactions book: a sale, a refund of it, and either undone.
 *
 *  Shares of the price and of the MDR are cut from the running sum of what is refunded at the moment, and a refund that is
 *  undone gives back the share it then has, not the one it had when it was made. So the books always stand where one refund
 *  of the whole sum would have left them, in whatever order refunds came and went. */
import { cumulativeShare, type Money, zero } from '../kernel/money.ts';
import { buildTransfer, type TransferMeta } from './build-transfer.ts';
import { feeByTerms } from './fee-book.ts';
import type { FeeTerms } from './fee-rate.ts';
import type { Transfer } from './transfer.ts';

/** A sale or completion, as stored. */
export interface CardSaleAmounts {
  /** What the card was charged. */
  readonly amount: Money;
  /** The price in the shop's currency where the till converted; null where the charge is the price. */
  readonly price: Money | null;
  readonly mdrBp: number;
  readonly fee?: FeeTerms;
}

/** A part of a sale: `below` is the sum of the refunds that stand without it. */
export interface CardRefundAmounts {
  readonly sale: CardSaleAmounts;
  readonly part: Money;
  readonly below: Money;
  readonly mdrReturned: boolean;
}

export function cardSaleTransfer(sale: CardSaleAmounts, meta: TransferMeta): Transfer {
  const { amount, price } = sale;
  const mdr = mdrOfCardSale(sale);
  return price === null
    ? buildTransfer('card_sale', { amount, mdr }, meta)
    : buildTransfer('card_sale_dcc', { amount, price, mdr }, meta);
}

/** A sale undone in full: the MDR goes back whatever the contract says of refunds, because there was no sale. */
export function cardSaleReversal(sale: CardSaleAmounts, meta: TransferMeta): Transfer {
  const { amount, price } = sale;
  const mdr = mdrOfCardSale(sale);
  return price === null
    ? buildTransfer('card_sale_reversal', { amount, mdr }, meta)
    : buildTransfer('card_sale_reversal_dcc', { amount, price, mdr }, meta);
}

/** Errors  ALLOCATION_OUT_OF_RANGE when the refunds exceed the sale */
export function cardRefundTransfer(refund: CardRefundAmounts, meta: TransferMeta): Transfer {
  const { amount, price, mdr } = sharesOf(refund);
  return price === null
    ? buildTransfer('card_refund', { amount, mdr }, meta)
    : buildTransfer('card_refund_dcc', { amount, price, mdr }, meta);
}

export function cardRefundReversal(refund: CardRefundAmounts, meta: TransferMeta): Transfer {
  const { amount, price, mdr } = sharesOf(refund);
  return price === null
    ? buildTransfer('card_refund_reversal', { amount, mdr }, meta)
    : buildTransfer('card_refund_reversal_dcc', { amount, price, mdr }, meta);
}

/** Money that a bank settles for a sale that was undone here; it owes us `received` until that has gone back. */
export function cardMoneyFound(received: Money, meta: TransferMeta): Transfer {
  return buildTransfer('card_money_found', { received }, meta);
}

export function cardMoneyReturned(received: Money, meta: TransferMeta): Transfer {
  return buildTransfer('card_money_returned', { received }, meta);
}

function sharesOf({ sale, part, below, mdrReturned }: CardRefundAmounts) {
  const share = (total: Money): Money => cumulativeShare(total, sale.amount, below, part);
  const mdr = mdrOfCardSale(sale);
  return {
    amount: part,
    price: sale.price === null ? null : share(sale.price),
    mdr: mdrReturned ? share(mdr) : zero(mdr.currency),
  };
}

/** Of the price, which is the charge itself where nobody here converts. */
export function mdrOfCardSale({ amount, price, mdrBp, fee }: CardSaleAmounts): Money {
  return feeByTerms(price ?? amount, mdrBp, fee);
}
