/** The terminal's journal: what happened at the counter, durable before anybody acts on it.
 *  SQLite in WAL mode with a full sync at every commit; a write that fails means that the act did not happen. */
import type { Database, Statement } from 'better-sqlite3';
import type { Clock, Runtime } from '../../gateway/kernel/time.ts';
import { Refusal } from '../till/refusal.ts';
import { migrate } from './migrate.ts';

export type SqlValue = string | number | bigint | null;

export class Journal {
  readonly #db: Database;
  readonly #clock: Clock;
  readonly #statements = new Map<string, Statement<SqlValue[], unknown>>();

  constructor(db: Database, clock: Clock) {
    this.#db = db;
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** All of `act`'s writes, durable, or none of them. Errors  JOURNAL_FAILED, and whatever `act` refuses with */
  write<T>(act: () => T): T {
    try {
      return this.#db.inTransaction ? act() : this.#db.transaction(act).immediate();
    } catch (cause) {
      if (cause instanceof Refusal) throw cause;
      if (!isSqliteError(cause)) throw cause;
      throw new Refusal('JOURNAL_FAILED', { cause: cause.code }, { cause });
    }
  }

  run(sql: string, ...values: SqlValue[]): number {
    return Number(this.#statement(sql).run(...values).lastInsertRowid);
  }

  get<Row>(sql: string, ...values: SqlValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  all<Row>(sql: string, ...values: SqlValue[]): readonly Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  #statement(sql: string): Statement<SqlValue[], unknown> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#db.prepare<SqlValue[]>(sql);
    this.#statements.set(sql, made);
    return made;
  }
}

/** Errors  MigrationError when the file belongs to another program or a newer one */
export function openJournal(db: Database, runtime: Runtime): Journal {
  if (!db.memory) {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
  }
  db.pragma('foreign_keys = ON');
  db.pragma('busy_timeout = 2000');
  migrate(db, runtime.clock.now());
  return new Journal(db, runtime.clock);
}

/** better-sqlite3's own errors, its closed or busy connection included, by shape: the class is not re-exported as a type. */
function isSqliteError(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Error)) return false;
  if (error instanceof TypeError) return /database connection/.test(error.message);
  return 'code' in error && typeof error.code === 'string' && error.code.startsWith('SQLITE_');
}
