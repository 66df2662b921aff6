/** One commit for all messages that came since the last one; no answer leaves before it.
 *
 *  A batch whose work all succeeds needs nothing more. Where some fails, the batch is run again with a savepoint before each
 *  piece, so that only that one is undone: under a savepoint every page is copied before it is written. */
import type Database from 'better-sqlite3';

interface Work {
  /** Runs inside the transaction, a second time when it was undone, and gives what to do once that is on the disk. */
  readonly run: () => () => void;
  /** The work was undone, alone or with its batch. */
  readonly undone: (error: unknown) => void;
}

const BATCH_MOST = 200;

export class GroupCommit {
  readonly #db: Database.Database;
  readonly #defer: (run: () => void) => void;
  readonly #reload: () => void;
  readonly #sql: Readonly<
    Record<'begin' | 'commit' | 'rollback' | 'mark' | 'back' | 'release', Database.Statement>
  >;
  #waiting: Work[] = [];
  #due = false;
  #closed = false;

  /** `reload` is called after anything was undone: what is held in memory may be ahead of the tables then. */
  constructor(db: Database.Database, defer: (run: () => void) => void, reload: () => void) {
    this.#db = db;
    this.#defer = defer;
    this.#reload = reload;
    this.#sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollback: db.prepare('ROLLBACK'),
      mark: db.prepare('SAVEPOINT message'),
      back: db.prepare('ROLLBACK TO message'),
      release: db.prepare('RELEASE message'),
    };
  }

  submit(run: () => () => void, undone: (error: unknown) => void): void {
    if (this.#closed) return;
    this.#waiting.push({ run, undone });
    this.#arrange();
  }

  /** What waits is done now; nothing is taken afterwards. */
  close(): void {
    while (this.#waiting.length > 0) this.#commitSome();
    this.#closed = true;
  }

  /** What waits is lost. */
  abandon(): void {
    this.#waiting = [];
    this.#closed = true;
  }

  #arrange(): void {
    if (this.#due || this.#waiting.length === 0) return;
    this.#due = true;
    this.#defer(() => {
      this.#due = false;
      if (this.#closed) return;
      this.#commitSome();
      this.#arrange();
    });
  }

  #commitSome(): void {
    const batch = this.#waiting.splice(0, BATCH_MOST);
    if (batch.length === 0) return;
    let after: readonly (() => void)[];
    try {
      this.#sql.begin.run();
      after = this.#together(batch) ?? batch.map((work) => this.#alone(work));
      this.#sql.commit.run();
    } catch (error) {
      if (this.#db.inTransaction) this.#sql.rollback.run();
      this.#reload();
      for (const { undone } of batch) undone(error);
      return;
    }
    for (const answer of after) answer();
  }

  /** Null when one of them failed: then nothing of them is left. */
  #together(batch: readonly Work[]): readonly (() => void)[] | null {
    try {
      return batch.map((work) => work.run());
    } catch (error) {
      // A full disk has ended the whole transaction by itself.
      if (!this.#db.inTransaction) throw error;
      this.#sql.rollback.run();
      this.#reload();
      this.#sql.begin.run();
      return null;
    }
  }

  #alone(work: Work): () => void {
    this.#sql.mark.run();
    try {
      const answer = work.run();
      // Left open, each would make every later write of the batch dearer still.
      this.#sql.release.run();
      return answer;
    } catch (error) {
      // A full disk has ended the whole transaction by itself.
      if (!this.#db.inTransaction) throw error;
      this.#sql.back.run();
      this.#sql.release.run();
      this.#reload();
      return () => work.undone(error);
    }
  }
}
