-- A rate set by hand is taken out of force by two persons, as it was brought into it.

ALTER TABLE manual_rate ADD COLUMN withdrawal_reason TEXT CHECK (withdrawal_reason <> '');
ALTER TABLE manual_rate ADD COLUMN withdrawal_by TEXT CHECK ((withdrawal_by IS NULL) = (withdrawal_reason IS NULL));
ALTER TABLE manual_rate ADD COLUMN withdrawal_at INTEGER CHECK ((withdrawal_at IS NULL) = (withdrawal_by IS NULL));
ALTER TABLE manual_rate ADD COLUMN withdrawn_by TEXT
  CHECK (withdrawn_by IS NULL OR (withdrawal_by IS NOT NULL AND withdrawn_by <> withdrawal_by AND state = 'superseded'));
ALTER TABLE manual_rate ADD COLUMN withdrawn_at INTEGER CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL));

DROP TRIGGER manual_rate_only_forward;
CREATE TRIGGER manual_rate_only_forward BEFORE UPDATE ON manual_rate
WHEN OLD.state IN ('superseded', 'refused')
  OR (OLD.state = 'proposed' AND NEW.state NOT IN ('approved', 'refused'))
  OR (OLD.state = 'approved' AND NEW.state NOT IN ('approved', 'in_force', 'superseded'))
  OR (OLD.state = 'in_force' AND NEW.state NOT IN ('in_force', 'superseded'))
  -- Within a state nothing changes but whether somebody wants it withdrawn.
  OR (NEW.state = OLD.state AND (NEW.withdrawal_by IS NULL) = (OLD.withdrawal_by IS NULL))
  OR (OLD.decided_by IS NOT NULL AND (NEW.decided_by IS NOT OLD.decided_by OR NEW.decided_at IS NOT OLD.decided_at))
BEGIN SELECT RAISE(ABORT, 'a rate set by hand goes only forward'); END;
-- Who agrees to a withdrawal agrees to the one that was proposed.
CREATE TRIGGER manual_rate_withdrawal_is_what_was_proposed BEFORE UPDATE ON manual_rate
WHEN NEW.withdrawal_by IS NOT NULL AND NEW.state <> 'approved' AND NEW.state <> 'in_force'
  AND (NEW.withdrawal_by IS NOT OLD.withdrawal_by OR NEW.withdrawal_reason IS NOT OLD.withdrawal_reason
    OR NEW.withdrawal_at IS NOT OLD.withdrawal_at)
BEGIN SELECT RAISE(ABORT, 'a withdrawal stays what was proposed'); END;
