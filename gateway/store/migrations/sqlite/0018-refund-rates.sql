-- The rate of its own day that a refund goes back at, fixed before the wallet is asked.

ALTER TABLE refund ADD COLUMN rate TEXT CHECK (rate IS NULL OR json_valid(rate));

CREATE TRIGGER refund_rate_is_a_fact BEFORE UPDATE OF rate ON refund
WHEN NEW.rate IS NOT OLD.rate
BEGIN SELECT RAISE(ABORT, 'the rate of a refund is a fact'); END;
