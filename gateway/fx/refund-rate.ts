/** At which rate a refund goes back, and what that makes of it.
 *
 *  Books hold a refund at its share of what the sale brought, so that refunds in full undo the sale whatever the rates did.
 *  What the wallet takes back beside that is the difference between two days' rates and stands in an account of its own. */
import { AmurError } from '../kernel/errors.ts';
import { cumulativeShare, type Money, subtract } from '../kernel/money.ts';
import { convert, type ExactRate, sameRate } from '../kernel/rate.ts';
import { along, applied } from './fraction.ts';

export type RefundRatePolicy = 'original' | 'refund_day' | 'next_day';

export interface RefundRateQuestion {
  readonly policy: RefundRatePolicy;
  /** Of the sale: what was ordered, and what the wallet owed us for it. */
  readonly order: Money;
  readonly settlement: Money;
  /** Parts of the order refunded before, and now. */
  readonly already: Money;
  readonly refund: Money;
  /** Rates from the order's currency to the settlement's on the day that the policy names; unused for `original`. */
  readonly dayLegs: readonly ExactRate[];
}

export interface RefundAtRate {
  /** As the books have it: the share of what the sale brought. */
  readonly booked: Money;
  /** As the wallet will take it back. */
  readonly taken: Money;
  /** `taken` less `booked`: above zero is our loss. */
  readonly difference: Money;
}

/** Errors  ALLOCATION_OUT_OF_RANGE when refunds exceed the sale | FX_PATH_UNKNOWN */
export function refundAtRate(question: RefundRateQuestion): RefundAtRate {
  const { policy, order, settlement, already, refund, dayLegs } = question;
  const booked = cumulativeShare(settlement, order, already, refund);
  const taken = policy === 'original' || order.currency === settlement.currency ? booked : atDay();
  return { booked, taken, difference: subtract(taken, booked) };

  function atDay(): Money {
    const { to, fraction } = along(refund.currency, dayLegs);
    if (to !== settlement.currency)
      throw new AmurError('FX_PATH_UNKNOWN', { from: to, to: settlement.currency });
    return applied(refund, fraction, to, 'half_up');
  }
}

/** Where we convert: what was paid, what of it went back, and the part of the price that goes back now. */
export interface OrderAtDayQuestion {
  readonly order: Money;
  readonly price: Money;
  readonly alreadyOrder: Money;
  readonly alreadyPrice: Money;
  readonly part: Money;
  /** Price for one unit of the order: the sale's, and the one a sale would be made at now. */
  readonly saleRate: ExactRate | null;
  readonly dayRate: ExactRate;
}

/** What goes back in the order's currency at the day's rate, never more than is left of what was paid. At the sale's own
 *  rate it is the sale's share, so that parts of a refund made on its day come to the whole. Zero where nothing is left. */
export function orderAtDay(question: OrderAtDayQuestion): Money {
  const { order, price, alreadyOrder, alreadyPrice, part, saleRate, dayRate } = question;
  const left = subtract(order, alreadyOrder);
  const asked =
    saleRate !== null && sameRate(saleRate, dayRate)
      ? cumulativeShare(order, price, alreadyPrice, part)
      : convert(part, dayRate, 'half_up');
  return asked.amountMinor > left.amountMinor ? left : asked;
}

/** The day whose rate a policy asks for, given the refund's business date and the one after it; null for the sale's own. */
export function rateDay(policy: RefundRatePolicy, refundDay: string, nextBusinessDay: string): string | null {
  switch (policy) {
    case 'original':
      return null;
    case 'refund_day':
      return refundDay;
    case 'next_day':
      return nextBusinessDay;
  }
}
