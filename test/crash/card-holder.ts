/** The customer at the PIN pad: does what its display asks for, with one card out of the drawer. */
import type { VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import { drawer, WRONG_PIN } from './card-drawer.ts';
import type { Shop } from './shop.ts';

export type Gesture = 'insert' | 'tap' | 'swipe';

interface PadState {
  readonly face: { readonly prompt: { readonly kind: string; readonly entries?: readonly string[] } };
  readonly inSlot: string | null;
}

/** As which each gesture is read, and asked for. */
const READ_AS: Readonly<Record<Gesture, readonly string[]>> = {
  insert: ['chip'],
  tap: ['contactless'],
  swipe: ['magstripe', 'fallback'],
};

export class CardHolder {
  readonly card: VirtualCard;
  readonly #shop: Shop;
  readonly #gesture: Gesture;
  /** Entries still to be wrong. */
  #wrong: number;

  constructor(shop: Shop, name: string, gesture: Gesture, wrong: number) {
    const card = drawer().find((one) => one.name === name);
    if (card === undefined) throw new Error(`There is no card named ${name}.`);
    this.card = card;
    this.#shop = shop;
    this.#gesture = gesture;
    this.#wrong = wrong;
  }

  /** One look at the display. `knowsPin` false: the customer thinks about it. */
  async look(knowsPin = true): Promise<void> {
    const { face, inSlot } = await this.#state();
    switch (face.prompt.kind) {
      case 'present_card':
        return this.#act(this.#gestureFor(face.prompt.entries ?? []), { card: this.card.name });
      case 'insert_chip':
        return this.#act('insert', { card: this.card.name });
      case 'enter_pin': {
        if (!knowsPin) return;
        const digits = this.#wrong > 0 ? WRONG_PIN : this.card.pin;
        this.#wrong -= 1;
        return this.#act('pin', { digits });
      }
      case 'remove_card':
        return inSlot === null ? undefined : this.#act('remove', {});
      default:
        return;
    }
  }

  press(key: string): Promise<void> {
    return this.#act('press', { key });
  }

  /** Takes whatever stands in the slot. */
  async takeCard(): Promise<void> {
    if ((await this.#state()).inSlot !== null) await this.#act('remove', {});
  }

  /** A chip that cannot be read leaves the stripe. */
  #gestureFor(entries: readonly string[]): Gesture {
    const possible = (gesture: Gesture): boolean => READ_AS[gesture].some((entry) => entries.includes(entry));
    return possible(this.#gesture) || !possible('swipe') ? this.#gesture : 'swipe';
  }

  async #state(): Promise<PadState> {
    return (await (await fetch(new URL('state', this.#page))).json()) as PadState;
  }

  async #act(path: string, body: object): Promise<void> {
    const answer = await fetch(new URL(path, this.#page), { method: 'POST', body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`The PIN pad answered ${answer.status} to ${path}.`);
  }

  get #page(): string {
    return this.#shop.estate.address('counter', 'pinPadPage');
  }
}
