/** Group commit without a timer: whatever arrived since the last commit goes into the next one.
 *
 *  A batch in which every job is kept needs nothing more. Where one is refused or fails, the batch is run again with a
 *  savepoint before each job, so that only that one is undone: savepoints cost more than most jobs, and refusals are rare.
 *  Nothing is answered before COMMIT has returned, which with `synchronous=FULL` is after the data reached the disk. */
import type Database from 'better-sqlite3';
import { AmurError } from '../../kernel/errors.ts';
import { storeError } from './connection.ts';

/** `keep: false` undoes what the job did and still answers `value`. */
export interface JobResult<T> {
  readonly keep: boolean;
  readonly value: T;
}

interface Job {
  /** Runs inside the transaction, on what stands in the database alone, since it may be undone and run again; returns what
   *  to do once it is durable. */
  readonly run: () => { readonly keep: boolean; readonly answer: () => void };
  readonly fail: (error: unknown) => void;
}

/** Most jobs of one transaction, so that a flood does not make its first job wait for its last. */
const BATCH_MOST = 256;

export class GroupCommit {
  readonly #db: Database.Database;
  readonly #defer: (run: () => void) => void;
  readonly #statements: ReturnType<typeof transactionStatements>;
  readonly #committed: (jobs: number) => void;
  #queue: Job[] = [];
  #scheduled = false;
  #closed = false;

  /** `defer` calls back once, later than now: `queueMicrotask`, or `setImmediate` where a composition root wants whole
   *  turns of the event loop in one commit. `committed` is told how many jobs each commit held. */
  constructor(
    db: Database.Database,
    defer: (run: () => void) => void,
    committed: (jobs: number) => void = () => undefined,
  ) {
    this.#db = db;
    this.#defer = defer;
    this.#committed = committed;
    this.#statements = transactionStatements(db);
  }

  /** Errors  STORE_CLOSED | STORE_CORRUPT | what the job threw */
  submit<T>(work: () => JobResult<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new AmurError('STORE_CLOSED', {}));
    return new Promise<T>((resolve, reject) => {
      const run = () => {
        const result = work();
        return { keep: result.keep, answer: () => resolve(result.value) };
      };
      this.#queue.push({ run, fail: reject });
      this.#schedule();
    });
  }

  /** Takes no more jobs, and resolves when those already taken are answered. */
  close(): Promise<void> {
    const last = this.#closed ? Promise.resolve() : this.submit(() => ({ keep: true, value: undefined }));
    this.#closed = true;
    return last;
  }

  #schedule(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    this.#defer(() => {
      this.#scheduled = false;
      const batch = this.#queue.splice(0, BATCH_MOST);
      this.#commit(batch);
      this.#schedule();
    });
  }

  #commit(batch: readonly Job[]): void {
    let answers: readonly (() => void)[];
    try {
      this.#statements.begin.run();
      answers = this.#runTogether(batch) ?? this.#runApart(batch);
      this.#statements.commit.run();
    } catch (error) {
      const typed = storeError(error);
      try {
        if (this.#db.inTransaction) this.#statements.rollback.run();
      } finally {
        for (const job of batch) job.fail(typed);
      }
      return;
    }
    this.#committed(batch.length);
    for (const answer of answers) answer();
  }

  /** Null when not all can be kept: then nothing of it is left. */
  #runTogether(batch: readonly Job[]): readonly (() => void)[] | null {
    const answers: (() => void)[] = [];
    try {
      for (const job of batch) {
        const { keep, answer } = job.run();
        if (!keep) return this.#startedAnew();
        answers.push(answer);
      }
      return answers;
    } catch (error) {
      // A full disk or a failing one ends the whole transaction by itself; then the batch fails as a whole.
      if (!this.#db.inTransaction) throw error;
      return this.#startedAnew();
    }
  }

  #startedAnew(): null {
    this.#statements.rollback.run();
    this.#statements.begin.run();
    return null;
  }

  #runApart(batch: readonly Job[]): readonly (() => void)[] {
    return batch.map((job) => this.#runAlone(job));
  }

  #runAlone(job: Job): () => void {
    this.#statements.savepoint.run();
    try {
      const { keep, answer } = job.run();
      if (!keep) this.#statements.undo.run();
      this.#statements.release.run();
      return answer;
    } catch (error) {
      if (!this.#db.inTransaction) throw error;
      this.#statements.undo.run();
      this.#statements.release.run();
      return () => job.fail(storeError(error));
    }
  }
}

function transactionStatements(db: Database.Database) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    savepoint: db.prepare('SAVEPOINT job'),
    undo: db.prepare('ROLLBACK TO job'),
    release: db.prepare('RELEASE job'),
  };
}
