/** The gift of a sale, beside its lines. A gift that was taken away stays as a row without one: the gateway has to hear of that too. */
export const GIFTS_007 = `
CREATE TABLE gifts (
  sale_id TEXT PRIMARY KEY REFERENCES sales (sale_id),
  revision INTEGER NOT NULL CHECK (revision > 0),
  -- The latest revision that the gateway has acknowledged.
  told INTEGER NOT NULL CHECK (told BETWEEN 0 AND revision),
  charity TEXT,
  name_ru TEXT,
  name_zh TEXT,
  name_en TEXT,
  amount_minor INTEGER CHECK (amount_minor > 0),
  rounds_up INTEGER CHECK (rounds_up IN (0, 1)),
  CHECK ((charity IS NULL) = (amount_minor IS NULL))
) STRICT;
CREATE TRIGGER gift_of_ended_sale BEFORE UPDATE OF charity, amount_minor ON gifts
WHEN (SELECT state FROM sales WHERE sale_id = OLD.sale_id) <> 'open'
BEGIN SELECT RAISE(ABORT, 'the gift of an ended sale does not change'); END;
CREATE TRIGGER gift_kept BEFORE DELETE ON gifts BEGIN SELECT RAISE(ABORT, 'gifts are kept'); END;
`;
