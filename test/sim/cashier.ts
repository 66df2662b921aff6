/** A cashier: looks at the screen and does what one does there, mostly right. Knows the till by its screens only, so a till
 *  that comes back after a crash finds the cashier as it left them. */

import type { Goods } from '../../electron/catalogue/goods.ts';
import type { CashierView, ScreenView } from '../../electron/contract/view.ts';
import { CardHands } from './cards/card-hands.ts';
import type { Customers } from './customers.ts';
import type { SeededRandom } from './seeded-random.ts';
import { CASHIER, SUPERVISOR, type TillHost } from './till-host.ts';
import type { VirtualWorld } from './virtual-runtime.ts';
import type { Weather } from './weather.ts';

type Screen<N extends ScreenView['name']> = Extract<ScreenView, { name: N }>;

const REMEMBERED = 300;

export class Cashier {
  salesEnded = 0;
  /** Signed out after the last sale. */
  home = true;
  readonly #till: TillHost;
  readonly #goods: readonly Goods[];
  readonly #customers: Customers;
  readonly #world: VirtualWorld;
  readonly #weather: Weather;
  readonly #random: SeededRandom;
  readonly #cards: CardHands;
  readonly #receipts: string[] = [];
  #salesLeft = 0;
  #leaves = false;
  #batchDue = false;
  #qrShown = '';
  #ended = '';
  /** The sale whose customer was asked for a gift. */
  #asked = '';
  #refundsLeft = 0;

