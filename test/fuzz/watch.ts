/** Tells whether a database holds the same as before, by the hash of everything in it. */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';

export class DatabaseWatch {
  readonly #db: Database.Database;
  readonly #writes: Database.Statement;
  #seenWrites = -1;
  #hash = '';

  constructor(db: Database.Database) {
    this.#db = db;
    this.#writes = db.prepare('SELECT total_changes()').pluck();
  }

  /** Reading everything is skipped while this connection, which is the only one, has written nothing at all. */
  hash(): string {
    const writes = this.#writes.get() as number;
    if (writes === this.#seenWrites) return this.#hash;
    this.#seenWrites = writes;
    this.#hash = contentHash(this.#db);
    return this.#hash;
  }
}

export function contentHash(db: Database.Database): string {
  const hash = createHash('sha256');
  const tables = db
    .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
    .pluck()
    .all() as string[];
  for (const table of tables) {
    hash.update(`\n${table}`);
    for (const row of db.prepare(`SELECT * FROM "${table}"`).raw().safeIntegers().iterate() as Iterable<
      unknown[]
    >)
      for (const cell of row) hash.update(Buffer.isBuffer(cell) ? cell : `|${typeof cell} ${String(cell)}`);
  }
  return hash.digest('hex');
}
