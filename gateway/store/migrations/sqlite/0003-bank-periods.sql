-- What partner banks were asked to compare, period by period, and in which period each transaction was counted; what was
-- asked of a bank where it approved a part.

CREATE TABLE bank_totals (
  bank TEXT NOT NULL,
  currency TEXT NOT NULL,
  period INTEGER NOT NULL CHECK (period >= 1),
  settlement_date TEXT NOT NULL CHECK (length(settlement_date) = 10),
  cause TEXT NOT NULL CHECK (cause IN ('cut', 'cut_over', 'operator')),
  stan TEXT NOT NULL CHECK (length(stan) = 6),
  transmitted_at TEXT NOT NULL CHECK (length(transmitted_at) = 10),
  -- 0: something was under way or not told when it was counted.
  quiet INTEGER NOT NULL CHECK (quiet IN (0, 1)),
  ours TEXT NOT NULL CHECK (json_valid(ours)),
  state TEXT NOT NULL CHECK (state IN ('asked', 'balanced', 'different')),
  theirs TEXT CHECK (theirs IS NULL OR json_valid(theirs)),
  tries INTEGER NOT NULL CHECK (tries >= 0),
  next_at INTEGER NOT NULL,
  made_at INTEGER NOT NULL,
  answered_at INTEGER,
  response_code TEXT,
  version INTEGER NOT NULL CHECK (version >= 1),
  PRIMARY KEY (bank, currency, period),
  CHECK ((state = 'asked') = (answered_at IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX bank_totals_one_open ON bank_totals (bank, currency) WHERE state = 'asked';

-- A debit or credit counts once, and its reversal once, each in the period in which the bank had said so.
CREATE TABLE bank_counted (
  bank TEXT NOT NULL,
  currency TEXT NOT NULL,
  period INTEGER NOT NULL,
  part TEXT NOT NULL CHECK (part IN ('original', 'reversal')),
  card_id TEXT NOT NULL REFERENCES card_transaction (card_id),
  PRIMARY KEY (bank, currency, period, part, card_id),
  FOREIGN KEY (bank, currency, period) REFERENCES bank_totals (bank, currency, period) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX bank_counted_once ON bank_counted (card_id, part);

-- A day that is to be closed before its hour.
CREATE TABLE bank_day_wish (
  bank TEXT PRIMARY KEY,
  cause TEXT NOT NULL CHECK (cause IN ('cut_over', 'operator')),
  settlement_date TEXT NOT NULL CHECK (length(settlement_date) = 10)
) STRICT, WITHOUT ROWID;

CREATE INDEX card_advice_done ON card_advice (bank, done_at) WHERE done_at IS NOT NULL;

-- What DE4 of the request said, where the bank approved less: a reversal names it.
ALTER TABLE card_transaction ADD COLUMN asked_minor INTEGER CHECK (asked_minor > amount_minor);

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER bank_totals_never_go BEFORE DELETE ON bank_totals
BEGIN SELECT RAISE(ABORT, 'what a bank was asked to compare is never deleted'); END;
CREATE TRIGGER bank_counted_never_goes BEFORE DELETE ON bank_counted
BEGIN SELECT RAISE(ABORT, 'a transaction is never counted out again'); END;
CREATE TRIGGER bank_counted_stays BEFORE UPDATE ON bank_counted
BEGIN SELECT RAISE(ABORT, 'a transaction stays in the period it was counted in'); END;
CREATE TRIGGER bank_totals_are_facts BEFORE UPDATE ON bank_totals
WHEN OLD.state <> 'asked' OR NEW.settlement_date <> OLD.settlement_date OR NEW.cause <> OLD.cause OR NEW.stan <> OLD.stan
  OR NEW.transmitted_at <> OLD.transmitted_at OR NEW.quiet <> OLD.quiet OR NEW.ours <> OLD.ours OR NEW.made_at <> OLD.made_at
BEGIN SELECT RAISE(ABORT, 'what a bank was asked to compare does not change'); END;
CREATE TRIGGER card_asked_is_a_fact BEFORE UPDATE OF asked_minor ON card_transaction
WHEN NEW.asked_minor IS NOT OLD.asked_minor
  AND NOT (OLD.state = 'sent' AND NEW.state = 'approved' AND NEW.asked_minor = OLD.amount_minor)
BEGIN SELECT RAISE(ABORT, 'what a bank was asked is a fact'); END;
