/** What is asked of Alipay, per method: the business content, and the signed HTTP request around it.
 *  Source: alipay.trade.* of the Open Platform; the wire shape is that of Alipay's own Node SDK. */
import type { KeyObject } from 'node:crypto';
import { CNY } from '../../kernel/currency.ts';
import { formatDecimal, type Money } from '../../kernel/money.ts';
import { BEIJING_OFFSET_MINUTES, type EpochMs, localTime } from '../../kernel/time.ts';
import type { WalletOrder } from '../../payments/wallet-port.ts';
import type { AlipayConfig, AlipayMethod } from './config.ts';
import { signRequest } from './signing.ts';

export type Content = Readonly<Record<string, string>>;

export interface SignedRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Shape   system parameters with `sign` in the query, `biz_content` alone in the form body
 *  Units   `timestamp` in Beijing time, to the second */
export function signedRequest(
  config: AlipayConfig,
  privateKey: KeyObject,
  method: AlipayMethod,
  content: Content,
  now: EpochMs,
): SignedRequest {
  const local = localTime(now, BEIJING_OFFSET_MINUTES);
  const system = new Map([
    ['app_id', config.appId],
    ['method', method],
    ['format', 'JSON'],
    ['charset', 'utf-8'],
    ['sign_type', 'RSA2'],
    ['timestamp', `${local.date} ${local.time}`],
    ['version', '1.0'],
  ]);
  // A scanned code is answered in the reply or by a query; only a shown QR is paid while nobody waits.
  if (method === 'alipay.trade.precreate') system.set('notify_url', config.notifyUrl);
  const bizContent = JSON.stringify(content);
  system.set('sign', signRequest(new Map([...system, ['biz_content', bizContent]]), privateKey));
  const query = [...system].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return {
    url: `${config.gatewayUrl}?${query}`,
    headers: {
      'content-type': 'application/x-www-form-urlencoded;charset=utf-8',
      accept: 'application/json',
    },
    body: Buffer.from(`biz_content=${encodeURIComponent(bizContent)}`, 'utf8'),
  };
}

export function payContent(config: AlipayConfig, order: WalletOrder, authCode: string): Content {
  return {
    ...orderContent(config, order),
    scene: 'bar_code',
    auth_code: authCode,
    product_code: 'FACE_TO_FACE_PAYMENT',
  };
}

export function precreateContent(config: AlipayConfig, order: WalletOrder, qrLifeMs: number): Content {
  return {
    ...orderContent(config, order),
    // Whole minutes are the finest Alipay takes; the QR must not die before the till says so.
    qr_code_timeout_express: `${Math.max(1, Math.ceil(qrLifeMs / 60_000))}m`,
  };
}

export function refundContent(request: {
  readonly outTradeNo: string;
  readonly outRequestNo: string;
  readonly amount: Money;
  readonly reason: string;
}): Content {
  return {
    out_trade_no: request.outTradeNo,
    out_request_no: request.outRequestNo,
    refund_amount: formatDecimal(request.amount),
    ...(request.amount.currency === CNY ? {} : { refund_currency: request.amount.currency }),
    refund_reason: request.reason,
  };
}

function orderContent(config: AlipayConfig, order: WalletOrder): Content {
  return {
    out_trade_no: order.outTradeNo,
    subject: order.subject,
    total_amount: formatDecimal(order.order),
    seller_id: config.sellerId,
    store_id: order.storeId,
    terminal_id: order.terminalId,
    operator_id: order.operator,
    timeout_express: config.timeoutExpress,
    ...(order.order.currency === CNY
      ? {}
      : {
          trans_currency: order.order.currency,
          settle_currency: order.settleCurrency ?? order.order.currency,
        }),
  };
}
