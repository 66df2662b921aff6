/** What the customers do on their phones. Every action is one committed transaction and answers a value, never throws for a refusal. */
import { CNY } from '../../gateway/kernel/currency.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { Buyer, Funding } from './buyers.ts';
import { type Desk, decimal, settledByTime, timeoutAt } from './desk.ts';
import { QR_PREFIX } from './methods/precreate.ts';
import type { PaymentCode } from './payment-codes.ts';
import { charge } from './settlement.ts';
import type { Trade, TradeStatus } from './trades.ts';

export interface PhoneRefund {
  readonly amountFen: bigint;
  readonly at: EpochMs;
}

/** A payment as its payer sees it. */
export interface PhoneTrade {
  readonly tradeNo: string;
  readonly outTradeNo: string;
  readonly merchantName: string;
  readonly subject: string;
  readonly status: TradeStatus;
  readonly payFen: bigint;
  /** The shop's own price when it is not in yuan: decimal text and currency. */
  readonly priced: { readonly amount: string; readonly currency: string; readonly rate: string } | null;
  readonly createdAt: EpochMs;
  readonly expiresAt: EpochMs | null;
  readonly paidAt: EpochMs | null;
  readonly refunds: readonly PhoneRefund[];
}

export type ScanRefusal =
  | 'buyer_unknown'
  | 'not_a_merchant_qr'
  | 'qr_unknown'
  | 'qr_expired'
  | 'qr_closed'
  | 'qr_taken';
export type ApproveRefusal =
  | 'trade_unknown'
  | 'not_waiting'
  | 'pin_wrong'
  | 'pin_locked'
  | Exclude<Funding, 'ok'>;

export type ScanResult =
  | { readonly ok: true; readonly trade: PhoneTrade }
  | { readonly ok: false; readonly reason: ScanRefusal };
export type ApproveResult =
  | { readonly ok: true; readonly trade: PhoneTrade }
  | { readonly ok: false; readonly reason: ApproveRefusal };

const GREATEST_HISTORY = 200;

export class Phones {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** A fresh payment code of 16 to 24 digits. Null when the buyer is unknown. */
  newPaymentCode(buyerId: string, length = 18): PaymentCode | null {
    const desk = this.#desk;
    if (length < 16 || length > 24 || desk.buyers.find(buyerId) === null) return null;
    return desk.codes.issue(buyerId, length, desk.terms.paymentCodeLifeMs, desk.runtime.clock.now());
  }

  /** Reads the till's QR: the trade comes into being and waits for the PIN. Scanning again shows the same trade. */
  scanQr(buyerId: string, content: string): ScanResult {
    return this.#desk.books.transaction(() => this.#scan(buyerId, content.trim()));
  }

  /** The PIN for a trade that waits: after a scanned QR, or when trade.pay asked for it. */
  approve(tradeNo: string, pin: string): ApproveResult {
    return this.#desk.books.transaction(() => this.#approve(tradeNo, pin));
  }

  /** The customer puts the request aside; the trade goes on waiting until it expires or is cancelled. */
  dismiss(tradeNo: string): boolean {
    const { trades, runtime } = this.#desk;
    const trade = trades.find(null, tradeNo);
    if (trade === null || trade.status !== 'WAIT_BUYER_PAY') return false;
    trades.save({ ...trade, dismissed: true }, runtime.clock.now());
    return true;
  }

