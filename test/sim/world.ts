/** One world: tills, gateway and wallet in one process on virtual time, from one seed. */
import Database from 'better-sqlite3';
import { type Catalogue, importCatalogue, openCatalogue } from '../../electron/catalogue/catalogue.ts';
import { parseMid, parseTid } from '../../gateway/kernel/identifiers.ts';
import { createLog } from '../../gateway/kernel/log.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../gateway/kernel/time.ts';
import type { ContractTerms, MerchantRecord, TerminalRecord } from '../../gateway/payments/ports.ts';
import type { CharityWire } from '../../gateway/wire/messages.ts';
import type { VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import { BankHost } from './cards/bank-host.ts';
import type { Planned } from './cards/bank-plan.ts';
import { drawerOf, PARTNERS } from './cards/keys.ts';
import { PadHost } from './cards/pad-host.ts';
import { Cashier } from './cashier.ts';
import type { Census } from './census.ts';
import { Customers } from './customers.ts';
import { type Breakage, GatewayHost, type GatewayKeys } from './gateway-host.ts';
import { SIM_CHARITIES } from './gift-checks.ts';
import { Network } from './network.ts';
import { rateFile } from './rates.ts';
import { Stutter } from './stutter.ts';
import { watchJournal } from './till-census.ts';
import { TillHost } from './till-host.ts';
import { Violation } from './violation.ts';
import { VirtualWorld } from './virtual-runtime.ts';
import { WalletHost, type WalletKeys } from './wallet-host.ts';
import { Watch } from './watch.ts';
import { type Tally, Weather } from './weather.ts';

export interface WorldOptions {
  readonly seed: number;
  readonly tills: number;
  readonly keys: WalletKeys & GatewayKeys;
  readonly goodsCsv: string;
  readonly breakage: Breakage;
  readonly census: Census;
  readonly tally: Tally;
  /** What banks do besides their usual misbehaviour, and before it. */
  readonly bankPlan?: readonly Planned[];
  /** Which cards customers have, by name; all there are when left out. */
  readonly hasCard?: (name: string) => boolean;
  /** Of a world whose days are not drawn: when it begins, who sells, on which disk the gateway writes, and the rates of its
   *  first day. */
  readonly play?: {
    /** To whom its customers may give. */
    readonly charities: readonly CharityWire[];
    readonly startAt: number;
    readonly merchants: readonly MerchantRecord[];
    readonly gatewayDb: Database.Database;
    readonly rateFile: Uint8Array;
  };
}

const DAY_MS = 86_400_000;

/** Alarms that no weather excuses. */
const FAILURES = /"event":"(card_work_failed|card_bank_day_failed|bank_port_threw|bank_listener_failed)"/;

function terms(converter: ContractTerms['converter'], mdrReturned: boolean): ContractTerms {
  const settleCurrency = converter === 'acquirer' ? 'CNY' : 'RUB';
  return { converter, settleCurrency, mdrBp: 180, mdrReturned, refundRatePolicy: 'original' };
}

function merchant(mid: string, contract: ContractTerms): MerchantRecord {
  return {
    mid: parseMid(mid),
    name: 'Магазин «Амур»',
    nameZh: '黑龙江商店',
    inn: '2801000000',
    address: 'Благовещенск',
    markupBp: 150,
    terms: contract,
  };
}

const MERCHANTS: readonly MerchantRecord[] = [
  merchant('100000000000001', terms('acquirer', true)),
  merchant('100000000000002', terms('wallet', false)),
  merchant('100000000000003', terms('acquirer', false)),
  merchant('100000000000004', terms('wallet', true)),
];

export class SimWorld {
  readonly time: VirtualWorld;
  readonly weather: Weather;
  readonly watch: Watch;
  readonly wallet: WalletHost;
  readonly banks: readonly BankHost[];
  /** The cards at each till. */
  readonly drawers: readonly (readonly VirtualCard[])[];
  /** Whatever the gateway has logged. */
  readonly logLines: string[] = [];
  readonly gateway: GatewayHost;
  readonly tills: readonly TillHost[];
  readonly cashiers: readonly Cashier[];
  readonly #network: Network;
  readonly #rateFiles: Uint8Array[] = [];
  #yuan = 112_726;

  private constructor(options: WorldOptions, catalogue: Catalogue) {
    const { seed, keys, census, play } = options;
    const merchants = play?.merchants ?? MERCHANTS;
    this.time = new VirtualWorld({ seed, ...(play === undefined ? {} : { startAt: play.startAt }) });
    this.weather = new Weather(this.time.random.fork(), options.tally);
    this.watch = new Watch(this.time, census);
    // Half of the worlds live with a short cancel window, so that payments outlast it.
    const cancelWindowMs = this.time.random.chance(500) ? 8 * 60_000 : DAY_MS;
    this.wallet = new WalletHost(this.time, this.weather, keys, cancelWindowMs, {
      post: (_url, form) => this.#notify(form),
    });
    if (play === undefined) this.#newRate(0);
    else this.#rateFiles.push(play.rateFile);
    this.drawers = Array.from({ length: options.tills }, (_, index) =>
      drawerOf(index).filter(({ name }) => options.hasCard?.(name) ?? true),
    );
    const issued = this.drawers.flat();
    const besides = options.bankPlan ?? [];
    this.banks = PARTNERS.map(
      (plan) => new BankHost(plan, this.time, this.weather, keys.cards, issued, besides),
    );
    const terminals: readonly TerminalRecord[] = Array.from({ length: options.tills }, (_, index) => ({
      tid: parseTid(String(10_000_001 + index)),
      mid: (merchants[index % merchants.length] ?? merchant('100000000000001', terms('acquirer', true))).mid,
      publicKey: null,
      revokedAt: null,
    }));
    this.gateway = new GatewayHost({
      world: this.time,
      weather: this.weather,
      keys,
      wallet: this.wallet,
      banks: this.banks,
      watch: this.watch,
      log: createLog('gateway', this.time.clock, (line) => this.#logged(line)),
      merchants,
      terminals,
      charities: play?.charities ?? SIM_CHARITIES,
      ...(play === undefined ? {} : { db: play.gatewayDb }),
      rateFiles: () => this.#rateFiles,
      policy: { cancelWindowMs },
      breakage: options.breakage,
    });
    this.watch.open(this.gateway.db);
    this.#network = new Network(this.time, this.weather, this.gateway);
    this.gateway.network = this.#network;
    const customers = new Customers(this.time, this.weather, this.wallet);
    this.tills = terminals.map(
      ({ tid, mid }, index) =>
        new TillHost(tid, this.time, this.weather, this.#network, catalogue, this.watch, {
          merchant: { mid, name: 'Амур', nameZh: '黑龙江', inn: '2801000000', address: 'Благовещенск' },
          pad: new PadHost(keys.cards.pad(tid, this.drawers[index] ?? []), this.time, this.weather),
          throughPad: options.breakage.pinPad ?? ((pad) => pad),
        }),
    );
    for (const till of this.tills) watchJournal(till.db, census);
    this.cashiers = this.tills.map(
      (till) => new Cashier(till, catalogue.all(), customers, this.time, this.weather),
    );
    for (const till of this.tills) {
      new Stutter(till, this.time, this.weather).begin();
      this.#lineTrouble(till.tid);
    }
    this.#walletTrouble();
  }

  static async open(options: WorldOptions): Promise<SimWorld> {
    const goods = new Database(':memory:');
    importCatalogue(goods, options.goodsCsv);
    const world = new SimWorld(options, openCatalogue(goods));
    await world.gateway.seed();
    return world;
  }

  /** One day in the shop: everybody sells so many, in storms; then the storms end and time passes every bound. */
  async day(salesPerTill: number): Promise<void> {
    await this.#untilOpening();
    this.weather.calm = false;
    this.wallet.stormAgain();
    for (const bank of this.banks) bank.applyPlan();
    for (const cashier of this.cashiers) cashier.work(salesPerTill);
    await this.#run(() => this.cashiers.every((cashier) => cashier.home), 3 * DAY_MS);
    await this.#evening();
    this.weather.calm = true;
    this.#network.mend();
    this.gateway.lines.mend();
    for (const bank of this.banks) bank.applyPlan();
    for (const till of this.tills) till.pad.mend();
    this.wallet.unreachableUntil = 0;
    await this.pass(70_000);
    this.wallet.calmDown();
    // The longest bound: an hour between tries while the wallet says that our money there is short.
    await this.pass(75 * 60_000);
    await this.gateway.closeBankDays();
    await this.pass(180_000);
  }

  /** A day of a play: in calm, everybody sells so many, and nothing is left under way. `sales` by till. */
  async calmDay(sales: readonly number[], withinMs: number): Promise<void> {
    this.weather.calm = true;
    for (const bank of this.banks) bank.applyPlan();
    this.wallet.calmDown();
    this.cashiers.forEach((cashier, index) => {
      const most = sales[index] ?? 0;
      if (most > 0) cashier.work(most);
    });
    await this.#run(() => this.cashiers.every((cashier) => cashier.home), withinMs);
  }

  /** A daily file of rates, as it is published. */
  publishRates(file: Uint8Array): void {
    this.#rateFiles.push(file);
    if (this.#rateFiles.length > 6) this.#rateFiles.shift();
    this.gateway.loadRates();
  }

  /** Nobody sells any more and some tills are off, while what is left goes on between gateway and wallet. */
  async #evening(): Promise<void> {
    const { weather, tills, wallet } = this;
    const lastsMs = weather.between(5 * 60_000, 25 * 60_000);
    for (const till of tills) if (weather.chance(500)) till.switchOff(lastsMs);
    if (weather.chance(500)) wallet.suspend(weather.between(60_000, lastsMs));
    await this.pass(lastsMs);
  }

  /** Nothing moves in it any more; its disks are given back. */
  close(): void {
    for (const { db } of [this.gateway, this.wallet, ...this.banks, ...this.tills]) db.close();
  }

  async #run(holds: () => boolean, withinMs: number): Promise<void> {
    await this.time.runUntil(() => this.watch.violations.length > 0 || holds(), withinMs);
    this.#throwFirst();
  }

  /** Time passes. */
  async pass(ms: number): Promise<void> {
    await this.#run(() => false, ms);
  }

  #logged(line: string): void {
    this.logLines.push(line);
    if (FAILURES.test(line)) this.watch.fail(new Violation('the gateway says that it failed', { line }));
  }

  #throwFirst(): void {
    const [first] = this.watch.violations;
    if (first !== undefined) throw first;
  }

  /** Some morning or evening; a shop that opens late sells across midnight. */
  async #untilOpening(): Promise<void> {
    const hour = 8 + this.time.random.below(14);
    const local = localTime(this.time.now(), MOSCOW_OFFSET_MINUTES);
    const today = Date.parse(`${local.date}T00:00:00+03:00`) + hour * 3_600_000;
    await this.pass((today > this.time.now() ? today : today + DAY_MS) - this.time.now());
    if (this.time.random.chance(600)) this.#newRate(this.time.random.below(2));
    this.gateway.loadRates();
  }

  #newRate(daysAhead: number): void {
    this.#yuan += this.time.random.below(2_001) - 1_000;
    const { date } = localTime(this.time.now() + daysAhead * DAY_MS, MOSCOW_OFFSET_MINUTES);
    this.#rateFiles.push(rateFile(date, this.#yuan));
    if (this.#rateFiles.length > 6) this.#rateFiles.shift();
  }

  /** A notification over the network, and the answer to it. */
  #notify(form: string): Promise<string | null> {
    const ill = this.weather.draw('notification');
    return new Promise((resolve) => {
      // The wallet waits five seconds for an answer.
      this.time.timers.after(5_000, () => resolve(null));
      if (ill === 'request_lost') return;
      const deliver = (): void => {
        this.gateway.notified(form).then(
          (answer) =>
            this.time.timers.after(this.weather.way(), () => resolve(ill === 'reply_lost' ? null : answer)),
          (error: unknown) => this.watch.fail(error),
        );
      };
      this.time.timers.after(ill === 'request_late' ? this.weather.late() : this.weather.way(), deliver);
      if (ill === 'twice') this.time.timers.after(this.weather.late(), deliver);
    });
  }

  #lineTrouble(tid: string): void {
    this.time.timers.after(this.weather.between(60_000, 1_500_000), () => {
      if (!this.weather.calm) this.#network.trouble(tid);
      this.#lineTrouble(tid);
    });
  }

  #walletTrouble(): void {
    this.time.timers.after(this.weather.between(300_000, 3_000_000), () => {
      if (!this.weather.calm) {
        const longest = this.weather.chance(150) ? 900_000 : 60_000;
        this.wallet.unreachableUntil = this.time.now() + this.weather.between(2_000, longest);
        if (this.weather.chance(500)) this.wallet.impoverish(this.weather.between(1_000, 1_800_000));
        if (this.weather.chance(300)) this.wallet.suspend(this.weather.between(60_000, 900_000));
      }
      this.#walletTrouble();
    });
  }
}
