/** What a cashier does on the screens of a card payment, mostly right. */
import type { ScreenView } from '../../../electron/contract/view.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { SUPERVISOR, type TillHost } from '../till-host.ts';
import type { VirtualWorld } from '../virtual-runtime.ts';
import type { Weather } from '../weather.ts';

type Screen<N extends ScreenView['name']> = Extract<ScreenView, { name: N }>;
export type CardScreen = Extract<ScreenView, { name: `card${string}` | 'preauthorisations' }>;

export interface CardHandsPorts {
  readonly till: TillHost;
  readonly world: VirtualWorld;
  readonly weather: Weather;
  readonly random: SeededRandom;
  readonly act: (command: string, fields?: object) => Promise<unknown>;
  /** Refused by the till before its time, which does no harm. */
  readonly setAside: (permille: number) => Promise<unknown>;
}

/** Longer than a rate holds. */
const LONG_THOUGHT_MS = 270_000;

export class CardHands {
  readonly #ports: CardHandsPorts;
  #thinksUntil = 0;
  /** A hold was asked for and not yet seen to be gone. */
  #mayHold = false;

  constructor(ports: CardHandsPorts) {
    this.#ports = ports;
  }

  async act(screen: CardScreen): Promise<unknown> {
    const { random, act, setAside } = this.#ports;
    switch (screen.name) {
      case 'card':
        return random.chance(25) ? act('card_cancel') : null;
      case 'card_offer':
        return this.#offer();
      case 'card_sending':
        return setAside(60);
      case 'card_signature':
        return random.chance(500) ? act('card_signature', { accepted: random.chance(800) }) : null;
      case 'card_unknown':
        return this.#unknown(screen);
      case 'card_done':
        return act('next');
      case 'preauthorisations':
        return this.#holds(screen);
    }
  }

  /** From a screen with nothing sold: a balance, or the holds. Null when neither is wanted. */
  idle(): Promise<unknown> | null {
    const { random, act } = this.#ports;
    this.present(null);
    if (random.chance(15)) return act('card_balance');
    return random.chance(60) ? act('preauths_open') : null;
  }

  /** What the basket is paid with, when it is a card. */
  pay(): Promise<unknown> {
    const { random, act } = this.#ports;
    this.present(null);
    return act(this.#mayHold && random.chance(400) ? 'preauths_open' : 'card_begin');
  }

  /** Of a refund: the card that paid, masked. Null for any. */
  present(maskedPan: string | null): void {
    this.#ports.till.pad.wanted = maskedPan;
  }

  /** False when the till would not. */
  async closeBatch(): Promise<boolean> {
    const reply = await this.#ports.act('batch_close', SUPERVISOR);
    return (reply as { ok?: boolean } | null)?.ok === true;
  }

  /** Some customers think for longer than the rate holds. */
  async #offer(): Promise<unknown> {
    const { random, world, act } = this.#ports;
    if (this.#thinksUntil > world.now()) return null;
    if (random.chance(30)) {
      this.#thinksUntil = world.now() + LONG_THOUGHT_MS;
      return null;
    }
    return random.chance(50) ? act('card_cancel') : act('card_offer_choose', { accept: random.chance(700) });
  }

  async #unknown({ basket }: Screen<'card_unknown'>): Promise<unknown> {
    const { random, weather, act, setAside } = this.#ports;
    if (random.chance(100)) return act('card_check');
    if (basket !== null) return setAside(90);
    return weather.chance(80) ? act('refund_leave') : null;
  }

  async #holds({ rows, basket }: Screen<'preauthorisations'>): Promise<unknown> {
    const { random, act } = this.#ports;
    const held = rows.find(({ state }) => state === 'open');
    const sells = basket.lines.length > 0;
    this.#mayHold = held !== undefined;
    if (held !== undefined && sells && random.chance(800)) {
      return act('preauth_complete', { attemptId: held.attemptId });
    }
    if (held !== undefined && random.chance(300)) {
      return act('preauth_cancel', {
        ...{ attemptId: held.attemptId, ...SUPERVISOR, reason: 'customer left' },
      });
    }
    if (!sells && random.chance(700)) {
      this.#mayHold = true;
      return act('preauth_begin', { amountMinor: String(500_000 + random.below(2_000_000)) });
    }
    return act('preauths_leave');
  }
}
