/** The wallet's own tables. Movements are append-only by trigger; everything else is the state they explain. */
import type Database from 'better-sqlite3';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS buyer (
  buyer_id TEXT PRIMARY KEY, logon_id TEXT NOT NULL, name TEXT NOT NULL, account_class TEXT NOT NULL,
  pin TEXT NOT NULL, blocked INTEGER NOT NULL, day_limit_fen TEXT, year_limit_fen TEXT,
  pin_failures INTEGER NOT NULL DEFAULT 0, pin_locked_until INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE IF NOT EXISTS movement (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  account TEXT NOT NULL, currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, reference TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS movement_by_account ON movement (account, currency, at);
CREATE TRIGGER IF NOT EXISTS movement_no_update BEFORE UPDATE ON movement
  BEGIN SELECT RAISE(ABORT, 'movements are append-only'); END;
CREATE TRIGGER IF NOT EXISTS movement_no_delete BEFORE DELETE ON movement
  BEGIN SELECT RAISE(ABORT, 'movements are append-only'); END;
CREATE TABLE IF NOT EXISTS balance (
  account TEXT NOT NULL, currency TEXT NOT NULL, amount_minor INTEGER NOT NULL, PRIMARY KEY (account, currency)
) STRICT;
CREATE TABLE IF NOT EXISTS spent (account TEXT NOT NULL, period TEXT NOT NULL, fen INTEGER NOT NULL, PRIMARY KEY (account, period)) STRICT;
CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS payment_code (
  code TEXT PRIMARY KEY, buyer_id TEXT NOT NULL, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
  used_by TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS trade (
  out_trade_no TEXT PRIMARY KEY, trade_no TEXT UNIQUE, qr_token TEXT UNIQUE, buyer_id TEXT, status TEXT NOT NULL,
  paid_at INTEGER, touched_at INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS trade_by_buyer ON trade (buyer_id, trade_no);
CREATE INDEX IF NOT EXISTS trade_waiting ON trade (buyer_id, trade_no) WHERE status = 'WAIT_BUYER_PAY';
CREATE INDEX IF NOT EXISTS trade_by_paid ON trade (paid_at);
CREATE TABLE IF NOT EXISTS declined_pay (
  out_trade_no TEXT NOT NULL, auth_code TEXT NOT NULL, fingerprint TEXT NOT NULL, sub_code TEXT NOT NULL,
  PRIMARY KEY (out_trade_no, auth_code)
) STRICT;
CREATE TABLE IF NOT EXISTS cancelled_number (out_trade_no TEXT PRIMARY KEY, at INTEGER NOT NULL, payable INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS refund (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, out_trade_no TEXT NOT NULL, out_request_no TEXT NOT NULL, kind TEXT NOT NULL,
  amount_minor TEXT NOT NULL, pay_fen TEXT NOT NULL, settle_minor TEXT NOT NULL, reason TEXT NOT NULL,
  operator_id TEXT NOT NULL, at INTEGER NOT NULL, UNIQUE (out_trade_no, out_request_no)
) STRICT;
CREATE INDEX IF NOT EXISTS refund_by_time ON refund (at);
CREATE TABLE IF NOT EXISTS notification (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, notify_id TEXT NOT NULL, out_trade_no TEXT NOT NULL, url TEXT NOT NULL,
  fields TEXT NOT NULL, sent INTEGER NOT NULL, due_at INTEGER, state TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS notification_due ON notification (due_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS notification_by_trade ON notification (out_trade_no);
CREATE TABLE IF NOT EXISTS armed (
  id INTEGER PRIMARY KEY AUTOINCREMENT, scenario TEXT NOT NULL, method TEXT, out_trade_no TEXT, buyer_id TEXT,
  remaining INTEGER NOT NULL, delay_ms INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS planted_defect (
  id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, day TEXT NOT NULL, file TEXT, ours TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS bill_ticket (token TEXT PRIMARY KEY, bill_type TEXT NOT NULL, bill_date TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT;
`;

export function createSchema(db: Database.Database): void {
  db.exec(SCHEMA);
}
