/** alipay.trade.pay: the shop scanned the customer's code. One number is one order; the same request gets the same answer. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import type { Choice } from '../arming.ts';
import type { Buyer, Funding } from '../buyers.ts';
import { type Desk, settledByTime, timeoutAt } from '../desk.ts';
import { businessFailure, type ReplyNode, stillPaying, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import { charge } from '../settlement.ts';
import { tradeNode } from '../trade-node.ts';
import type { Trade } from '../trades.ts';
import { cancelledUnborn, type Order, readOrder } from './order.ts';

export const FUNDING_SUB_CODES: Readonly<Record<Exclude<Funding, 'ok'>, string>> = {
  blocked: 'ACQ.BUYER_ENABLE_STATUS_FORBID',
  not_enough: 'ACQ.BUYER_BALANCE_NOT_ENOUGH',
  day_limit: 'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR',
  year_limit: 'ACQ.ERROR_BALANCE_PAYMENT_DISABLE',
};

export function pay(desk: Desk, call: GatewayCall, choice: Choice, now: EpochMs): ReplyNode {
  const scene = call.biz.text('scene', 32);
  const authCode = call.biz.text('auth_code', 32);
  const order = readOrder(desk, call, 'pay', now);
  if (typeof order === 'string') return businessFailure(order);
  if (scene !== 'bar_code' || authCode === null) return businessFailure('ACQ.INVALID_PARAMETER');
  const known = settledByTime(desk, desk.trades.find(order.outTradeNo, null), now);
  if (known !== null) return repeated(desk, known, order, authCode);
  if (cancelledUnborn(desk, order.outTradeNo)) return businessFailure('ACQ.TRADE_HAS_CLOSE');
  const earlier = declinedBefore(desk, order, authCode);
  if (earlier !== null) return businessFailure(earlier);
  return firstTry(desk, order, authCode, choice, now);
}

function repeated(desk: Desk, known: Trade, order: Order, authCode: string): ReplyNode {
  if (known.fingerprint !== order.fingerprint) return businessFailure('ACQ.CONTEXT_INCONSISTENT');
  if (known.status === 'TRADE_CLOSED') return businessFailure('ACQ.TRADE_HAS_CLOSE');
  if (known.authCode !== authCode) {
    return businessFailure(known.paidAt === null ? 'ACQ.CONTEXT_INCONSISTENT' : 'ACQ.TRADE_HAS_SUCCESS');
  }
  const node = tradeNode(desk, known);
  return known.paidAt === null ? stillPaying(node) : success(node);
}

function firstTry(desk: Desk, order: Order, authCode: string, choice: Choice, now: EpochMs): ReplyNode {
  const code = desk.codes.find(authCode);
  const buyer = code === null ? null : desk.buyers.find(code.buyerId);
  const stale = code === null || code.usedBy !== null || code.expiresAt <= now;
  if (buyer === null || stale) return decline(desk, order, authCode, 'ACQ.PAYMENT_AUTH_CODE_INVALID');
  desk.codes.spend(authCode, order.outTradeNo);
  const funding = desk.buyers.funding(buyer, order.price.payFen, now);
  if (funding !== 'ok') return decline(desk, order, authCode, FUNDING_SUB_CODES[funding]);
  const trade = open(desk, order, authCode, buyer, now);
  const asks = choice.get('rule')?.name === 'password_required' || trade.payFen > desk.terms.passwordAboveFen;
  if (asks) return stillPaying(tradeNode(desk, trade));
  return success(tradeNode(desk, charge(desk, trade, now)));
}

function open(desk: Desk, order: Order, authCode: string, buyer: Buyer, now: EpochMs): Trade {
  const timeout = order.draft.timeoutExpress;
  const expiresAt = timeout === null ? now + desk.terms.paymentTimeoutMs : timeoutAt(timeout, now);
  const tradeNo = desk.trades.newTradeNo(now);
  return desk.trades.save(
    { ...order.draft, tradeNo, authCode, buyerId: buyer.buyerId, createdAt: now, expiresAt },
    now,
  );
}

function decline(desk: Desk, order: Order, authCode: string, subCode: string): ReplyNode {
  desk.books
    .sql('INSERT OR IGNORE INTO declined_pay VALUES (?, ?, ?, ?)')
    .run(order.outTradeNo, authCode, order.fingerprint, subCode);
  return businessFailure(subCode);
}

/** The answer a repeated request must get again; another order under a declined number is a contradiction. */
function declinedBefore(desk: Desk, order: Order, authCode: string): string | null {
  const rows = desk.books
    .sql('SELECT auth_code, fingerprint, sub_code FROM declined_pay WHERE out_trade_no = ? ORDER BY rowid')
    .all(order.outTradeNo) as { auth_code: string; fingerprint: string; sub_code: string }[];
  if (rows.some((row) => row.fingerprint !== order.fingerprint)) return 'ACQ.CONTEXT_INCONSISTENT';
  return rows.find((row) => row.auth_code === authCode)?.sub_code ?? null;
}
