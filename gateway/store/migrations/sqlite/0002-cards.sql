-- Card transactions, what partner banks are still to be told of them, and the batches they are settled in.
-- No PAN, track or PIN in clear: `card_encrypted` is the HSM's ciphertext, `card_pan_hash` a keyed hash.

CREATE TABLE card_transaction (
  card_id TEXT PRIMARY KEY,
  -- What a message is told apart by: the terminal, the merchant, the class of the MTI, DE11 and DE7.
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class IN ('1', '2', '4', '5', '8')),
  stan TEXT NOT NULL CHECK (stan GLOB '[0-9][0-9][0-9][0-9][0-9][0-9]'),
  transmitted_at TEXT NOT NULL CHECK (length(transmitted_at) = 10),
  kind TEXT NOT NULL CHECK (kind IN ('sale', 'preauthorisation', 'completion', 'void', 'refund', 'balance')),
  state TEXT NOT NULL CHECK (state IN ('sent', 'approved', 'declined', 'reversing', 'reversed', 'parked')),
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

CREATE UNIQUE INDEX card_identity ON card_transaction (tid, mid, class, stan, transmitted_at);
-- The day and the STAN first, so that the last STAN of a day is found at its end.
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

-- One queue to a bank, in the order of positions. What is done stays, with the bank's answer.
CREATE TABLE card_advice (
  advice_id TEXT PRIMARY KEY,
  bank TEXT NOT NULL,
  position INTEGER NOT NULL CHECK (position >= 1),
  kind TEXT NOT NULL CHECK (kind IN ('reversal', 'completion')),
  card_id TEXT NOT NULL REFERENCES card_transaction (card_id),
  stan TEXT NOT NULL CHECK (length(stan) = 6),
  transmitted_at TEXT NOT NULL CHECK (length(transmitted_at) = 10),
  cause TEXT,
  emv BLOB,
  tries INTEGER NOT NULL CHECK (tries >= 0),
  next_at INTEGER NOT NULL,
  done_at INTEGER,
  response_code TEXT,
  version INTEGER NOT NULL CHECK (version >= 1),
  CHECK ((kind = 'reversal') = (cause IS NOT NULL))
) STRICT;

CREATE UNIQUE INDEX card_advice_position ON card_advice (bank, position);
-- However often a transaction is given up, its bank is told by one advice.
CREATE UNIQUE INDEX card_advice_once ON card_advice (card_id, kind);
CREATE UNIQUE INDEX card_advice_reference ON card_advice
  (bank, substr(transmitted_at, 1, 4), stan, kind, transmitted_at);
CREATE INDEX card_advice_open ON card_advice (bank, position) WHERE done_at IS NULL;

CREATE TABLE card_batch (
  tid TEXT NOT NULL,
  batch TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'uploading', 'closed')),
  claimed TEXT NOT NULL CHECK (json_valid(claimed)),
  agreed INTEGER CHECK (agreed IN (0, 1)),
  closed_at INTEGER,
  version INTEGER NOT NULL CHECK (version >= 1),
  PRIMARY KEY (tid, batch),
  CHECK ((state = 'closed') = (closed_at IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER card_never_goes BEFORE DELETE ON card_transaction
BEGIN SELECT RAISE(ABORT, 'a card transaction is never deleted'); END;
CREATE TRIGGER card_advice_never_goes BEFORE DELETE ON card_advice
BEGIN SELECT RAISE(ABORT, 'an advice is never deleted'); END;
CREATE TRIGGER card_batch_never_goes BEFORE DELETE ON card_batch
BEGIN SELECT RAISE(ABORT, 'a batch is never deleted'); END;

CREATE TRIGGER card_state_only_forward BEFORE UPDATE ON card_transaction
WHEN NEW.state <> OLD.state AND NOT (
  (OLD.state = 'sent' AND NEW.state IN ('approved', 'declined', 'reversing'))
  OR (OLD.state = 'approved' AND NEW.state = 'reversing')
  OR (OLD.state = 'reversing' AND NEW.state = 'reversed'))
BEGIN SELECT RAISE(ABORT, 'a card transaction only goes forward'); END;

CREATE TRIGGER card_identity_stays BEFORE UPDATE OF card_id, tid, mid, class, stan, transmitted_at, kind, sale_id,
  attempt_id, batch, amount_currency, dcc, mdr_bp, mdr_returned, card_masked, card_bin, card_scheme, card_pan_hash,
  card_encrypted, entry_mode, cvm, bank, bank_mti, bank_stan, bank_transmitted_at, bank_rrn, original_id, body_hash,
  business_date, created_at ON card_transaction
BEGIN SELECT RAISE(ABORT, 'a card transaction keeps its identity and its terms'); END;

-- A bank may approve less than was asked; nothing else changes an amount.
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

-- Amounts of refunds never grow, and one that is declined or reversed never revives.
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

-- One live or approved attempt of a sale, over cards and wallets.
CREATE TRIGGER card_beside_wallet BEFORE INSERT ON card_transaction
WHEN NEW.kind IN ('sale', 'preauthorisation') AND NEW.state IN ('sent', 'approved') AND NEW.sale_id IS NOT NULL
  AND EXISTS (SELECT 1 FROM payment WHERE sale_id = NEW.sale_id
              AND state IN ('intent', 'waiting', 'unknown', 'cancelling', 'approved'))
BEGIN SELECT RAISE(ABORT, 'the sale has a wallet attempt'); END;
CREATE TRIGGER wallet_beside_card BEFORE INSERT ON payment
WHEN NEW.state IN ('intent', 'waiting', 'unknown', 'cancelling', 'approved')
  AND EXISTS (SELECT 1 FROM card_transaction WHERE sale_id = NEW.sale_id
              AND kind IN ('sale', 'preauthorisation') AND state IN ('sent', 'approved'))
BEGIN SELECT RAISE(ABORT, 'the sale has a card attempt'); END;

CREATE TRIGGER card_advice_identity BEFORE UPDATE OF advice_id, bank, position, kind, card_id, stan, transmitted_at,
  cause, emv ON card_advice
BEGIN SELECT RAISE(ABORT, 'an advice keeps its identity and its place'); END;
CREATE TRIGGER card_advice_done_once BEFORE UPDATE ON card_advice
WHEN OLD.done_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an advice that is done does not change'); END;

CREATE TRIGGER card_batch_stays_closed BEFORE UPDATE ON card_batch
WHEN OLD.state = 'closed'
BEGIN SELECT RAISE(ABORT, 'a closed batch does not change'); END;
