/** The first shape of the terminal's journal. A migration that has run anywhere is never edited: its checksum is stored. */
export const COUNTER_001 = `
CREATE TABLE shifts (
  number INTEGER PRIMARY KEY,
  business_date TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  opened_by TEXT NOT NULL,
  closed_at INTEGER
) STRICT;

CREATE TABLE sales (
  sale_id TEXT PRIMARY KEY,
  shift_number INTEGER NOT NULL REFERENCES shifts (number),
  sequence INTEGER NOT NULL,
  receipt_number TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'cancelled', 'set_aside')),
  cashier_id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  -- Local date of the end, for the day's list.
  business_date TEXT NOT NULL,
  closed_at INTEGER,
  total_minor INTEGER CHECK (total_minor BETWEEN 0 AND 999999999999999),
  -- One tender covers the whole sale; its attempts name it.
  tender_id TEXT NOT NULL,
  means TEXT CHECK (means IN ('cash', 'wallet')),
  yuan_minor INTEGER,
  -- pending: paid, the register has not been asked or has not answered.
  fiscal_state TEXT CHECK (fiscal_state IN ('pending', 'registered', 'not_required', 'failed', 'unknown')),
  fiscal_json TEXT,
  UNIQUE (shift_number, sequence)
) STRICT;
CREATE UNIQUE INDEX one_open_sale ON sales (state) WHERE state = 'open';
CREATE INDEX sales_by_date ON sales (business_date, closed_at);

CREATE TABLE lines (
  sale_id TEXT NOT NULL REFERENCES sales (sale_id),
  line_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  goods_id TEXT NOT NULL,
  barcode TEXT NOT NULL,
  name_ru TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  vat TEXT NOT NULL,
  unit TEXT NOT NULL CHECK (unit IN ('piece', 'kg')),
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  unit_price_minor INTEGER NOT NULL CHECK (unit_price_minor > 0),
  sum_minor INTEGER NOT NULL CHECK (sum_minor >= 0),
  PRIMARY KEY (sale_id, line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tenders (
  tender_id TEXT PRIMARY KEY,
  sale_id TEXT NOT NULL UNIQUE REFERENCES sales (sale_id),
  means TEXT NOT NULL CHECK (means IN ('cash', 'wallet')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  tendered_minor INTEGER,
  change_minor INTEGER,
  attempt_id TEXT REFERENCES attempts (attempt_id),
  paid_at INTEGER NOT NULL
) STRICT;

CREATE TABLE attempts (
  attempt_id TEXT PRIMARY KEY,
  sale_id TEXT NOT NULL REFERENCES sales (sale_id),
  tender_id TEXT NOT NULL,
  order_json TEXT NOT NULL,
  -- The scanned code until the gateway has the attempt, then null: it may have to be sent once more.
  code TEXT,
  phase TEXT NOT NULL CHECK (phase IN ('sending', 'open', 'final')),
  outcome TEXT CHECK (outcome IN ('approved', 'declined', 'cancelled')),
  reason_code TEXT,
  payment_json TEXT,
  wish TEXT NOT NULL CHECK (wish IN ('pay', 'cancel')),
  wish_reason TEXT,
  sends INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((phase = 'final') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX attempts_of_sale ON attempts (sale_id, started_at);
CREATE INDEX attempts_open ON attempts (phase) WHERE phase <> 'final';

-- Every state the gateway told us, as it came.
CREATE TABLE attempt_states (
  attempt_id TEXT NOT NULL REFERENCES attempts (attempt_id),
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  payment_json TEXT NOT NULL,
  learnt_at INTEGER NOT NULL,
  PRIMARY KEY (attempt_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE refunds (
  refund_id TEXT PRIMARY KEY,
  sale_id TEXT NOT NULL REFERENCES sales (sale_id),
  attempt_id TEXT REFERENCES attempts (attempt_id),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  order_json TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sending', 'unknown', 'awaiting_funds', 'approved', 'declined')),
  reason_code TEXT,
  refund_json TEXT,
  sends INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  -- The cashier went on to other work while it was open.
  left_open INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX refunds_of_sale ON refunds (sale_id);
CREATE INDEX refunds_open ON refunds (state) WHERE state NOT IN ('approved', 'declined');

CREATE TABLE refund_lines (
  refund_id TEXT NOT NULL REFERENCES refunds (refund_id),
  line_id TEXT NOT NULL,
  quantity_milli INTEGER NOT NULL CHECK (quantity_milli > 0),
  sum_minor INTEGER NOT NULL CHECK (sum_minor >= 0),
  PRIMARY KEY (refund_id, line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE set_asides (
  sale_id TEXT PRIMARY KEY REFERENCES sales (sale_id),
  attempt_id TEXT NOT NULL REFERENCES attempts (attempt_id),
  supervisor_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  -- open until the gateway settled the payment: nothing was taken, or it went back.
  fate TEXT NOT NULL CHECK (fate IN ('open', 'not_paid', 'returned')),
  fate_at INTEGER
) STRICT;

CREATE TABLE cash_movements (
  movement_id INTEGER PRIMARY KEY,
  shift_number INTEGER NOT NULL REFERENCES shifts (number),
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund')),
  -- Into the drawer above zero, out of it below.
  amount_minor INTEGER NOT NULL,
  sale_id TEXT NOT NULL REFERENCES sales (sale_id),
  refund_id TEXT REFERENCES refunds (refund_id),
  staff_id TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- Messages that must reach the gateway, however often the terminal is restarted.
CREATE TABLE outbox (
  sale_id TEXT PRIMARY KEY REFERENCES sales (sale_id),
  body_json TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  acknowledged_at INTEGER,
  tries INTEGER NOT NULL DEFAULT 0,
  last_code TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox (queued_at) WHERE acknowledged_at IS NULL;

-- Receipts and slips as documents, so that a copy says what the original said.
CREATE TABLE receipts (
  receipt_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'refund', 'set_aside')),
  sale_id TEXT NOT NULL REFERENCES sales (sale_id),
  refund_id TEXT REFERENCES refunds (refund_id),
  doc_json TEXT NOT NULL,
  -- sent: given to the printer, and no answer is known yet.
  state TEXT NOT NULL CHECK (state IN ('sent', 'printed', 'failed')),
  fault TEXT,
  made_at INTEGER NOT NULL,
  printed_at INTEGER
) STRICT;
CREATE INDEX receipts_of_sale ON receipts (sale_id, receipt_id);
CREATE INDEX receipts_sent ON receipts (state) WHERE state = 'sent';

CREATE TABLE audit (
  audit_id INTEGER PRIMARY KEY,
  act TEXT NOT NULL,
  staff_id TEXT NOT NULL,
  cashier_id TEXT,
  subject TEXT,
  reason TEXT,
  at INTEGER NOT NULL
) STRICT;

CREATE TABLE pin_tries (
  staff_id TEXT PRIMARY KEY,
  wrong INTEGER NOT NULL,
  locked_until INTEGER
) STRICT;

CREATE TABLE session (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  cashier_id TEXT,
  language TEXT NOT NULL,
  customer_language TEXT NOT NULL
) STRICT;
INSERT INTO session (one, cashier_id, language, customer_language) VALUES (1, NULL, 'ru', 'zh');

CREATE TRIGGER audit_kept BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER attempts_kept BEFORE DELETE ON attempts BEGIN SELECT RAISE(ABORT, 'attempts are kept'); END;
CREATE TRIGGER refunds_kept BEFORE DELETE ON refunds BEGIN SELECT RAISE(ABORT, 'refunds are kept'); END;
CREATE TRIGGER attempt_ended BEFORE UPDATE ON attempts WHEN OLD.phase = 'final' AND NEW.outcome IS NOT OLD.outcome
BEGIN SELECT RAISE(ABORT, 'a final attempt does not change its outcome'); END;
`;
