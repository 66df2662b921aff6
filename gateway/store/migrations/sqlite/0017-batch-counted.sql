-- What the gateway counted of a till's batch when it was closed, beside what the till claimed: a difference is a fact of then,
-- whatever is undone since, and waits for two persons. Null of batches closed before.

ALTER TABLE card_batch ADD COLUMN counted TEXT CHECK (counted IS NULL OR json_valid(counted));

CREATE INDEX card_batch_different ON card_batch (closed_at) WHERE agreed = 0;
