-- A list of more than two words in a CHECK or a trigger is a table that SQLite makes anew for every row it looks at: an
-- eighth of what it cost to write a card transaction. As alternatives, the same rules cost nothing to speak of. SQLite has
-- no statement for that, so the table is made again around the same rows; nothing else about it changes. References to it
-- are weighed when this is committed and not in between.

PRAGMA defer_foreign_keys = ON;

CREATE TABLE card_copy AS SELECT * FROM card_transaction ORDER BY rowid;

-- Its triggers and its indexes go with it.
DROP TABLE card_transaction;

CREATE TABLE card_transaction (
  card_id TEXT PRIMARY KEY,
  -- What a message is told apart by: the terminal, the merchant, the class of the MTI, DE11 and DE7.
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class = '1' OR class = '2' OR class = '4' OR class = '5' OR class = '8'),
  stan TEXT NOT NULL CHECK (stan GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'),
  transmitted_at TEXT NOT NULL CHECK (length(transmitted_at) = 10),
  kind TEXT NOT NULL CHECK (kind = 'sale' OR kind = 'preauthorisation' OR kind = 'completion' OR kind = 'void'
    OR kind = 'refund' OR kind = 'balance'),
  state TEXT NOT NULL CHECK (state = 'sent' OR state = 'approved' OR state = 'declined' OR state = 'reversing'
    OR state = 'reversed' OR state = 'parked'),
  version INTEGER NOT NULL CHECK (version >= 1),
  sale_id TEXT REFERENCES sale (sale_id) DEFERRABLE INITIALLY DEFERRED,
  attempt_id TEXT,
  batch TEXT NOT NULL,
  amount_minor INTEGER NOT NULL CHECK (amount_minor >= 0),
  amount_currency TEXT NOT NULL,
  dcc TEXT CHECK (dcc IS NULL OR json_valid(dcc)),
  mdr_bp INTEGER NOT NULL CHECK (mdr_bp BETWEEN 0 AND 10000),
  mdr_returned INTEGER NOT NULL CHECK (mdr_returned IN (0, 1)),
  card_masked TEXT,
  card_bin TEXT,
  card_scheme TEXT,
  card_pan_hash TEXT,
  card_encrypted BLOB,
  entry_mode TEXT NOT NULL,
  cvm TEXT NOT NULL CHECK (cvm IN ('online_pin', 'other')),
  -- How the bank's host knows it.
  bank TEXT,
  bank_mti TEXT CHECK (length(bank_mti) = 4),
  bank_stan TEXT CHECK (length(bank_stan) = 6),
  bank_transmitted_at TEXT CHECK (length(bank_transmitted_at) = 10),
  bank_rrn TEXT,
  original_id TEXT REFERENCES card_transaction (card_id),
  response_code TEXT,
  auth_code TEXT,
  billing_minor INTEGER,
  billing_currency TEXT,
  billing_rate TEXT,
  refunded_minor INTEGER NOT NULL CHECK (refunded_minor >= 0),
  refunds_booked_minor INTEGER NOT NULL CHECK (refunds_booked_minor BETWEEN 0 AND refunded_minor),
  body_hash TEXT NOT NULL,
  answer BLOB,
  reversal_cause TEXT,
  business_date TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  asked_minor INTEGER CHECK (asked_minor > amount_minor),
  acceptor_name TEXT NOT NULL DEFAULT '',
  acceptor_town TEXT,
  category_code TEXT NOT NULL DEFAULT '5999' CHECK (length(category_code) = 4),
  pin_ksn TEXT CHECK (length(pin_ksn) IN (20, 24)),
  CHECK ((card_masked IS NULL) = (card_encrypted IS NULL) AND (card_masked IS NULL) = (card_pan_hash IS NULL)
    AND (card_masked IS NULL) = (card_bin IS NULL) AND (card_masked IS NULL) = (card_scheme IS NULL)),
  CHECK ((bank IS NULL) = (bank_mti IS NULL) AND (bank IS NULL) = (bank_stan IS NULL)
    AND (bank IS NULL) = (bank_transmitted_at IS NULL) AND (bank IS NULL) = (bank_rrn IS NULL)),
  CHECK ((billing_minor IS NULL) = (billing_currency IS NULL) AND (billing_minor IS NULL) = (billing_rate IS NULL)),
  -- A contract may let a completion exceed what was authorised.
  CHECK (kind = 'preauthorisation' OR refunded_minor <= amount_minor),
  CHECK (state <> 'sent' OR bank IS NOT NULL),
  CHECK (state NOT IN ('reversing', 'reversed') OR reversal_cause IS NOT NULL)
) STRICT;

