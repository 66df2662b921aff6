/** alipay.trade.precreate: the wallet hands out a QR. No trade exists until somebody scans it. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import { type Desk, settledByTime, timeoutAt } from '../desk.ts';
import { businessFailure, type ReplyNode, success } from '../reply.ts';
import type { GatewayCall } from '../request.ts';
import type { Trade } from '../trades.ts';
import { cancelledUnborn, readOrder } from './order.ts';

export const QR_PREFIX = 'https://qr.alipay.com/';
const TOKEN_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

export function precreate(desk: Desk, call: GatewayCall, now: EpochMs): ReplyNode {
  const qrTimeout = call.biz.text('qr_code_timeout_express', 6);
  const order = readOrder(desk, call, 'precreate', now);
  if (typeof order === 'string') return businessFailure(order);
  const qrExpiresAt = qrTimeout === null ? now + desk.terms.qrLifeMs : timeoutAt(qrTimeout, now);
  if (qrExpiresAt === null) return businessFailure('ACQ.INVALID_PARAMETER');
  const known = settledByTime(desk, desk.trades.find(order.outTradeNo, null), now);
  if (known !== null) return repeated(known, order.fingerprint);
  if (cancelledUnborn(desk, order.outTradeNo)) return businessFailure('ACQ.TRADE_HAS_CLOSE');
  const trade = { ...order.draft, status: 'CODE_SHOWN' as const, qrToken: newToken(desk), qrExpiresAt };
  return shown(desk.trades.save(trade, now));
}

function repeated(known: Trade, fingerprint: string): ReplyNode {
  if (known.fingerprint !== fingerprint) return businessFailure('ACQ.CONTEXT_INCONSISTENT');
  if (known.status === 'TRADE_CLOSED') return businessFailure('ACQ.TRADE_HAS_CLOSE');
  if (known.paidAt !== null) return businessFailure('ACQ.TRADE_HAS_SUCCESS');
  return shown(known);
}

function shown(trade: Trade): ReplyNode {
  return success({ out_trade_no: trade.outTradeNo, qr_code: `${QR_PREFIX}${trade.qrToken ?? ''}` });
}

function newToken(desk: Desk): string {
  let token = 'ba';
  for (const byte of desk.runtime.random.bytes(16)) token += TOKEN_LETTERS[byte % TOKEN_LETTERS.length] ?? '';
  return token;
}
