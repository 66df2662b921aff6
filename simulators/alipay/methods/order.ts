/** What trade.pay and trade.precreate have in common: reading an order and comparing it with what is on the books. */
import type { EpochMs } from '../../../gateway/kernel/time.ts';
import { type Desk, timeoutAt } from '../desk.ts';
import { type Price, priceOrder } from '../pricing.ts';
import type { GatewayCall } from '../request.ts';
import { pricedFields, type Trade } from '../trades.ts';

export interface Order {
  readonly outTradeNo: string;
  readonly fingerprint: string;
  readonly price: Price;
  /** A trade as it would first be written; times and parties still open. */
  readonly draft: Trade;
}

/** The order, or the sub_code that refuses it. */
export function readOrder(desk: Desk, call: GatewayCall, kind: Trade['kind'], now: EpochMs): Order | string {
  const { biz } = call;
  const outTradeNo = biz.number('out_trade_no');
  const total = biz.text('total_amount', 11);
  const subject = biz.text('subject', 256);
  const transCurrency = biz.text('trans_currency', 8);
  const settleCurrency = biz.text('settle_currency', 8);
  const sellerId = biz.text('seller_id', 28);
  const timeoutExpress = biz.text('timeout_express', 6);
  const optional = {
    body: biz.text('body', 128),
    storeId: biz.text('store_id', 32),
    terminalId: biz.text('terminal_id', 32),
    operatorId: biz.text('operator_id', 28),
  };
  if (biz.malformed || outTradeNo === null || total === null || subject === null)
    return 'ACQ.INVALID_PARAMETER';
  if (sellerId !== null && sellerId !== desk.terms.sellerId) return 'ACQ.INVALID_PARAMETER';
  if (timeoutExpress !== null && timeoutAt(timeoutExpress, now) === null) return 'ACQ.INVALID_PARAMETER';
  const price = priceOrder(total, transCurrency, settleCurrency, desk.terms.rates);
  if (typeof price === 'string') return price;
  const fingerprint = biz.fingerprint(call.method);
  const draft: Trade = {
    outTradeNo,
    kind,
    status: 'WAIT_BUYER_PAY',
    fingerprint,
    tradeNo: null,
    buyerId: null,
    authCode: null,
    qrToken: null,
    qrExpiresAt: null,
    timeoutExpress,
    subject,
    ...optional,
    notifyUrl: call.notifyUrl,
    ...pricedFields(price),
    crossBorder: transCurrency !== null || settleCurrency !== null,
    receivedAt: now,
    createdAt: null,
    expiresAt: null,
    paidAt: null,
    closedAt: null,
    cancelAction: null,
    dismissed: false,
  };
  return { outTradeNo, fingerprint, price, draft };
}

/** A number that was cancelled before it existed is closed, unless its scenario left it payable. */
export function cancelledUnborn(desk: Desk, outTradeNo: string): boolean {
  const payable = desk.books
    .sql('SELECT payable FROM cancelled_number WHERE out_trade_no = ?')
    .pluck()
    .get(outTradeNo);
  return payable === 0;
}
