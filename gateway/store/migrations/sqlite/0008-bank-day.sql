-- The bank's day: partner banks and whom they serve, settlement cycles with what each payee gets of them, files that came
-- and went with their rows, what two books do not agree on, and who did what.

CREATE TABLE partner (
  partner TEXT PRIMARY KEY CHECK (length(partner) BETWEEN 1 AND 16),
  doc TEXT NOT NULL CHECK (json_valid(doc))
) STRICT, WITHOUT ROWID;

CREATE TABLE payee (
  kind TEXT NOT NULL CHECK (kind IN ('merchant', 'charity')),
  payee_id TEXT NOT NULL,
  doc TEXT NOT NULL CHECK (json_valid(doc)),
  PRIMARY KEY (kind, payee_id)
) STRICT, WITHOUT ROWID;

-- Who serves a payee from which position on: membership of a cycle follows from it, and no member is written down.
CREATE TABLE payee_assignment (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  payee_id TEXT NOT NULL,
  partner TEXT NOT NULL REFERENCES partner (partner),
  from_position INTEGER NOT NULL CHECK (from_position >= 0),
  made_at_position INTEGER NOT NULL CHECK (made_at_position >= from_position),
  FOREIGN KEY (kind, payee_id) REFERENCES payee (kind, payee_id)
) STRICT;

CREATE INDEX assignment_of_payee ON payee_assignment (kind, payee_id, number);

