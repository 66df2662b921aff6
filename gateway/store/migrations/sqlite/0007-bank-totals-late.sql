-- A 0500 that arrived only when traffic had gone on is compared as of its arrival: what the bank had counted by then is moved
-- into that period, in the commit that finds the two sides equal. Nothing else changes what was counted.

DROP TRIGGER bank_totals_are_facts;
CREATE TRIGGER bank_totals_are_facts BEFORE UPDATE ON bank_totals
WHEN OLD.state <> 'asked' OR NEW.settlement_date <> OLD.settlement_date OR NEW.cause <> OLD.cause OR NEW.stan <> OLD.stan
  OR NEW.transmitted_at <> OLD.transmitted_at OR NEW.quiet <> OLD.quiet OR NEW.made_at <> OLD.made_at
  OR (NEW.ours <> OLD.ours AND NEW.state <> 'balanced')
BEGIN SELECT RAISE(ABORT, 'what a bank was asked to compare does not change'); END;
