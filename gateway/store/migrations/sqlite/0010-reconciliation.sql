-- Reconciliation: each movement of ours that another book must show, what of that book it was matched with, and how far
-- the ledger has been read for them.

CREATE TABLE recon_item (
  book TEXT NOT NULL CHECK (book IN ('receivable', 'clearing')),
  -- Of its transfer, whose id names it.
  position INTEGER NOT NULL REFERENCES ledger_position (position),
  transfer_id TEXT NOT NULL,
  party TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('payment', 'refund', 'chargeback', 'batch_in', 'batch_out')),
  our_id TEXT NOT NULL,
  other_id TEXT,
  amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
  amount_currency TEXT NOT NULL,
  date TEXT NOT NULL CHECK (length(date) = 10),
  -- Null while it is open; then how it ended, and the row of theirs where it was matched with one.
  done TEXT CHECK (done IN ('exact', 'other_id', 'tolerance', 'date', 'sum', 'annulled', 'resolved')),
  file_id TEXT,
  line INTEGER,
  PRIMARY KEY (book, position),
  CHECK ((file_id IS NULL) = (line IS NULL) AND (file_id IS NULL OR done IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE INDEX recon_item_open ON recon_item (book, party, position) WHERE done IS NULL;

-- A row of a file or statement that was matched or resolved; several items of ours may stand against one.
CREATE TABLE recon_row (
  file_id TEXT NOT NULL,
  line INTEGER NOT NULL,
  done TEXT NOT NULL CHECK (done IN ('exact', 'other_id', 'tolerance', 'date', 'sum', 'resolved')),
  PRIMARY KEY (file_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE recon_intake (
  account TEXT PRIMARY KEY,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER recon_item_facts BEFORE UPDATE ON recon_item
WHEN OLD.done IS NOT NULL OR NEW.done IS NULL OR NEW.transfer_id <> OLD.transfer_id OR NEW.party <> OLD.party
  OR NEW.kind <> OLD.kind OR NEW.our_id <> OLD.our_id OR NEW.amount_minor <> OLD.amount_minor
  OR NEW.amount_currency <> OLD.amount_currency
BEGIN SELECT RAISE(ABORT, 'an item is done once and keeps its facts'); END;
CREATE TRIGGER recon_item_never_goes BEFORE DELETE ON recon_item
BEGIN SELECT RAISE(ABORT, 'an item of the reconciliation is never deleted'); END;
CREATE TRIGGER recon_row_never_changes BEFORE UPDATE ON recon_row
BEGIN SELECT RAISE(ABORT, 'what was matched stays matched'); END;
CREATE TRIGGER recon_row_never_goes BEFORE DELETE ON recon_row
BEGIN SELECT RAISE(ABORT, 'what was matched stays matched'); END;
