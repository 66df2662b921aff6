/** What the acquirer agreed with Alipay, and how to reach it. */
import type { Secret } from '../../kernel/secret.ts';

export interface AlipayConfig {
  /** `https://openapi.alipay.com/gateway.do` or a sandbox's. */
  readonly gatewayUrl: string;
  readonly appId: string;
  /** Our RSA key, PEM (PKCS#8 or PKCS#1). */
  readonly privateKeyPem: Secret<string>;
  /** Alipay's RSA public key, PEM (SPKI). */
  readonly alipayPublicKeyPem: string;
  /** `2088…`, sixteen digits. */
  readonly sellerId: string;
  /** Where Alipay posts its notifications of shown-QR payments. */
  readonly notifyUrl: string;
  /** After this long without a reply the outcome is unknown. Alipay says to start querying at 5 s. */
  readonly timeoutMs: number;
  /** How long the wallet keeps an unpaid trade open: `1m`..`15d`. */
  readonly timeoutExpress: string;
}

/** Fields that may be logged: codes and our own order number, never what a customer or a key could be known by. */
export interface AlipayLogEntry {
  readonly event: 'alipay_code_unlisted' | 'alipay_reply_refused' | 'alipay_answer_mismatch';
  readonly method: AlipayMethod;
  readonly outTradeNo: string;
  readonly code?: string;
  readonly subCode?: string;
  readonly cause?: string;
}

export type AlipayLog = (entry: AlipayLogEntry) => void;

export type AlipayMethod =
  | 'alipay.trade.pay'
  | 'alipay.trade.precreate'
  | 'alipay.trade.query'
  | 'alipay.trade.cancel'
  | 'alipay.trade.refund'
  | 'alipay.trade.fastpay.refund.query';
