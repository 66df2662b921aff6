/** A gateway service over a real store in memory and a wallet of the target's choice, on virtual time. */
import Database from 'better-sqlite3';
import { CNY, RUB } from '../../gateway/kernel/currency.ts';
import { createLog } from '../../gateway/kernel/log.ts';
import type { PaymentPolicy } from '../../gateway/payments/policy.ts';
import type { GatewayService } from '../../gateway/payments/service.ts';
import type { WalletPort } from '../../gateway/payments/wallet-port.ts';
import { createGatewayService } from '../../gateway/run/gateway-service.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import type { ReplyBody, RequestBody, RequestType } from '../../gateway/wire/messages.ts';
import { MERCHANT, TID, trade } from '../gateway/payments/samples.ts';
import { ScriptedWallet } from '../gateway/run/scripted-wallet.ts';
import { VirtualWorld } from '../sim/virtual-runtime.ts';
import { DatabaseWatch } from './watch.ts';

export { TID };

export class GatewayWorld {
  readonly world: VirtualWorld;
  readonly db = new Database(':memory:');
  readonly watch: DatabaseWatch;
  readonly store: SqlitePaymentStore;
  readonly scripted: ScriptedWallet;
  readonly service: GatewayService;
  readonly log: ReturnType<typeof createLog>;

  constructor(seed: number, wallet: WalletPort | null, policy: Partial<PaymentPolicy> = {}) {
    this.world = new VirtualWorld({ seed });
    const { world } = this;
    this.store = openPaymentStore(this.db, world);
    this.watch = new DatabaseWatch(this.db);
    this.scripted = new ScriptedWallet(world.timers, () => world.now());
    this.scripted.usual.pay = { kind: 'paid', trade: trade() };
    this.scripted.usual.query = { kind: 'pending', providerRef: null };
    this.log = createLog('gateway', world.clock, () => {});
    const rate = { base: CNY, quote: RUB, value: 112_726n, scale: 4 };
    this.service = createGatewayService({
      ...{ store: this.store, folder: this.store, wallet: wallet ?? this.scripted, log: this.log },
      runtime: world.process(),
      charities: [{ charity: 'tiger', name: 'Фонд', nameZh: '基金会', nameEn: 'Charity' }],
      rates: {
        quoteLifeMs: 1_000_000_000,
        quoteTerms: (markupBp) => ({
          ...{ rate, sourceRate: rate, source: 'CBR', sourceDate: '2026-11-21' },
          markupBp,
        }),
        pricing: () => ({ legs: [rate], source: 'CBR', sourceDate: '2026-11-21' }),
      },
      events: { paymentChanged: () => {}, refundChanged: () => {} },
      paymentPolicy: policy,
    });
  }

  async open(): Promise<this> {
    await this.store.commit([
      { kind: 'merchant.put', row: MERCHANT },
      { kind: 'terminal.put', row: { tid: TID, mid: MERCHANT.mid, publicKey: null, revokedAt: null } },
    ]);
    this.service.start();
    await this.world.advance(100);
    return this;
  }

  ask<T extends RequestType>(type: T, body: RequestBody<T>): Promise<ReplyBody<T>> {
    return this.world.complete(this.service.handle(TID, type, body));
  }

  async close(): Promise<void> {
    await this.world.complete(this.service.stop());
    await this.store.close();
    this.db.close();
  }
}