-- Before the rows, because what refers to a row is looked for as it comes.
CREATE UNIQUE INDEX card_identity ON card_transaction (tid, mid, class, stan, transmitted_at);
CREATE UNIQUE INDEX card_bank_reference ON card_transaction
  (bank, substr(bank_transmitted_at, 1, 4), bank_stan, substr(bank_mti, 2, 1), bank_transmitted_at)
  WHERE bank IS NOT NULL;
CREATE UNIQUE INDEX card_one_live_attempt ON card_transaction (sale_id)
  WHERE kind IN ('sale', 'preauthorisation') AND state IN ('sent', 'approved') AND sale_id IS NOT NULL;
CREATE INDEX card_of_sale ON card_transaction (sale_id) WHERE sale_id IS NOT NULL;
CREATE INDEX card_of_batch ON card_transaction (tid, batch);
CREATE INDEX card_of_bank_day ON card_transaction (bank, business_date) WHERE bank IS NOT NULL;
CREATE INDEX card_by_rrn ON card_transaction (bank_rrn, mid) WHERE bank_rrn IS NOT NULL;
CREATE INDEX card_following ON card_transaction (original_id) WHERE original_id IS NOT NULL;
CREATE UNIQUE INDEX card_completed_once ON card_transaction (original_id)
  WHERE kind = 'completion' AND state <> 'declined' AND original_id IS NOT NULL;
CREATE UNIQUE INDEX card_voided_once ON card_transaction (original_id)
  WHERE kind = 'void' AND state <> 'declined' AND original_id IS NOT NULL;
CREATE INDEX card_unfinished ON card_transaction (created_at, card_id) WHERE state = 'sent';
CREATE UNIQUE INDEX card_pin_block_once ON card_transaction (pin_ksn) WHERE pin_ksn IS NOT NULL;

INSERT INTO card_transaction (
  card_id, tid, mid, class, stan, transmitted_at, kind, state, version, sale_id, attempt_id, batch, amount_minor,
  amount_currency, dcc, mdr_bp, mdr_returned, card_masked, card_bin, card_scheme, card_pan_hash, card_encrypted,
  entry_mode, cvm, bank, bank_mti, bank_stan, bank_transmitted_at, bank_rrn, original_id, response_code, auth_code,
  billing_minor, billing_currency, billing_rate, refunded_minor, refunds_booked_minor, body_hash, answer,
  reversal_cause, business_date, created_at, updated_at, asked_minor, acceptor_name, acceptor_town, category_code,
  pin_ksn)
  SELECT
  card_id, tid, mid, class, stan, transmitted_at, kind, state, version, sale_id, attempt_id, batch, amount_minor,
  amount_currency, dcc, mdr_bp, mdr_returned, card_masked, card_bin, card_scheme, card_pan_hash, card_encrypted,
  entry_mode, cvm, bank, bank_mti, bank_stan, bank_transmitted_at, bank_rrn, original_id, response_code, auth_code,
  billing_minor, billing_currency, billing_rate, refunded_minor, refunds_booked_minor, body_hash, answer,
  reversal_cause, business_date, created_at, updated_at, asked_minor, acceptor_name, acceptor_town, category_code,
  pin_ksn
  FROM card_copy ORDER BY rowid;

DROP TABLE card_copy;

-- ---------------------------------------------------------------- what no program may do, as before

CREATE TRIGGER card_never_goes BEFORE DELETE ON card_transaction
BEGIN SELECT RAISE(ABORT, 'a card transaction is never deleted'); END;

