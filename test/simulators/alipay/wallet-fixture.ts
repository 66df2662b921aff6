/** A wallet in memory with its own keys, a virtual clock and a seeded random source, and a client that signs by itself. */
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import Database from 'better-sqlite3';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import type { FaultPlan } from '../../../simulators/alipay/arming.ts';
import type { BuyerConfig } from '../../../simulators/alipay/buyers.ts';
import { ratesFrom } from '../../../simulators/alipay/config.ts';
import type { ScenarioName } from '../../../simulators/alipay/scenarios.ts';
import { USUAL_HABITS, type WalletTerms } from '../../../simulators/alipay/terms.ts';
import { AlipayWallet, type GatewayReply } from '../../../simulators/alipay/wallet.ts';

const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });
export const merchantKeys = keyPair();
export const alipayKeys = keyPair();

export function pemOf(key: KeyObject): string {
  return key.export({ type: key.type === 'public' ? 'spki' : 'pkcs8', format: 'pem' }).toString();
}

export const APP_ID = '2021000000000001';
export const SELLER_ID = '2088000000000009';
export const LI = '2088000000000101';
export const WANG = '2088000000000102';
export const PIN = '135790';

const BUYERS: readonly BuyerConfig[] = [
  {
    buyerId: LI,
    logonId: '138****0001',
    name: '李雷',
    accountClass: 'III',
    pin: PIN,
    balanceFen: 3_000_000n,
  },
  { buyerId: WANG, logonId: '139****0002', name: '王芳', accountClass: 'I', pin: PIN, balanceFen: 500_000n },
];

export interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that moves only when told. */
export class VirtualTime {
  now = Date.parse('2026-11-22T04:00:00Z');
  #timers: Timer[] = [];
  #seed = 0x2545f491;

  readonly runtime: Runtime = {
    clock: { now: () => this.now },
    timers: {
      after: (delayMs, run) => {
        const timer = { at: this.now + delayMs, run };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((other) => other !== timer);
        };
      },
    },
    random: { bytes: (length) => Uint8Array.from({ length }, () => this.#byte()) },
  };

  async advance(durationMs: number): Promise<void> {
    const until = this.now + durationMs;
    for (;;) {
      await Promise.resolve().then(() => undefined);
      const next = this.#timers.filter((timer) => timer.at <= until).toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.now = Math.max(this.now, next.at);
      next.run();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
    this.now = until;
  }

  #byte(): number {
    this.#seed ^= this.#seed << 13;
    this.#seed ^= this.#seed >>> 17;
    this.#seed ^= this.#seed << 5;
    return this.#seed & 0xff;
  }
}

export function termsWith(changes: Partial<WalletTerms> = {}): WalletTerms {
  return {
    ...USUAL_HABITS,
    appId: APP_ID,
    sellerId: SELLER_ID,
    merchantName: '东方小店 Восток',
    merchantPublicKey: merchantKeys.publicKey,
    alipayPrivateKey: alipayKeys.privateKey,
    publicUrl: 'http://wallet.test',
    rates: ratesFrom({ RUB: '0.08871', JPY: '0.0466', KRW: '0.0052', USD: '6.5261' }),
    ...changes,
  };
}

export type Fields = Record<string, unknown>;

export class World {
  readonly time = new VirtualTime();
  readonly db: Database.Database;
  wallet: AlipayWallet;

  constructor(
    options: {
      db?: Database.Database;
      float?: Record<string, bigint>;
      faults?: FaultPlan;
      terms?: Partial<WalletTerms>;
    } = {},
  ) {
    this.db = options.db ?? new Database(':memory:');
    this.wallet = new AlipayWallet({
      db: this.db,
      runtime: this.time.runtime,
      terms: termsWith(options.terms),
      buyers: BUYERS,
      merchantFloat: options.float ?? {},
      ...(options.faults === undefined ? {} : { faults: options.faults }),
    });
  }

  send(method: string, biz: Fields, system: Record<string, string> = {}): GatewayReply {
    return this.wallet.handle(signedParams(method, biz, system));
  }

  /** The node of the reply, read as the merchant reads it. */
  call(method: string, biz: Fields, system: Record<string, string> = {}): Record<string, string> {
    const { body } = this.send(method, biz, system);
    if (!body.startsWith('{')) return {};
    const reply = JSON.parse(body) as Record<string, Record<string, string>>;
    return reply[`${method.replaceAll('.', '_')}_response`] ?? reply.error_response ?? {};
  }

  code(buyerId = LI): string {
    return this.wallet.phones.newPaymentCode(buyerId)?.code ?? '';
  }

  pay(outTradeNo: string, totalAmount: string, more: Fields = {}): Record<string, string> {
    return this.call('alipay.trade.pay', this.payment(outTradeNo, totalAmount, more));
  }

  payment(outTradeNo: string, totalAmount: string, more: Fields = {}): Fields {
    return {
      out_trade_no: outTradeNo,
      scene: 'bar_code',
      auth_code: more.auth_code ?? this.code(),
      subject: '蜂蜜 Мёд',
      total_amount: totalAmount,
      ...more,
    };
  }

  precreate(
    outTradeNo: string,
    totalAmount: string,
    more: Fields = {},
    notifyUrl = 'https://shop.test/notify',
  ) {
    const biz = { out_trade_no: outTradeNo, subject: '蜂蜜', total_amount: totalAmount, ...more };
    return this.call('alipay.trade.precreate', biz, { notify_url: notifyUrl });
  }

  query(outTradeNo: string): Record<string, string> {
    return this.call('alipay.trade.query', { out_trade_no: outTradeNo });
  }

  cancel(outTradeNo: string): Record<string, string> {
    return this.call('alipay.trade.cancel', { out_trade_no: outTradeNo });
  }

  refund(outTradeNo: string, amount: string, outRequestNo: string): Record<string, string> {
    const biz = { out_trade_no: outTradeNo, refund_amount: amount, out_request_no: outRequestNo };
    return this.call('alipay.trade.refund', biz);
  }

  arm(scenario: ScenarioName, times = 1, delayMs: number | null = null): void {
    this.wallet.desk.arming.arm({ scenario, method: null, outTradeNo: null, buyerId: null, times, delayMs });
  }

  /** Scans and confirms a shown code. */
  payCode(qrCode: string, buyerId = LI): boolean {
    const scanned = this.wallet.phones.scanQr(buyerId, qrCode);
    return scanned.ok && this.wallet.phones.approve(scanned.trade.tradeNo, PIN).ok;
  }
}

/** An independent signer: what a merchant's own code would do. */
export function signedParams(
  method: string,
  biz: Fields,
  system: Record<string, string> = {},
): ReadonlyMap<string, string> {
  const params: Record<string, string> = {
    app_id: APP_ID,
    method,
    format: 'JSON',
    charset: 'utf-8',
    sign_type: 'RSA2',
    timestamp: '2026-11-22 12:00:00',
    version: '1.0',
    ...system,
    biz_content: JSON.stringify(biz),
  };
  const text = Object.keys(params)
    .toSorted()
    .map((name) => `${name}=${params[name] ?? ''}`)
    .join('&');
  params.sign = sign('sha256', Buffer.from(text), merchantKeys.privateKey).toString('base64');
  return new Map(Object.entries(params));
}
