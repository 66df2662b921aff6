/** The wallet: the Open Platform's gateway and its customers' phones over one set of books.
 *
 *  `handle` takes a request's parameters and decides the whole reply, in one committed transaction: what it returned is
 *  durable. Whoever carries replies obeys `delivery` and `delayMs`. Independent of any connector: written from the platform's documents. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import type { EpochMs, Runtime } from '../../gateway/kernel/time.ts';
import { Arming, type Choice, type FaultPlan, NO_FAULTS } from './arming.ts';
import { fetchBill } from './bill.ts';
import { Books, MERCHANT, WORLD } from './books.ts';
import { type BuyerConfig, Buyers } from './buyers.ts';
import type { Desk } from './desk.ts';
import { billUrl } from './methods/bill-url.ts';
import { cancel } from './methods/cancel.ts';
import { close } from './methods/close.ts';
import { pay } from './methods/pay.ts';
import { precreate } from './methods/precreate.ts';
import { query } from './methods/query.ts';
import { refund, refundQuery } from './methods/refund.ts';
import { NotificationQueue } from './notification-queue.ts';
import { PaymentCodes } from './payment-codes.ts';
import { Phones } from './phones.ts';
import { businessFailure, gatewayFailure, nodeName, type ReplyNode } from './reply.ts';
import { type GatewayCall, readRequest } from './request.ts';
import { scenarioOf } from './scenarios.ts';
import { charge } from './settlement.ts';
import { type Defect, plant } from './settlement-files/defects.ts';
import {
  batchFile,
  type SettledDays,
  settlementFiles,
  settlementPackage,
  summaryFiles,
} from './settlement-files/settlement-file.ts';
import { transactionFile } from './settlement-files/transaction-file.ts';
import type { WalletFile } from './settlement-files/wallet-file.ts';
import { signText } from './signing.ts';
import type { WalletTerms } from './terms.ts';
import { Trades } from './trades.ts';

/** `none`: the connection closes without a reply. `cut`: whole reply, then a reset. `half`: half of the reply, then a reset. */
export type Delivery = 'whole' | 'none' | 'cut' | 'half';

export interface GatewayReply {
  readonly httpStatus: 200 | 500;
  readonly body: string;
  readonly delivery: Delivery;
  readonly delayMs: number;
}

export interface WalletOptions {
  /** Owned by the wallet: its tables are created here. */
  readonly db: Database.Database;
  readonly runtime: Runtime;
  readonly terms: WalletTerms;
  readonly buyers: readonly BuyerConfig[];
  /** What the merchant has with the wallet at the start, in minor units by currency. */
  readonly merchantFloat?: Readonly<Record<string, bigint>>;
  readonly faults?: FaultPlan;
}

export class AlipayWallet {
  readonly desk: Desk;
  readonly phones: Phones;

