/** Transactions whose bank was asked, or may have been, and whose outcome could not be committed: taken up as after a
 *  restart, as soon as the store lets it. Until then they stand as `sent`, which a restart finds as well. */
import { failureName } from '../../kernel/errors.ts';
import type { CancelTimer } from '../../kernel/time.ts';
import { applyToCard } from './card-steps.ts';
import type { CardContext } from './context.ts';

const RETRY_MS = 1_000;
/** Rows read at a time. */
const PAGE = 256;

export class Strays {
  readonly #context: CardContext;
  readonly #cardIds = new Set<string>();
  #cancel: CancelTimer | null = null;
  #stopped = false;
  #work: Promise<void> = Promise.resolve();

  constructor(context: CardContext) {
    this.#context = context;
  }

  /** Everything a process before this one left in flight. Errors  what the store throws */
  async adoptUnfinished(): Promise<void> {
    const { store, log } = this.#context;
    for (;;) {
      const found = await store.cards.unfinished(PAGE);
      if (found.length === 0) return;
      for (const record of found) await applyToCard(this.#context, record.cardId, { kind: 'restart' });
      log.warn('card_restart_reversed', { count: found.length });
    }
  }

  add(cardId: string): void {
    this.#cardIds.add(cardId);
    if (this.#cancel === null && !this.#stopped) this.#later();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#work;
  }

  #later(): void {
    this.#cancel = this.#context.runtime.timers.after(RETRY_MS, () => {
      this.#work = this.#takeUp();
    });
  }

  async #takeUp(): Promise<void> {
    try {
      for (const cardId of [...this.#cardIds]) {
        await applyToCard(this.#context, cardId, { kind: 'restart' });
        this.#cardIds.delete(cardId);
      }
    } catch (error) {
      this.#context.log.alarm('card_stray_failed', { error: failureName(error) });
    }
    this.#cancel = null;
    if (this.#cardIds.size > 0 && !this.#stopped) this.#later();
  }
}
