-- What a bank was told of the merchant with a transaction (DE18, DE43): whatever follows says the same. And the serial number
-- of the key that the PIN block came under: a device uses each once.

ALTER TABLE card_transaction ADD COLUMN acceptor_name TEXT NOT NULL DEFAULT '';
ALTER TABLE card_transaction ADD COLUMN acceptor_town TEXT;
ALTER TABLE card_transaction ADD COLUMN category_code TEXT NOT NULL DEFAULT '5999' CHECK (length(category_code) = 4);
ALTER TABLE card_transaction ADD COLUMN pin_ksn TEXT CHECK (length(pin_ksn) IN (20, 24));

-- Until now the bank was told what the merchant was at the moment, without its town.
UPDATE card_transaction SET
  acceptor_name = coalesce((SELECT name FROM merchant m WHERE m.mid = card_transaction.mid), ''),
  category_code = coalesce((SELECT json_extract(m.terms, '$.cards.categoryCode') FROM merchant m
                            WHERE m.mid = card_transaction.mid), '5999');

CREATE UNIQUE INDEX card_pin_block_once ON card_transaction (pin_ksn) WHERE pin_ksn IS NOT NULL;

-- ---------------------------------------------------------------- what no program may do

CREATE TRIGGER card_sent_as_is BEFORE UPDATE OF acceptor_name, acceptor_town, category_code, pin_ksn ON card_transaction
BEGIN SELECT RAISE(ABORT, 'what was sent with a card transaction does not change'); END;
