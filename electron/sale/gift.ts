/** A gift with a sale: a sum for a charity beside the goods. It is no goods, so it has no tax, no discount and no quantity. */
import { RUB } from '../../gateway/kernel/currency.ts';
import { add, type Money, money } from '../../gateway/kernel/money.ts';
import type { Names } from '../contract/view.ts';
import { Refusal } from '../till/refusal.ts';

export interface SaleGift {
  /** The gateway's short name of the charity. */
  readonly charity: string;
  /** As the gateway named it then: receipts say this for ever. */
  readonly names: Names;
  readonly amount: Money;
  /** Up to a round sum of these goods: it falls with them when they change. */
  readonly roundsUp: boolean;
}

/** The whole roubles a total is rounded up to, in kopecks. */
const STEPS_MINOR = [10_00n, 50_00n, 100_00n];
/** A slip of the finger is not a gift. */
export const GIFT_MOST_MINOR = 50_000_00n;

/** What rounds the goods up to the next 10, 50 and 100 roubles, each sum once: 366.68 gives 3.32 and 33.32. */
export function roundUps(goods: Money): readonly Money[] {
  const gifts = STEPS_MINOR.map((step) => (step - (goods.amountMinor % step)) % step);
  const sums = [...new Set(gifts)].filter((minor) => minor > 0n);
  sums.sort((left, right) => (left < right ? -1 : 1));
  return sums.map((minor) => money(minor, RUB));
}

/** Errors  GIFT_OUT_OF_RANGE */
export function requireGivable(gift: SaleGift, goods: Money): SaleGift {
  const { amount, roundsUp } = gift;
  const rounds = roundUps(goods).some(({ amountMinor }) => amountMinor === amount.amountMinor);
  if (amount.amountMinor < 1n || amount.amountMinor > GIFT_MOST_MINOR || (roundsUp && !rounds)) {
    throw new Refusal('GIFT_OUT_OF_RANGE', { most: GIFT_MOST_MINOR.toString() });
  }
  return gift;
}

/** What the customer pays: goods and gift. */
export function withGift(goods: Money, gift: SaleGift | null): Money {
  return gift === null ? goods : add(goods, gift.amount);
}
