/** The gateway's machine: the real service, store and connector, in a process that dies and starts again over its disk. */
import Database from 'better-sqlite3';
import { takeNotice } from '../../gateway/edge/notices.ts';
import { RateBoard } from '../../gateway/fx/rate-board.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { parseTid } from '../../gateway/kernel/identifiers.ts';
import type { Log } from '../../gateway/kernel/log.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import type { PaymentPolicy } from '../../gateway/payments/policy.ts';
import type {
  MerchantRecord,
  TerminalEvents,
  TerminalRecord,
  WalletPort,
} from '../../gateway/payments/ports.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import { createGatewayService } from '../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import { createAlipayConnector } from '../../gateway/wallets/alipay/connector.ts';
import type { HttpPost } from '../../gateway/wallets/alipay/http-post.ts';
import { buildErrorReply, buildEvent, buildReply, parseRequest } from '../../gateway/wire/frames.ts';
import { type FoldingStore, membraneStore, slowDisk } from './gateway-disk.ts';
import { Living, never } from './living.ts';
import type { EdgePort, Network } from './network.ts';
import type { TillLink } from './till-link.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import { APP_ID, type Reply, SELLER_ID, type WalletHost, type WireReply } from './wallet-host.ts';
import type { Watch } from './watch.ts';
import type { Weather } from './weather.ts';

/** Where a deliberately broken rule is put in: each wraps a port of the gateway and breaks one promise. */
export interface Breakage {
  readonly wallet?: (inner: WalletPort, parts: BreakageParts) => WalletPort;
  readonly store?: (inner: FoldingStore) => FoldingStore;
  readonly service?: (inner: GatewayService, parts: BreakageParts) => GatewayService;
}

export interface BreakageParts {
  readonly store: FoldingStore;
  readonly events: TerminalEvents;
  readonly newId: () => string;
}

export interface GatewayKeys {
  readonly merchantPrivatePem: string;
  readonly alipayPublicPem: string;
}

export interface GatewayOptions {
  readonly world: VirtualWorld;
  readonly weather: Weather;
  readonly keys: GatewayKeys;
  readonly wallet: WalletHost;
  readonly watch: Watch;
  readonly log: Log;
  readonly merchants: readonly MerchantRecord[];
  readonly terminals: readonly TerminalRecord[];
  readonly rateFiles: () => readonly Uint8Array[];
  readonly policy: Partial<PaymentPolicy>;
  readonly breakage: Breakage;
}

const NOTIFY_URL = 'https://gateway.sim/notify/alipay';

