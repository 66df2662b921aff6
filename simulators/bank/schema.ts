/** The bank's tables. Entries are never changed; a transaction's row says how it stands. */
import type Database from 'better-sqlite3';

const TABLES = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS accounts (
    account TEXT PRIMARY KEY, holder TEXT NOT NULL, currency TEXT NOT NULL,
    balance_minor INTEGER NOT NULL, held_minor INTEGER NOT NULL CHECK (held_minor >= 0)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS cards (
    card TEXT PRIMARY KEY, wrong_pins INTEGER NOT NULL, stopped TEXT NOT NULL, last_atc INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS card_days (
    card TEXT NOT NULL, date TEXT NOT NULL, spent_minor INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (card, date)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS transactions (
    id INTEGER PRIMARY KEY, identity TEXT NOT NULL UNIQUE, named TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL, mti TEXT NOT NULL, acquirer TEXT NOT NULL, tid TEXT NOT NULL, mid TEXT NOT NULL,
    stan TEXT NOT NULL, sent TEXT NOT NULL, rrn TEXT NOT NULL,
    card TEXT, account TEXT, amount_minor INTEGER NOT NULL, currency TEXT NOT NULL,
    approved_minor INTEGER NOT NULL, billing_minor INTEGER NOT NULL, billing_currency TEXT,
    rate TEXT, auth_code TEXT, code TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('approved', 'declined', 'reversed', 'completed', 'expired')),
    original_id INTEGER REFERENCES transactions (id), reversed_by INTEGER REFERENCES transactions (id),
    refunded_minor INTEGER NOT NULL DEFAULT 0, held_until INTEGER, day TEXT NOT NULL, business_date TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS held ON transactions (account) WHERE kind = 'preauthorisation' AND state = 'approved';
  CREATE INDEX IF NOT EXISTS by_rrn ON transactions (rrn);
  CREATE TABLE IF NOT EXISTS answered (
    identity TEXT PRIMARY KEY, content BLOB NOT NULL, answer BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS parked (named TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY, transaction_id INTEGER REFERENCES transactions (id), kind TEXT NOT NULL,
    account TEXT NOT NULL, currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, business_date TEXT NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS lines ON entries (account, business_date);
  CREATE TRIGGER IF NOT EXISTS entries_stand BEFORE UPDATE ON entries BEGIN SELECT raise(ABORT, 'entries stand'); END;
  CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries BEGIN SELECT raise(ABORT, 'entries stay'); END;
  CREATE TABLE IF NOT EXISTS counts (
    acquirer TEXT NOT NULL, currency TEXT NOT NULL, period INTEGER NOT NULL, side TEXT NOT NULL,
    count INTEGER NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (acquirer, currency, period, side)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS periods (
    acquirer TEXT NOT NULL, currency TEXT NOT NULL, period INTEGER NOT NULL, PRIMARY KEY (acquirer, currency)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS zone_keys (
    name TEXT NOT NULL, slot TEXT NOT NULL, block TEXT NOT NULL, kcv TEXT NOT NULL, PRIMARY KEY (name, slot)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS armed (id INTEGER PRIMARY KEY, arm TEXT NOT NULL, left_over INTEGER) STRICT;
`;

/** `full` is what money needs; `normal` and `off` are for measuring what the disk costs. */
export type Synchronous = 'full' | 'normal' | 'off';

export function prepareBooks(db: Database.Database, synchronous: Synchronous): void {
  if (!db.memory) db.pragma('journal_mode = WAL');
  db.pragma(`synchronous = ${synchronous.toUpperCase()}`);
  db.pragma('wal_autocheckpoint = 8192');
  db.pragma('foreign_keys = ON');
  db.exec(TABLES);
}
