/** Numbered plain-SQL migrations, forward only. What was applied is recorded with its checksum; a file that changed
 *  afterwards, or a database that is ahead of this program, is refused. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type Database from 'better-sqlite3';
import { AmurError, invariant } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the text with unix line ends, so that a checkout on Windows has the same one. */
  readonly checksum: string;
}

const FOLDER = new URL('../migrations/sqlite/', import.meta.url);

export function shippedMigrations(): readonly Migration[] {
  const names = readdirSync(FOLDER)
    .filter((name) => /^[0-9]{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const migration = migrationOf(name, readFileSync(new URL(name, FOLDER), 'utf8'));
    invariant(migration.number === index + 1, 'Migrations are numbered without a gap.');
    return migration;
  });
}

export function migrationOf(name: string, text: string): Migration {
  const sql = text.replaceAll('\r\n', '\n');
  const checksum = createHash('sha256').update(sql, 'utf8').digest('hex');
  return { number: Number.parseInt(name.slice(0, 4), 10), name, sql, checksum };
}

/** Brings the database forward to the last of `migrations`, in one transaction.
 *  Errors  STORE_NEWER | STORE_MIGRATION_CHANGED */
export function migrate(db: Database.Database, migrations: readonly Migration[], now: EpochMs): void {
  db.transaction(() => {
    db.exec(`CREATE TABLE IF NOT EXISTS migration (
      number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL
    ) STRICT`);
    const applied = db
      .prepare<[], { number: number; checksum: string }>(
        'SELECT number, checksum FROM migration ORDER BY number',
      )
      .all();
    for (const row of applied) requireSame(row, migrations);
    const record = db.prepare(
      'INSERT INTO migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)',
    );
    for (const next of migrations.slice(applied.length)) {
      db.exec(next.sql);
      record.run(next.number, next.name, next.checksum, now);
    }
  }).immediate();
}

function requireSame(row: { number: number; checksum: string }, migrations: readonly Migration[]): void {
  const shipped = migrations[row.number - 1];
  if (shipped === undefined) throw new AmurError('STORE_NEWER', { migration: row.number });
  if (shipped.checksum !== row.checksum) {
    throw new AmurError('STORE_MIGRATION_CHANGED', { migration: row.number });
  }
}
