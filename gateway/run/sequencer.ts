/** The ledger's sequencer: folds new entries into balances, in small batches, some moments after they were committed. */
import { failureName } from '../kernel/errors.ts';
import type { CancelTimer } from '../kernel/time.ts';
import type { EntryFolder, RunContext } from './context.ts';

export class Sequencer {
  readonly #context: Pick<RunContext, 'runtime' | 'limits' | 'log'>;
  readonly #folder: EntryFolder;
  #state: 'stopped' | 'idle' | 'waiting' | 'folding' = 'stopped';
  #cancelTimer: CancelTimer = () => {};
  #folding: Promise<void> = Promise.resolve();

  constructor(context: Pick<RunContext, 'runtime' | 'limits' | 'log'>, folder: EntryFolder) {
    this.#context = context;
    this.#folder = folder;
  }

  start(): void {
    if (this.#state !== 'stopped') return;
    this.#state = 'idle';
    this.wake();
  }

  wake(): void {
    if (this.#state === 'idle') this.#later(this.#context.limits.foldAfterMs);
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#cancelTimer();
    await this.#folding;
  }

  #later(delayMs: number): void {
    this.#state = 'waiting';
    this.#cancelTimer = this.#context.runtime.timers.after(delayMs, () => {
      this.#state = 'folding';
      this.#folding = this.#fold();
    });
  }

  async #fold(): Promise<void> {
    const { limits, log } = this.#context;
    try {
      const taken = await this.#folder.foldEntries(limits.foldMost);
      if (this.#isStopped()) return;
      this.#state = 'idle';
      // Entries may have come while the batch was folded, so it looks until there are none.
      if (taken > 0) this.#later(taken < limits.foldMost ? limits.foldAfterMs : 0);
    } catch (error) {
      log.alarm('sequencer_failed', { error: failureName(error) });
      if (!this.#isStopped()) this.#later(limits.retryMs);
    }
  }

  #isStopped(): boolean {
    return this.#state === 'stopped';
  }
}
