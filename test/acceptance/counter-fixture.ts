/** A whole counter on virtual time: till with its journal, gateway service with its store, Alipay connector and the
 *  wallet's own core with real signatures. Only the network is played, and it loses nothing unless told to. */
import { readFileSync } from 'node:fs';
import Database from 'better-sqlite3';
import { openNoFiscalRegister } from '../../drivers/fiscal/none.ts';
import { importCatalogue, openCatalogue } from '../../electron/catalogue/catalogue.ts';
import type { ScreenView, TodayRowView } from '../../electron/contract/view.ts';
import { openJournal } from '../../electron/journal/journal.ts';
import { createTill } from '../../electron/till/create-till.ts';
import type { Till } from '../../electron/till/till.ts';
import { RateBoard } from '../../gateway/fx/rate-board.ts';
import { parseAttemptId, parseMid, parseTid } from '../../gateway/kernel/identifiers.ts';
import { createLog } from '../../gateway/kernel/log.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { PaymentPolicy } from '../../gateway/payments/policy.ts';
import type { ContractTerms, PaymentRecord } from '../../gateway/payments/ports.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import { createGatewayService } from '../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import type { AlipayConfig } from '../../gateway/wallets/alipay/config.ts';
import { type AlipayConnector, createAlipayConnector } from '../../gateway/wallets/alipay/connector.ts';
import { MERCHANT as WALLET_MERCHANT } from '../../simulators/alipay/books.ts';
import { NotificationPump } from '../../simulators/alipay/notification-pump.ts';
import type { Moment, ScenarioName } from '../../simulators/alipay/scenarios.ts';
import type { WalletTerms } from '../../simulators/alipay/terms.ts';
import type { Trade } from '../../simulators/alipay/trades.ts';
import { AlipayWallet } from '../../simulators/alipay/wallet.ts';
import { GOODS, POLICY, RecordingPrinter, STAFF, SUPERVISOR } from '../electron/till/counter-kit.ts';
import { MERCHANT, TERMS } from '../gateway/payments/samples.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';
import {
  APP_ID,
  alipayKeys,
  merchantKeys,
  pemOf,
  SELLER_ID,
  termsWith,
} from '../simulators/alipay/wallet-fixture.ts';
import { disagreements } from './books.ts';
import { GatewayLine } from './gateway-line.ts';
import { type Delivered, notifyGateway, postToWallet, type WalletCall } from './wallet-line.ts';

export const BUYER = { buyerId: '2088000000000101', pin: '135790' };
export { SUPERVISOR };

const TID = parseTid('10000003');
const RATES = readFileSync(new URL('../../gateway/fx/sample/XML_daily.xml', import.meta.url));

export interface CounterOptions {
  readonly startAt?: number;
  readonly payments?: Partial<PaymentPolicy>;
  readonly habits?: Partial<WalletTerms>;
  readonly terms?: Partial<ContractTerms>;
  readonly timeoutExpress?: string;
}

export class WholeCounter {
  readonly world: VirtualWorld;
  readonly journal = new Database(':memory:');
  readonly walletDb = new Database(':memory:');
  readonly printer = new RecordingPrinter();
  readonly calls: WalletCall[] = [];
  readonly notices: Delivered[] = [];
  readonly log: string[] = [];
  readonly store: SqlitePaymentStore;
  readonly wallet: AlipayWallet;
  readonly connector: AlipayConnector;
  readonly service: GatewayService;
  readonly line: GatewayLine;
  readonly till: Till;
  readonly #terms: ContractTerms;

