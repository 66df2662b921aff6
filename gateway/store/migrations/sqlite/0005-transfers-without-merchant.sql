-- A transfer of the bank's day may concern no merchant: `transfer.mid` may be NULL. SQLite has no statement for that, so the
-- table is made again around the same rows. References to it are weighed when this is committed and not in between: every
-- position and every entry must then find its transfer again, with the seq and the id it had.

PRAGMA defer_foreign_keys = ON;

CREATE TABLE transfer_copy AS SELECT * FROM transfer ORDER BY seq;

-- Its triggers and its index go with it; those of `entry` stay.
DROP TABLE transfer;

CREATE TABLE transfer (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id TEXT NOT NULL UNIQUE,
  template TEXT NOT NULL,
  template_version INTEGER NOT NULL CHECK (template_version >= 1),
  state TEXT NOT NULL CHECK (state IN ('pending', 'posted', 'voided')),
  ends_transfer_id TEXT UNIQUE REFERENCES transfer (transfer_id),
  reference TEXT NOT NULL,
  mid TEXT,
  business_date TEXT NOT NULL,
  posted_at INTEGER NOT NULL,
  CHECK (state <> 'pending' OR ends_transfer_id IS NULL),
  CHECK (state <> 'voided' OR ends_transfer_id IS NOT NULL)
) STRICT;

INSERT INTO transfer (seq, transfer_id, template, template_version, state, ends_transfer_id, reference, mid, business_date, posted_at)
  SELECT seq, transfer_id, template, template_version, state, ends_transfer_id, reference, mid, business_date, posted_at
  FROM transfer_copy ORDER BY seq;

DROP TABLE transfer_copy;

CREATE INDEX transfer_of_reference ON transfer (reference);

CREATE TRIGGER transfer_never_changes BEFORE UPDATE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END;
CREATE TRIGGER transfer_never_goes BEFORE DELETE ON transfer
BEGIN SELECT RAISE(ABORT, 'a transfer is never deleted'); END;

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
