-- Merchants' prices by last month's turnover: set once for each month, dated, never changed.

CREATE TABLE fee_tier (
  mid TEXT NOT NULL,
  tender TEXT NOT NULL CHECK (tender IN ('wallet', 'card')),
  currency TEXT NOT NULL CHECK (length(currency) = 3),
  -- The month whose turnover it is by, 2026-11.
  month TEXT NOT NULL CHECK (length(month) = 7),
  turnover_minor INTEGER NOT NULL,
  rate TEXT NOT NULL CHECK (json_valid(rate)),
  -- The first business date it holds for: after the month, and after the day on which it was set.
  effective_from TEXT NOT NULL CHECK (length(effective_from) = 10 AND substr(effective_from, 1, 7) > month),
  set_at INTEGER NOT NULL,
  PRIMARY KEY (mid, month, tender, currency)
) STRICT, WITHOUT ROWID;

CREATE INDEX fee_tier_of_month ON fee_tier (month);

CREATE TRIGGER fee_tier_is_a_fact BEFORE UPDATE ON fee_tier
BEGIN SELECT RAISE(ABORT, 'a fee tier that was set does not change'); END;
CREATE TRIGGER fee_tier_stays BEFORE DELETE ON fee_tier
BEGIN SELECT RAISE(ABORT, 'a fee tier is never deleted'); END;

-- Months all of whose tiers are set.
CREATE TABLE fee_month (
  month TEXT PRIMARY KEY CHECK (length(month) = 7),
  tiers INTEGER NOT NULL CHECK (tiers >= 0),
  done_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
