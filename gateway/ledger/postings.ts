/** What payments book, without knowing templates: a sale, a refund of it, money found for no sale, and its return. */
import { cumulativeShare, isZero, type Money, negate, subtract, zero } from '../kernel/money.ts';
import { buildTransfer, type MetaWith, type TransferMeta } from './build-transfer.ts';
import { feeByTerms } from './fee-book.ts';
import type { FeeTerms } from './fee-rate.ts';
import { backOfGift, backOfGoods, giftShare } from './gift-shares.ts';
import { donationReturned, donationTransfer } from './settlement-postings.ts';
import type { Transfer } from './transfer.ts';

/** An approved payment, as stored. */
export interface SaleAmounts {
  readonly converter: 'acquirer' | 'wallet';
  readonly order: Money;
  /** What the wallet settles, where it converts; null when it did not say, and then the order stands for it. */
  readonly settlement: Money | null;
  readonly price: Money;
  /** The part of the price that is a charity's: no discount is taken of it. */
  readonly gift?: Money;
  readonly mdrBp: number;
  /** Fixed sum, floor, cap and tiers of the discount, where the contract has them: in the currency the discount is in. */
  readonly fee?: FeeTerms;
}

/** A refund of a sale. `already...` are the parts refunded and booked before it, in the order they were booked. */
export interface RefundAmounts {
  readonly sale: SaleAmounts;
  readonly order: Money;
  readonly price: Money;
  readonly alreadyOrder: Money;
  readonly alreadyPrice: Money;
  readonly mdrReturned: boolean;
  /** What the wallet takes back of its receivable, where the refund goes back at a rate of its own; absent, its share. */
  readonly taken?: Money;
}

export function saleTransfer(sale: SaleAmounts, meta: TransferMeta): Transfer {
  const mdr = mdrOfSale(sale);
  if (sale.converter === 'acquirer') {
    const { order, price } = sale;
    return buildTransfer('wallet_sale_acquirer_converts', { order, price, mdr }, meta);
  }
  return buildTransfer('wallet_sale_wallet_converts', { settlement: receivableOf(sale), mdr }, meta);
}

/** Shares of settlement and MDR are cut from the running sum, so that a refund in full, by whatever parts, leaves every
 *  account where it was before the sale (but for an MDR that the contract keeps). What goes back at a rate of its own is booked
 *  at its share as well, and what the wallet takes beside that in `fx_difference`. Null where the share of a very small
 *  refund is nothing yet: the next refund's share has it.
 *  Errors  ALLOCATION_OUT_OF_RANGE when the parts exceed the sale */
export function refundTransfer(refund: RefundAmounts, meta: TransferMeta): Transfer | null {
  const { sale, order, price } = refund;
  const mdr = mdrOfSale(sale);
  if (sale.converter === 'acquirer') {
    const back = backOfGoods(mdr, sale, { already: refund.alreadyPrice, part: price });
    const mdrBack = refund.mdrReturned ? back : zero(mdr.currency);
    const share =
      refund.taken === undefined
        ? order
        : cumulativeShare(sale.order, sale.price, refund.alreadyPrice, price);
    const parts = { order: share, ...differenceOf(share, refund.taken), price, mdr: mdrBack };
    return buildTransfer('wallet_refund_acquirer_converts', parts, meta);
  }
  const settlement = cumulativeShare(receivableOf(sale), sale.order, refund.alreadyOrder, order);
  const back = backOfGoods(mdr, sale, { already: refund.alreadyPrice, part: price });
  const mdrBack = refund.mdrReturned ? back : zero(mdr.currency);
  if (isZero(settlement) && isZero(mdrBack) && isZero(refund.taken ?? settlement)) return null;
  const parts = { settlement, ...differenceOf(settlement, refund.taken), mdr: mdrBack };
  return buildTransfer('wallet_refund_wallet_converts', parts, meta);
}

function differenceOf(share: Money, taken: Money = share): { readonly loss: Money; readonly gain: Money } {
  const more = subtract(taken, share);
  const none = zero(share.currency);
  return more.amountMinor > 0n ? { loss: more, gain: none } : { loss: none, gain: negate(more) };
}

/** Money a wallet collected for an attempt that had ended without it; it owes us `received` until it has gone back. */
export function moneyFoundTransfer(received: Money, meta: TransferMeta): Transfer {
  return buildTransfer('wallet_money_found', { received }, meta);
}

export function moneyReturnedTransfer(received: Money, meta: TransferMeta): Transfer {
  return buildTransfer('wallet_money_returned', { received }, meta);
}

/** What the wallet owes us for a sale, in the currency it settles in. */
export function receivableOf(sale: Pick<SaleAmounts, 'converter' | 'order' | 'settlement'>): Money {
  return sale.converter === 'wallet' ? (sale.settlement ?? sale.order) : sale.order;
}

/** MDR of the sale's goods: of the price where the acquirer converts, of the settlement where the wallet does. */
export function mdrOfSale(sale: SaleAmounts): Money {
  return feeByTerms(subtract(owedFor(sale), giftOwed(sale)), sale.mdrBp, sale.fee);
}

/** The gift as the charity is owed it: in the currency that the merchant is owed the sale in. */
export function giftOwed(sale: SaleAmounts): Money {
  return giftShare(owedFor(sale), sale);
}

function owedFor(sale: SaleAmounts): Money {
  return sale.converter === 'acquirer' ? sale.price : receivableOf(sale);
}

/** The gift of a sale, whole, from the merchant to the charity; null without one. Commit it with the sale's own transfer. */
export function giftTransfer(sale: SaleAmounts, meta: MetaWith<'mid' | 'charity'>): Transfer | null {
  const given = giftOwed(sale);
  return isZero(given) ? null : donationTransfer(given, zero(given.currency), meta);
}

/** What of its gift goes back with a refund: nothing, but with the refund that gives back the whole sale. */
export function giftBackTransfer(
  { sale, price, alreadyPrice }: RefundAmounts,
  meta: MetaWith<'mid' | 'charity'>,
): Transfer | null {
  const back = backOfGift(giftOwed(sale), sale, { already: alreadyPrice, part: price });
  return isZero(back) ? null : donationReturned(back, zero(back.currency), meta);
}