  constructor(options: WalletOptions) {
    const { runtime, terms } = options;
    const books = new Books(options.db);
    const buyers = new Buyers(books);
    const arming = new Arming(books, runtime.random, options.faults ?? NO_FAULTS);
    this.desk = {
      runtime,
      terms,
      books,
      buyers,
      arming,
      codes: new PaymentCodes(books, runtime.random),
      trades: new Trades(books),
      notifications: new NotificationQueue(books, buyers, arming, terms, runtime),
    };
    this.phones = new Phones(this.desk);
    const now = runtime.clock.now();
    for (const buyer of options.buyers) buyers.open(buyer, now);
    books.transaction(() => this.#openMerchant(options.merchantFloat ?? {}, now));
  }

  /** One gateway request: the query and form parameters together, decoded once. */
  handle(params: ReadonlyMap<string, string>): GatewayReply {
    const { books, terms, runtime } = this.desk;
    const read = readRequest(params, terms);
    if (!read.ok) {
      const { nodeName: name, node } = read.refusal;
      return { httpStatus: 200, body: this.#signed(name, node), delivery: 'whole', delayMs: 0 };
    }
    return books.transaction(() => this.#decide(read.call, runtime.clock.now()));
  }

  /** The zip behind a bill URL, or null when the ticket is unknown or older than 30 seconds. */
  bill(token: string): Uint8Array | null {
    return fetchBill(this.desk, token, this.desk.runtime.clock.now());
  }

  /** Files of the wallet's own books for some Beijing days, with what is planted in them. */
  transactionFile(day: string): WalletFile {
    return transactionFile(this.desk, day);
  }

  settlementFiles(days: SettledDays): readonly WalletFile[] {
    const { desk } = this;
    return [
      batchFile(desk, days),
      ...settlementFiles(desk, days),
      ...summaryFiles(desk, days),
      settlementPackage(desk, days),
    ];
  }

  plant(defect: Defect): void {
    plant(this.desk, defect);
  }

  /** Moves money between the merchant's wallet account and its bank: negative takes it out. False when there is not enough. */
  moveMerchantFunds(amountMinor: bigint, currencyText: string): boolean {
    const { books, runtime } = this.desk;
    const currency = parseCurrencyCode(currencyText);
    if (books.balance(MERCHANT, currency) + amountMinor < 0n) return false;
    const legs = [
      { account: WORLD, currency, amountMinor: -amountMinor },
      { account: MERCHANT, currency, amountMinor },
    ];
    const kind = amountMinor < 0n ? 'withdrawal' : 'top_up';
    books.transaction(() => books.post(kind, MERCHANT, legs, runtime.clock.now()));
    return true;
  }

  #decide(call: GatewayCall, now: EpochMs): GatewayReply {
    const outTradeNo = call.biz.number('out_trade_no');
    const choice = this.desk.arming.choose(call.method, outTradeNo, this.#buyerOf(call, outTradeNo));
    const delivery = choice.get('delivery')?.name;
    const timing = choice.get('timing');
    const delayMs =
      timing === undefined ? 0 : (timing.delayMs ?? (timing.name === 'notification_early' ? 1_500 : 8_000));
    if (delivery === 'request_lost') return { httpStatus: 200, body: '', delivery: 'none', delayMs };
    if (delivery === 'http_500')
      return { httpStatus: 500, body: 'Internal Server Error', delivery: 'whole', delayMs };
    const body = this.#answer(call, choice, now);
    switch (delivery) {
      case 'http_500_effect_done':
        return { httpStatus: 500, body: 'Internal Server Error', delivery: 'whole', delayMs };
      case 'reply_lost':
        return { httpStatus: 200, body, delivery: 'none', delayMs };
      case 'reply_then_cut':
        return { httpStatus: 200, body, delivery: 'cut', delayMs };
      case 'reply_half':
        return { httpStatus: 200, body, delivery: 'half', delayMs };
      default:
        return { httpStatus: 200, body, delivery: 'whole', delayMs };
    }
  }

  #answer(call: GatewayCall, choice: Choice, now: EpochMs): string {
    const name = nodeName(call.method);
    const chosen = choice.get('answer');
    const scenario = chosen === undefined ? null : scenarioOf(chosen.name);
    if (scenario === null) return this.#signed(name, this.#perform(call, choice, now), choice);
    if (scenario.effect === 'done') this.#perform(call, choice, now);
    const subCode = scenario.subCode ?? '';
    const node =
      scenario.code === '40004'
        ? businessFailure(subCode, call.method === 'alipay.trade.cancel' ? { retry_flag: 'Y' } : {})
        : gatewayFailure(scenario.code ?? '20000', subCode, scenario.means);
    if (scenario.node === 'error_unsigned') return `{"error_response":${this.#nodeText(node)}}`;
    return this.#signed(scenario.node === 'error_signed' ? 'error_response' : name, node, choice);
  }

  #perform(call: GatewayCall, choice: Choice, now: EpochMs): ReplyNode {
    const { desk } = this;
    switch (call.method) {
      case 'alipay.trade.pay':
        return this.#withEarlyNews(call, choice, pay(desk, call, choice, now), now);
      case 'alipay.trade.precreate':
        return this.#withEarlyNews(call, choice, precreate(desk, call, now), now);
      case 'alipay.trade.query':
        return query(desk, call, now);
      case 'alipay.trade.cancel':
        return cancel(desk, call, choice, now);
      case 'alipay.trade.refund':
        return refund(desk, call, now);
      case 'alipay.trade.fastpay.refund.query':
        return refundQuery(desk, call, now);
      case 'alipay.trade.close':
        return close(desk, call, now);
      case 'alipay.data.dataservice.bill.downloadurl.query':
        return billUrl(desk, call, now);
    }
  }

  /** The customer is quicker than the network: the trade is paid and told before the merchant has its reply. */
  #withEarlyNews(call: GatewayCall, choice: Choice, node: ReplyNode, now: EpochMs): ReplyNode {
    const { desk } = this;
    if (choice.get('timing')?.name !== 'notification_early') return node;
    const trade = desk.trades.find(call.biz.number('out_trade_no'), null);
    const buyer = desk.buyers.all()[0];
    if (trade === null || trade.notifyUrl === null || buyer === undefined) return node;
    if (trade.kind === 'pay' && trade.paidAt !== null) desk.notifications.tradePaid(trade, now, true);
    if (trade.status !== 'CODE_SHOWN' || desk.buyers.funding(buyer, trade.payFen, now) !== 'ok') return node;
    charge(desk, this.phones.scanned(trade, buyer, now), now);
    return node;
  }

  #buyerOf(call: GatewayCall, outTradeNo: string | null): string | null {
    const code = call.biz.text('auth_code', 32);
    if (code !== null) return this.desk.codes.find(code)?.buyerId ?? null;
    return this.desk.trades.find(outTradeNo, null)?.buyerId ?? null;
  }

  #signed(name: string, node: ReplyNode, choice?: Choice): string {
    const text = this.#nodeText(node);
    const signature = choice?.get('signature')?.name;
    if (signature === 'signature_missing') return `{"${name}":${text}}`;
    const signedText = signature === 'signature_wrong' ? `${text} ` : text;
    return `{"${name}":${text},"sign":"${signText(signedText, this.desk.terms.alipayPrivateKey)}"}`;
  }

  /** Slashes are escaped now and then, as JSON allows: only the bytes as sent are what was signed. */
  #nodeText(node: ReplyNode): string {
    const text = JSON.stringify(node);
    const [coin = 0] = this.desk.runtime.random.bytes(1);
    return coin % 2 === 0 ? text.replaceAll('/', '\\/') : text;
  }

  #openMerchant(float: Readonly<Record<string, bigint>>, now: EpochMs): void {
    const { books } = this.desk;
    if (books.next('merchant_opened') > 1) return;
    for (const [code, amountMinor] of Object.entries(float)) {
      const currency = parseCurrencyCode(code);
      if (amountMinor <= 0n) continue;
      books.post(
        'opening',
        MERCHANT,
        [
          { account: WORLD, currency, amountMinor: -amountMinor },
          { account: MERCHANT, currency, amountMinor },
        ],
        now,
      );
    }
  }
}
