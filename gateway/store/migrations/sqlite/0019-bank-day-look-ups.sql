-- The bank's day finds what it looks for by a key, whatever has gathered over the years; files of ISO 20022 say whether a
-- schema has seen them; what was staged and never recorded can be thrown away for good.

-- Null of files that no schema is about.
ALTER TABLE bank_file ADD COLUMN schema_checked INTEGER CHECK (schema_checked IN (0, 1));
CREATE INDEX bank_file_staged ON bank_file (staged_as) WHERE staged_as IS NOT NULL;
CREATE TRIGGER file_schema_check_is_a_fact BEFORE UPDATE ON bank_file
WHEN NEW.schema_checked IS NOT OLD.schema_checked
BEGIN SELECT RAISE(ABORT, 'whether a schema has seen a file is never changed'); END;

-- Temporary names that no record may name any more: their files were left behind by a process that was killed.
CREATE TABLE discarded_staging (
  staged_as TEXT PRIMARY KEY,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER discarded_staging_never_changes BEFORE UPDATE ON discarded_staging
BEGIN SELECT RAISE(ABORT, 'what was thrown away stays so'); END;
CREATE TRIGGER discarded_staging_never_goes BEFORE DELETE ON discarded_staging
BEGIN SELECT RAISE(ABORT, 'what was thrown away stays so'); END;

CREATE INDEX exception_of_subject ON reconciliation_exception (subject, state);
-- Whether both sides of an approved one are closed for good in reconciliation's memory.
ALTER TABLE reconciliation_exception ADD COLUMN sides_settled INTEGER NOT NULL DEFAULT 0 CHECK (sides_settled IN (0, 1));
CREATE INDEX exception_to_settle ON reconciliation_exception (exception_id)
  WHERE approved_by IS NOT NULL AND sides_settled = 0;
