-- Payments, their leases, the parties and the double-entry ledger.
-- Amounts are integers of minor units beside their currency; instants are epoch milliseconds; exact rates are JSON of decimal strings.

CREATE TABLE merchant (
  mid TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  inn TEXT NOT NULL,
  address TEXT NOT NULL,
  markup_bp INTEGER NOT NULL CHECK (markup_bp BETWEEN 0 AND 10000),
  terms TEXT NOT NULL CHECK (json_valid(terms))
) STRICT;

CREATE TABLE terminal (
  tid TEXT PRIMARY KEY,
  mid TEXT NOT NULL REFERENCES merchant (mid),
  public_key TEXT,
  revoked_at INTEGER
) STRICT;

-- The code itself is never stored. A used code stays, so that it is refused for ever.
CREATE TABLE activation (
  code_hash TEXT PRIMARY KEY,
  tid TEXT NOT NULL REFERENCES terminal (tid),
  expires_at INTEGER NOT NULL,
  used_at INTEGER
) STRICT;

CREATE TABLE quote (
  quote_id TEXT PRIMARY KEY,
  tid TEXT NOT NULL,
  rate TEXT NOT NULL CHECK (json_valid(rate)),
  source_rate TEXT NOT NULL CHECK (json_valid(source_rate)),
  source TEXT NOT NULL,
  source_date TEXT NOT NULL,
  markup_bp INTEGER NOT NULL,
  issued_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE sale (
  sale_id TEXT PRIMARY KEY,
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  total_minor INTEGER,
  total_currency TEXT,
  disposition TEXT CHECK (disposition IN ('cancelled', 'set_aside', 'paid_otherwise')),
  closed_by TEXT,
  closed_reason TEXT,
  closed_at INTEGER,
  version INTEGER NOT NULL CHECK (version >= 1),
  CHECK ((total_minor IS NULL) = (total_currency IS NULL))
) STRICT;

CREATE TABLE payment (
  attempt_id TEXT PRIMARY KEY,
  sale_id TEXT NOT NULL REFERENCES sale (sale_id) DEFERRABLE INITIALLY DEFERRED,
  tender_id TEXT NOT NULL,
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('intent', 'waiting', 'unknown', 'cancelling', 'approved', 'declined', 'cancelled', 'returned_late')),
  version INTEGER NOT NULL CHECK (version >= 1),
  wallet TEXT NOT NULL,
  method TEXT NOT NULL CHECK (method IN ('scanned', 'shown')),
  content_hash TEXT,
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  amount_currency TEXT NOT NULL,
  order_minor INTEGER NOT NULL CHECK (order_minor >= 0),
  order_currency TEXT NOT NULL,
  payer_minor INTEGER,
  payer_currency TEXT,
  settlement_minor INTEGER,
  settlement_currency TEXT,
  rate TEXT CHECK (rate IS NULL OR json_valid(rate)),
  quote_id TEXT,
  terms TEXT NOT NULL CHECK (json_valid(terms)),
  subject TEXT NOT NULL,
  receipt_number TEXT NOT NULL,
  operator TEXT NOT NULL,
  code_tail TEXT,
  qr_content TEXT,
  qr_expires_at INTEGER,
  provider_ref TEXT,
  buyer TEXT,
  decline_code TEXT,
  inquiries_made INTEGER NOT NULL CHECK (inquiries_made >= 0),
  cancels_made INTEGER NOT NULL CHECK (cancels_made >= 0),
  next_action_at INTEGER,
  cancel_at INTEGER,
  steps TEXT NOT NULL CHECK (json_valid(steps)),
  refunded_price_minor INTEGER NOT NULL CHECK (refunded_price_minor BETWEEN 0 AND amount_minor),
  refunded_price_currency TEXT NOT NULL CHECK (refunded_price_currency = amount_currency),
  refunded_order_minor INTEGER NOT NULL CHECK (refunded_order_minor BETWEEN 0 AND order_minor),
  refunded_order_currency TEXT NOT NULL CHECK (refunded_order_currency = order_currency),
  business_date TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((payer_minor IS NULL) = (payer_currency IS NULL)),
  CHECK ((settlement_minor IS NULL) = (settlement_currency IS NULL))
) STRICT;

CREATE UNIQUE INDEX payment_one_live_attempt ON payment (sale_id)
  WHERE state IN ('intent', 'waiting', 'unknown', 'cancelling');
