/** Everything a method of the gateway works with, in one place. */
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import { formatDecimal, money } from '../../gateway/kernel/money.ts';
import { BEIJING_OFFSET_MINUTES, type EpochMs, localTime, type Runtime } from '../../gateway/kernel/time.ts';
import type { Arming } from './arming.ts';
import type { Books } from './books.ts';
import type { Buyers } from './buyers.ts';
import type { NotificationQueue } from './notification-queue.ts';
import type { PaymentCodes } from './payment-codes.ts';
import type { WalletTerms } from './terms.ts';
import type { Trade, Trades } from './trades.ts';

export interface Desk {
  readonly runtime: Runtime;
  readonly terms: WalletTerms;
  readonly books: Books;
  readonly buyers: Buyers;
  readonly codes: PaymentCodes;
  readonly trades: Trades;
  readonly arming: Arming;
  readonly notifications: NotificationQueue;
}

export function beijingText(at: EpochMs): string {
  const local = localTime(at, BEIJING_OFFSET_MINUTES);
  return `${local.date} ${local.time}`;
}

export function decimal(amountMinor: bigint, currency: CurrencyCode): string {
  return formatDecimal(money(amountMinor, currency));
}

/** Brings a trade to where time alone has taken it: expired unpaid, or past its refund window. */
export function settledByTime(desk: Desk, trade: Trade | null, now: EpochMs): Trade | null {
  if (trade === null) return null;
  if (trade.status === 'WAIT_BUYER_PAY' && trade.expiresAt !== null && trade.expiresAt <= now) {
    return desk.trades.save({ ...trade, status: 'TRADE_CLOSED', closedAt: trade.expiresAt }, now);
  }
  const over = trade.paidAt !== null && trade.paidAt + desk.terms.refundWindowMs <= now;
  if (trade.status === 'TRADE_SUCCESS' && over)
    return desk.trades.save({ ...trade, status: 'TRADE_FINISHED' }, now);
  return trade;
}

export function findTrade(
  desk: Desk,
  outTradeNo: string | null,
  tradeNo: string | null,
  now: EpochMs,
): Trade | null {
  return settledByTime(desk, desk.trades.find(outTradeNo, tradeNo), now);
}

/** `15d`, `3m`, `2h` or `1c` (until the end of the Beijing day), as an instant. Null when it is not one of these. */
export function timeoutAt(text: string, from: EpochMs): EpochMs | null {
  if (text === '1c') {
    const date = localTime(from, BEIJING_OFFSET_MINUTES).date;
    return Date.parse(`${date}T00:00:00+08:00`) + 86_400_000;
  }
  const match = /^([1-9][0-9]{0,4})([mhd])$/.exec(text);
  if (match === null) return null;
  const unit = { m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] as 'm' | 'h' | 'd'];
  const length = Number(match[1]) * unit;
  return length <= 15 * 86_400_000 ? from + length : null;
}
