-- The conditions under which a bank was asked (DE25): what undoes a transaction says the same.

ALTER TABLE card_transaction ADD COLUMN condition_code TEXT NOT NULL DEFAULT '00' CHECK (length(condition_code) = 2);

CREATE TRIGGER card_condition_is_a_fact BEFORE UPDATE OF condition_code ON card_transaction
BEGIN SELECT RAISE(ABORT, 'what was sent with a card transaction does not change'); END;
