/** alipay.trade.cancel: whatever the state, nothing stays with the merchant. Unpaid is closed, paid is returned,
 *  never created is a success without an action. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import type { Choice } from '../arming.ts';
import { type Desk, findTrade } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import { giveBack } from '../settlement.ts';
import { idFields } from '../trade-node.ts';
import type { Trade } from '../trades.ts';

export function cancel(desk: Desk, call: GatewayCall, choice: Choice, now: EpochMs): ReplyNode {
  const outTradeNo = call.biz.number('out_trade_no');
  const tradeNo = call.biz.text('trade_no', 64);
  if (call.biz.malformed || (outTradeNo === null && tradeNo === null))
    return businessFailure('ACQ.INVALID_PARAMETER');
  const rule = choice.get('rule')?.name;
  if (rule === 'cancel_retry') {
    return businessFailure('ACQ.SYSTEM_ERROR', { out_trade_no: outTradeNo ?? '', retry_flag: 'Y' });
  }
  const trade = findTrade(desk, outTradeNo, tradeNo, now);
  const payable = rule === 'still_payable_after_cancel';
  if (trade === null || trade.status === 'CODE_SHOWN') return unborn(desk, trade, outTradeNo, payable, now);
  const reply = existing(desk, trade, now);
  desk.notifications.cancelled(trade.outTradeNo, now);
  return reply;
}

function unborn(
  desk: Desk,
  shown: Trade | null,
  outTradeNo: string | null,
  payable: boolean,
  now: EpochMs,
): ReplyNode {
  if (outTradeNo === null) return businessFailure('ACQ.TRADE_NOT_EXIST');
  desk.books
    .sql('INSERT OR IGNORE INTO cancelled_number VALUES (?, ?, ?)')
    .run(outTradeNo, now, payable ? 1 : 0);
  if (shown !== null && !payable) desk.trades.save({ ...shown, status: 'TRADE_CLOSED', closedAt: now }, now);
  return success({ out_trade_no: outTradeNo, retry_flag: 'N' });
}

function existing(desk: Desk, trade: Trade, now: EpochMs): ReplyNode {
  const done = (action: 'close' | 'refund' | null): ReplyNode =>
    success({ ...idFields(trade), retry_flag: 'N', ...(action === null ? {} : { action }) });
  if (trade.status === 'TRADE_CLOSED') return done(trade.cancelAction ?? actionOnceClosed(trade));
  const since = trade.createdAt ?? trade.receivedAt;
  if (now > since + desk.terms.cancelWindowMs || trade.status === 'TRADE_FINISHED')
    return businessFailure('ACQ.TRADE_CANCEL_TIME_OUT', { ...idFields(trade), retry_flag: 'N' });
  if (trade.paidAt === null) {
    desk.trades.save({ ...trade, status: 'TRADE_CLOSED', closedAt: now, cancelAction: 'close' }, now);
    return done('close');
  }
  const rest = trade.totalMinor - trade.refundedMinor;
  const giving = {
    kind: 'cancel',
    outRequestNo: 'cancel',
    amountMinor: rest,
    reason: '',
    operatorId: '',
  } as const;
  const returned = giveBack(desk, trade, giving, now);
  if (returned === null)
    return businessFailure('ACQ.SELLER_BALANCE_NOT_ENOUGH', { ...idFields(trade), retry_flag: 'Y' });
  desk.trades.save({ ...returned, cancelAction: 'refund' }, now);
  return done('refund');
}

/** A trade that was closed by time, by close or by full refunds answers as what it is; one never created has no action. */
function actionOnceClosed(trade: Trade): 'close' | 'refund' | null {
  if (trade.createdAt === null) return null;
  return trade.paidAt === null ? 'close' : 'refund';
}