CREATE UNIQUE INDEX payment_one_approved ON payment (sale_id, tender_id) WHERE state = 'approved';
CREATE INDEX payment_of_sale ON payment (sale_id);
CREATE INDEX payment_of_day ON payment (tid, business_date);
CREATE INDEX payment_due ON payment (next_action_at) WHERE next_action_at IS NOT NULL;

CREATE TABLE refund (
  refund_id TEXT PRIMARY KEY,
  attempt_id TEXT NOT NULL REFERENCES payment (attempt_id),
  sale_id TEXT NOT NULL,
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('intent', 'unknown', 'awaiting_funds', 'approved', 'declined')),
  version INTEGER NOT NULL CHECK (version >= 1),
  cause TEXT NOT NULL CHECK (cause IN ('till', 'auto_return')),
  content_hash TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  amount_currency TEXT NOT NULL,
  order_minor INTEGER NOT NULL CHECK (order_minor >= 0),
  order_currency TEXT NOT NULL,
  reason TEXT NOT NULL,
  operator TEXT NOT NULL,
  decline_code TEXT,
  tries_made INTEGER NOT NULL CHECK (tries_made >= 0),
  next_action_at INTEGER,
  business_date TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE INDEX refund_of_payment ON refund (attempt_id);
CREATE INDEX refund_of_day ON refund (tid, business_date);
CREATE INDEX refund_due ON refund (next_action_at) WHERE next_action_at IS NOT NULL;

-- One row per subject for ever: a released lease keeps its epoch, so that epochs only rise.
CREATE TABLE lease (
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund')),
  subject_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  epoch INTEGER NOT NULL CHECK (epoch >= 1),
  until_at INTEGER NOT NULL,
  PRIMARY KEY (kind, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE transfer (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  template_version INTEGER NOT NULL CHECK (template_version >= 1),
  state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'voided')),
  ends_transfer_id TEXT UNIQUE REFERENCES transfer (transfer_id),
  reference TEXT NOT NULL,
  mid TEXT NOT NULL,
  business_date TEXT NOT NULL,
  posted_at INTEGER NOT NULL,
  CHECK (state <> 'pending' OR ends_transfer_id IS NULL),
  CHECK (state <> 'voided' OR ends_transfer_id IS NOT NULL)
) STRICT;

CREATE INDEX transfer_of_reference ON transfer (reference);

-- Entries are written before their transfer, whose insertion weighs and seals them.
CREATE TABLE entry (
  transfer_id TEXT NOT NULL REFERENCES transfer (transfer_id) DEFERRABLE INITIALLY DEFERRED,
  line INTEGER NOT NULL,
  account TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('debit', 'credit')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  currency TEXT NOT NULL,
  PRIMARY KEY (transfer_id, line)
) STRICT, WITHOUT ROWID;

-- Where the sequencer put each transfer, and what the folded entries come to. Derived: both can be made again from entries.
CREATE TABLE ledger_position (
  position INTEGER PRIMARY KEY,
  transfer_seq INTEGER NOT NULL UNIQUE REFERENCES transfer (seq)
) STRICT;

