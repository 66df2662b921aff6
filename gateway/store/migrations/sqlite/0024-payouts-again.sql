-- Payments that came back, and their orders since: by two persons, each under a name and number of its own.

CREATE TABLE payout_again (
  order_id TEXT PRIMARY KEY CHECK (length(order_id) <= 35),
  cycle_id TEXT NOT NULL REFERENCES settlement_cycle (cycle_id),
  number INTEGER NOT NULL CHECK (number >= 2),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  amount_currency TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('RETURNED', 'ORDERED', 'SENT', 'CONFIRMED')),
  version INTEGER NOT NULL CHECK (version >= 1),
  return_reference TEXT NOT NULL,
  returned_at INTEGER NOT NULL,
  exception_id TEXT NOT NULL UNIQUE,
  proposed_by TEXT,
  ordered_by TEXT CHECK (ordered_by IS NULL OR ordered_by <> proposed_by),
  ordered_at INTEGER,
  document_number INTEGER,
  document_date TEXT,
  sent_at INTEGER,
  confirmed_at INTEGER,
  bank_reference TEXT,
  UNIQUE (cycle_id, number),
  UNIQUE (document_date, document_number),
  CHECK (state = 'RETURNED' OR (proposed_by IS NOT NULL AND ordered_by IS NOT NULL AND document_number IS NOT NULL
    AND document_date IS NOT NULL AND ordered_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX payout_again_open ON payout_again (state) WHERE state <> 'CONFIRMED';

CREATE TRIGGER payout_again_goes_forward BEFORE UPDATE ON payout_again
WHEN NEW.order_id <> OLD.order_id OR NEW.cycle_id <> OLD.cycle_id OR NEW.number <> OLD.number
  OR NEW.amount_minor <> OLD.amount_minor OR NEW.amount_currency <> OLD.amount_currency
  OR NEW.exception_id <> OLD.exception_id OR NEW.return_reference <> OLD.return_reference
  OR NEW.version <> OLD.version + 1
  OR (OLD.state || '>' || NEW.state) NOT IN ('RETURNED>ORDERED', 'ORDERED>SENT', 'SENT>CONFIRMED')
  OR (OLD.state <> 'RETURNED' AND (NEW.ordered_by <> OLD.ordered_by OR NEW.document_number <> OLD.document_number
    OR NEW.document_date <> OLD.document_date))
BEGIN SELECT RAISE(ABORT, 'a payment that is ordered again goes forward, once, as it was ordered'); END;
CREATE TRIGGER payout_again_stays BEFORE DELETE ON payout_again
BEGIN SELECT RAISE(ABORT, 'a returned payment is never deleted'); END;
