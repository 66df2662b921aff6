-- The part of a sale that a customer gives to a charity: as the till told it last, and kept with what it was paid by.

ALTER TABLE sale ADD COLUMN gift_charity TEXT;
ALTER TABLE sale ADD COLUMN gift_minor INTEGER CHECK (gift_minor > 0);
ALTER TABLE sale ADD COLUMN gift_currency TEXT CHECK ((gift_charity IS NULL) = (gift_minor IS NULL) AND (gift_minor IS NULL) = (gift_currency IS NULL));
-- Which word of the till that was; 0 when it told none.
ALTER TABLE sale ADD COLUMN gift_revision INTEGER NOT NULL DEFAULT 0 CHECK (gift_revision >= 0);

ALTER TABLE payment ADD COLUMN gift_charity TEXT;
ALTER TABLE payment ADD COLUMN gift_minor INTEGER CHECK (gift_minor > 0 AND gift_minor < amount_minor);
ALTER TABLE payment ADD COLUMN gift_currency TEXT CHECK ((gift_charity IS NULL) = (gift_minor IS NULL) AND (gift_minor IS NULL) = (gift_currency IS NULL));

ALTER TABLE card_transaction ADD COLUMN gift_charity TEXT;
ALTER TABLE card_transaction ADD COLUMN gift_minor INTEGER CHECK (gift_minor > 0);
ALTER TABLE card_transaction ADD COLUMN gift_currency TEXT CHECK ((gift_charity IS NULL) = (gift_minor IS NULL) AND (gift_minor IS NULL) = (gift_currency IS NULL));

CREATE TRIGGER sale_gift_only_forward BEFORE UPDATE OF gift_charity, gift_minor, gift_currency, gift_revision ON sale
WHEN NEW.gift_revision < OLD.gift_revision OR (NEW.gift_revision = OLD.gift_revision AND (
  NEW.gift_charity IS NOT OLD.gift_charity OR NEW.gift_minor IS NOT OLD.gift_minor OR NEW.gift_currency IS NOT OLD.gift_currency))
BEGIN SELECT RAISE(ABORT, 'the gift of a sale changes by a later word of its till only'); END;

CREATE TRIGGER payment_gift_is_a_fact BEFORE UPDATE OF gift_charity, gift_minor, gift_currency ON payment
WHEN NEW.gift_charity IS NOT OLD.gift_charity OR NEW.gift_minor IS NOT OLD.gift_minor OR NEW.gift_currency IS NOT OLD.gift_currency
BEGIN SELECT RAISE(ABORT, 'the gift in a payment is a fact'); END;

CREATE TRIGGER card_gift_is_a_fact BEFORE UPDATE OF gift_charity, gift_minor, gift_currency ON card_transaction
WHEN NEW.gift_charity IS NOT OLD.gift_charity OR NEW.gift_minor IS NOT OLD.gift_minor OR NEW.gift_currency IS NOT OLD.gift_currency
BEGIN SELECT RAISE(ABORT, 'the gift in a card transaction is a fact'); END;
