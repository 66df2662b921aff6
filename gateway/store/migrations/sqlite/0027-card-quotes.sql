-- A rate that was offered to a card is that card's: which leading digits of its number it was asked for by.

ALTER TABLE quote ADD COLUMN card_bin TEXT;
CREATE TRIGGER quote_keeps_its_card BEFORE UPDATE ON quote
WHEN NEW.card_bin IS NOT OLD.card_bin
BEGIN SELECT RAISE(ABORT, 'a quote is never changed'); END;
