/** alipay.trade.refund and alipay.trade.fastpay.refund.query: one request number is one refund, whatever is repeated. */

import { CNY } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { parseDecimalMoney } from '../../../gateway/kernel/money.ts';
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import { beijingText, type Desk, decimal, findTrade } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import { giveBack } from '../settlement.ts';
import { buyerFields, idFields } from '../trade-node.ts';
import type { Refund, Trade } from '../trades.ts';

export function refund(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const { biz } = call;
  const outTradeNo = biz.number('out_trade_no');
  const tradeNo = biz.text('trade_no', 64);
  const amountText = biz.text('refund_amount', 12);
  const requestNo = biz.number('out_request_no');
  const currency = biz.text('refund_currency', 8);
  const reason = biz.text('refund_reason', 256) ?? '';
  const operatorId = biz.text('operator_id', 28) ?? '';
  if (biz.malformed || (outTradeNo === null && tradeNo === null) || amountText === null)
    return businessFailure('ACQ.INVALID_PARAMETER');
  const trade = findTrade(desk, outTradeNo, tradeNo, now);
  if (trade === null || trade.createdAt === null) return businessFailure('ACQ.TRADE_NOT_EXIST');
  if (currency !== null && currency !== trade.transCurrency) return businessFailure('ACQ.INVALID_PARAMETER');
  const amountMinor = refundAmount(amountText, trade);
  if (amountMinor === null) return businessFailure('ACQ.INVALID_PARAMETER');
  const outRequestNo = requestNo ?? trade.outTradeNo;
  const earlier = desk.trades.refundsOf(trade.outTradeNo).find((made) => made.outRequestNo === outRequestNo);
  if (earlier !== undefined) return replayed(desk, trade, earlier, amountMinor);
  if (requestNo === null && amountMinor !== trade.totalMinor) return businessFailure('ACQ.INVALID_PARAMETER');
  const refusal = refusalOf(trade, amountMinor);
  if (refusal !== null) return businessFailure(refusal);
  const giving = { kind: 'refund', outRequestNo, amountMinor, reason, operatorId } as const;
  const returned = giveBack(desk, trade, giving, now);
  if (returned === null) return businessFailure('ACQ.SELLER_BALANCE_NOT_ENOUGH');
  return success(refundNode(desk, returned, 'Y', returned.refundedFen - trade.refundedFen, now));
}

function refundAmount(text: string, trade: Trade): bigint | null {
  try {
    const { amountMinor } = parseDecimalMoney(text, trade.transCurrency);
    return amountMinor > 0n ? amountMinor : null;
  } catch (error) {
    if (error instanceof AmurError) return null;
    throw error;
  }
}

function refusalOf(trade: Trade, amountMinor: bigint): string | null {
  if (trade.status === 'TRADE_FINISHED') return 'ACQ.TRADE_HAS_FINISHED';
  if (trade.paidAt === null) {
    return trade.status === 'TRADE_CLOSED' ? 'ACQ.TRADE_HAS_CLOSE' : 'ACQ.REASON_TRADE_STATUS_INVALID';
  }
  if (trade.refundedMinor + amountMinor > trade.totalMinor) return 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL';
  return trade.status === 'TRADE_CLOSED' ? 'ACQ.TRADE_HAS_CLOSE' : null;
}

function replayed(desk: Desk, trade: Trade, earlier: Refund, amountMinor: bigint): ReplyNode {
  if (earlier.amountMinor !== amountMinor || earlier.kind !== 'refund')
    return businessFailure('ACQ.DISCORDANT_REPEAT_REQUEST');
  return success(refundNode(desk, trade, 'N', earlier.payFen, earlier.at));
}

/** `refund_fee` is the sum refunded so far, in the order's currency. */
function refundNode(desk: Desk, trade: Trade, fundChange: 'Y' | 'N', payFen: bigint, at: EpochMs): ReplyNode {
  return {
    ...idFields(trade),
    ...buyerFields(desk, trade),
    fund_change: fundChange,
    refund_fee: decimal(trade.refundedMinor, trade.transCurrency),
    ...(trade.crossBorder ? { refund_currency: trade.transCurrency } : {}),
    gmt_refund_pay: beijingText(at),
    present_refund_buyer_amount: decimal(payFen, CNY),
  };
}

export function refundQuery(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const outTradeNo = call.biz.number('out_trade_no');
  const tradeNo = call.biz.text('trade_no', 64);
  const outRequestNo = call.biz.number('out_request_no');
  if (call.biz.malformed || (outTradeNo === null && tradeNo === null) || outRequestNo === null)
    return businessFailure('ACQ.INVALID_PARAMETER');
  const trade = findTrade(desk, outTradeNo, tradeNo, now);
  if (trade === null || trade.createdAt === null) return businessFailure('ACQ.TRADE_NOT_EXIST');
  const made = desk.trades.refundsOf(trade.outTradeNo).find((each) => each.outRequestNo === outRequestNo);
  if (made === undefined) return success();
  return success({
    ...idFields(trade),
    out_request_no: made.outRequestNo,
    refund_status: 'REFUND_SUCCESS',
    total_amount: decimal(trade.totalMinor, trade.transCurrency),
    refund_amount: decimal(made.amountMinor, trade.transCurrency),
    refund_reason: made.reason,
    gmt_refund_pay: beijingText(made.at),
  });
}
