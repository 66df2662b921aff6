/** A gateway service over the real store in memory, a scripted wallet and virtual time, with one terminal enrolled. */
import Database from 'better-sqlite3';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { parseMid, parseTid, type Tid } from '../../../gateway/kernel/identifiers.ts';
import { createLog } from '../../../gateway/kernel/log.ts';
import type { ExactRate } from '../../../gateway/kernel/rate.ts';
import type { ContractTerms } from '../../../gateway/payments/ports.ts';
import type { GatewayService } from '../../../gateway/payments/service.ts';
import { createGatewayService, type GatewayServiceDeps } from '../../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../gateway/store/sqlite/payment-store.ts';
import type {
  PaymentWire,
  RefundWire,
  ReplyBody,
  RequestBody,
  RequestType,
} from '../../../gateway/wire/messages.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';
import { MERCHANT, TID, ulid } from '../payments/samples.ts';
import { ScriptedWallet } from './scripted-wallet.ts';

export const CODE = '280000000000004321';

export interface Counter {
  readonly world: VirtualWorld;
  readonly store: SqlitePaymentStore;
  readonly wallet: ScriptedWallet;
  readonly log: string[];
  readonly told: (PaymentWire | RefundWire)[];
  /** Ten-thousandths of roubles for a yuan, now. */
  rateValue: bigint;
  /** The board's way between two currencies; null where it has none. */
  pricing: readonly ExactRate[] | null;
  gateway: GatewayService;
  /** Another process on the same store, as after a crash; the former is killed. */
  restart(): void;
  ask<T extends RequestType>(type: T, body: RequestBody<T>, tid?: Tid): Promise<ReplyBody<T>>;
  start(changes?: Partial<RequestBody<'payment.start'>>): Promise<PaymentWire>;
  payment(): Promise<PaymentWire>;
  /** Credit less debit of an account, in minor units. */
  balance(account: string, currency: string): bigint;
}

export interface CounterOptions {
  readonly terms?: Partial<ContractTerms>;
  readonly deps?: Partial<GatewayServiceDeps>;
}

export const OTHER_TID = parseTid('20000001');

export async function openCounter(options: CounterOptions = {}): Promise<Counter> {
  const world = new VirtualWorld();
  const store = openPaymentStore(new Database(':memory:'), world);
  const wallet = new ScriptedWallet(world.timers, () => world.now());
  const log: string[] = [];
  const told: (PaymentWire | RefundWire)[] = [];
  const terms = { ...MERCHANT.terms, ...options.terms };
  const other = parseMid('200000000000001');
  await store.commit([
    { kind: 'merchant.put', row: { ...MERCHANT, terms } },
    { kind: 'merchant.put', row: { ...MERCHANT, mid: other } },
    { kind: 'terminal.put', row: { tid: TID, mid: MERCHANT.mid, publicKey: null, revokedAt: null } },
    { kind: 'terminal.put', row: { tid: OTHER_TID, mid: other, publicKey: null, revokedAt: null } },
  ]);
  const rate = (): ExactRate => ({ base: CNY, quote: RUB, value: counter.rateValue, scale: 4 });
  let process = world.process();
  const make = (): GatewayService => {
    const alive = process;
    return createGatewayService({
      store,
      folder: store,
      wallet,
      runtime: alive,
      rates: {
        quoteLifeMs: 300_000,
        quoteTerms: (markupBp) => {
          if (counter.rateValue === 0n) throw new AmurError('RATE_UNAVAILABLE', {});
          const from = { source: 'CBR', sourceDate: '2026-11-21' };
          return { rate: rate(), sourceRate: rate(), ...from, markupBp };
        },
        pricing: (from, to) => {
          if (counter.pricing === null) throw new AmurError('FX_PATH_UNKNOWN', { from, to });
          return { legs: counter.pricing, source: 'CBR', sourceDate: '2026-11-21' };
        },
      },
      events: {
        paymentChanged: (_tid, payment) => void told.push(payment),
        refundChanged: (_tid, refund) => void told.push(refund),
      },
      log: createLog('gateway', world.clock, (line) => void log.push(line)),
      ...options.deps,
    });
  };
  const counter: Counter = {
    world,
    store,
    wallet,
    log,
    told,
    rateValue: 112_726n,
    pricing: [],
    gateway: make(),
    restart() {
      process.kill();
      process = world.process();
      counter.gateway = make();
      counter.gateway.start();
    },
    ask: (type, body, tid = TID) => world.complete(counter.gateway.handle(tid, type, body)),
    async start(changes = {}) {
      const quoteId = changes.quoteId ?? (await counter.ask('quote.get', {})).quoteId;
      return counter.ask('payment.start', { ...startBody(quoteId), ...changes });
    },
    payment: () => counter.ask('payment.get', { attemptId: ulid('A1') }),
    balance(account, currency) {
      const found = store.balances().find((b) => b.account === account && b.currency === currency);
      if (found === undefined) throw new Error(`Nothing was ever booked on ${account} in ${currency}.`);
      return found.credit - found.debit;
    },
  };
  counter.gateway.start();
  return counter;
}

export function startBody(quoteId: string): RequestBody<'payment.start'> {
  return {
    attemptId: ulid('A1'),
    saleId: ulid('S1'),
    tenderId: ulid('T1'),
    saleTotal: { amountMinor: '1000000', currency: 'RUB' },
    amount: { amountMinor: '1000000', currency: 'RUB' },
    quoteId,
    method: { kind: 'scanned', code: CODE },
    subject: 'Покупка',
    receiptNumber: '12-0001',
    operator: 'Анна',
  };
}
