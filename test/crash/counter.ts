/** The cashier and the customer of a drill. They look at the screen and do what it asks for, so that they can go on after
 *  any death as people would: by what they see, never by what the programs know. */
import { SUPERVISOR } from '../../build/estate-config.ts';
import type { TillClient } from '../../build/till-client.ts';
import type { BasketView, ScreenView } from '../../electron/contract/view.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { Drill } from './drills.ts';
import { someBarcodes } from './goods.ts';
import { isDue, roundedUp, send, tidyUp, total, untilDone } from './hands.ts';
import { refundStates, saleState } from './journal-reader.ts';
import { Phone } from './phone.ts';
import type { Shop } from './shop.ts';
import { POOR, RICH } from './shop-terms.ts';

/** Kopecks that are over CNY 1,000 at any rate of the sample. */
const PASSWORD_MINOR = 2_000_000;
const ENDED = new Set(['paid', 'cancelled', 'set_aside']);

export class Counter {
  readonly #shop: Shop;
  readonly #drill: Drill;
  readonly #random: SeededRandom;
  readonly #phone: Phone;
  #saleId: string | null = null;
  #gaveUp = false;
  #checked = false;
  #qr: string | null = null;
  #latePays = 0;

  constructor(shop: Shop, drill: Drill, random: SeededRandom) {
    this.#shop = shop;
    this.#drill = drill;
    this.#random = random;
    this.#phone = new Phone(shop.wallet, shop.memory, drill.size === 'poor' ? POOR : RICH);
  }

  /** Resolves with the sale once it has ended for good and the till is free. Errors  when that does not come */
  async sell(revive: () => Promise<boolean>, withinMs: number): Promise<string> {
    await untilDone(this.#shop, revive, withinMs, (till, screen) => this.#selling(till, screen));
    return this.#saleId ?? '';
  }

  /** Resolves once the refund has ended for good and the till is free. */
  refund(saleId: string, revive: () => Promise<boolean>, withinMs: number): Promise<void> {
    return untilDone(this.#shop, revive, withinMs, (till, screen) => this.#refunding(till, screen, saleId));
  }

  async #selling(till: TillClient, screen: ScreenView): Promise<boolean> {
    const { tender, unpaid, size } = this.#drill;
    switch (screen.name) {
      case 'sale':
        return this.#atBasket(till, screen.basket);
      case 'cash':
        await send(till, { command: 'cash_pay', tenderedMinor: roundedUp(screen.basket) });
        return false;
      case 'wallet':
        if (this.#gaveUp) await send(till, { command: unpaid === 'cash' ? 'cash_begin' : 'sale_clear' });
        else if (screen.basket.yuan === null) return false;
        else if (size === 'password' && total(screen.basket) < PASSWORD_MINOR) {
          await send(till, { command: 'tender_back' });
        } else if (tender === 'qr') await send(till, { command: 'wallet_show_qr' });
        else await send(till, { command: 'scan', text: await this.#phone.code() });
        return false;
      case 'wallet_sending':
      case 'wallet_qr':
      case 'wallet_unknown':
        await this.#duringPayment(till, screen);
        return false;
      case 'paid':
        return screen.print.state === 'printing' ? false : this.#leave(till);
      case 'not_paid':
        this.#gaveUp = true;
        return (await this.#paysTooLate()) ? this.#leave(till) : false;
      case 'set_aside':
        return (await this.#paysTooLate()) ? this.#leave(till) : false;
      default:
        return tidyUp(till, screen);
    }
  }

  async #atBasket(till: TillClient, basket: BasketView): Promise<boolean> {
    const { tender, unpaid, size } = this.#drill;
    if (this.#saleId !== null && this.#hasEnded(this.#saleId)) return true;
    const [first] = basket.lines;
    if (first === undefined) {
      for (const text of someBarcodes(this.#random)) await send(till, { command: 'scan', text });
      return false;
    }
    this.#saleId = basket.saleId;
    if (size === 'password' && total(basket) < PASSWORD_MINOR && !this.#gaveUp) {
      const count = Math.ceil(PASSWORD_MINOR / Number(first.unitPrice.amountMinor));
      await send(till, { command: 'line_quantity', lineId: first.lineId, count });
      return false;
    }
    if (this.#gaveUp && unpaid === 'clear') await send(till, { command: 'sale_clear' });
    else await send(till, { command: this.#gaveUp || tender === 'cash' ? 'cash_begin' : 'wallet_begin' });
    return false;
  }

  async #duringPayment(
    till: TillClient,
    screen: Extract<ScreenView, { name: 'wallet_sending' | 'wallet_qr' | 'wallet_unknown' }>,
  ): Promise<void> {
    const { customer, cashier } = this.#drill;
    this.#qr = screen.payment.qr?.content ?? this.#qr;
    if (screen.name === 'wallet_sending') return;
    if (cashier === 'checks' && !this.#checked) {
      await send(till, { command: 'wallet_check' });
      this.#checked = true;
      return;
    }
    if (customer === 'pays' && screen.name === 'wallet_qr') await this.#phone.payQr(this.#qr ?? '');
    if (customer === 'pays') await this.#phone.confirm();
    if (cashier === 'cancels' && !(screen.name === 'wallet_unknown' && screen.cause === 'cancelling')) {
      await send(till, { command: 'wallet_cancel' });
    }
    if (cashier === 'sets_aside' && isDue(screen.payment.setAsideFrom)) {
      const { staffId, pin } = SUPERVISOR;
      await send(till, { command: 'set_aside', staffId, pin, reason: 'the customer left' });
    }
  }

  /** True once nothing more is to be expected of the customer. */
  async #paysTooLate(): Promise<boolean> {
    if (this.#drill.customer !== 'too_late' || this.#qr === null || this.#latePays >= 3) return true;
    this.#latePays += 1;
    await this.#phone.payQr(this.#qr);
    this.#latePays = 3;
    return true;
  }

  async #leave(till: TillClient): Promise<boolean> {
    await send(till, { command: 'next' });
    return false;
  }

  async #refunding(till: TillClient, screen: ScreenView, saleId: string): Promise<boolean> {
    const states = refundStates(this.#shop.directory, saleId);
    const ended = states.length > 0 && states.every((state) => state === 'approved' || state === 'declined');
    switch (screen.name) {
      case 'sale':
        if (!ended && states.length === 0) await send(till, { command: 'refund_begin' });
        return ended;
      case 'refund_find':
        if (states.length > 0) return tidyUp(till, screen);
        await send(till, { command: 'refund_find', receipt: saleId });
        return false;
      case 'refund_choose': {
        if (states.length > 0) return tidyUp(till, screen);
        const remaining = Number(screen.sale.remaining.amountMinor);
        const part = 1 + this.#random.below(remaining - 1);
        const amount = this.#drill.refund === 'whole' ? remaining : part;
        await send(till, { command: 'refund_amount', amountMinor: String(amount) });
        return false;
      }
      case 'refund_confirm': {
        const { staffId, pin } = SUPERVISOR;
        await send(till, { command: 'refund_confirm', staffId, pin, reason: 'the goods came back' });
        return false;
      }
      case 'refund_done':
        return screen.print?.state === 'printing' ? false : tidyUp(till, screen);
      case 'paid':
        return this.#leave(till);
      default:
        return tidyUp(till, screen);
    }
  }

  #hasEnded(saleId: string): boolean {
    return ENDED.has(saleState(this.#shop.directory, saleId) ?? '');
  }
}
