-- What a bank says that a reversal undid, where it had approved a part whose answer may have been lost: its period is counted
-- with that.

ALTER TABLE card_advice ADD COLUMN undone_minor INTEGER CHECK (undone_minor > 0);
