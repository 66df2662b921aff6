/** The gateway's machine: the real service, store and connector, in a process that dies and starts again over its disk. */
import Database from 'better-sqlite3';
import type { PinPad } from '../../drivers/contract/pin-pad.ts';
import { takeNotice } from '../../gateway/edge/notices.ts';
import { RateBoard } from '../../gateway/fx/rate-board.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { parseTid } from '../../gateway/kernel/identifiers.ts';
import type { Log } from '../../gateway/kernel/log.ts';
import { Secret } from '../../gateway/kernel/secret.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../gateway/kernel/time.ts';
import type { BankPort, CardService } from '../../gateway/payments/card/ports.ts';
import type { PaymentPolicy } from '../../gateway/payments/policy.ts';
import type { MerchantRecord, TerminalEvents, TerminalRecord } from '../../gateway/payments/ports.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import type { WalletPort } from '../../gateway/payments/wallet-port.ts';
import { createGatewayService } from '../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import { createAlipayConnector } from '../../gateway/wallets/alipay/connector.ts';
import {
  buildCardRefusal,
  buildErrorReply,
  buildEvent,
  buildReply,
  parseRequest,
} from '../../gateway/wire/frames.ts';
import type { CharityWire } from '../../gateway/wire/messages.ts';
import type { BankHost } from './cards/bank-host.ts';
import { BankLines } from './cards/bank-lines.ts';
import { makeCardSide } from './cards/card-side.ts';
import type { CardKeys } from './cards/keys.ts';
import { ZoneKeyDisk } from './cards/zone-key-disk.ts';
import { type FoldingStore, membraneStore, slowDisk } from './gateway-disk.ts';
import { Living, never } from './living.ts';
import type { EdgePort, Network } from './network.ts';
import type { TillLink } from './till-link.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import { APP_ID, SELLER_ID, type WalletHost } from './wallet-host.ts';
import { walletPost } from './wallet-line.ts';
import type { Watch } from './watch.ts';
import type { Weather } from './weather.ts';

/** Where a deliberately broken rule is put in: each wraps a port of the gateway and breaks one promise. */
export interface Breakage {
  readonly wallet?: (inner: WalletPort, parts: BreakageParts) => WalletPort;
  readonly store?: (inner: FoldingStore) => FoldingStore;
  readonly bank?: (inner: BankPort) => BankPort;
  readonly pinPad?: (inner: PinPad) => PinPad;
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
  readonly cards: CardKeys;
}

export interface GatewayOptions {
  readonly world: VirtualWorld;
  readonly weather: Weather;
  readonly keys: GatewayKeys;
  readonly wallet: WalletHost;
  readonly banks: readonly BankHost[];
  readonly watch: Watch;
  readonly log: Log;
  readonly merchants: readonly MerchantRecord[];
  readonly charities: readonly CharityWire[];
  readonly terminals: readonly TerminalRecord[];
  readonly rateFiles: () => readonly Uint8Array[];
  readonly policy: Partial<PaymentPolicy>;
  readonly breakage: Breakage;
  /** Its disk; in memory unless given. */
  readonly db?: Database.Database;
}

const NOTIFY_URL = 'https://gateway.sim/notify/alipay';

export class GatewayHost implements EdgePort {
  readonly db: Database.Database;
  network: Network | null = null;
  readonly lines: BankLines;
  readonly #zoneKeys = new Map<string, ZoneKeyDisk>();
  #cards: CardService | null = null;
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
    this.db = options.db ?? new Database(':memory:');
    this.lines = new BankLines(options.world, options.weather);
    for (const { plan } of options.banks) this.#zoneKeys.set(plan.bank, new ZoneKeyDisk());
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

  /** As an operator wishes it: each bank is asked to compare as soon as nothing is under way there. */
  async closeBankDays(): Promise<void> {
    const settlementDate = localTime(this.#options.world.now(), MOSCOW_OFFSET_MINUTES).date;
    // From a process of its own, as an operator's command is.
    await openPaymentStore(this.db, this.#options.world).commit(
      this.#options.banks.map(({ plan: { bank } }) => {
        return { kind: 'bank_day.wish', row: { bank, cause: 'operator', settlementDate } } as const;
      }),
    );
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

  receiveCard(link: TillLink, packed: Uint8Array, answer: (reply: Uint8Array | string) => void): void {
    const cards = this.#cards;
    const living = this.#living;
    if (cards === null || living === null || !living.passes()) return;
    this.#options.watch.cardHeard(packed);
    cards.message({ kind: 'link', tid: parseTid(link.tid) }, packed).then(
      (reply) => {
        if (reply === null || !living.passes()) return;
        this.#options.watch.cardTold(reply);
        answer(reply);
      },
      (error: unknown) => {
        if (!(error instanceof AmurError)) this.#options.watch.fail(error);
        if (living.passes()) answer(buildCardRefusal(packed, error));
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
      walletPost(living, this.#options),
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
    const own: { service: GatewayService | null } = { service: null };
    const cards = makeCardSide({
      ...{ store, runtime, log, living, lines: this.lines },
      banks: this.#options.banks,
      keys: keys.cards,
      zoneKeys: this.#zoneKeys,
      booked: () => own.service?.booked(),
      throughBank: breakage.bank ?? ((bank) => bank),
    });
    this.#cards = null;
    const service = createGatewayService({
      ...{ store, folder: store, wallet, events, runtime, log },
      bins: cards.bins,
      cards: cards.cards.sales,
      rates: this.#board,
      charities: this.#options.charities,
      paymentPolicy: this.#options.policy,
      // There is one gateway: nothing is left by others, so an idle look is only a backstop.
      runPolicy: { idleLookMs: 600_000 },
    });
    this.#service = breakage.service?.(service, parts) ?? service;
    own.service = service;
    cards.start().then(
      () => {
        if (!living.alive) return;
        this.#cards = cards.cards;
        this.#service?.start();
      },
      (error: unknown) => {
        if (living.alive) watch.fail(error);
      },
    );
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

  #died(): void {
    const { world, weather } = this.#options;
    this.network?.lostGateway();
    if (this.#living !== null) this.lines.lostGateway(this.#living);
    // Now and then nobody is there to start it again for minutes, in which trades run out at the wallet.
    const longest = weather.chance(120) ? 400_000 : 30_000;
    world.timers.after(weather.between(500, longest), () => this.#boot());
  }
}
