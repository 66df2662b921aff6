/** Takes the write-ahead log of the books over beside the thread that answers, which would otherwise stand still for it every
 *  second or two under load. Without this thread that one does it by itself. */
import { Worker } from 'node:worker_threads';

const CHANGES_EACH = 400;

export class Checkpoints {
  readonly #file: string;
  #thread: Worker | null = null;
  #state: 'idle' | 'working' | 'gone' = 'idle';
  #changes = 0;

  /** `file` is the database's. */
  constructor(file: string) {
    this.#file = file;
  }

  changed(): void {
    this.#changes += 1;
    if (this.#changes < CHANGES_EACH || this.#state !== 'idle') return;
    this.#changes = 0;
    this.#state = 'working';
    this.#thread ??= this.#begin();
    this.#thread.postMessage('checkpoint');
  }

  /** The books stay as they are, and the log is taken over by whoever closes them. */
  stop(): void {
    this.#state = 'gone';
    void this.#thread?.terminate();
  }

  #begin(): Worker {
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: this.#file,
      execArgv: [],
    });
    thread.on('message', () => {
      if (this.#state === 'working') this.#state = 'idle';
    });
    thread.on('error', () => {
      this.#state = 'gone';
    });
    thread.unref();
    return thread;
  }
}
