/** The cashier and the customer of a card drill. As with wallets they go by what they see, never by what the programs know. */
import { SUPERVISOR } from '../../build/estate-config.ts';
import type { TillClient } from '../../build/till-client.ts';
import type { BasketView, ScreenView } from '../../electron/contract/view.ts';
import type { SeededRandom } from '../sim/seeded-random.ts';
import type { CardDrill } from './card-drills.ts';
import { CardHolder } from './card-holder.ts';
import { closedBatches, heldAttempt, isOver, operationsOf } from './card-journal.ts';
import { someGift } from './gifts.ts';
import { someBarcodes } from './goods.ts';
import { isDue, roundedUp, send, tidyUp, total, untilDone } from './hands.ts';
import { refundStates, saleState } from './journal-reader.ts';
import { PartnerDesk } from './partner-desk.ts';
import type { Shop } from './shop.ts';
import type { Revive } from './trade.ts';

/** Enough for every bound of the quick terms, one after the other, on a busy machine. */
const WITHIN_MS = 45_000;
const ENDED = new Set(['paid', 'cancelled', 'set_aside']);
const HELD_MINOR = '900000';
const GIVES_PERMILLE = 400;

export class CardCounter {
  readonly holder: CardHolder;
  readonly #shop: Shop;
  readonly #drill: CardDrill;
  readonly #random: SeededRandom;
  readonly #revive: Revive;
  #saleId: string | null = null;
  #fails = 0;
  #keyChanged = false;
  /** The customer is still to be asked for a gift, and gives one. */
  #gives: boolean;

  constructor(shop: Shop, drill: CardDrill, random: SeededRandom, revive: Revive) {
    this.#shop = shop;
    this.#drill = drill;
    this.#random = random;
    this.#revive = revive;
    this.#gives = drill.gives || random.chance(GIVES_PERMILLE);
    this.holder = new CardHolder(shop, random.pick(drill.cards), drill.gesture, drill.wrongPins);
  }

