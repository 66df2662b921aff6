/** alipay.trade.close: gives up an unpaid trade. Unlike cancel it never returns money. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import { type Desk, findTrade } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import { idFields } from '../trade-node.ts';

export function close(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const outTradeNo = call.biz.number('out_trade_no');
  const tradeNo = call.biz.text('trade_no', 64);
  if (call.biz.malformed || (outTradeNo === null && tradeNo === null))
    return businessFailure('ACQ.INVALID_PARAMETER');
  const trade = findTrade(desk, outTradeNo, tradeNo, now);
  if (trade === null || trade.createdAt === null) return businessFailure('ACQ.TRADE_NOT_EXIST');
  if (trade.status === 'TRADE_CLOSED' && trade.paidAt === null) return success(idFields(trade));
  if (trade.status !== 'WAIT_BUYER_PAY') return businessFailure('ACQ.REASON_TRADE_STATUS_INVALID');
  desk.trades.save({ ...trade, status: 'TRADE_CLOSED', closedAt: now }, now);
  return success(idFields(trade));
}
