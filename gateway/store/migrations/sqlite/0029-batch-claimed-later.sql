-- A till may say other figures of a batch that is closed, of another currency say, and says no more of them after its upload: what
-- it said is kept, and is a difference. What was counted and when it was closed stay as they were.

DROP TRIGGER card_batch_stays_closed;
CREATE TRIGGER card_batch_stays_closed BEFORE UPDATE ON card_batch
WHEN OLD.state = 'closed' AND (NEW.state <> 'closed' OR NEW.agreed IS NOT 0 OR NEW.counted IS NOT OLD.counted
  OR NEW.closed_at IS NOT OLD.closed_at OR NEW.tid <> OLD.tid OR NEW.batch <> OLD.batch)
BEGIN SELECT RAISE(ABORT, 'a closed batch does not change'); END;
