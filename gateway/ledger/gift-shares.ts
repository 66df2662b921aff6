/** What of a sale's sums belongs to its gift. What goes back of a sale goes back of its goods first: the gift follows only where
 *  nothing else is left, which is to say with the whole sale. */
import { cumulativeShare, type Money, money, subtract, zero } from '../kernel/money.ts';

export interface GiftedSum {
  /** The sale's price, gift and goods together. */
  readonly price: Money;
  /** Absent where nothing was given. */
  readonly gift?: Money;
}

/** A part of the price that goes back, and the parts that went before it. */
export interface PartBack {
  readonly already: Money;
  readonly part: Money;
}

/** The gift's part of `total`, which belongs to the whole price; what is left of it belongs to the goods. */
export function giftShare(total: Money, { price, gift }: GiftedSum): Money {
  return gift === undefined
    ? zero(total.currency)
    : cumulativeShare(total, price, subtract(price, gift), gift);
}

/** The part of `total`, which belongs to the goods alone, that goes with a part of the price.
 *  Errors  ALLOCATION_OUT_OF_RANGE when the parts exceed the price */
export function backOfGoods(total: Money, sale: GiftedSum, back: PartBack): Money {
  requireWithin(sale, back);
  const goods = goodsOf(sale);
  const already = lesser(back.already, goods);
  const through = lesser(sumOf(back), goods);
  return cumulativeShare(total, goods, already, subtract(through, already));
}

/** The part of `total`, which belongs to the gift alone, that goes with a part of the price.
 *  Errors  ALLOCATION_OUT_OF_RANGE when the parts exceed the price */
export function backOfGift(total: Money, sale: GiftedSum, back: PartBack): Money {
  const { gift } = sale;
  requireWithin(sale, back);
  if (gift === undefined) return zero(total.currency);
  const goods = goodsOf(sale);
  const already = subtract(back.already, lesser(back.already, goods));
  const through = subtract(sumOf(back), lesser(sumOf(back), goods));
  return cumulativeShare(total, gift, already, subtract(through, already));
}

function requireWithin({ price }: GiftedSum, { already, part }: PartBack): void {
  cumulativeShare(price, price, already, part);
}

function goodsOf({ price, gift }: GiftedSum): Money {
  return gift === undefined ? price : subtract(price, gift);
}

function sumOf({ already, part }: PartBack): Money {
  return money(already.amountMinor + part.amountMinor, part.currency);
}

function lesser(left: Money, right: Money): Money {
  return left.amountMinor < right.amountMinor ? left : right;
}
