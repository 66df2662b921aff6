/** Takes the write-ahead log over into the database beside the thread that writes it: a checkpoint writes and syncs thousands of
 *  pages, and the writer would answer nobody meanwhile.
 *
 *  Only a log that is taken over whole is begun anew, which beside a steady writer never happens by itself. So a log that has grown
 *  long is taken over twice by the thread, the second time in milliseconds, and what came in between by the writer: a few pages.
 *  Without the thread the writer does all of it by itself, as SQLite does. */
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { CHECKPOINT_PAGES } from './connection.ts';

/** A fraction of a second under load; where there is little to do, the log takes long to fill. */
const COMMITS_EACH = 100;
/** Where the writer takes the log over whatever the thread does: 128 MiB. */
const PAGES_MOST = 4 * CHECKPOINT_PAGES;

/** What the thread says after it has taken over what was there. */
export interface TakenOver {
  /** Of the log, all that were in it. */
  readonly pages: number;
}

export class Checkpoints {
  readonly #writer: Database.Database;
  readonly #failed: (error: Error) => void;
  #thread: Worker | null = null;
  #state: 'idle' | 'working' | 'given_up' = 'idle';
  #commits = 0;

  /** `writer` has the database open, in a file, and is used between its commits; `failed` is told once when the thread has gone. */
  constructor(writer: Database.Database, failed: (error: Error) => void) {
    this.#writer = writer;
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
      workerData: this.#writer.name,
      execArgv: [],
    });
    this.#writerBeginsAt(PAGES_MOST);
    thread.on('message', ({ pages }: TakenOver) => {
      if (this.#state !== 'working') return;
      this.#state = 'idle';
      if (pages >= CHECKPOINT_PAGES) this.#takeOverTheRest();
    });
    thread.on('error', (error: Error) => {
      this.#state = 'given_up';
      this.#writerBeginsAt(CHECKPOINT_PAGES);
      this.#failed(error);
    });
    thread.unref();
    return thread;
  }

  #takeOverTheRest(): void {
    try {
      this.#writer.pragma('wal_checkpoint(PASSIVE)');
    } catch (error) {
      // The log stays as it is until the next time; a disk that takes no more is said by the next commit.
      if (!(error instanceof Database.SqliteError)) throw error;
    }
  }

  #writerBeginsAt(pages: number): void {
    this.#writer.pragma(`wal_autocheckpoint = ${pages}`);
  }
}