  /** Trades that wait for this buyer's PIN, oldest first. */
  pending(buyerId: string): readonly PhoneTrade[] {
    const now = this.#desk.runtime.clock.now();
    return this.#desk.trades
      .waiting(buyerId)
      .map((trade) => settledByTime(this.#desk, trade, now) ?? trade)
      .filter((trade) => trade.status === 'WAIT_BUYER_PAY' && !trade.dismissed)
      .map((trade) => this.view(trade));
  }

  /** Newest first. */
  history(buyerId: string, limit: number): readonly PhoneTrade[] {
    const now = this.#desk.runtime.clock.now();
    return this.#desk.trades
      .ofBuyer(buyerId, Math.min(limit, GREATEST_HISTORY))
      .map((trade) => this.view(settledByTime(this.#desk, trade, now) ?? trade));
  }

  find(tradeNo: string): PhoneTrade | null {
    const trade = settledByTime(
      this.#desk,
      this.#desk.trades.find(null, tradeNo),
      this.#desk.runtime.clock.now(),
    );
    return trade === null ? null : this.view(trade);
  }

  /** What became of the payment a code was presented for: lets the code's screen turn into the result. */
  tradeOfCode(code: string): PhoneTrade | null {
    const usedBy = this.#desk.codes.find(code)?.usedBy ?? null;
    const trade = usedBy === null ? null : this.#desk.trades.find(usedBy, null);
    return trade === null || trade.authCode !== code ? null : this.view(trade);
  }

  scanned(trade: Trade, buyer: Buyer, now: EpochMs): Trade {
    const { trades, terms } = this.#desk;
    const timeout = trade.timeoutExpress;
    const expiresAt = timeout === null ? now + terms.paymentTimeoutMs : timeoutAt(timeout, now);
    const tradeNo = trades.newTradeNo(now);
    const waiting = { ...trade, status: 'WAIT_BUYER_PAY' as const, tradeNo, buyerId: buyer.buyerId };
    return trades.save({ ...waiting, createdAt: now, expiresAt }, now);
  }

  view(trade: Trade): PhoneTrade {
    const { terms, trades } = this.#desk;
    const foreign = trade.transCurrency !== CNY;
    return {
      tradeNo: trade.tradeNo ?? '',
      outTradeNo: trade.outTradeNo,
      merchantName: terms.merchantName,
      subject: trade.subject,
      status: trade.status,
      payFen: trade.payFen,
      priced: foreign
        ? {
            amount: decimal(trade.totalMinor, trade.transCurrency),
            currency: trade.transCurrency,
            rate: trade.transPayRate,
          }
        : null,
      createdAt: trade.createdAt ?? trade.receivedAt,
      expiresAt: trade.expiresAt,
      paidAt: trade.paidAt,
      refunds: trades.refundsOf(trade.outTradeNo).map((made) => ({ amountFen: made.payFen, at: made.at })),
    };
  }

  #scan(buyerId: string, content: string): ScanResult {
    const desk = this.#desk;
    const now = desk.runtime.clock.now();
    const buyer = desk.buyers.find(buyerId);
    if (buyer === null) return { ok: false, reason: 'buyer_unknown' };
    if (!content.startsWith(QR_PREFIX)) return { ok: false, reason: 'not_a_merchant_qr' };
    const trade = settledByTime(desk, desk.trades.findByQr(content.slice(QR_PREFIX.length)), now);
    if (trade === null) return { ok: false, reason: 'qr_unknown' };
    if (trade.buyerId !== null) {
      if (trade.buyerId !== buyerId) return { ok: false, reason: 'qr_taken' };
      return { ok: true, trade: this.view(trade) };
    }
    if (trade.status === 'TRADE_CLOSED') return { ok: false, reason: 'qr_closed' };
    if ((trade.qrExpiresAt ?? 0) <= now) return { ok: false, reason: 'qr_expired' };
    return { ok: true, trade: this.view(this.scanned(trade, buyer, now)) };
  }

  #approve(tradeNo: string, pin: string): ApproveResult {
    const desk = this.#desk;
    const now = desk.runtime.clock.now();
    const trade = settledByTime(desk, desk.trades.find(null, tradeNo), now);
    const buyer = trade?.buyerId == null ? null : desk.buyers.find(trade.buyerId);
    if (trade === null || buyer === null) return { ok: false, reason: 'trade_unknown' };
    if (trade.status !== 'WAIT_BUYER_PAY') return { ok: false, reason: 'not_waiting' };
    const checked = desk.buyers.checkPin(buyer, pin, now);
    if (checked !== 'ok') return { ok: false, reason: checked === 'wrong' ? 'pin_wrong' : 'pin_locked' };
    const funding = desk.buyers.funding(buyer, trade.payFen, now);
    if (funding !== 'ok') return { ok: false, reason: funding };
    return { ok: true, trade: this.view(charge(desk, trade, now)) };
  }
}
