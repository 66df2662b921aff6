-- What two persons agreed on about a card transaction or a bank's day that the machine could not end, and why messages of
-- terminals were refused.

CREATE TABLE card_resolution (
  resolution_id TEXT PRIMARY KEY,
  -- A card transaction, or bank/currency/period.
  subject TEXT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN
    ('bank_undid', 'bank_pays', 'returned', 'given_up', 'bank_accepts', 'explained')),
  agreement TEXT NOT NULL CHECK (length(agreement) BETWEEN 1 AND 300),
  proposed_by TEXT NOT NULL CHECK (length(proposed_by) BETWEEN 1 AND 40),
  proposed_at INTEGER NOT NULL,
  decision TEXT CHECK (decision IN ('approved', 'rejected')),
  decided_by TEXT,
  decided_at INTEGER,
  CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
  -- Maker is not checker.
  CHECK (decision IS NOT 'approved' OR decided_by <> proposed_by)
) STRICT;

CREATE UNIQUE INDEX card_resolution_one_open ON card_resolution (subject) WHERE decision IS NULL;
CREATE UNIQUE INDEX card_resolution_once ON card_resolution (subject, outcome) WHERE decision = 'approved';

CREATE INDEX card_advice_refused ON card_advice (bank, position)
  WHERE done_at IS NOT NULL AND response_code IS NOT NULL AND NOT (
    (kind = 'reversal' AND response_code IN ('00', '21', '25'))
    OR (kind = 'completion' AND response_code IN ('00', '08', '10', '11', '16')));

CREATE TABLE card_refusal (
  refusal_id INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  mti TEXT NOT NULL CHECK (length(mti) = 4),
  stan TEXT NOT NULL,
  transmitted_at TEXT NOT NULL,
  processing_code TEXT,
  amount_minor INTEGER,
  amount_currency TEXT,
  response_code TEXT NOT NULL CHECK (length(response_code) = 2),
  reason TEXT NOT NULL,
  CHECK ((amount_minor IS NULL) = (amount_currency IS NULL))
) STRICT;

-- A message that is repeated is refused once, and found by its terminal.
CREATE UNIQUE INDEX card_refusal_once ON card_refusal (tid, stan, transmitted_at, mti, mid, reason);
CREATE INDEX card_refusal_of ON card_refusal (tid, refusal_id);

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER card_resolution_never_goes BEFORE DELETE ON card_resolution
BEGIN SELECT RAISE(ABORT, 'what persons decided is never deleted'); END;
CREATE TRIGGER card_resolution_is_decided_once BEFORE UPDATE ON card_resolution
WHEN OLD.decision IS NOT NULL OR NEW.resolution_id <> OLD.resolution_id OR NEW.subject <> OLD.subject
  OR NEW.outcome <> OLD.outcome OR NEW.agreement <> OLD.agreement OR NEW.proposed_by <> OLD.proposed_by
  OR NEW.proposed_at <> OLD.proposed_at
BEGIN SELECT RAISE(ABORT, 'what was proposed is decided once and does not change'); END;
CREATE TRIGGER card_refusal_never_changes BEFORE UPDATE ON card_refusal
BEGIN SELECT RAISE(ABORT, 'why a message was refused does not change'); END;
CREATE TRIGGER card_refusal_never_goes BEFORE DELETE ON card_refusal
BEGIN SELECT RAISE(ABORT, 'why a message was refused is never deleted'); END;
