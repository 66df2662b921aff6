/** Brings a journal to the newest shape, one numbered migration a transaction, and refuses a journal it does not know. */
import { createHash } from 'node:crypto';
import type { Database } from 'better-sqlite3';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import { COUNTER_001 } from './migrations/001-counter.ts';
import { RETURNS_002 } from './migrations/002-returns.ts';
import { ENDED_ATTEMPTS_003 } from './migrations/003-ended-attempts.ts';
import { CARDS_004 } from './migrations/004-cards.ts';
import { ADVICE_KEYS_005 } from './migrations/005-advice-keys.ts';
import { REFUSED_ADVICES_006 } from './migrations/006-refused-advices.ts';
import { GIFTS_007 } from './migrations/007-gifts.ts';

export interface Migration {
  readonly number: number;
  readonly sql: string;
  /** Makes tables anew that others refer to. A table cannot be dropped while references to it are enforced, so they are
   *  suspended, and checked whole before the commit. Source  SQLite, ALTER TABLE, "Making other kinds of changes" */
  readonly rebuilds?: true;
}

export const MIGRATIONS: readonly Migration[] = [
  { number: 1, sql: COUNTER_001 },
  { number: 2, sql: RETURNS_002 },
  { number: 3, sql: ENDED_ATTEMPTS_003 },
  { number: 4, sql: CARDS_004, rebuilds: true },
  { number: 5, sql: ADVICE_KEYS_005 },
  { number: 6, sql: REFUSED_ADVICES_006 },
  { number: 7, sql: GIFTS_007 },
];

/** The journal was made by a newer program, or a migration was edited after it ran. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
  readonly number: number;

  constructor(number: number, sentence: string) {
    super(sentence);
    this.number = number;
  }
}

/** Errors  MigrationError */
export function migrate(db: Database, now: EpochMs, migrations: readonly Migration[] = MIGRATIONS): void {
  db.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, checksum TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  const applied = db
    .prepare<[], { number: number; checksum: string }>(
      'SELECT number, checksum FROM migrations ORDER BY number',
    )
    .all();
  for (const row of applied) {
    const known = migrations.find((m) => m.number === row.number);
    if (known === undefined) {
      throw new MigrationError(
        row.number,
        `The journal has migration ${row.number}, which this program lacks.`,
      );
    }
    if (checksum(known.sql) !== row.checksum) {
      throw new MigrationError(
        row.number,
        `Migration ${row.number} is not the one that this journal was made with.`,
      );
    }
  }
  const done = new Set(applied.map((row) => row.number));
  for (const migration of migrations.filter((m) => !done.has(m.number))) apply(db, migration, now);
}

function apply(db: Database, { number, sql, rebuilds }: Migration, now: EpochMs): void {
  // Inside a transaction the pragma would do nothing.
  if (rebuilds === true) db.pragma('foreign_keys = OFF');
  try {
    db.transaction(() => {
      db.exec(sql);
      if (rebuilds === true) requireReferences(db, number);
      db.prepare('INSERT INTO migrations VALUES (?, ?, ?)').run(number, checksum(sql), now);
    }).immediate();
  } finally {
    if (rebuilds === true) db.pragma('foreign_keys = ON');
  }
}

function requireReferences(db: Database, number: number): void {
  const broken = db.pragma('foreign_key_check') as readonly unknown[];
  if (broken.length > 0) {
    throw new MigrationError(number, `Migration ${number} would leave ${broken.length} references broken.`);
  }
}

function checksum(sql: string): string {
  return createHash('sha256').update(sql).digest('hex');
}
