/** Takes the write-ahead log over into the database beside the thread that writes it: a checkpoint writes and syncs thousands of
 *  pages, and the writer would answer nobody meanwhile. The writer's own checkpoint stays, at its usual size of the log, and
 *  finds little left to do; it is also what begins the log anew, which under steady writing only the writer can.
 *
 *  Nothing depends on this thread: without it the writer does all of it by itself. */
import { Worker } from 'node:worker_threads';

/** A fraction of a second under load; where there is little to do, the log takes long to fill. */
const COMMITS_EACH = 100;

export class Checkpoints {
  readonly #file: string;
  readonly #failed: (error: Error) => void;
  #thread: Worker | null = null;
  #state: 'idle' | 'working' | 'given_up' = 'idle';
  #commits = 0;

  /** `file` is the database's; `failed` is told once when the thread has gone. */
  constructor(file: string, failed: (error: Error) => void) {
    this.#file = file;
    this.#failed = failed;
  }

  /** After each commit. */
  committed(): void {
    this.#commits += 1;
    if (this.#commits < COMMITS_EACH || this.#state !== 'idle') return;
    this.#commits = 0;
    this.#state = 'working';
    this.#thread ??= this.#begin();
    this.#thread.postMessage('checkpoint');
  }

  /** Resolves when the thread has closed its connection: before the writer closes its own. */
  async stop(): Promise<void> {
    const thread = this.#thread;
    if (thread === null || this.#state === 'given_up') return;
    this.#state = 'given_up';
    const ended = new Promise<void>((resolve) => thread.once('exit', () => resolve()));
    thread.ref();
    thread.postMessage('end');
    await ended;
  }

  #begin(): Worker {
    const thread = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: this.#file,
      execArgv: [],
    });
    thread.on('message', () => {
      if (this.#state === 'working') this.#state = 'idle';
    });
    thread.on('error', (error: Error) => {
      this.#state = 'given_up';
      this.#failed(error);
    });
    thread.unref();
    return thread;
  }
}