CREATE TRIGGER card_state_only_forward BEFORE UPDATE ON card_transaction
WHEN NEW.state <> OLD.state AND NOT (
  (OLD.state = 'sent' AND (NEW.state = 'approved' OR NEW.state = 'declined' OR NEW.state = 'reversing'))
  OR (OLD.state = 'approved' AND NEW.state = 'reversing')
  OR (OLD.state = 'reversing' AND NEW.state = 'reversed'))
BEGIN SELECT RAISE(ABORT, 'a card transaction only goes forward'); END;

CREATE TRIGGER card_identity_stays BEFORE UPDATE OF card_id, tid, mid, class, stan, transmitted_at, kind, sale_id,
  attempt_id, batch, amount_currency, dcc, mdr_bp, mdr_returned, card_masked, card_bin, card_scheme, card_pan_hash,
  card_encrypted, entry_mode, cvm, bank, bank_mti, bank_stan, bank_transmitted_at, bank_rrn, original_id, body_hash,
  business_date, created_at ON card_transaction
BEGIN SELECT RAISE(ABORT, 'a card transaction keeps its identity and its terms'); END;

CREATE TRIGGER card_amount_is_a_fact BEFORE UPDATE ON card_transaction
WHEN NEW.amount_minor <> OLD.amount_minor
  AND NOT (OLD.state = 'sent' AND NEW.state = 'approved' AND NEW.amount_minor < OLD.amount_minor)
BEGIN SELECT RAISE(ABORT, 'the amount of a card transaction is a fact'); END;

CREATE TRIGGER card_answer_is_final BEFORE UPDATE ON card_transaction
WHEN (OLD.answer IS NOT NULL AND NEW.answer IS NOT OLD.answer)
  OR (OLD.response_code IS NOT NULL AND NEW.response_code IS NOT OLD.response_code)
  OR (OLD.auth_code IS NOT NULL AND NEW.auth_code IS NOT OLD.auth_code)
  OR (OLD.billing_minor IS NOT NULL AND (NEW.billing_minor IS NOT OLD.billing_minor
    OR NEW.billing_currency IS NOT OLD.billing_currency OR NEW.billing_rate IS NOT OLD.billing_rate))
  OR (OLD.reversal_cause IS NOT NULL AND NEW.reversal_cause IS NOT OLD.reversal_cause)
BEGIN SELECT RAISE(ABORT, 'the answer of a card transaction is final'); END;

CREATE TRIGGER card_refunds_within_original AFTER INSERT ON card_transaction
WHEN NEW.kind = 'refund' AND NEW.state <> 'declined'
BEGIN
  SELECT RAISE(ABORT, 'a card refund has an original') WHERE NEW.original_id IS NULL;
  SELECT RAISE(ABORT, 'card refunds stay within their original')
    FROM card_transaction o WHERE o.card_id = NEW.original_id AND (
      o.amount_currency <> NEW.amount_currency
      OR o.amount_minor < (SELECT sum(amount_minor) FROM card_transaction
                           WHERE original_id = NEW.original_id AND kind = 'refund'
                             AND state NOT IN ('declined', 'reversed')));
END;

CREATE TRIGGER card_beside_wallet BEFORE INSERT ON card_transaction
WHEN NEW.kind IN ('sale', 'preauthorisation') AND NEW.state IN ('sent', 'approved') AND NEW.sale_id IS NOT NULL
  AND EXISTS (SELECT 1 FROM payment WHERE sale_id = NEW.sale_id
              AND (state = 'intent' OR state = 'waiting' OR state = 'unknown' OR state = 'cancelling' OR state = 'approved'))
BEGIN SELECT RAISE(ABORT, 'the sale has a wallet attempt'); END;

CREATE TRIGGER card_asked_is_a_fact BEFORE UPDATE OF asked_minor ON card_transaction
WHEN NEW.asked_minor IS NOT OLD.asked_minor
  AND NOT (OLD.state = 'sent' AND NEW.state = 'approved' AND NEW.asked_minor = OLD.amount_minor)
BEGIN SELECT RAISE(ABORT, 'what a bank was asked is a fact'); END;

CREATE TRIGGER card_sent_as_is BEFORE UPDATE OF acceptor_name, acceptor_town, category_code, pin_ksn ON card_transaction
BEGIN SELECT RAISE(ABORT, 'what was sent with a card transaction does not change'); END;
