/** A gift within a sale: the part of its sum that a customer gives to a charity. It is no goods: no discount is taken of it,
 *  and goods that are brought back leave it where it is. */

import { type Money, moneyFromJson } from '../kernel/money.ts';
import { giftShare } from '../ledger/gift-shares.ts';
import type { GiftWire } from '../wire/messages.ts';
import type { Gift } from './ports.ts';

/** Errors  CURRENCY_UNKNOWN */
export function giftFromWire(gift: GiftWire | null | undefined): Gift | null {
  return gift == null ? null : { charity: gift.charity, amount: moneyFromJson(gift.amount) };
}

/** For comparison; empty for none. */
export function giftText(gift: Gift | null | undefined): string {
  return gift == null ? '' : `${gift.charity} ${gift.amount.amountMinor} ${gift.amount.currency}`;
}

export function sameGift(left: Gift | null, right: Gift | null): boolean {
  return giftText(left) === giftText(right);
}

/** A payment that something is to be given back of. `charged` is in the price's currency unless somebody converted. */
export interface GiftedPayment {
  readonly charged: Money;
  readonly price: Money;
  readonly gift: Gift;
  /** Of `charged`, held or given back already. */
  readonly refunded: Money;
  readonly businessDate: string;
}

/** What may still go back of the goods, in the currency of the charge. A gift stays where it was given. */
export function goodsLeft({ charged, price, gift, refunded }: GiftedPayment): Money {
  const given = giftShare(charged, { price, gift: gift.amount });
  return { ...charged, amountMinor: charged.amountMinor - given.amountMinor - refunded.amountMinor };
}

/** The whole sale at once, on the day it was made, before its day is settled: then its gift goes back with it. */
export function undoesSale(
  { charged, refunded, businessDate }: GiftedPayment,
  part: Money,
  today: string,
): boolean {
  return (
    refunded.amountMinor === 0n &&
    part.amountMinor === charged.amountMinor &&
    part.currency === charged.currency &&
    businessDate === today
  );
}