  get bank(): PartnerDesk {
    return PartnerDesk.ofIssuer(this.#shop, this.holder.card);
  }

  /** Resolves with the sale once it has ended for good and the till is free. Errors  when that does not come */
  async sell(): Promise<string> {
    await this.#until((till, screen) => this.#selling(till, screen, 'card_begin'));
    return this.#saleId ?? '';
  }

  /** Resolves with the hold, or null when nothing is held. */
  async hold(): Promise<string | null> {
    const before = operationsOf(this.#shop.directory, 'preauthorisation').length;
    await this.#until(async (till, screen) => {
      const mine = operationsOf(this.#shop.directory, 'preauthorisation').slice(before);
      if (mine.length > 0 && mine.every(isOver)) return this.#backToSale(till, screen);
      if (screen.name === 'sale') await send(till, { command: 'preauths_open' });
      else if (screen.name === 'preauthorisations')
        await send(till, { command: 'preauth_begin', amountMinor: HELD_MINOR });
      else await this.#withCard(till, screen);
      return false;
    });
    return heldAttempt(this.#shop.directory);
  }

  /** A look at the balance, whatever comes of it. */
  async askBalance(): Promise<void> {
    const before = operationsOf(this.#shop.directory, 'balance').length;
    await this.#until(async (till, screen) => {
      const mine = operationsOf(this.#shop.directory, 'balance').slice(before);
      if (mine.length > 0 && mine.every(isOver)) return this.#backToSale(till, screen);
      if (screen.name === 'sale') await send(till, { command: 'card_balance' });
      else await this.#withCard(till, screen);
      return false;
    });
  }

  /** A new sale is paid from the hold, or in cash where that fails. */
  async complete(attemptId: string): Promise<void> {
    this.#saleId = null;
    this.#fails = 0;
    await this.#until((till, screen) => this.#selling(till, screen, { attemptId }));
  }

  async release(attemptId: string): Promise<void> {
    const before = operationsOf(this.#shop.directory, 'cancellation').length;
    await this.#until(async (till, screen) => {
      const mine = operationsOf(this.#shop.directory, 'cancellation').slice(before);
      if (mine.length > 0 && mine.every(isOver)) return this.#backToSale(till, screen);
      const { staffId, pin } = SUPERVISOR;
      if (screen.name === 'sale') await send(till, { command: 'preauths_open' });
      else if (screen.name === 'preauthorisations')
        await send(till, { command: 'preauth_cancel', attemptId, staffId, pin, reason: 'plans changed' });
      else await this.#withCard(till, screen);
      return false;
    });
  }

  /** Resolves once a refund of this size has ended for good and the till is free. */
  async refund(saleId: string, size: 'whole' | 'part'): Promise<void> {
    const before = refundStates(this.#shop.directory, saleId).length;
    await this.#until((till, screen) => this.#refunding(till, screen, saleId, size, before));
  }

  async closeBatch(): Promise<void> {
    const before = closedBatches(this.#shop.directory);
    await this.#until(async (till, screen) => {
      if (closedBatches(this.#shop.directory) > before) return this.#backToSale(till, screen);
      const { staffId, pin } = SUPERVISOR;
      if (screen.name === 'sale') await send(till, { command: 'batch_close', staffId, pin });
      else await this.#withCard(till, screen);
      return false;
    });
  }

  #until(look: (till: TillClient, screen: ScreenView) => Promise<boolean>): Promise<void> {
    return untilDone(this.#shop, this.#revive, WITHIN_MS, look);
  }

  async #selling(
    till: TillClient,
    screen: ScreenView,
    by: 'card_begin' | { readonly attemptId: string },
  ): Promise<boolean> {
    switch (screen.name) {
      case 'sale':
        return this.#atBasket(till, screen.basket, by);
      case 'preauthorisations':
        if (by === 'card_begin' || this.#fails > 0) await send(till, { command: 'preauths_leave' });
        else await send(till, { command: 'preauth_complete', attemptId: by.attemptId });
        return false;
      case 'cash':
        await send(till, { command: 'cash_pay', tenderedMinor: roundedUp(screen.basket) });
        return false;
      case 'paid':
        await this.holder.takeCard();
        if (screen.print.state !== 'printing') await send(till, { command: 'next' });
        return false;
      case 'not_paid':
        this.#fails += 1;
        await this.holder.takeCard();
        await send(till, { command: 'next' });
        return false;
      default:
        await this.#withCard(till, screen);
        return false;
    }
  }

  async #atBasket(
    till: TillClient,
    basket: BasketView,
    by: 'card_begin' | { readonly attemptId: string },
  ): Promise<boolean> {
    if (this.#saleId !== null && ENDED.has(saleState(this.#shop.directory, this.#saleId) ?? '')) return true;
    if (basket.lines.length === 0) {
      for (const text of someBarcodes(this.#random)) await send(till, { command: 'scan', text });
      return false;
    }
    this.#saleId = basket.saleId;
    const { unpaid } = this.#drill;
    const tooMuch = by !== 'card_begin' && total(basket) > Number(HELD_MINOR);
    if (this.#fails > (unpaid === 'again' ? 1 : 0) || tooMuch) {
      const paid = basket.gift === null ? 'cash_begin' : 'gift_remove';
      await send(till, { command: unpaid === 'clear' ? 'sale_clear' : paid });
    } else if (this.#gives) await this.#give(till, basket);
    else if (by !== 'card_begin') await send(till, { command: 'preauths_open' });
    else if (till.view.cardKey.enabled) await send(till, { command: 'card_begin' });
    return false;
  }

  /** Asked once: whose gift dies with the till gives none. */
  async #give(till: TillClient, basket: BasketView): Promise<void> {
    this.#gives = false;
    const gift = someGift(basket, this.#random);
    if (gift !== null) await send(till, gift);
  }

  /** Screens on which a card transaction is under way. */
  async #withCard(till: TillClient, screen: ScreenView): Promise<void> {
    const { cashier, converts } = this.#drill;
    switch (screen.name) {
      case 'card':
        if (cashier === 'gives_up') await send(till, { command: 'card_cancel' });
        else await this.holder.look();
        return;
      case 'card_offer':
        await send(till, { command: 'card_offer_choose', accept: converts });
        return;
      case 'card_sending':
        await this.#changeKey();
        await this.holder.look();
        return;
      case 'card_signature':
        await send(till, { command: 'card_signature', accepted: cashier !== 'refuses' });
        return;
      case 'card_unknown': {
        const { setAsideFrom } = screen.card;
        const { staffId, pin } = SUPERVISOR;
        const mayGo = setAsideFrom !== null && isDue(setAsideFrom);
        if (cashier === 'sets_aside' && mayGo)
          await send(till, { command: 'set_aside', staffId, pin, reason: 'the customer left' });
        // Who takes the card before it is asked to undoes the sale.
        else await this.holder.look();
        return;
      }
      case 'set_aside':
      case 'card_done':
        await this.holder.takeCard();
        await send(till, { command: 'next' });
        return;
      case 'paid':
      case 'not_paid':
        await send(till, { command: 'next' });
        return;
      default:
        await tidyUp(till, screen);
    }
  }

  async #refunding(
    till: TillClient,
    screen: ScreenView,
    saleId: string,
    size: 'whole' | 'part',
    before: number,
  ): Promise<boolean> {
    const mine = refundStates(this.#shop.directory, saleId).slice(before);
    const ended = mine.length > 0 && mine.every((state) => state === 'approved' || state === 'declined');
    if (ended) return this.#backToSale(till, screen);
    const begun = mine.length > 0;
    switch (screen.name) {
      case 'sale':
        if (!begun) await send(till, { command: 'refund_begin' });
        return false;
      case 'refund_find':
        if (!begun) await send(till, { command: 'refund_find', receipt: saleId });
        return false;
      case 'refund_choose': {
        const remaining = Number(screen.sale.remaining.amountMinor);
        if (begun || remaining === 0) return this.#backToSale(till, screen);
        if (size === 'whole' && screen.sale.wholeAllowed) {
          await send(till, { command: 'refund_whole' });
          return false;
        }
        const amount = size === 'whole' ? remaining : 1 + this.#random.below(Math.max(1, remaining - 1));
        await send(till, { command: 'refund_amount', amountMinor: String(amount) });
        return false;
      }
      case 'refund_confirm': {
        const { staffId, pin } = SUPERVISOR;
        await send(till, { command: 'refund_confirm', staffId, pin, reason: 'the goods came back' });
        return false;
      }
      default:
        await this.#withCard(till, screen);
        return false;
    }
  }

  async #backToSale(till: TillClient, screen: ScreenView): Promise<boolean> {
    if (screen.name === 'sale') return true;
    if (screen.name === 'preauthorisations') await send(till, { command: 'preauths_leave' });
    else await this.#withCard(till, screen);
    return false;
  }

  async #changeKey(): Promise<void> {
    const { changesKey } = this.#drill;
    if (changesKey === null || this.#keyChanged) return;
    this.#keyChanged = true;
    await this.bank.changeKey(changesKey);
  }
}
