-- What a period would hold if its 0500 had arrived only with that try: noted before each repeat, so that a bank's figures of
-- then are known again when its answer is heard after more trade. Gone when the period is answered.

CREATE TABLE bank_tried (
  card_id TEXT NOT NULL REFERENCES card_transaction (card_id),
  part TEXT NOT NULL CHECK (part IN ('original', 'reversal')),
  bank TEXT NOT NULL,
  currency TEXT NOT NULL,
  period INTEGER NOT NULL,
  try INTEGER NOT NULL CHECK (try >= 1),
  PRIMARY KEY (card_id, part),
  FOREIGN KEY (bank, currency, period) REFERENCES bank_totals (bank, currency, period)
) STRICT, WITHOUT ROWID;

CREATE INDEX bank_tried_of ON bank_tried (bank, currency, period, try);
