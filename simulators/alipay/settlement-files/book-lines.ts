/** What the wallet's books say of a span of time, one line for each payment, refund and paid-back cancellation: the source of
 *  every file and bill. Amounts are above zero; the kind says which way the money went. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import type { Desk } from '../desk.ts';
import type { Refund, Trade } from '../trades.ts';

export interface BookLine {
  readonly kind: 'payment' | 'refund' | 'cancel';
  readonly trade: Trade;
  readonly refund: Refund | null;
  /** The merchant's number of the operation: `out_trade_no`, of a refund its `out_request_no`. */
  readonly ours: string;
  /** The wallet's number of the trade. */
  readonly theirs: string;
  readonly pricedMinor: bigint;
  readonly payFen: bigint;
  readonly settleMinor: bigint;
  readonly at: EpochMs;
}

/** By time, then by the merchant's number. */
export function bookLines(desk: Desk, from: EpochMs, to: EpochMs): readonly BookLine[] {
  const lines: BookLine[] = desk.trades.paidBetween(from, to).map((trade) => paymentLine(trade, from));
  for (const refund of desk.trades.refundsBetween(from, to)) {
    const trade = desk.trades.find(refund.outTradeNo, null);
    if (trade !== null) lines.push(returnLine(trade, refund));
  }
  return lines.toSorted((a, b) => a.at - b.at || (a.trade.outTradeNo < b.trade.outTradeNo ? -1 : 1));
}

function paymentLine(trade: Trade, from: EpochMs): BookLine {
  return {
    kind: 'payment',
    trade,
    refund: null,
    ours: trade.outTradeNo,
    theirs: trade.tradeNo ?? '',
    pricedMinor: trade.totalMinor,
    payFen: trade.payFen,
    settleMinor: trade.settleMinor,
    at: trade.paidAt ?? from,
  };
}

function returnLine(trade: Trade, refund: Refund): BookLine {
  return {
    kind: refund.kind,
    trade,
    refund,
    ours: refund.kind === 'cancel' ? trade.outTradeNo : refund.outRequestNo,
    theirs: trade.tradeNo ?? '',
    pricedMinor: refund.amountMinor,
    payFen: refund.payFen,
    settleMinor: refund.settleMinor,
    at: refund.at,
  };
}
