/** Requests that were sent and not answered yet. A request leaves this table once: by its reply, its time, or the loss of
 *  the link; whichever comes first settles it and later ones find nothing. */
import { AmurError } from '../../gateway/kernel/errors.ts';
import type { CancelTimer, Timers } from '../../gateway/kernel/time.ts';
import type { RequestType } from '../../gateway/wire/messages.ts';

interface Entry {
  readonly type: RequestType;
  readonly cancelTimer: CancelTimer;
  readonly resolve: (body: unknown) => void;
  readonly reject: (error: AmurError) => void;
}

export class Outstanding {
  readonly #timers: Timers;
  readonly #entries = new Map<string, Entry>();

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Resolves with the reply's body. Errors  the gateway's code | REPLY_TIMEOUT */
  add(id: string, type: RequestType, replyTimeoutMs: number): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const cancelTimer = this.#timers.after(replyTimeoutMs, () => this.lose(id, 'no_reply'));
      this.#entries.set(id, { type, cancelTimer, resolve, reject });
    });
  }

  typeOf(id: string): RequestType | null {
    return this.#entries.get(id)?.type ?? null;
  }

  settle(id: string, body: unknown): void {
    this.#take(id)?.resolve(body);
  }

  refuse(id: string, error: AmurError): void {
    this.#take(id)?.reject(error);
  }

  /** Sent, and the answer can no longer come or be read: what happened is unknown. */
  lose(id: string, cause: string): void {
    this.refuse(id, new AmurError('REPLY_TIMEOUT', { cause }));
  }

  loseAll(cause: string): void {
    for (const id of [...this.#entries.keys()]) this.lose(id, cause);
  }

  /** For a request that turned out never to have been sent. */
  withdraw(id: string): void {
    this.refuse(id, new AmurError('LINK_DOWN', {}));
  }

  #take(id: string): Entry | undefined {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    entry?.cancelTimer();
    return entry;
  }
}
