/** alipay.trade.query: what became of a number. A QR nobody scanned is not a trade. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import { beijingText, type Desk, findTrade } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import { tradeNode } from '../trade-node.ts';

export function query(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const outTradeNo = call.biz.number('out_trade_no');
  const tradeNo = call.biz.text('trade_no', 64);
  if (call.biz.malformed || (outTradeNo === null && tradeNo === null))
    return businessFailure('ACQ.INVALID_PARAMETER');
  const trade = findTrade(desk, outTradeNo, tradeNo, now);
  if (trade === null || trade.createdAt === null) return businessFailure('ACQ.TRADE_NOT_EXIST');
  return success({
    ...tradeNode(desk, trade),
    trade_status: trade.status,
    send_pay_date: beijingText(trade.paidAt ?? trade.createdAt),
  });
}
