/** The wallet's machine: the simulator's own core over books that outlive its process, reached over a bad network. */
import type { KeyObject } from 'node:crypto';
import Database from 'better-sqlite3';
import { CNY, RUB } from '../../gateway/kernel/currency.ts';
import { type FaultPlan, NO_FAULTS } from '../../simulators/alipay/arming.ts';
import type { BuyerConfig } from '../../simulators/alipay/buyers.ts';
import { ratesFrom } from '../../simulators/alipay/config.ts';
import { mergedParams } from '../../simulators/alipay/gateway-route.ts';
import { NotificationPump, type NotificationSender } from '../../simulators/alipay/notification-pump.ts';
import { giveBack } from '../../simulators/alipay/settlement.ts';
import { USUAL_HABITS, type WalletTerms } from '../../simulators/alipay/terms.ts';
import type { Trade } from '../../simulators/alipay/trades.ts';
import { AlipayWallet } from '../../simulators/alipay/wallet.ts';
import { Living } from './living.ts';
import { SCENARIO_PLAN, SUSPENDED_PLAN } from './scenario-plan.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Weather } from './weather.ts';

export interface WireReply {
  readonly status: number;
  readonly bytes: Uint8Array;
}

/** Called once at most, when the reply leaves; whoever carries it says if it got nowhere. */
export type Reply = (reply: WireReply | null, lost: () => void) => void;

export interface WalletKeys {
  readonly merchantPublicKey: KeyObject;
  readonly alipayPrivateKey: KeyObject;
}

export const APP_ID = '2021000000000001';
export const SELLER_ID = '2088000000000009';
export const PIN = '135790';

const RICH = 10n ** 14n;
const DRAIN_EVERY_MS = 20_000;

/** Six who can pay anything, two whose limits or money run out. */
export const BUYERS: readonly BuyerConfig[] = Array.from({ length: 8 }, (_, index) => ({
  buyerId: `20880000000001${String(index).padStart(2, '0')}`,
  logonId: `138****00${String(index).padStart(2, '0')}`,
  name: `顾客${index}`,
  accountClass: index === 7 ? ('I' as const) : ('III' as const),
  pin: PIN,
  balanceFen: index < 6 ? RICH : 300_000n,
  ...(index < 6 ? { dayLimitFen: RICH, yearLimitFen: RICH } : {}),
}));

/** Paid and returned in one moment, before anybody was told. */
export function takeBack(wallet: AlipayWallet, trade: Trade, now: number): void {
  const { desk } = wallet;
  const amountMinor = trade.totalMinor;
  const giving = { kind: 'cancel', outRequestNo: 'risk', amountMinor, reason: '', operatorId: '' } as const;
  desk.books.transaction(() => giveBack(desk, trade, giving, now));
}

export class WalletHost {
  readonly db = new Database(':memory:');
  #living: Living | null = null;
  #wallet: AlipayWallet | null = null;
  #pump: NotificationPump | null = null;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #terms: WalletTerms;
  readonly #sender: NotificationSender;
  /** Until when nothing reaches it. */
  unreachableUntil = 0;
  /** Until when it often says that the merchant may not do this. */
  #suspendedUntil = 0;
  /** Until when the merchant takes home whatever comes in. */
  #poorUntil = 0;
  /** By the number of an order: replies about it that somebody has, or may yet get. */
  readonly #told = new Map<string, number>();

