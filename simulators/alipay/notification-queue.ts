/** Notifications waiting to be sent, in the wallet's database. A notification keeps its notify_id over all its sendings. */
import { CNY } from '../../gateway/kernel/currency.ts';
import type { EpochMs, Runtime } from '../../gateway/kernel/time.ts';
import type { Arming, Choice } from './arming.ts';
import type { Books } from './books.ts';
import { type Buyers, randomDigits } from './buyers.ts';
import { beijingText, decimal } from './desk.ts';
import { maskedLogonId } from './logon-id.ts';
import type { ScenarioName } from './scenarios.ts';
import { signNotification, signText } from './signing.ts';
import type { WalletTerms } from './terms.ts';
import type { Trade } from './trades.ts';

/** After the first sending: 4m, 10m, 10m, 1h, 2h, 6h, 15h. Source: Open Platform, asynchronous notification. */
export const RESEND_AFTER_MS: readonly number[] = [4, 10, 10, 60, 120, 360, 900].map((m) => m * 60_000);

export interface DueNotification {
  readonly seq: number;
  readonly url: string;
  /** `application/x-www-form-urlencoded`, signed. Null: this sending is lost on the way. */
  readonly body: string | null;
  readonly attempt: number;
}

interface QueueRow {
  seq: number;
  notify_id: string;
  url: string;
  fields: string;
  sent: number;
  due_at: number | null;
}

interface Stored {
  readonly fields: Readonly<Record<string, string>>;
  readonly loseFirst: boolean;
  readonly wrongSignature: boolean;
}

export class NotificationQueue {
  /** Called after something was queued; the pump listens. */
  onQueued: () => void = () => {};
  readonly #books: Books;
  readonly #buyers: Buyers;
  readonly #arming: Arming;
  readonly #terms: WalletTerms;
  readonly #runtime: Runtime;

  constructor(books: Books, buyers: Buyers, arming: Arming, terms: WalletTerms, runtime: Runtime) {
    this.#books = books;
    this.#buyers = buyers;
    this.#arming = arming;
    this.#terms = terms;
    this.#runtime = runtime;
  }