CREATE TABLE settlement_cycle (
  cycle_id TEXT PRIMARY KEY,
  partner TEXT NOT NULL REFERENCES partner (partner),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  business_date TEXT NOT NULL CHECK (length(business_date) = 10),
  value_date TEXT NOT NULL CHECK (length(value_date) = 10),
  state TEXT NOT NULL
    CHECK (state IN ('OPEN', 'CUT', 'CALCULATED', 'APPROVED', 'SENT', 'CONFIRMED', 'CLOSED')),
  version INTEGER NOT NULL CHECK (version >= 1),
  from_position INTEGER NOT NULL CHECK (from_position >= 0),
  to_position INTEGER CHECK (to_position >= from_position),
  net_minor INTEGER,
  carried_share_minor INTEGER,
  outcome TEXT CHECK (outcome IN ('pay', 'claim', 'carry', 'nothing')),
  cut_at INTEGER,
  calculated_by TEXT,
  calculated_at INTEGER,
  approved_by TEXT,
  approved_at INTEGER,
  sent_at INTEGER,
  confirmed_at INTEGER,
  bank_reference TEXT,
  closed_at INTEGER,
  UNIQUE (partner, currency, business_date),
  CHECK ((state = 'OPEN') = (to_position IS NULL)),
  CHECK (approved_by IS NULL OR approved_by <> calculated_by)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX cycle_one_open ON settlement_cycle (partner, currency) WHERE state = 'OPEN';
CREATE UNIQUE INDEX cycle_one_cut ON settlement_cycle (partner, currency) WHERE state = 'CUT';
CREATE INDEX cycle_unfinished ON settlement_cycle (state) WHERE state <> 'CLOSED';

CREATE TABLE net_line (
  cycle_id TEXT NOT NULL REFERENCES settlement_cycle (cycle_id),
  kind TEXT NOT NULL,
  payee_id TEXT NOT NULL,
  currency TEXT NOT NULL,
  carried_from TEXT REFERENCES settlement_cycle (cycle_id),
  carried_in INTEGER NOT NULL,
  sales INTEGER NOT NULL,
  sales_count INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  refunds_count INTEGER NOT NULL,
  chargebacks INTEGER NOT NULL,
  fees INTEGER NOT NULL,
  fees_returned INTEGER NOT NULL,
  donations INTEGER NOT NULL,
  adjustments INTEGER NOT NULL,
  reserve_held INTEGER NOT NULL,
  reserve_released INTEGER NOT NULL,
  vat INTEGER NOT NULL,
  partner_share INTEGER NOT NULL,
  net INTEGER NOT NULL,
  due INTEGER NOT NULL,
  carried_out INTEGER NOT NULL,
  PRIMARY KEY (cycle_id, kind, payee_id),
  CHECK (net = due + carried_out AND (due = 0 OR carried_out = 0)),
  CHECK (net = carried_in + sales - refunds - chargebacks - fees + fees_returned - donations + adjustments
    - reserve_held + reserve_released)
) STRICT, WITHOUT ROWID;

-- What one cycle carries out another takes in once.
CREATE UNIQUE INDEX net_line_carry_once ON net_line (carried_from, kind, payee_id) WHERE carried_from IS NOT NULL;
CREATE INDEX net_line_carrying ON net_line (currency, cycle_id) WHERE carried_out <> 0;

CREATE TABLE net_line_tender (
  cycle_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  payee_id TEXT NOT NULL,
  tender TEXT NOT NULL CHECK (tender IN ('alipay', 'card', 'other')),
  paid_in TEXT NOT NULL CHECK (length(paid_in) = 3),
  sales INTEGER NOT NULL,
  sales_count INTEGER NOT NULL,
  refunds INTEGER NOT NULL,
  refunds_count INTEGER NOT NULL,
  PRIMARY KEY (cycle_id, kind, payee_id, tender, paid_in),
  FOREIGN KEY (cycle_id, kind, payee_id) REFERENCES net_line (cycle_id, kind, payee_id) DEFERRABLE INITIALLY DEFERRED
) STRICT, WITHOUT ROWID;

CREATE TABLE payee_reserve (
  cycle_id TEXT NOT NULL REFERENCES settlement_cycle (cycle_id),
  kind TEXT NOT NULL,
  payee_id TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  amount_currency TEXT NOT NULL,
  release_on TEXT NOT NULL CHECK (length(release_on) = 10),
  released_in TEXT REFERENCES settlement_cycle (cycle_id),
  PRIMARY KEY (cycle_id, kind, payee_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX reserve_held ON payee_reserve (amount_currency, release_on) WHERE released_in IS NULL;

CREATE TABLE bank_file (
  file_id TEXT PRIMARY KEY CHECK (length(file_id) = 64),
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  party TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('staged', 'delivered', 'importing', 'imported', 'refused')),
  cycle_id TEXT REFERENCES settlement_cycle (cycle_id),
  staged_as TEXT,
  at INTEGER NOT NULL,
  bytes INTEGER NOT NULL CHECK (bytes >= 0),
  row_count INTEGER NOT NULL CHECK (row_count >= 0),
  totals TEXT NOT NULL CHECK (json_valid(totals)),
  refused_code TEXT,
  CHECK ((direction = 'out') = (state IN ('staged', 'delivered'))),
  CHECK ((direction = 'out') = (staged_as IS NOT NULL)),
  CHECK ((state = 'refused') = (refused_code IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- A name is given out once: a payment order of a cycle is never a second one.
CREATE UNIQUE INDEX bank_file_out_name ON bank_file (party, name) WHERE direction = 'out';
CREATE INDEX bank_file_of_cycle ON bank_file (cycle_id) WHERE cycle_id IS NOT NULL;

CREATE TABLE scheme_row (
  file_id TEXT NOT NULL REFERENCES bank_file (file_id),
  line INTEGER NOT NULL CHECK (line >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'cancel', 'chargeback', 'adjustment')),
  ours TEXT,
  theirs TEXT,
  amount_minor INTEGER NOT NULL,
  amount_currency TEXT NOT NULL,
  fee_minor INTEGER,
  fee_currency TEXT,
  settlement_minor INTEGER,
  settlement_currency TEXT,
  at TEXT NOT NULL,
  batch TEXT,
  PRIMARY KEY (file_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE statement_row (
  file_id TEXT NOT NULL REFERENCES bank_file (file_id),
  line INTEGER NOT NULL CHECK (line >= 1),
  account TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  amount_currency TEXT NOT NULL,
  value_date TEXT NOT NULL CHECK (length(value_date) = 10),
  bank_reference TEXT NOT NULL,
  end_to_end_id TEXT,
  counterparty TEXT NOT NULL,
  purpose TEXT NOT NULL,
  reversal INTEGER NOT NULL CHECK (reversal IN (0, 1)),
  PRIMARY KEY (file_id, line)
) STRICT, WITHOUT ROWID;

CREATE INDEX statement_row_of_payment ON statement_row (end_to_end_id) WHERE end_to_end_id IS NOT NULL;

CREATE TABLE reconciliation_exception (
  exception_id TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  party TEXT NOT NULL,
  owner TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved', 'written_off')),
  version INTEGER NOT NULL CHECK (version >= 1),
  at_risk_minor INTEGER NOT NULL,
  at_risk_currency TEXT NOT NULL,
  subject TEXT NOT NULL,
  file_id TEXT,
  line INTEGER,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  business_date TEXT NOT NULL,
  found_at INTEGER NOT NULL,
  resolved_at INTEGER,
  proposed_by TEXT,
  approved_by TEXT,
  reason TEXT,
  transfer_id TEXT REFERENCES transfer (transfer_id),
  CHECK ((state = 'open') = (resolved_at IS NULL)),
  CHECK (approved_by IS NULL OR approved_by <> proposed_by)
) STRICT, WITHOUT ROWID;

CREATE INDEX exception_by_state ON reconciliation_exception (state, party);

CREATE TABLE audit_row (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts))
) STRICT;

CREATE INDEX audit_of_subject ON audit_row (subject, number);

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER assignment_never_changes BEFORE UPDATE ON payee_assignment
BEGIN SELECT RAISE(ABORT, 'an assignment is never changed'); END;
CREATE TRIGGER assignment_never_goes BEFORE DELETE ON payee_assignment
BEGIN SELECT RAISE(ABORT, 'an assignment is never deleted'); END;
CREATE TRIGGER cycle_never_goes BEFORE DELETE ON settlement_cycle
BEGIN SELECT RAISE(ABORT, 'a settlement cycle is never deleted'); END;
CREATE TRIGGER cycle_state_only_forward BEFORE UPDATE ON settlement_cycle
WHEN NEW.state <> OLD.state AND NOT (
  (OLD.state = 'OPEN' AND NEW.state = 'CUT') OR (OLD.state = 'CUT' AND NEW.state = 'CALCULATED')
  OR (OLD.state = 'CALCULATED' AND NEW.state = 'APPROVED') OR (OLD.state = 'APPROVED' AND NEW.state = 'SENT')
  OR (OLD.state = 'SENT' AND NEW.state = 'CONFIRMED') OR (OLD.state = 'CONFIRMED' AND NEW.state = 'CLOSED'))
BEGIN SELECT RAISE(ABORT, 'a settlement cycle goes one state forward'); END;
CREATE TRIGGER cycle_facts BEFORE UPDATE ON settlement_cycle
WHEN NEW.cycle_id <> OLD.cycle_id OR NEW.partner <> OLD.partner OR NEW.currency <> OLD.currency
  OR NEW.business_date <> OLD.business_date OR NEW.value_date <> OLD.value_date OR NEW.from_position <> OLD.from_position
  OR (OLD.to_position IS NOT NULL AND NEW.to_position <> OLD.to_position)
  OR (OLD.net_minor IS NOT NULL AND (NEW.net_minor <> OLD.net_minor OR NEW.outcome <> OLD.outcome
    OR NEW.carried_share_minor <> OLD.carried_share_minor OR NEW.calculated_by <> OLD.calculated_by))
  OR (OLD.approved_by IS NOT NULL AND NEW.approved_by <> OLD.approved_by)
BEGIN SELECT RAISE(ABORT, 'what a settlement cycle was cut at and came to are facts'); END;
CREATE TRIGGER net_line_never_changes BEFORE UPDATE ON net_line
BEGIN SELECT RAISE(ABORT, 'what a payee gets of a cycle is never changed'); END;
CREATE TRIGGER net_line_never_goes BEFORE DELETE ON net_line
BEGIN SELECT RAISE(ABORT, 'what a payee gets of a cycle is never deleted'); END;
CREATE TRIGGER net_line_tender_never_changes BEFORE UPDATE ON net_line_tender
BEGIN SELECT RAISE(ABORT, 'what a payee gets of a cycle is never changed'); END;
CREATE TRIGGER net_line_tender_never_goes BEFORE DELETE ON net_line_tender
BEGIN SELECT RAISE(ABORT, 'what a payee gets of a cycle is never deleted'); END;
CREATE TRIGGER reserve_never_goes BEFORE DELETE ON payee_reserve
BEGIN SELECT RAISE(ABORT, 'a reserve is never deleted'); END;
CREATE TRIGGER reserve_released_once BEFORE UPDATE ON payee_reserve
WHEN OLD.released_in IS NOT NULL OR NEW.amount_minor <> OLD.amount_minor OR NEW.release_on <> OLD.release_on
BEGIN SELECT RAISE(ABORT, 'a reserve is released once and whole'); END;
CREATE TRIGGER file_never_goes BEFORE DELETE ON bank_file
BEGIN SELECT RAISE(ABORT, 'a file that came or went is never forgotten'); END;
CREATE TRIGGER file_only_forward BEFORE UPDATE ON bank_file
WHEN NOT ((OLD.state = 'staged' AND NEW.state = 'delivered') OR (OLD.state = 'importing' AND NEW.state = 'imported'))
  OR NEW.name <> OLD.name OR NEW.party <> OLD.party OR NEW.staged_as IS NOT OLD.staged_as
  OR NEW.row_count <> OLD.row_count OR NEW.totals <> OLD.totals
BEGIN SELECT RAISE(ABORT, 'a file goes forward and keeps its name'); END;
CREATE TRIGGER scheme_row_never_changes BEFORE UPDATE ON scheme_row
BEGIN SELECT RAISE(ABORT, 'a row of a file is never changed'); END;
CREATE TRIGGER scheme_row_never_goes BEFORE DELETE ON scheme_row
BEGIN SELECT RAISE(ABORT, 'a row of a file is never deleted'); END;
CREATE TRIGGER statement_row_never_changes BEFORE UPDATE ON statement_row
BEGIN SELECT RAISE(ABORT, 'a row of a statement is never changed'); END;
CREATE TRIGGER statement_row_never_goes BEFORE DELETE ON statement_row
BEGIN SELECT RAISE(ABORT, 'a row of a statement is never deleted'); END;
CREATE TRIGGER exception_never_goes BEFORE DELETE ON reconciliation_exception
BEGIN SELECT RAISE(ABORT, 'an exception is resolved, never deleted'); END;
CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit_row
BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END;
CREATE TRIGGER audit_never_goes BEFORE DELETE ON audit_row
BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END;