  constructor(
    world: VirtualWorld,
    weather: Weather,
    keys: WalletKeys,
    cancelWindowMs: number,
    sender: NotificationSender,
  ) {
    this.#world = world;
    this.#weather = weather;
    this.#sender = sender;
    this.#terms = {
      ...USUAL_HABITS,
      appId: APP_ID,
      sellerId: SELLER_ID,
      merchantName: '东方小店 Восток',
      merchantPublicKey: keys.merchantPublicKey,
      alipayPrivateKey: keys.alipayPrivateKey,
      publicUrl: 'http://wallet.sim',
      rates: ratesFrom({ RUB: '0.08871' }),
      cancelWindowMs,
    };
    this.boot();
  }

  /** The living wallet, or null between a death and the next start. */
  get open(): AlipayWallet | null {
    return this.#living?.alive === true ? this.#wallet : null;
  }

  boot(): void {
    const living = new Living(this.#world, 'wallet', this.#weather, () => this.#died());
    const wallet = new AlipayWallet({
      db: this.db,
      runtime: living.runtime,
      terms: this.#terms,
      buyers: BUYERS,
      merchantFloat: { CNY: 0n, RUB: 0n },
      faults: this.#plan(),
    });
    this.#countScenarios(wallet);
    this.#living = living;
    this.#wallet = wallet;
    this.#pump = new NotificationPump(wallet.desk.notifications, this.#sender, living.runtime);
    this.#pump.start();
  }

  /** One request as it came over the network. */
  receive(url: string, body: Uint8Array, reply: Reply): void {
    const living = this.#living;
    const wallet = this.open;
    if (living === null || wallet === null || this.unreachableUntil > this.#world.now()) {
      this.#weather.note('unreachable');
      reply(null, () => undefined);
      return;
    }
    if (!living.passes()) return;
    const form = new URLSearchParams(Buffer.from(body).toString('utf8'));
    const answer = wallet.handle(mergedParams(new URL(url).searchParams, form));
    const lost = this.#tell(form);
    if (answer.delivery === 'none') lost();
    if (!living.passes()) return;
    living.after(answer.delayMs, () => {
      if (answer.delivery === 'none') return reply(null, () => undefined);
      const whole = Buffer.from(answer.body, 'utf8');
      const bytes = answer.delivery === 'half' ? whole.subarray(0, whole.length >> 1) : whole;
      reply({ status: answer.httpStatus, bytes }, lost);
    });
  }

  /** For so long the merchant's contract is in doubt. */
  suspend(forMs: number): void {
    this.#suspendedUntil = this.#world.now() + forMs;
    this.#applyPlan();
    this.#world.timers.after(forMs, () => this.#applyPlan());
  }

  /** For so long nothing stays with the wallet, so that refunds find too little. */
  impoverish(forMs: number): void {
    this.#poorUntil = this.#world.now() + forMs;
    this.#drain();
  }

  #drain(): void {
    if (this.#weather.calm) return;
    this.takeHome();
    if (this.#world.now() < this.#poorUntil) this.#world.timers.after(DRAIN_EVERY_MS, () => this.#drain());
  }

  /** No more faults of its own, and money enough to pay everything back. */
  calmDown(): void {
    this.#applyPlan();
    const wallet = this.open;
    if (wallet === null) return;
    for (const currency of [CNY, RUB]) wallet.moveMerchantFunds(10n ** 13n, currency);
  }

  /** A day of storms again; the merchant takes its money home, so that refunds may find too little. */
  stormAgain(): void {
    this.#applyPlan();
    this.takeHome();
  }

  takeHome(): void {
    const wallet = this.open;
    if (wallet === null) return;
    for (const currency of [CNY, RUB]) {
      wallet.moveMerchantFunds(-wallet.desk.books.balance('merchant', currency), currency);
    }
  }

  /** Counts a reply about an order, until it is known to have got nowhere. */
  #tell(form: URLSearchParams): () => void {
    const biz = JSON.parse(form.get('biz_content') ?? '{}') as Record<string, string>;
    const outTradeNo = biz.out_trade_no ?? '';
    this.#told.set(outTradeNo, (this.#told.get(outTradeNo) ?? 0) + 1);
    return () => {
      this.#told.set(outTradeNo, (this.#told.get(outTradeNo) ?? 1) - 1);
      if (this.#told.get(outTradeNo) === 0) this.#reconsider(outTradeNo);
    };
  }

  /** The wallet's control of risks may undo a payment that nobody was told of, or close what nobody has paid. */
  #reconsider(outTradeNo: string): void {
    const wallet = this.open;
    if (wallet === null || !this.#weather.chance(600)) return;
    const now = this.#world.now();
    const { trades, books } = wallet.desk;
    const trade = trades.find(outTradeNo, null);
    if (trade?.status === 'TRADE_SUCCESS' && trade.refundedMinor === 0n) takeBack(wallet, trade, now);
    if (trade?.status !== 'WAIT_BUYER_PAY') return;
    books.transaction(() => trades.save({ ...trade, status: 'TRADE_CLOSED', closedAt: now }, now));
  }

  #applyPlan(): void {
    if (this.open !== null) this.open.desk.arming.plan = this.#plan();
  }

  #plan(): FaultPlan {
    if (this.#weather.calm) return NO_FAULTS;
    return this.#world.now() < this.#suspendedUntil ? SUSPENDED_PLAN : SCENARIO_PLAN;
  }

  #countScenarios(wallet: AlipayWallet): void {
    const { arming } = wallet.desk;
    const choose = arming.choose.bind(arming);
    Object.defineProperty(arming, 'choose', {
      value: (...args: Parameters<typeof choose>) => {
        const choice = choose(...args);
        if (choice.size > 0) this.#weather.note('scenario');
        return choice;
      },
    });
  }

  #died(): void {
    this.#pump?.stop();
    this.#world.timers.after(this.#weather.between(500, 40_000), () => this.boot());
  }
}