export class GatewayHost implements EdgePort {
  readonly db = new Database(':memory:');
  network: Network | null = null;
  readonly #options: GatewayOptions;
  #living: Living | null = null;
  #service: GatewayService | null = null;
  #board: RateBoard | null = null;
  #parser: ReturnType<typeof createAlipayConnector> | null = null;
  #store: SqlitePaymentStore | null = null;
  /** Proven links of this process, by terminal. */
  #links = new Map<string, { readonly link: TillLink; readonly session: number }>();

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#boot();
  }

  get alive(): boolean {
    return this.#living?.alive === true;
  }

  /** The store of the running process, for reading whole books. */
  get store(): SqlitePaymentStore {
    if (this.#store === null) throw new Error('The gateway has never started.');
    return this.#store;
  }

  async seed(): Promise<void> {
    const { merchants, terminals } = this.#options;
    const seeding = openPaymentStore(this.db, this.#options.world);
    await seeding.commit([
      ...merchants.map((row) => ({ kind: 'merchant.put', row }) as const),
      ...terminals.map((row) => ({ kind: 'terminal.put', row }) as const),
    ]);
  }

  loadRates(): void {
    for (const file of this.#options.rateFiles()) this.#board?.load(file);
  }

  connected(link: TillLink): void {
    this.#links.set(link.tid, { link, session: link.session });
  }

  receive(link: TillLink, session: number, text: string): void {
    const service = this.#service;
    const living = this.#living;
    if (service === null || living === null || !living.passes()) return;
    const answer = (reply: string): void => {
      if (!living.passes()) return;
      this.#options.watch.told(reply);
      this.network?.reply(link, session, text, reply);
    };
    const parsed = parseRequest(text);
    if (!parsed.ok) {
      answer(buildErrorReply(parsed.re, parsed.error));
      return;
    }
    const { id, type, body } = parsed;
    service.handle(parseTid(link.tid), type, body).then(
      (reply) => answer(buildReply(id, reply as never)),
      (error: unknown) => {
        if (!(error instanceof AmurError)) this.#options.watch.fail(error);
        answer(buildErrorReply(id, error));
      },
    );
  }

  /** A notification as it came; null while nobody is there to take it. */
  async notified(form: string): Promise<string | null> {
    const living = this.#living;
    const service = this.#service;
    const parser = this.#parser;
    if (living === null || service === null || parser === null || !living.passes()) return null;
    const answer = await takeNotice(form, parser, service, this.#options.log);
    if (!living.passes()) return never();
    return answer.status === 200 ? answer.body : null;
  }

  #boot(): void {
    const { world, weather, watch, log, keys, breakage } = this.#options;
    const living = new Living(world, 'gateway', weather, () => this.#died());
    this.#living = living;
    this.#links = new Map();
    const { runtime } = living;
    this.#board = new RateBoard(
      { quoteLifeMs: 240_000, maxAgeDays: 14, sanity: { lowest: '5', highest: '25' } },
      runtime.clock,
    );
    this.loadRates();
    const connector = createAlipayConnector(
      {
        gatewayUrl: 'https://wallet.sim/gateway.do',
        appId: APP_ID,
        privateKeyPem: new Secret(keys.merchantPrivatePem),
        alipayPublicKeyPem: keys.alipayPublicPem,
        sellerId: SELLER_ID,
        notifyUrl: NOTIFY_URL,
        timeoutMs: 5_000,
        timeoutExpress: '3m',
      },
      this.#post(living),
      runtime,
      () => undefined,
    );
    this.#parser = connector;
    this.#store = openPaymentStore(this.db, runtime, { defer: slowDisk(living, weather) });
    const sound = membraneStore(this.#store, living, weather, watch);
    const store = breakage.store?.(sound) ?? sound;
    const events = this.#events(living);
    let ids = 0;
    const newId = (): string => {
      ids += 1;
      return `${world.now()}${ids}`.padStart(26, '0').slice(-26);
    };
    const parts: BreakageParts = { store, events, newId };
    const wallet = breakage.wallet?.(connector, parts) ?? connector;
    const service = createGatewayService({
      ...{ store, folder: store, wallet, events, runtime, log },
      rates: this.#board,
      paymentPolicy: this.#options.policy,
      // There is one gateway: nothing is left by others, so an idle look is only a backstop.
      runPolicy: { idleLookMs: 600_000 },
    });
    this.#service = breakage.service?.(service, parts) ?? service;
    this.#service.start();
  }

  #events(living: Living): TerminalEvents {
    const send = (tid: string, text: string): void => {
      const at = this.#links.get(tid);
      if (at === undefined || !living.passes()) return;
      this.#options.watch.told(text);
      this.network?.event(at.link, at.session, text);
    };
    return {
      paymentChanged: (tid, payment) => send(tid, buildEvent('payment.changed', payment)),
      refundChanged: (tid, refund) => send(tid, buildEvent('refund.changed', refund)),
    };
  }

  /** One request to the wallet. It goes on its way whatever becomes of this process. */
  #post(living: Living): HttpPost {
    const { world, weather, wallet } = this.#options;
    return (url, _headers, body) =>
      new Promise((resolve, reject) => {
        if (!living.passes()) return;
        // Most of the time of a payment is waiting, and a passage is no waiting: some deaths come while a call is away.
        if (weather.chance(4)) living.dieIn(weather.between(0, 250));
        const ill = weather.draw('wallet');
        if (ill === 'request_lost') return;
        const back: Reply = (reply, lost) => {
          if (ill === 'reply_lost') return lost();
          world.timers.after(ill === 'reply_late' ? weather.late() : weather.way(), () => {
            if (!living.passes()) return lost();
            if (reply === null) reject(new AmurError('LINK_DOWN', {}));
            else resolve({ status: reply.status, bodyBytes: reply.bytes });
          });
        };
        const again: Reply = (reply, lost) => {
          back(reply, lost);
          if (ill === 'twice' && !isRefusedRefund(url, reply)) {
            world.timers.after(weather.late(), () => wallet.receive(url, body, (_, unread) => unread()));
          }
        };
        const wayMs = ill === 'request_late' ? weather.late() : weather.way();
        world.timers.after(wayMs, () => wallet.receive(url, body, again));
      });
  }

  #died(): void {
    const { world, weather } = this.#options;
    this.network?.lostGateway();
    // Now and then nobody is there to start it again for minutes, in which trades run out at the wallet.
    const longest = weather.chance(120) ? 400_000 : 30_000;
    world.timers.after(weather.between(500, longest), () => this.#boot());
  }
}

/** A refund that was definitely refused is not carried out when its request comes a second time: no wallet says both. A
 *  payment may be, and is then found and returned. */
function isRefusedRefund(url: string, reply: WireReply | null): boolean {
  if (reply === null || !url.includes('method=alipay.trade.refund')) return false;
  const text = Buffer.from(reply.bytes).toString('latin1');
  return /"code":"4000[1-6]"/.test(text) && !/SYSTEM_ERROR|PAYMENT_UNKNOWN/.test(text);
}