  /** Queues the news that a trade was paid. A code payment tells the merchant in its reply; only a shown code notifies. */
  tradePaid(trade: Trade, now: EpochMs, evenForCode = false): void {
    if (trade.notifyUrl === null) return;
    const choice = this.#arming.choose('notify', trade.outTradeNo, trade.buyerId);
    const chosen = choice.get('notification');
    if (chosen?.name === 'notification_never') return;
    if (trade.kind === 'pay' && chosen === undefined && !evenForCode) return;
    const stored = this.#compose(trade, now, choice);
    const held = chosen?.name === 'notification_after_cancel';
    const late = chosen?.name === 'notification_late' ? (chosen.delayMs ?? 120_000) : 0;
    const notifyId = `${beijingText(now).replace(/\D/g, '')}${randomDigits(this.#runtime.random, 20)}`;
    const copies = chosen?.name === 'notification_duplicate' ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.#books
        .sql(
          "INSERT INTO notification (notify_id, out_trade_no, url, fields, sent, due_at, state) VALUES (?, ?, ?, ?, 0, ?, 'pending')",
        )
        .run(notifyId, trade.outTradeNo, trade.notifyUrl, JSON.stringify(stored), held ? null : now + late);
    }
    this.onQueued();
  }

  /** A cancel releases what was held for it. */
  cancelled(outTradeNo: string, now: EpochMs): void {
    const released = this.#books
      .sql(
        "UPDATE notification SET due_at = ? WHERE out_trade_no = ? AND due_at IS NULL AND state = 'pending'",
      )
      .run(now, outTradeNo);
    if (released.changes > 0) this.onQueued();
  }

  nextDueAt(): EpochMs | null {
    return this.#books.sql("SELECT MIN(due_at) FROM notification WHERE state = 'pending'").pluck().get() as
      | number
      | null;
  }

  /** What is to be sent now, signed with the time of this sending. */
  due(now: EpochMs, limit: number): readonly DueNotification[] {
    const rows = this.#books
      .sql(
        "SELECT * FROM notification WHERE state = 'pending' AND due_at <= ? ORDER BY due_at, seq LIMIT ? + 0",
      )
      .all(now, limit) as QueueRow[];
    return rows.map((row) => {
      const stored = JSON.parse(row.fields) as Stored;
      const lost = stored.loseFirst && row.sent === 0;
      return {
        seq: row.seq,
        url: row.url,
        body: lost ? null : this.#signed(row.notify_id, stored, now),
        attempt: row.sent + 1,
      };
    });
  }

  /** Books the answer to a sending: done, to be sent again on the schedule, or given up after the eighth. */
  answered(seq: number, accepted: boolean, now: EpochMs): void {
    const sent = this.#books.sql('SELECT sent FROM notification WHERE seq = ?').pluck().get(seq) as number;
    const wait = RESEND_AFTER_MS[sent];
    const state = accepted ? 'delivered' : wait === undefined ? 'given_up' : 'pending';
    this.#books
      .sql('UPDATE notification SET sent = ?, state = ?, due_at = ? WHERE seq = ?')
      .run(sent + 1, state, state === 'pending' ? now + (wait ?? 0) : null, seq);
  }

  #compose(trade: Trade, now: EpochMs, choice: Choice): Stored {
    const name: ScenarioName | undefined = choice.get('notification')?.name;
    const wrongAmount = name === 'notification_wrong_amount';
    const total = decimal(trade.totalMinor + (wrongAmount ? 100n : 0n), trade.transCurrency);
    const buyer = this.#buyers.find(trade.buyerId ?? '');
    const fields: Record<string, string> = {
      notify_type: 'trade_status_sync',
      charset: 'utf-8',
      version: '1.0',
      sign_type: 'RSA2',
      app_id: this.#terms.appId,
      auth_app_id: this.#terms.appId,
      seller_id: this.#terms.sellerId,
      buyer_id: trade.buyerId ?? '',
      buyer_logon_id: buyer === null ? '' : maskedLogonId(buyer.logonId),
      trade_no: trade.tradeNo ?? '',
      out_trade_no: trade.outTradeNo,
      trade_status: 'TRADE_SUCCESS',
      subject: trade.subject,
      total_amount: total,
      receipt_amount: total,
      invoice_amount: total,
      buyer_pay_amount: total,
      point_amount: '0.00',
      gmt_create: beijingText(trade.createdAt ?? now),
      gmt_payment: beijingText(trade.paidAt ?? now),
      fund_bill_list: JSON.stringify([{ amount: decimal(trade.payFen, CNY), fundChannel: 'ALIPAYACCOUNT' }]),
    };
    if (trade.body !== null) fields.body = trade.body;
    if (trade.crossBorder) {
      fields.trans_currency = trade.transCurrency;
      fields.settle_currency = trade.settleCurrency;
      fields.settle_amount = decimal(trade.settleMinor, trade.settleCurrency);
      fields.pay_currency = CNY;
      fields.pay_amount = decimal(trade.payFen, CNY);
      fields.trans_pay_rate = trade.transPayRate;
      fields.settle_trans_rate = trade.settleTransRate;
    }
    return {
      fields,
      loseFirst: name === 'notification_lost',
      wrongSignature: name === 'notification_wrong_signature',
    };
  }

  #signed(notifyId: string, stored: Stored, now: EpochMs): string {
    const fields = new Map(Object.entries(stored.fields));
    fields.set('notify_id', notifyId);
    fields.set('notify_time', beijingText(now));
    const signature = stored.wrongSignature
      ? signText('another message', this.#terms.alipayPrivateKey)
      : signNotification(fields, this.#terms.alipayPrivateKey);
    fields.set('sign', signature);
    return new URLSearchParams([...fields]).toString();
  }
}
