/** The house bank's tables: accounts, what was ordered, and what was booked. Entries are append-only. */
import type Database from 'better-sqlite3';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS account (
  number TEXT PRIMARY KEY, owner TEXT NOT NULL, currency TEXT NOT NULL, opening_minor TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS order_file (hash TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS payment_order (
  id INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL, value_date TEXT NOT NULL, booked_on TEXT, doc TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS entry (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, account TEXT NOT NULL, booked_on TEXT NOT NULL, direction TEXT NOT NULL,
  minor TEXT NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS entry_by_account ON entry (account, booked_on, seq);
CREATE TRIGGER IF NOT EXISTS entry_no_update BEFORE UPDATE ON entry
  BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
CREATE TRIGGER IF NOT EXISTS entry_no_delete BEFORE DELETE ON entry
  BEGIN SELECT RAISE(ABORT, 'entries are append-only'); END;
`;

export function createSchema(db: Database.Database): void {
  db.exec(SCHEMA);
}
