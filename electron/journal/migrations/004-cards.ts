/** Card payments: attempts, the messages about them, what the gateway is still to be told, the STAN, batches.
 *
 *  A sale, a tender, a slip and a sale set aside may now be of a card. SQLite cannot alter a CHECK or a NOT NULL, so their
 *  tables are made anew and every row is carried over; `migrate` runs this without foreign keys and checks them after. */
export const CARDS_004 = `
CREATE TABLE card_attempts (
  attempt_id TEXT PRIMARY KEY,
  -- Null where no sale of this till is concerned: a balance, a pre-authorisation.
  sale_id TEXT REFERENCES sales (sale_id),
  refund_id TEXT REFERENCES refunds (refund_id),
  -- The transaction it voids, refunds, completes or cancels.
  original_id TEXT REFERENCES card_attempts (attempt_id),
  operation TEXT NOT NULL
    CHECK (operation IN ('sale', 'preauthorisation', 'completion', 'cancellation', 'refund', 'void', 'balance')),
  order_json TEXT NOT NULL,
  phase TEXT NOT NULL CHECK (phase IN ('reading', 'offering', 'choosing', 'authorising', 'reentering', 'sending',
    'completing', 'signing', 'undoing', 'asking', 'final')),
  -- What is known by now: the card masked, the choice, the answer. Never a PAN, a track or a PIN block.
  state_json TEXT NOT NULL,
  outcome TEXT CHECK (outcome IN ('approved', 'declined', 'cancelled')),
  reason_code TEXT,
  sends INTEGER NOT NULL,
  batch TEXT NOT NULL,
  stan TEXT,
  rrn TEXT,
  auth_code TEXT,
  response_code TEXT,
  charged_minor INTEGER NOT NULL CHECK (charged_minor >= 0),
  charged_currency TEXT NOT NULL,
  -- The cashier went on to other work while it was open.
  left_open INTEGER NOT NULL DEFAULT 0,
  started_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  CHECK ((phase = 'final') = (outcome IS NOT NULL))
) STRICT;
CREATE INDEX card_attempts_of_sale ON card_attempts (sale_id, started_at);
CREATE INDEX card_attempts_open ON card_attempts (phase) WHERE phase <> 'final';
CREATE INDEX card_attempts_of_batch ON card_attempts (batch) WHERE outcome = 'approved';
CREATE INDEX card_attempts_of_original ON card_attempts (original_id) WHERE original_id IS NOT NULL;
CREATE INDEX card_attempts_of_refund ON card_attempts (refund_id) WHERE refund_id IS NOT NULL;

-- Every message that went out or came in, by what names it. No content.
CREATE TABLE card_messages (
  message_id INTEGER PRIMARY KEY,
  attempt_id TEXT REFERENCES card_attempts (attempt_id),
  direction TEXT NOT NULL CHECK (direction IN ('out', 'in')),
  mti TEXT NOT NULL,
  stan TEXT NOT NULL,
  transmitted_at TEXT NOT NULL,
  processing_code TEXT,
  response_code TEXT,
  rrn TEXT,
  -- sent, or what came of it: not_sent, accepted, late, mac, malformed, mismatch, timeout, link_lost ...
  fate TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX card_messages_of_attempt ON card_messages (attempt_id, message_id);

-- What the gateway must be told until it has acknowledged it. A reversal is armed before the first byte of its request.
CREATE TABLE card_advices (
  advice_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('reversal', 'cancellation', 'completion', 'void')),
  attempt_id TEXT NOT NULL REFERENCES card_attempts (attempt_id),
  -- armed: owed if nothing definite comes; due: to be sent, in the order of due_at; done: acknowledged; struck: not owed.
  state TEXT NOT NULL CHECK (state IN ('armed', 'due', 'done', 'struck')),
  -- Of the message itself, kept through all repeats; null while armed.
  stan TEXT,
  transmitted_at TEXT,
  -- What it is about (DE90).
  original_mti TEXT NOT NULL,
  original_stan TEXT NOT NULL,
  original_transmitted_at TEXT NOT NULL,
  reason TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  response_code TEXT,
  made_at INTEGER NOT NULL,
  due_at INTEGER,
  ended_at INTEGER,
  CHECK ((state = 'due') <= (stan IS NOT NULL)),
  CHECK ((state IN ('done', 'struck')) = (ended_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX card_advice_live ON card_advices (attempt_id) WHERE state IN ('armed', 'due');
CREATE INDEX card_advices_due ON card_advices (due_at, advice_id) WHERE state = 'due';

CREATE TABLE card_batches (
  batch TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('open', 'closing', 'uploading', 'closed')),
  opened_at INTEGER NOT NULL,
  -- The currency being compared and how far its upload has come, so that a restart goes on.
  progress_json TEXT,
  agreed INTEGER CHECK (agreed IN (0, 1)),
  closed_at INTEGER,
  business_date TEXT,
  CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX one_current_batch ON card_batches (1) WHERE state <> 'closed';

-- STAN of the last message: durable before the message leaves.
CREATE TABLE card_counter (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  stan INTEGER NOT NULL CHECK (stan BETWEEN 0 AND 999999),
  signed_on TEXT
) STRICT;
INSERT INTO card_counter VALUES (1, 0, NULL);

CREATE TRIGGER card_attempts_kept BEFORE DELETE ON card_attempts
BEGIN SELECT RAISE(ABORT, 'card attempts are kept'); END;
CREATE TRIGGER card_attempt_ended BEFORE UPDATE ON card_attempts WHEN OLD.phase = 'final' AND NEW.outcome IS NOT OLD.outcome
BEGIN SELECT RAISE(ABORT, 'a final card attempt does not change its outcome'); END;
CREATE TRIGGER card_advices_kept BEFORE DELETE ON card_advices
BEGIN SELECT RAISE(ABORT, 'advices are kept'); END;
CREATE TRIGGER card_advice_ended BEFORE UPDATE ON card_advices WHEN OLD.state IN ('done', 'struck') AND NEW.state <> OLD.state
BEGIN SELECT RAISE(ABORT, 'an ended advice stays ended'); END;
CREATE TRIGGER card_messages_kept BEFORE DELETE ON card_messages
BEGIN SELECT RAISE(ABORT, 'messages are kept'); END;

ALTER TABLE refunds ADD COLUMN card_attempt_id TEXT REFERENCES card_attempts (attempt_id);

CREATE TABLE sales_anew (
  sale_id TEXT PRIMARY KEY,
  shift_number INTEGER NOT NULL REFERENCES shifts (number),
  sequence INTEGER NOT NULL,
  receipt_number TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL CHECK (state IN ('open', 'paid', 'cancelled', 'set_aside')),
  cashier_id TEXT NOT NULL,
  opened_at INTEGER NOT NULL,
  business_date TEXT NOT NULL,
  closed_at INTEGER,
  total_minor INTEGER CHECK (total_minor BETWEEN 0 AND 999999999999999),
  tender_id TEXT NOT NULL,
  means TEXT CHECK (means IN ('cash', 'wallet', 'card')),
  yuan_minor INTEGER,
  fiscal_state TEXT CHECK (fiscal_state IN ('pending', 'registered', 'not_required', 'failed', 'unknown')),
  fiscal_json TEXT,
  UNIQUE (shift_number, sequence)
) STRICT;
INSERT INTO sales_anew (sale_id, shift_number, sequence, receipt_number, state, cashier_id, opened_at, business_date,
  closed_at, total_minor, tender_id, means, yuan_minor, fiscal_state, fiscal_json)
SELECT sale_id, shift_number, sequence, receipt_number, state, cashier_id, opened_at, business_date,
  closed_at, total_minor, tender_id, means, yuan_minor, fiscal_state, fiscal_json FROM sales;
DROP TABLE sales;
ALTER TABLE sales_anew RENAME TO sales;
CREATE UNIQUE INDEX one_open_sale ON sales (state) WHERE state = 'open';
CREATE INDEX sales_by_date ON sales (business_date, closed_at);
CREATE INDEX sales_awaiting_fiscal ON sales (fiscal_state) WHERE fiscal_state = 'pending';

CREATE TABLE tenders_anew (
  tender_id TEXT PRIMARY KEY,
  sale_id TEXT NOT NULL UNIQUE REFERENCES sales (sale_id),
  means TEXT NOT NULL CHECK (means IN ('cash', 'wallet', 'card')),
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  tendered_minor INTEGER,
  change_minor INTEGER,
  attempt_id TEXT REFERENCES attempts (attempt_id),
  paid_at INTEGER NOT NULL,
  card_attempt_id TEXT REFERENCES card_attempts (attempt_id),
  CHECK ((means = 'card') = (card_attempt_id IS NOT NULL))
) STRICT;
INSERT INTO tenders_anew (tender_id, sale_id, means, amount_minor, tendered_minor, change_minor, attempt_id, paid_at)
SELECT tender_id, sale_id, means, amount_minor, tendered_minor, change_minor, attempt_id, paid_at FROM tenders;
DROP TABLE tenders;
ALTER TABLE tenders_anew RENAME TO tenders;

CREATE TABLE set_asides_anew (
  sale_id TEXT PRIMARY KEY REFERENCES sales (sale_id),
  attempt_id TEXT REFERENCES attempts (attempt_id),
  card_attempt_id TEXT REFERENCES card_attempts (attempt_id),
  supervisor_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  fate TEXT NOT NULL CHECK (fate IN ('open', 'not_paid', 'returned')),
  fate_at INTEGER,
  CHECK ((attempt_id IS NULL) <> (card_attempt_id IS NULL))
) STRICT;
INSERT INTO set_asides_anew (sale_id, attempt_id, supervisor_id, reason, at, fate, fate_at)
SELECT sale_id, attempt_id, supervisor_id, reason, at, fate, fate_at FROM set_asides;
DROP TABLE set_asides;
ALTER TABLE set_asides_anew RENAME TO set_asides;

CREATE TABLE receipts_anew (
  receipt_id INTEGER PRIMARY KEY,
  kind TEXT NOT NULL
    CHECK (kind IN ('sale', 'refund', 'set_aside', 'card_merchant', 'card_customer', 'card_note', 'batch')),
  -- Null for a slip that is of no sale.
  sale_id TEXT REFERENCES sales (sale_id),
  refund_id TEXT REFERENCES refunds (refund_id),
  doc_json TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('sent', 'printed', 'failed')),
  fault TEXT,
  made_at INTEGER NOT NULL,
  printed_at INTEGER,
  card_attempt_id TEXT REFERENCES card_attempts (attempt_id)
) STRICT;
INSERT INTO receipts_anew (receipt_id, kind, sale_id, refund_id, doc_json, state, fault, made_at, printed_at)
SELECT receipt_id, kind, sale_id, refund_id, doc_json, state, fault, made_at, printed_at FROM receipts;
DROP TABLE receipts;
ALTER TABLE receipts_anew RENAME TO receipts;
CREATE INDEX receipts_of_sale ON receipts (sale_id, receipt_id);
CREATE INDEX receipts_sent ON receipts (state) WHERE state = 'sent';
`;
