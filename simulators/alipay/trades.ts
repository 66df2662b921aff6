/** Trades and refunds as the wallet remembers them. Amounts are minor units; a trade is never deleted. */
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';
import type { Books } from './books.ts';
import type { Price } from './pricing.ts';

/** `CODE_SHOWN`: a QR was handed out and nobody has scanned it. To the merchant such a trade does not exist. */
export type TradeStatus =
  | 'CODE_SHOWN'
  | 'WAIT_BUYER_PAY'
  | 'TRADE_SUCCESS'
  | 'TRADE_FINISHED'
  | 'TRADE_CLOSED';

export interface Trade {
  readonly outTradeNo: string;
  readonly kind: 'pay' | 'precreate';
  readonly status: TradeStatus;
  readonly tradeNo: string | null;
  readonly buyerId: string | null;
  readonly fingerprint: string;
  readonly authCode: string | null;
  readonly qrToken: string | null;
  readonly qrExpiresAt: EpochMs | null;
  readonly timeoutExpress: string | null;
  readonly subject: string;
  readonly body: string | null;
  readonly storeId: string | null;
  readonly terminalId: string | null;
  readonly operatorId: string | null;
  readonly notifyUrl: string | null;
  readonly totalMinor: bigint;
  readonly transCurrency: CurrencyCode;
  readonly settleCurrency: CurrencyCode;
  readonly crossBorder: boolean;
  readonly payFen: bigint;
  readonly settleMinor: bigint;
  readonly transPayRate: string;
  readonly settleTransRate: string;
  readonly refundedMinor: bigint;
  readonly refundedFen: bigint;
  readonly refundedSettleMinor: bigint;
  readonly receivedAt: EpochMs;
  readonly createdAt: EpochMs | null;
  readonly expiresAt: EpochMs | null;
  readonly paidAt: EpochMs | null;
  readonly closedAt: EpochMs | null;
  readonly cancelAction: 'close' | 'refund' | null;
  readonly dismissed: boolean;
}

export interface Refund {
  readonly outTradeNo: string;
  readonly outRequestNo: string;
  readonly kind: 'refund' | 'cancel';
  readonly amountMinor: bigint;
  readonly payFen: bigint;
  readonly settleMinor: bigint;
  readonly reason: string;
  readonly operatorId: string;
  readonly at: EpochMs;
}

const BIG_FIELDS: ReadonlySet<string> = new Set([
  'totalMinor',
  'payFen',
  'settleMinor',
  'refundedMinor',
  'refundedFen',
  'refundedSettleMinor',
]);

export class Trades {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  find(outTradeNo: string | null, tradeNo: string | null): Trade | null {
    if (tradeNo !== null) return this.#one('SELECT doc FROM trade WHERE trade_no = ?', tradeNo);
    if (outTradeNo === null) return null;
    return this.#one('SELECT doc FROM trade WHERE out_trade_no = ?', outTradeNo);
  }

  findByQr(token: string): Trade | null {
    return this.#one('SELECT doc FROM trade WHERE qr_token = ?', token);
  }

