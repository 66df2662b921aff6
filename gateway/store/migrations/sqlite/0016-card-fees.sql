-- What a contract said of a card transaction's fee beside its percentage, at the time: kept, so that the fee never changes.

ALTER TABLE card_transaction ADD COLUMN fee TEXT CHECK (fee IS NULL OR json_valid(fee));

CREATE TRIGGER card_fee_is_a_fact BEFORE UPDATE OF fee ON card_transaction
WHEN NEW.fee IS NOT OLD.fee
BEGIN SELECT RAISE(ABORT, 'the fee terms of a card transaction are facts'); END;