  constructor(options: CounterOptions = {}) {
    this.world = new VirtualWorld(options.startAt === undefined ? {} : { startAt: options.startAt });
    const { world } = this;
    this.#terms = { ...TERMS, ...options.terms };
    this.wallet = new AlipayWallet({
      db: this.walletDb,
      runtime: world.process(),
      terms: termsWith(options.habits),
      buyers: [
        {
          ...BUYER,
          logonId: '13800000022',
          name: '李雷',
          accountClass: 'III',
          balanceFen: 3_000_000n,
        },
      ],
    });
    this.store = openPaymentStore(new Database(':memory:'), world);
    const runtime = world.process();
    this.connector = createAlipayConnector(
      alipayConfig(options.timeoutExpress ?? '3m'),
      postToWallet(this.wallet, runtime, this.calls),
      runtime,
      (entry) => this.log.push(JSON.stringify(entry)),
    );
    this.line = new GatewayLine(TID, runtime, () => this.service);
    const rates = new RateBoard(
      { quoteLifeMs: 300_000, maxAgeDays: 14, sanity: { lowest: '5.00', highest: '30.00' } },
      world.clock,
    );
    rates.load(RATES);
    const log = createLog('gateway', world.clock, (line) => this.log.push(line));
    this.service = createGatewayService({
      ...{ store: this.store, folder: this.store, wallet: this.connector, rates, runtime, log },
      events: this.line,
      ...(options.payments === undefined ? {} : { paymentPolicy: options.payments }),
    });
    const sender = notifyGateway(
      { parser: this.connector, service: () => this.service, log },
      runtime,
      this.notices,
    );
    new NotificationPump(this.wallet.desk.notifications, sender, runtime).start();
    this.till = this.#openTill();
  }

