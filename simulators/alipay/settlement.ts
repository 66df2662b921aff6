/** The money of one trade: taking it from the buyer, and giving all or part of it back. */
import { CNY } from '../../gateway/kernel/currency.ts';
import { cumulativeShare, money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import { buyerAccount, EXCHANGE, type Leg, MERCHANT, type MovementKind } from './books.ts';
import type { Desk } from './desk.ts';
import type { Trade } from './trades.ts';

/** Charges the buyer, credits the merchant, marks the trade paid and queues its notification. */
export function charge(desk: Desk, trade: Trade, now: EpochMs): Trade {
  desk.books.post('pay', trade.outTradeNo, legs(trade, trade.payFen, trade.settleMinor), now);
  const paid = desk.trades.save({ ...trade, status: 'TRADE_SUCCESS', paidAt: now }, now);
  desk.notifications.tradePaid(paid, now);
  return paid;
}

export interface Giving {
  readonly kind: 'refund' | 'cancel';
  readonly outRequestNo: string;
  readonly amountMinor: bigint;
  readonly reason: string;
  readonly operatorId: string;
}

/** Returns a part of a paid trade at the payment's own rate; the last part takes the remainder exactly.
 *  Null when the merchant's balance does not cover it. */
export function giveBack(desk: Desk, trade: Trade, giving: Giving, now: EpochMs): Trade | null {
  const share = (whole: bigint, currency: typeof CNY): bigint =>
    cumulativeShare(
      money(whole, currency),
      money(trade.totalMinor, trade.transCurrency),
      money(trade.refundedMinor, trade.transCurrency),
      money(giving.amountMinor, trade.transCurrency),
    ).amountMinor;
  const payFen = share(trade.payFen, CNY);
  const settleMinor = share(trade.settleMinor, trade.settleCurrency);
  if (desk.books.balance(MERCHANT, trade.settleCurrency) < settleMinor) return null;
  const kind: MovementKind = giving.kind;
  desk.books.post(
    kind,
    `${trade.outTradeNo}/${giving.outRequestNo}`,
    legs(trade, -payFen, -settleMinor),
    now,
  );
  desk.trades.addRefund({ ...giving, outTradeNo: trade.outTradeNo, payFen, settleMinor, at: now });
  const refundedMinor = trade.refundedMinor + giving.amountMinor;
  const whole = refundedMinor === trade.totalMinor;
  return desk.trades.save(
    {
      ...trade,
      refundedMinor,
      refundedFen: trade.refundedFen + payFen,
      refundedSettleMinor: trade.refundedSettleMinor + settleMinor,
      status: whole ? 'TRADE_CLOSED' : trade.status,
      closedAt: whole ? now : trade.closedAt,
    },
    now,
  );
}

function legs(trade: Trade, payFen: bigint, settleMinor: bigint): readonly Leg[] {
  const from: Leg = { account: buyerAccount(trade.buyerId ?? ''), currency: CNY, amountMinor: -payFen };
  const to: Leg = { account: MERCHANT, currency: trade.settleCurrency, amountMinor: settleMinor };
  if (trade.settleCurrency === CNY) return [from, to];
  return [
    from,
    { account: EXCHANGE, currency: CNY, amountMinor: payFen },
    { account: EXCHANGE, currency: trade.settleCurrency, amountMinor: -settleMinor },
    to,
  ];
}
