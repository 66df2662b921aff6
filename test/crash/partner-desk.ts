/** A partner bank's control address: scenarios armed by name, keys changed, tries forgiven. */
import { PARTNERS, type Partner } from '../../build/partners.ts';
import type { VirtualCard } from '../../simulators/pinpad/card-deck.ts';
import type { Shop } from './shop.ts';

export interface BankArm {
  readonly scenario: string;
  readonly mti: string;
  readonly times?: number;
  readonly delayMs?: number;
}

const TRIES = 3;

export class PartnerDesk {
  readonly #base: string;

  constructor(shop: Shop, bank: Partner['bank']) {
    this.#base = shop.estate.address('bank', `${bank}.control`);
  }

  static ofIssuer(shop: Shop, { issuer }: VirtualCard): PartnerDesk {
    const partner = PARTNERS.find((one) => one.issuer === issuer);
    if (partner === undefined) throw new Error(`There is no bank for ${issuer}.`);
    return new PartnerDesk(shop, partner.bank);
  }

  arm(arm: BankArm): Promise<void> {
    return this.#post('arm', arm);
  }

  disarm(): Promise<void> {
    return this.#post('disarm', {});
  }

  forgiveTries(card: string): Promise<void> {
    return this.#post('reset-pin-tries', { card });
  }

  changeKey(name: 'ZPK' | 'ZAK'): Promise<void> {
    return this.#post('change-key', { name });
  }

  async #post(path: string, body: object): Promise<void> {
    const answer = await this.#fetched(path, JSON.stringify(body));
    if (!answer.ok) throw new Error(`The bank answered ${answer.status} to ${path}: ${await answer.text()}`);
  }

  /** A connection that was kept may have ended by its own age just now; a new one has not. */
  async #fetched(path: string, body: string): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await fetch(`${this.#base}/${path}`, { method: 'POST', body });
      } catch (error) {
        if (tries >= TRIES) throw error;
      }
    }
  }
}
