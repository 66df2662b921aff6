-- Quotes are signed and used once; a payment may know two rates; what sources published, and rates set by hand.

ALTER TABLE quote ADD COLUMN signature TEXT;
-- The attempt or card transaction that was priced by it; nothing else ever is.
ALTER TABLE quote ADD COLUMN used_by TEXT;
ALTER TABLE quote ADD COLUMN used_at INTEGER CHECK ((used_at IS NULL) = (used_by IS NULL));

CREATE TRIGGER quote_is_a_promise BEFORE UPDATE ON quote
WHEN NEW.quote_id <> OLD.quote_id OR NEW.tid <> OLD.tid OR NEW.rate <> OLD.rate OR NEW.source_rate <> OLD.source_rate
  OR NEW.source <> OLD.source OR NEW.source_date <> OLD.source_date OR NEW.markup_bp <> OLD.markup_bp
  OR NEW.issued_at <> OLD.issued_at OR NEW.expires_at <> OLD.expires_at OR NEW.signature IS NOT OLD.signature
BEGIN SELECT RAISE(ABORT, 'a quote is never changed'); END;
CREATE TRIGGER quote_used_once BEFORE UPDATE ON quote
WHEN OLD.used_by IS NOT NULL AND (NEW.used_by IS NOT OLD.used_by OR NEW.used_at IS NOT OLD.used_at)
BEGIN SELECT RAISE(ABORT, 'a quote is used once'); END;
CREATE TRIGGER quote_never_goes BEFORE DELETE ON quote
BEGIN SELECT RAISE(ABORT, 'a quote is never deleted'); END;

-- Where the wallet converts: from the order's currency to the settlement's. `rate` is from the order's to the payer's.
ALTER TABLE payment ADD COLUMN settlement_rate TEXT CHECK (settlement_rate IS NULL OR json_valid(settlement_rate));
CREATE TRIGGER payment_settlement_rate_is_a_fact BEFORE UPDATE ON payment
WHEN OLD.state = 'approved' AND NEW.settlement_rate IS NOT OLD.settlement_rate
BEGIN SELECT RAISE(ABORT, 'the amounts of an approved payment are facts'); END;

-- A set as its source published it for a day; a correction is a version of its own.
CREATE TABLE rate_set (
  source TEXT NOT NULL,
  effective_on TEXT NOT NULL CHECK (length(effective_on) = 10),
  version INTEGER NOT NULL CHECK (version >= 1),
  side TEXT NOT NULL CHECK (side IN ('middle', 'buy', 'sell')),
  rates TEXT NOT NULL CHECK (json_valid(rates)),
  loaded_at INTEGER NOT NULL,
  PRIMARY KEY (source, effective_on, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE manual_rate (
  manual_id TEXT PRIMARY KEY,
  version INTEGER NOT NULL CHECK (version >= 1),
  state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'in_force', 'superseded', 'refused')),
  rate TEXT NOT NULL CHECK (json_valid(rate)),
  from_at INTEGER NOT NULL,
  until_at INTEGER CHECK (until_at > from_at),
  reason TEXT NOT NULL CHECK (reason <> ''),
  apart_bp INTEGER,
  proposed_by TEXT NOT NULL,
  proposed_at INTEGER NOT NULL,
  decided_by TEXT CHECK (decided_by <> proposed_by),
  decided_at INTEGER,
  CHECK ((decided_by IS NULL) = (decided_at IS NULL)),
  CHECK ((state = 'proposed') = (decided_by IS NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX manual_rate_open ON manual_rate (state) WHERE state IN ('proposed', 'approved', 'in_force');

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER rate_set_never_changes BEFORE UPDATE ON rate_set
BEGIN SELECT RAISE(ABORT, 'what a source published is never changed'); END;
CREATE TRIGGER rate_set_never_goes BEFORE DELETE ON rate_set
BEGIN SELECT RAISE(ABORT, 'what a source published is never deleted'); END;
CREATE TRIGGER manual_rate_never_goes BEFORE DELETE ON manual_rate
BEGIN SELECT RAISE(ABORT, 'a rate set by hand is never deleted'); END;
CREATE TRIGGER manual_rate_is_what_was_proposed BEFORE UPDATE ON manual_rate
WHEN NEW.manual_id <> OLD.manual_id OR NEW.rate <> OLD.rate OR NEW.from_at <> OLD.from_at OR NEW.until_at IS NOT OLD.until_at
  OR NEW.reason <> OLD.reason OR NEW.apart_bp IS NOT OLD.apart_bp OR NEW.proposed_by <> OLD.proposed_by
  OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'a rate set by hand stays what was proposed'); END;
CREATE TRIGGER manual_rate_only_forward BEFORE UPDATE ON manual_rate
WHEN OLD.state IN ('superseded', 'refused')
  OR (OLD.state = 'proposed' AND NEW.state NOT IN ('approved', 'refused'))
  OR (OLD.state = 'approved' AND NEW.state NOT IN ('in_force', 'superseded'))
  OR (OLD.state = 'in_force' AND NEW.state <> 'superseded')
  OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by IS NOT OLD.decided_by OR NEW.decided_at IS NOT OLD.decided_at))
BEGIN SELECT RAISE(ABORT, 'a rate set by hand goes only forward'); END;