CREATE TABLE balance (
  account TEXT NOT NULL,
  currency TEXT NOT NULL,
  debit_minor INTEGER NOT NULL,
  credit_minor INTEGER NOT NULL,
  pending_debit_minor INTEGER NOT NULL,
  pending_credit_minor INTEGER NOT NULL,
  PRIMARY KEY (account, currency)
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER transfer_never_changes BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END;
CREATE TRIGGER transfer_never_goes BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;
CREATE TRIGGER entry_never_changes BEFORE UPDATE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never changed'); END;
CREATE TRIGGER entry_never_goes BEFORE DELETE ON entry
BEGIN SELECT RAISE(ABORT, 'an entry is never deleted'); END;

CREATE TRIGGER entry_into_sealed_transfer BEFORE INSERT ON entry
WHEN EXISTS (SELECT 1 FROM transfer WHERE transfer_id = NEW.transfer_id)
BEGIN SELECT RAISE(ABORT, 'a transfer takes no entry after it was written'); END;

CREATE TRIGGER transfer_balances BEFORE INSERT ON transfer
BEGIN
  SELECT RAISE(ABORT, 'a transfer has at least two entries')
    WHERE NEW.state <> 'voided' AND (SELECT count(*) FROM entry WHERE transfer_id = NEW.transfer_id) < 2;
  SELECT RAISE(ABORT, 'a transfer balances in every currency')
    WHERE EXISTS (
      SELECT 1 FROM entry WHERE transfer_id = NEW.transfer_id GROUP BY currency
      HAVING sum(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) <> 0);
  SELECT RAISE(ABORT, 'a transfer ends only a pending one')
    WHERE NEW.ends_transfer_id IS NOT NULL AND NOT EXISTS (
      SELECT 1 FROM transfer WHERE transfer_id = NEW.ends_transfer_id AND state = 'pending');
END;

CREATE TRIGGER payment_never_goes BEFORE DELETE ON payment
BEGIN SELECT RAISE(ABORT, 'a payment is never deleted'); END;
CREATE TRIGGER refund_never_goes BEFORE DELETE ON refund
BEGIN SELECT RAISE(ABORT, 'a refund is never deleted'); END;
CREATE TRIGGER sale_never_goes BEFORE DELETE ON sale
BEGIN SELECT RAISE(ABORT, 'a sale is never deleted'); END;

-- A final payment stays as it is, but for money that turns up after it ended without it.
CREATE TRIGGER payment_state_only_forward BEFORE UPDATE ON payment
WHEN OLD.state IN ('approved', 'declined', 'cancelled', 'returned_late') AND NEW.state <> OLD.state
  AND NOT (OLD.state IN ('declined', 'cancelled') AND NEW.state = 'returned_late')
BEGIN SELECT RAISE(ABORT, 'a final payment does not change its state'); END;

CREATE TRIGGER payment_identity BEFORE UPDATE ON payment
WHEN NEW.attempt_id <> OLD.attempt_id OR NEW.sale_id <> OLD.sale_id OR NEW.tender_id <> OLD.tender_id
  OR NEW.tid <> OLD.tid OR NEW.mid <> OLD.mid OR NEW.created_at <> OLD.created_at
  OR NEW.amount_minor <> OLD.amount_minor OR NEW.amount_currency <> OLD.amount_currency
BEGIN SELECT RAISE(ABORT, 'a payment keeps its identity and its price'); END;

CREATE TRIGGER payment_approved_facts BEFORE UPDATE ON payment
WHEN OLD.state = 'approved' AND (
  NEW.order_minor <> OLD.order_minor OR NEW.order_currency <> OLD.order_currency
  OR NEW.payer_minor IS NOT OLD.payer_minor OR NEW.payer_currency IS NOT OLD.payer_currency
  OR NEW.settlement_minor IS NOT OLD.settlement_minor OR NEW.settlement_currency IS NOT OLD.settlement_currency
  OR NEW.rate IS NOT OLD.rate OR NEW.terms <> OLD.terms)
BEGIN SELECT RAISE(ABORT, 'the amounts of an approved payment are facts'); END;

CREATE TRIGGER refund_state_only_forward BEFORE UPDATE ON refund
WHEN OLD.state IN ('approved', 'declined') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'a final refund does not change its state'); END;

CREATE TRIGGER refund_identity BEFORE UPDATE ON refund
WHEN NEW.refund_id <> OLD.refund_id OR NEW.attempt_id <> OLD.attempt_id OR NEW.cause <> OLD.cause
  OR NEW.amount_minor <> OLD.amount_minor OR NEW.amount_currency <> OLD.amount_currency
  OR NEW.order_minor <> OLD.order_minor OR NEW.order_currency <> OLD.order_currency
BEGIN SELECT RAISE(ABORT, 'a refund keeps its identity and its amounts'); END;

-- Amounts of a refund never change and a declined one never revives, so the sum can only grow here.
CREATE TRIGGER refund_within_payment AFTER INSERT ON refund
WHEN NEW.state <> 'declined'
BEGIN
  SELECT RAISE(ABORT, 'refunds stay within the payment')
    FROM payment p WHERE p.attempt_id = NEW.attempt_id AND (
      p.amount_currency <> NEW.amount_currency OR p.order_currency <> NEW.order_currency
      OR p.amount_minor < (SELECT sum(amount_minor) FROM refund
                           WHERE attempt_id = NEW.attempt_id AND state <> 'declined')
      OR p.order_minor < (SELECT sum(order_minor) FROM refund
                          WHERE attempt_id = NEW.attempt_id AND state <> 'declined'));
END;

CREATE TRIGGER sale_stays_closed BEFORE UPDATE ON sale
WHEN OLD.disposition IS NOT NULL AND NEW.disposition IS NULL
BEGIN SELECT RAISE(ABORT, 'a closed sale does not reopen'); END;