  /** Newest first. */
  ofBuyer(buyerId: string, limit: number): readonly Trade[] {
    return this.#many(
      'SELECT doc FROM trade WHERE buyer_id = ? ORDER BY trade_no DESC LIMIT ?',
      buyerId,
      limit,
    );
  }

  /** Those that wait for this buyer's PIN, oldest first. */
  waiting(buyerId: string): readonly Trade[] {
    return this.#many(
      "SELECT doc FROM trade WHERE buyer_id = ? AND status = 'WAIT_BUYER_PAY' ORDER BY trade_no",
      buyerId,
    );
  }

  paidBetween(from: EpochMs, to: EpochMs): readonly Trade[] {
    return this.#many(
      'SELECT doc FROM trade WHERE paid_at >= ? AND paid_at < ? ORDER BY paid_at, trade_no',
      from,
      to,
    );
  }

  refundsBetween(from: EpochMs, to: EpochMs): readonly Refund[] {
    const rows = this.#books.sql('SELECT * FROM refund WHERE at >= ? AND at < ? ORDER BY seq').all(from, to);
    return (rows as RefundRow[]).map(refundFrom);
  }

  all(): readonly Trade[] {
    return this.#many('SELECT doc FROM trade ORDER BY out_trade_no');
  }

  save(trade: Trade, at: EpochMs): Trade {
    this.#books.sql('INSERT OR REPLACE INTO trade VALUES (?, ?, ?, ?, ?, ?, ?, ?)').run(
      trade.outTradeNo,
      trade.tradeNo,
      trade.qrToken,
      trade.buyerId,
      trade.status,
      trade.paidAt,
      at,
      JSON.stringify(trade, (_name, value: unknown) =>
        typeof value === 'bigint' ? value.toString() : value,
      ),
    );
    return trade;
  }

  /** 28 digits: the Beijing date, then a running number. */
  newTradeNo(at: EpochMs): string {
    const date = localTime(at, 480).date.replaceAll('-', '');
    return `${date}22001${String(this.#books.next('trade')).padStart(15, '0')}`;
  }

  addRefund(refund: Refund): void {
    this.#books
      .sql(
        `INSERT INTO refund (out_trade_no, out_request_no, kind, amount_minor, pay_fen, settle_minor, reason, operator_id, at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        refund.outTradeNo,
        refund.outRequestNo,
        refund.kind,
        refund.amountMinor.toString(),
        refund.payFen.toString(),
        refund.settleMinor.toString(),
        refund.reason,
        refund.operatorId,
        refund.at,
      );
  }

  /** In the order in which they were made. */
  refundsOf(outTradeNo: string): readonly Refund[] {
    const rows = this.#books.sql('SELECT * FROM refund WHERE out_trade_no = ? ORDER BY seq').all(outTradeNo);
    return (rows as RefundRow[]).map(refundFrom);
  }

  allRefunds(): readonly Refund[] {
    const rows = this.#books.sql('SELECT * FROM refund ORDER BY seq').all();
    return (rows as RefundRow[]).map(refundFrom);
  }

  #one(sql: string, key: string): Trade | null {
    const doc = this.#books.sql(sql).pluck().get(key) as string | undefined;
    return doc === undefined ? null : tradeFrom(doc);
  }

  #many(sql: string, ...keys: readonly (string | number)[]): readonly Trade[] {
    return (
      this.#books
        .sql(sql)
        .pluck()
        .all(...keys) as string[]
    ).map(tradeFrom);
  }
}

/** The part of a trade that its price decides. */
export function pricedFields(price: Price) {
  return {
    totalMinor: price.total.amountMinor,
    transCurrency: price.total.currency,
    settleCurrency: price.settle.currency,
    payFen: price.payFen,
    settleMinor: price.settle.amountMinor,
    transPayRate: price.transPayRate,
    settleTransRate: price.settleTransRate,
    refundedMinor: 0n,
    refundedFen: 0n,
    refundedSettleMinor: 0n,
  };
}

interface RefundRow {
  out_trade_no: string;
  out_request_no: string;
  kind: 'refund' | 'cancel';
  amount_minor: string;
  pay_fen: string;
  settle_minor: string;
  reason: string;
  operator_id: string;
  at: number;
}

function refundFrom(row: RefundRow): Refund {
  return {
    outTradeNo: row.out_trade_no,
    outRequestNo: row.out_request_no,
    kind: row.kind,
    amountMinor: BigInt(row.amount_minor),
    payFen: BigInt(row.pay_fen),
    settleMinor: BigInt(row.settle_minor),
    reason: row.reason,
    operatorId: row.operator_id,
    at: row.at,
  };
}

function tradeFrom(doc: string): Trade {
  return JSON.parse(doc, (name, value: unknown) =>
    BIG_FIELDS.has(name) && typeof value === 'string' ? BigInt(value) : value,
  ) as Trade;
}
