/** Whether a message is taken. When the service is full, or is closing, what comes new is answered at once that nothing was done:
 *  for its terminal that ends it, without a reversal, so that a copy that comes later must hear the same and never be
 *  carried out. What is known already is no new work, and must not be told that nothing was done. */
import type { CardIdentity } from '../../payments/card/records.ts';
import type { CardContext } from './context.ts';
import { isAskedOnce } from './facts.ts';
import { type InFlight, identityKey } from './in-flight.ts';
import type { TillMessage } from './till-message.ts';

export class Admission {
  readonly #context: Pick<CardContext, 'store' | 'log' | 'policy'>;
  readonly #inFlight: InFlight;
  readonly #turnedAway = new Set<string>();
  #closed = false;

  constructor(context: Pick<CardContext, 'store' | 'log' | 'policy'>, inFlight: InFlight) {
    this.#context = context;
    this.#inFlight = inFlight;
  }

  close(): void {
    this.#closed = true;
  }

  /** It was told before that it is not taken. To be asked in the same turn in which its work begins. */
  wasRefused(identity: CardIdentity): boolean {
    return this.#turnedAway.size > 0 && this.#turnedAway.has(identityKey(identity));
  }

  /** What is asked until it is answered otherwise is not remembered: it may come again when there is room.
   *  Errors  what the store throws */
  async refuses(message: TillMessage): Promise<boolean> {
    const { log, policy, store } = this.#context;
    const { identity } = message;
    const full = this.#inFlight.size >= policy.underWayMost;
    if ((!full && !this.#closed) || this.#inFlight.find(identity) !== null) return false;
    if (isAskedOnce(message)) {
      const known = (await store.cards.byIdentity(identity)) !== null;
      if (known || this.#inFlight.find(identity) !== null) return false;
      this.#remember(identity);
    }
    log.warn('card_message_not_taken', { tid: identity.tid, count: this.#inFlight.size });
    return true;
  }

  /** As many as may be under way; the oldest go first. */
  #remember(identity: CardIdentity): void {
    const keys = this.#turnedAway;
    keys.add(identityKey(identity));
    if (keys.size <= this.#context.policy.underWayMost) return;
    const [oldest] = keys;
    if (oldest !== undefined) keys.delete(oldest);
  }
}
