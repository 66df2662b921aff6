/** Messages being worked on, by what they are told apart by. */
import type { CardIdentity } from '../../payments/card/records.ts';

interface Running {
  readonly bodyHash: string;
  readonly answer: Promise<Uint8Array>;
}

export class InFlight {
  readonly #running = new Map<string, Running>();

  get size(): number {
    return this.#running.size;
  }

  find(identity: CardIdentity): Running | null {
    return this.#running.get(identityKey(identity)) ?? null;
  }

  run(identity: CardIdentity, bodyHash: string, answer: Promise<Uint8Array>): Promise<Uint8Array> {
    const key = identityKey(identity);
    this.#running.set(key, { bodyHash, answer });
    const clear = () => void this.#running.delete(key);
    answer.then(clear, clear);
    return answer;
  }

  async idle(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.allSettled([...this.#running.values()].map(({ answer }) => answer));
    }
  }
}

/** As one text, and of its own: a sum would keep its parts, and they the message that they were cut from. */
export function identityKey({ tid, mid, messageClass, stan, transmittedAt }: CardIdentity): string {
  return [tid, mid, messageClass, stan, transmittedAt].join('');
}
