/** People with the wallet on their phones: they confirm, late or at once, mistype the PIN, walk away, scan twice or when the
 *  code is over. They act on the wallet, never on the till. */
import type { AlipayWallet } from '../../simulators/alipay/wallet.ts';
import type { SeededRandom } from './seeded-random.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import { BUYERS, PIN, takeBack, type WalletHost } from './wallet-host.ts';
import type { Weather } from './weather.ts';

const WRONG_PIN = '000000';

export class Customers {
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #wallet: WalletHost;
  readonly #random: SeededRandom;

  constructor(world: VirtualWorld, weather: Weather, wallet: WalletHost) {
    this.#world = world;
    this.#weather = weather;
    this.#wallet = wallet;
    this.#random = world.random.fork();
  }

  /** A code held to the scanner, and somebody who watches the phone afterwards. Null while the phone shows none. */
  presentCode(): string | null {
    const wallet = this.#wallet.open;
    if (wallet === null) return null;
    const shown = wallet.phones.newPaymentCode(this.#buyer());
    if (shown === null) return null;
    this.#later(this.#patience(), (open) => {
      const trade = open.phones.tradeOfCode(shown.code);
      if (trade?.status === 'WAIT_BUYER_PAY') this.#confirm(open, trade.tradeNo);
    });
    // A phone left on the counter: the code is not used at once, and may be over.
    return this.#random.chance(20) && !this.#weather.calm ? `${shown.code.slice(0, -4)}0000` : shown.code;
  }

  /** Somebody reads the QR on the display, or nobody does. */
  readQr(content: string): void {
    const roll = this.#random.below(1_000);
    if (roll < 80) return;
    // Most at once, some when the code is nearly over or dead.
    this.#later(roll < 860 ? this.#patience() : 100_000 + this.#random.below(60_000), (wallet) => {
      this.#scan(wallet, this.#buyer(), content);
      if (this.#random.chance(50))
        this.#later(this.#patience(), (open) => this.#scan(open, this.#buyer(), content));
    });
  }

  #scan(wallet: AlipayWallet, buyerId: string, content: string): void {
    const scanned = wallet.phones.scanQr(buyerId, content);
    if (!scanned.ok || this.#random.chance(60)) return;
    const { tradeNo } = scanned.trade;
    this.#later(this.#random.chance(850) ? this.#patience() : 60_000 + this.#random.below(100_000), (open) =>
      this.#confirm(open, tradeNo),
    );
  }

  #confirm(wallet: AlipayWallet, tradeNo: string): void {
    if (this.#random.chance(80)) {
      wallet.phones.dismiss(tradeNo);
      return;
    }
    if (this.#random.chance(80)) {
      wallet.phones.approve(tradeNo, WRONG_PIN);
      this.#later(this.#patience(), (open) => void open.phones.approve(tradeNo, PIN));
      return;
    }
    const paid = wallet.phones.approve(tradeNo, PIN);
    const trade = paid.ok && this.#weather.chance(40) ? wallet.desk.trades.find(null, tradeNo) : null;
    if (trade !== null) takeBack(wallet, trade, this.#world.now());
  }

  #buyer(): string {
    return this.#random.pick(BUYERS).buyerId;
  }

  #patience(): number {
    return 800 + this.#random.below(9_000);
  }

  #later(delayMs: number, act: (wallet: AlipayWallet) => void): void {
    this.#world.timers.after(delayMs, () => {
      const wallet = this.#wallet.open;
      if (wallet !== null) act(wallet);
    });
  }
}