  constructor(
    till: TillHost,
    goods: readonly Goods[],
    customers: Customers,
    world: VirtualWorld,
    weather: Weather,
  ) {
    this.#till = till;
    this.#goods = goods;
    this.#customers = customers;
    this.#world = world;
    this.#weather = weather;
    this.#random = world.random.fork();
    this.#cards = new CardHands({
      ...{ till, world, weather, random: this.#random },
      act: (command, fields) => this.#do(command, fields),
      setAside: (permille) => this.#setAside(permille),
    });
  }

  /** Works until so many sales have ended, then goes home. */
  work(sales: number): void {
    this.#salesLeft = sales;
    this.home = false;
    this.#leaves = false;
    this.#batchDue = true;
    this.#soon();
  }

  #soon(): void {
    this.#world.timers.after(this.#weather.between(700, 4_500), () => void this.#turn());
  }

  async #turn(): Promise<void> {
    const view = this.#till.open?.cashierView();
    if (view !== undefined) await this.#act(view);
    if (!this.home) this.#soon();
  }

  #do(command: string, fields: object = {}): Promise<unknown> {
    return this.#till.ask({ command, ...fields });
  }

  async #act(view: CashierView): Promise<unknown> {
    const { screen } = view;
    switch (screen.name) {
      case 'sign_in':
        // A till that came back shows this too, with a sale behind it perhaps: only who signed out may go.
        if (this.#leaves) {
          this.home = true;
          return;
        }
        return this.#do('sign_in', this.#weather.chance(30) ? { ...CASHIER, pin: '0000' } : CASHIER);
      case 'sale':
        return this.#sell(screen, view);
      case 'cash':
        return this.#cash(screen);
      case 'wallet':
        return this.#wallet();
      case 'wallet_sending':
        return this.#weather.chance(140) ? this.#do('wallet_cancel') : this.#setAside(30);
      case 'wallet_qr':
        return this.#qr(screen);
      case 'wallet_unknown':
        return this.#unknown();
      case 'paid':
        return this.#paid(screen);
      case 'not_paid':
        return this.#notPaid(screen);
      case 'set_aside':
        return this.#aside(screen);
      case 'card':
      case 'card_offer':
      case 'card_sending':
      case 'card_signature':
      case 'card_unknown':
      case 'card_done':
      case 'preauthorisations':
        return this.#cards.act(screen);
      case 'today':
        return this.#do('today_leave');
      default:
        return this.#refund(screen);
    }
  }

  async #sell({ basket }: Screen<'sale'>, view: CashierView): Promise<unknown> {
    if (basket.lines.length === 0) return this.#idle();
    if (basket.lines.length < 2 && this.#random.chance(400)) return this.#ring();
    const [line] = basket.lines;
    if (line !== undefined && line.unit === 'piece' && this.#random.chance(150)) {
      const count = this.#random.chance(150) ? 20 + this.#random.below(40) : 1 + this.#random.below(4);
      return this.#do('line_quantity', { lineId: line.lineId, count });
    }
    const giving = this.#give(basket);
    if (giving !== null) return giving;
    if (this.#random.chance(40)) return this.#do('sale_clear').then(() => this.#countEnd(basket.saleId));
    if (view.cardKey.enabled && this.#random.chance(450)) return this.#cards.pay();
    const cash = view.devices.gateway !== 'up' || this.#random.chance(150);
    if (cash && basket.gift !== null) return this.#do('gift_remove');
    return this.#do(cash ? 'cash_begin' : 'wallet_begin');
  }

  /** Some customers give, rounding up or a sum of their own; some think better of it. */
  #give({ gift, giftOffer, saleId }: Screen<'sale'>['basket']): Promise<unknown> | null {
    if (giftOffer === null) return null;
    if (gift !== null) return this.#random.chance(40) ? this.#do('gift_remove') : null;
    if (this.#asked === saleId) return null;
    this.#asked = saleId;
    if (!this.#random.chance(250)) return null;
    const { charity } = this.#random.pick(giftOffer.charities);
    const roundsUp = giftOffer.roundUps.length > 0 && this.#random.chance(700);
    const sum = roundsUp
      ? this.#random.pick(giftOffer.roundUps).amountMinor
      : `${1 + this.#random.below(50_000)}`;
    return this.#do('gift_add', { charity, amountMinor: sum, roundsUp });
  }

  async #idle(): Promise<unknown> {
    if (this.#salesLeft <= 0) {
      // Asked again while the till cannot, until it is late.
      if (this.#batchDue && !this.#random.chance(50)) {
        this.#batchDue = !(await this.#cards.closeBatch());
        return;
      }
      this.#leaves = true;
      return this.#do('sign_out');
    }
    // A break, with the till switched off.
    if (this.#weather.chance(30)) return this.#till.switchOff(this.#weather.between(120_000, 900_000));
    if (this.#refundsLeft > 0 && this.#receipts.length > 0) {
      this.#refundsLeft -= 1;
      return this.#do('refund_begin');
    }
    if (this.#random.chance(15)) return this.#do('today_open');
    return this.#cards.idle() ?? this.#ring();
  }

  #ring(): Promise<unknown> {
    const goods = this.#random.pick(this.#goods);
    const grams = goods.unit === 'kg' ? { grams: 100 + this.#random.below(2_000) } : {};
    return this.#do('line_add', { goodsId: goods.goodsId, ...grams });
  }

  #cash({ basket }: Screen<'cash'>): Promise<unknown> {
    if (this.#random.chance(40)) return this.#do('tender_back');
    const given =
      BigInt(basket.total.amountMinor) + (this.#random.chance(50) ? -1n : BigInt(this.#random.below(50_000)));
    return this.#do('cash_pay', { tenderedMinor: given.toString() });
  }

  #wallet(): Promise<unknown> {
    if (this.#random.chance(30)) return this.#do('tender_back');
    if (this.#random.chance(420)) return this.#do('wallet_show_qr');
    const code = this.#customers.presentCode();
    return code === null ? this.#do('tender_back') : this.#do('scan', { text: code });
  }

  async #qr({ payment }: Screen<'wallet_qr'>): Promise<unknown> {
    if (payment.qr !== null && payment.qr.content !== this.#qrShown) {
      this.#qrShown = payment.qr.content;
      this.#customers.readQr(payment.qr.content);
      return;
    }
    if (this.#random.chance(25)) return this.#do('wallet_cancel');
    if (this.#random.chance(25)) return this.#do('wallet_check');
    return this.#setAside(30);
  }

  async #unknown(): Promise<unknown> {
    if (this.#random.chance(120)) return this.#do('wallet_check');
    if (this.#random.chance(40)) return this.#do('wallet_cancel');
    return this.#setAside(120);
  }

  /** Refused by the till before its time, which does no harm. */
  async #setAside(permille: number): Promise<unknown> {
    if (!this.#weather.chance(permille)) return;
    return this.#do('set_aside', { ...SUPERVISOR, reason: 'customer left' });
  }

  async #paid({ basket, print }: Screen<'paid'>): Promise<unknown> {
    if (this.#ended !== basket.saleId) {
      this.#countEnd(basket.saleId);
      this.#receipts.push(basket.receiptNumber);
      if (this.#receipts.length > REMEMBERED) this.#receipts.shift();
      if (this.#random.chance(400)) this.#refundsLeft = 1 + this.#random.below(2);
    }
    if (print.state === 'failed' && this.#random.chance(500)) return this.#do('print_retry');
    return this.#do('next');
  }

  #notPaid({ basket }: Screen<'not_paid'>): Promise<unknown> {
    const roll = this.#random.below(1_000);
    this.#cards.present(null);
    if (roll < 250) return this.#do('wallet_begin');
    if (roll < 420) return this.#do('card_begin');
    if (roll < 700) return this.#do(basket.gift === null ? 'cash_begin' : 'wallet_begin');
    if (roll < 800) return this.#do('sale_repeat');
    return this.#do('next');
  }

  async #aside({ basket }: Screen<'set_aside'>): Promise<unknown> {
    this.#countEnd(basket.saleId);
    return this.#do(this.#random.chance(500) ? 'sale_repeat' : 'next');
  }

  #countEnd(saleId: string): void {
    if (this.#ended === saleId) return;
    this.#ended = saleId;
    this.salesEnded += 1;
    this.#salesLeft -= 1;
  }

  async #refund(screen: ScreenView): Promise<unknown> {
    switch (screen.name) {
      case 'refund_find': {
        const receipt = this.#random.chance(950) ? this.#random.pick(this.#receipts) : '1-9999';
        const found = await this.#do('refund_find', { receipt });
        return (found as { ok?: boolean } | null)?.ok === true ? found : this.#do('refund_leave');
      }
      case 'refund_choose':
        return this.#choose(screen);
      case 'refund_confirm':
        if (this.#random.chance(50)) return this.#do('refund_leave');
        this.#cards.present(screen.sale.maskedPan);
        return this.#do('refund_confirm', { ...SUPERVISOR, reason: 'goods returned' });
      case 'refund_progress':
        return this.#random.chance(200) ? this.#do('refund_leave') : null;
      default:
        return this.#do(this.#random.chance(300) ? 'refund_leave' : 'next');
    }
  }

  async #choose({ sale }: Screen<'refund_choose'>): Promise<unknown> {
    const remaining = BigInt(sale.remaining.amountMinor);
    if (remaining <= 0n) return this.#do('refund_leave');
    const roll = this.#random.below(1_000);
    if (sale.wholeAllowed && roll < 250) return this.#do('refund_whole');
    if (roll < 300) return this.#do('refund_amount', { amountMinor: remaining.toString() });
    if (roll < 340) return this.#over(remaining);
    if (roll < 650) {
      const part = (remaining * BigInt(1 + this.#random.below(99))) / 100n;
      return this.#do('refund_amount', { amountMinor: (part > 0n ? part : 1n).toString() });
    }
    const line = this.#random.pick(sale.lines);
    const reply = await this.#do('refund_lines', { lines: [{ lineId: line.lineId, count: 1 }] });
    return (reply as { ok?: boolean } | null)?.ok === true ? reply : this.#do('refund_leave');
  }

  /** More than is left; the till says no. */
  async #over(remaining: bigint): Promise<unknown> {
    await this.#do('refund_amount', { amountMinor: (remaining + 1n).toString() });
    return this.#do('refund_leave');
  }
}
