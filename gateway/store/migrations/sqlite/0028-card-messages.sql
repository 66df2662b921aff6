-- What a reversal, an item of an upload or a batch's totals is told apart by, and what it said: another content under the same
-- identity is another message (94). Of sales and their like the transaction itself says so.

CREATE TABLE card_message (
  tid TEXT NOT NULL,
  mid TEXT NOT NULL,
  class TEXT NOT NULL CHECK (class = '3' OR class = '4' OR class = '5'),
  stan TEXT NOT NULL,
  transmitted_at TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  PRIMARY KEY (tid, mid, class, stan, transmitted_at)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER card_message_never_changes BEFORE UPDATE ON card_message
BEGIN SELECT RAISE(ABORT, 'what a card message said does not change'); END;
CREATE TRIGGER card_message_never_goes BEFORE DELETE ON card_message
BEGIN SELECT RAISE(ABORT, 'what a card message said is never deleted'); END;
