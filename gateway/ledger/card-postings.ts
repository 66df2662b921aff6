/** What card transactions book: a sale, a refund of it, and either undone.
 *
 *  Shares of the price and of the MDR are cut from the running sum of what is refunded at the moment, and a refund that is
 *  undone gives back the share it then has, not the one it had when it was made. So the books always stand where one refund
 *  of the whole sum would have left them, in whatever order refunds came and went. */
import { add, cumulativeShare, equal, isZero, type Money, subtract, zero } from '../kernel/money.ts';
import { buildTransfer, type MetaWith, type TransferMeta } from './build-transfer.ts';
import { feeByTerms } from './fee-book.ts';
import type { FeeTerms } from './fee-rate.ts';
import { backOfGift, backOfGoods, type GiftedSum, giftShare, type PartBack } from './gift-shares.ts';
import { donationReturned, donationTransfer } from './settlement-postings.ts';
import type { Transfer } from './transfer.ts';

/** A sale or completion, as stored. */
export interface CardSaleAmounts {
  /** What the card was charged. */
  readonly amount: Money;
  /** The price in the shop's currency where the till converted; null where the charge is the price. */
  readonly price: Money | null;
  /** The part of the price that is a charity's: no discount is taken of it. */
  readonly gift?: Money;
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

/** The gift of a sale, whole, from the merchant to the charity; null without one. Commit it with the sale's own transfer. */
export function cardGiftTransfer(
  { gift }: CardSaleAmounts,
  meta: MetaWith<'mid' | 'charity'>,
): Transfer | null {
  return gift === undefined ? null : donationTransfer(gift, zero(gift.currency), meta);
}

/** The same, undone with its sale. */
export function cardGiftReversal(
  { gift }: CardSaleAmounts,
  meta: MetaWith<'mid' | 'charity'>,
): Transfer | null {
  return gift === undefined ? null : donationReturned(gift, zero(gift.currency), meta);
}

/** What of its gift goes back with a refund: nothing, but with the refund that gives back the whole sale. */
export function cardGiftBack(refund: CardRefundAmounts, meta: MetaWith<'mid' | 'charity'>): Transfer | null {
  const back = giftOfRefund(refund);
  return back === null ? null : donationReturned(back, zero(back.currency), meta);
}

/** And when that refund is undone, it is given again. */
export function cardGiftAgain(refund: CardRefundAmounts, meta: MetaWith<'mid' | 'charity'>): Transfer | null {
  const back = giftOfRefund(refund);
  return back === null ? null : donationTransfer(back, zero(back.currency), meta);
}

function giftOfRefund(refund: CardRefundAmounts): Money | null {
  const { gift } = refund.sale;
  if (gift === undefined) return null;
  const back = backOfGift(gift, pricedOf(refund.sale), pricedBack(refund));
  return isZero(back) ? null : back;
}

function sharesOf(refund: CardRefundAmounts) {
  const { sale, part, below, mdrReturned } = refund;
  const share = (total: Money): Money => cumulativeShare(total, sale.amount, below, part);
  const mdr = mdrOfCardSale(sale);
  const priced = pricedBack(refund);
  const back = sale.gift === undefined ? share(mdr) : backOfGoods(mdr, pricedOf(sale), priced);
  return {
    amount: part,
    price: sale.price === null ? null : priced.part,
    mdr: mdrReturned ? back : zero(mdr.currency),
  };
}

function pricedOf({ amount, price, gift }: CardSaleAmounts): GiftedSum {
  return { price: price ?? amount, ...(gift === undefined ? {} : { gift }) };
}

function pricedBack({ sale, part, below }: CardRefundAmounts): PartBack {
  const already = pricedThrough(sale, below);
  return { already, part: subtract(pricedThrough(sale, add(below, part)), already) };
}

/** Where the till converted, what goes back of the charge as what goes back of the price. The goods' part of the charge is worth
 *  the goods, however it was rounded: at its share of the price it could reach into the gift.
 *  Errors  ALLOCATION_OUT_OF_RANGE when it exceeds the charge */
function pricedThrough({ amount, price, gift }: CardSaleAmounts, through: Money): Money {
  if (price === null) return through;
  const share = cumulativeShare(price, amount, zero(amount.currency), through);
  if (gift === undefined || isZero(through) || equal(through, amount)) return share;
  const ofGoods = subtract(amount, giftShare(amount, { price, gift }));
  return equal(through, ofGoods) ? subtract(price, gift) : share;
}

/** Of the price, which is the charge itself where nobody here converts, without the gift in it. */
export function mdrOfCardSale({ amount, price, gift, mdrBp, fee }: CardSaleAmounts): Money {
  const paid = price ?? amount;
  return feeByTerms(gift === undefined ? paid : subtract(paid, gift), mdrBp, fee);
}
