/** A wallet, as payments need it: what it is asked to collect, what it may answer, and what it tells by itself. */
import type { Money } from '../kernel/money.ts';
import type { ExactRate } from '../kernel/rate.ts';
import type { Secret } from '../kernel/secret.ts';

/** What a wallet is asked to collect. `outTradeNo` is the attempt's id. */
export interface WalletOrder {
  readonly outTradeNo: string;
  readonly order: Money;
  /** Where the wallet converts: the currency it is to settle in. */
  readonly settleCurrency: string | null;
  readonly subject: string;
  readonly storeId: string;
  readonly terminalId: string;
  readonly operator: string;
}

export interface WalletTrade {
  readonly providerRef: string;
  /** Must equal the order; anything else is an alarm, not a payment. */
  readonly order: Money;
  readonly payer: Money | null;
  readonly settlement: Money | null;
  /** The wallet's own rate between order and payer, where it converts. */
  readonly rate: ExactRate | null;
  /** Its rate between order and settlement, where it converts and says so. */
  readonly settlementRate?: ExactRate;
  readonly buyer: string | null;
  readonly paidAt: string | null;
  /** What the wallet says has been refunded in sum, where it says so. */
  readonly refunded: Money | null;
}

/** `unknown` covers a timeout, a lost link, a bad signature, a system error: the outcome is not known. */
export type WalletUnknown = { readonly kind: 'unknown'; readonly cause: string };
/** A definite refusal, with the provider's code. `retry_later` answers exist where the provider says so. */
export type WalletDeclined = { readonly kind: 'declined'; readonly code: string };

export type PayAnswer =
  | { readonly kind: 'paid'; readonly trade: WalletTrade }
  | { readonly kind: 'pending'; readonly providerRef: string | null }
  | WalletDeclined
  | WalletUnknown;
export type PrecreateAnswer =
  | { readonly kind: 'qr'; readonly content: string }
  | WalletDeclined
  | WalletUnknown;
export type QueryAnswer =
  | { readonly kind: 'paid'; readonly trade: WalletTrade }
  | { readonly kind: 'pending'; readonly providerRef: string | null }
  /** Closed unpaid, or fully refunded (then `trade.refunded` says so). */
  | { readonly kind: 'closed'; readonly trade: WalletTrade | null }
  | { readonly kind: 'not_found' }
  | WalletUnknown;
export type CancelAnswer =
  /** `close`: was unpaid. `refund`: was paid, money returned. `none`: the wallet never knew it. */
  | { readonly kind: 'cancelled'; readonly action: 'close' | 'refund' | 'none' }
  /** Said `retry_flag` Y, or funds are short. */
  | { readonly kind: 'retry_later'; readonly code: string }
  /** Out of the cancel window or not cancellable: return the money by refund if it was paid. */
  | { readonly kind: 'refused'; readonly code: string }
  | WalletUnknown;
export type RefundAnswer =
  /** `refundedTotal`: the sum of all refunds of the trade, as the wallet says. `fresh`: the wallet says that money moved
   *  by this request; else the request was taken, and only an inquiry tells whether money did. */
  | { readonly kind: 'refunded'; readonly refundedTotal: Money | null; readonly fresh: boolean }
  | { readonly kind: 'retry_later'; readonly code: string }
  | WalletDeclined
  | WalletUnknown;
export type RefundQueryAnswer =
  | { readonly kind: 'refunded'; readonly amount: Money }
  | { readonly kind: 'not_found' }
  | WalletUnknown;

/** Never throws for what a provider or a network does. One call is one request on the wire: repeats are the caller's. */
export interface WalletPort {
  readonly wallet: 'alipay';
  pay(order: WalletOrder, authCode: Secret<string>): Promise<PayAnswer>;
  precreate(order: WalletOrder, qrLifeMs: number): Promise<PrecreateAnswer>;
  query(outTradeNo: string, orderCurrency: string): Promise<QueryAnswer>;
  cancel(outTradeNo: string): Promise<CancelAnswer>;
  refund(request: {
    readonly outTradeNo: string;
    readonly outRequestNo: string;
    readonly amount: Money;
    readonly reason: string;
  }): Promise<RefundAnswer>;
  refundQuery(outTradeNo: string, outRequestNo: string, orderCurrency: string): Promise<RefundQueryAnswer>;
}

/** A verified notification from the wallet, in the connector's terms; it only ever prompts an inquiry. */
export interface WalletNotice {
  readonly outTradeNo: string;
  readonly status: 'paid' | 'closed' | 'pending' | 'finished';
  readonly order: Money;
}

export interface NoticeParser {
  /** `rawBody` is the form post as it came. Null for anything the wallet did not sign for us; never throws. */
  verify(rawBody: string): WalletNotice | null;
}
