/** The customer's phone. A wallet that has just died is tried again by whoever calls. */
import type { WalletClient } from '../../build/wallet-client.ts';
import type { Memory } from './memory.ts';
import type { Buyer } from './shop-terms.ts';

interface Shown {
  readonly ok: boolean;
  readonly reason?: string;
  readonly trade?: { readonly tradeNo: string; readonly outTradeNo: string; readonly status: string };
}

export class Phone {
  readonly #wallet: WalletClient;
  readonly #memory: Memory;
  readonly #buyer: Buyer;

  constructor(wallet: WalletClient, memory: Memory, buyer: Buyer) {
    this.#wallet = wallet;
    this.#memory = memory;
    this.#buyer = buyer;
  }

  /** Scans what the till shows and confirms. */
  async payQr(content: string): Promise<void> {
    const scanned = (await this.#ask('scan', { buyerId: this.#buyer.buyerId, content })) as Shown;
    if (scanned.trade?.status === 'WAIT_BUYER_PAY') await this.#approve(scanned.trade.tradeNo);
  }

  /** Confirms whatever the wallet asks for. */
  async confirm(): Promise<void> {
    for (const { tradeNo } of await this.#wallet.pending(this.#buyer.buyerId)) await this.#approve(tradeNo);
  }

  code(): Promise<string> {
    return this.#wallet.paymentCode(this.#buyer.buyerId);
  }

  async #approve(tradeNo: string): Promise<void> {
    const shown = (await this.#ask('approve', { tradeNo, pin: this.#buyer.pin })) as Shown;
    if (shown.trade?.status === 'TRADE_SUCCESS') this.#memory.paidOnPhone.add(shown.trade.outTradeNo);
  }

  #ask(what: string, body: unknown): Promise<unknown> {
    return this.#wallet.call('POST', what, body);
  }
}