  #openTill(): Till {
    const runtime = this.world.process();
    importCatalogue(this.journal, GOODS);
    return createTill({
      ...{ runtime, link: this.line, policy: POLICY, staff: STAFF },
      devices: { printer: this.printer, scanner: null, fiscal: openNoFiscalRegister() },
      identity: { tid: TID, name: 'Касса 03' },
      journal: openJournal(this.journal, runtime),
      catalogue: openCatalogue(this.journal),
      shop: {
        nameRu: 'Магазин «Амур»',
        nameZh: '黑龙江商店',
        inn: '2801000000',
        address: 'Благовещенск, ул. Ленина, 1',
        supportPhone: '8 800 000-00-00',
      },
    });
  }

  async open(): Promise<this> {
    const mid = parseMid(MERCHANT.mid);
    await this.store.commit([
      { kind: 'merchant.put', row: { ...MERCHANT, mid, terms: this.#terms } },
      { kind: 'terminal.put', row: { tid: TID, mid, publicKey: null, revokedAt: null } },
    ]);
    this.service.start();
    await this.till.start();
    await this.ok({ command: 'sign_in', staffId: 'anna', pin: '1111' });
    await this.world.advance(100);
    return this;
  }

  // ------------------------------------------------------------------ the cashier

  async ok(command: object): Promise<unknown> {
    const reply = await this.till.command(command);
    if (!reply.ok) throw new Error(`${JSON.stringify(command)}: ${JSON.stringify(reply.error)}`);
    await this.world.settle();
    return reply.result;
  }

  async refused(command: object): Promise<string> {
    const reply = await this.till.command(command);
    if (reply.ok) throw new Error(`${JSON.stringify(command)} was accepted`);
    return reply.error.code;
  }

  /** A chocolate for 129.90 RUB and so many pieces of amber at 4,900 RUB, as far as the choice in the wallet's screen. */
  async ring(ambers = 1): Promise<void> {
    await this.ok({ command: 'scan', text: '4600000000015' });
    for (let piece = 0; piece < ambers; piece += 1) await this.ok({ command: 'scan', text: '4600000000039' });
    await this.ok({ command: 'wallet_begin' });
  }

  /** Rings up, and scans the customer's code. Answers the attempt's id. */
  async sellByCode(ambers = 1, code = this.code()): Promise<string> {
    await this.ring(ambers);
    await this.ok({ command: 'scan', text: code });
    return this.attemptId();
  }

  /** Rings up, and shows the QR. Answers the attempt's id. */
  async sellByQr(ambers = 1): Promise<string> {
    await this.ring(ambers);
    await this.ok({ command: 'wallet_show_qr' });
    await this.world.advance(200);
    return this.attemptId();
  }

  /** Finds the sale by the code on its receipt. */
  async findReceipt(saleId: string): Promise<void> {
    if (this.screen().name === 'paid') await this.ok({ command: 'next' });
    if (this.screen().name === 'sale') await this.ok({ command: 'refund_begin' });
    await this.ok({ command: 'scan', text: `AMUR1:${saleId}` });
    this.on('refund_choose');
  }

  async refund(saleId: string, amountMinor: string): Promise<void> {
    await this.findReceipt(saleId);
    await this.ok({ command: 'refund_amount', amountMinor });
    await this.ok({ command: 'refund_confirm', ...SUPERVISOR });
    await this.world.advance(500);
  }

  screen(): ScreenView {
    return this.till.cashierView().screen;
  }

  /** The screen, which must be the named one. */
  on<N extends ScreenView['name']>(name: N): Extract<ScreenView, { name: N }> {
    const screen = this.screen();
    if (screen.name !== name) throw new Error(`on ${JSON.stringify(screen)}, not ${name}`);
    return screen as Extract<ScreenView, { name: N }>;
  }

  notice(): string | null {
    return this.till.cashierView().notice?.code ?? null;
  }

  async today(): Promise<readonly TodayRowView[]> {
    await this.ok({ command: 'today_open' });
    await this.world.advance(100);
    return this.on('today').rows;
  }

  /** The attempt the till journaled last. */
  attemptId(): string {
    const id = this.journal.prepare('SELECT attempt_id FROM attempts ORDER BY rowid DESC').pluck().get();
    return String(id);
  }

  // ------------------------------------------------------------------ the customer

  code(length = 18): string {
    return this.wallet.phones.newPaymentCode(BUYER.buyerId, length)?.code ?? '';
  }

  /** Scans what the customer's display shows; answers the trade's number, or why the wallet refused. */
  scanDisplay(content = this.till.customerView().qr?.content ?? ''): string {
    const scanned = this.wallet.phones.scanQr(BUYER.buyerId, content);
    return scanned.ok ? scanned.trade.tradeNo : scanned.reason;
  }

  /** Enters the PIN for the trade that waits on the phone. */
  confirm(tradeNo = this.wallet.phones.pending(BUYER.buyerId)[0]?.tradeNo ?? ''): string {
    const approved = this.wallet.phones.approve(tradeNo, BUYER.pin);
    return approved.ok ? 'ok' : approved.reason;
  }

  // ------------------------------------------------------------------ the wallet

  arm(scenario: ScenarioName, method: Moment | null = null, times = 1, delayMs: number | null = null): void {
    this.wallet.desk.arming.arm({ scenario, method, outTradeNo: null, buyerId: null, times, delayMs });
  }

  trade(outTradeNo: string): Trade | null {
    return this.wallet.desk.trades.find(outTradeNo, null);
  }

  /** What the wallet holds for the merchant. */
  merchantFen(): bigint {
    return this.wallet.desk.books.balance(WALLET_MERCHANT, 'CNY' as Trade['settleCurrency']);
  }

  /** How often the wallet moved money of a kind for a trade. */
  moved(kind: 'pay' | 'refund' | 'cancel', outTradeNo: string): number {
    const entries = this.wallet.desk.books
      .movements()
      .filter((m) => m.kind === kind && m.reference.split('/')[0] === outTradeNo);
    return new Set(entries.map((m) => m.entry)).size;
  }

  calledCount(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  // ------------------------------------------------------------------ the gateway

  async payment(attemptId: string): Promise<PaymentRecord> {
    const record = await this.store.payment(parseAttemptId(attemptId));
    if (record === null) throw new Error(`The gateway does not know ${attemptId}.`);
    return record;
  }

  /** The templates booked for an attempt or refund, in order. */
  async booked(reference: string): Promise<readonly string[]> {
    return (await this.store.transfersOf(reference)).map((transfer) => transfer.template);
  }

  /** What differs between till, gateway and wallet once the ledger is folded. */
  async differences(): Promise<readonly string[]> {
    await this.world.advance(1_000);
    return disagreements(this.journal, this.store, this.wallet);
  }
}

export function alipayConfig(timeoutExpress: string): AlipayConfig {
  return {
    gatewayUrl: 'https://wallet.test/gateway.do',
    appId: APP_ID,
    privateKeyPem: new Secret(pemOf(merchantKeys.privateKey)),
    alipayPublicKeyPem: pemOf(alipayKeys.publicKey),
    sellerId: SELLER_ID,
    notifyUrl: 'https://gateway.test/notify/alipay',
    timeoutMs: 5_000,
    timeoutExpress,
  };
}

export function openCounter(options: CounterOptions = {}): Promise<WholeCounter> {
  return new WholeCounter(options).open();
}
