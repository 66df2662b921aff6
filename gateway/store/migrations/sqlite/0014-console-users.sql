-- Who may sign in to the operator's pages. The password itself is nowhere: only a salted scrypt of it.

CREATE TABLE console_user (
  name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 40),
  role TEXT NOT NULL CHECK (role = 'operator' OR role = 'approver' OR role = 'auditor' OR role = 'partner'),
  partner TEXT REFERENCES partner (partner),
  password TEXT NOT NULL CHECK (password GLOB 'scrypt$*'),
  -- One more with every change: a session of an older version is over.
  version INTEGER NOT NULL CHECK (version >= 1),
  made_at INTEGER NOT NULL,
  disabled_at INTEGER,
  CHECK ((role = 'partner') = (partner IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TRIGGER console_user_never_goes BEFORE DELETE ON console_user
BEGIN SELECT RAISE(ABORT, 'a user is never deleted, because the journal names it'); END;
CREATE TRIGGER console_user_keeps_role BEFORE UPDATE ON console_user
WHEN NEW.name <> OLD.name OR NEW.role <> OLD.role OR NEW.partner IS NOT OLD.partner OR NEW.version <> OLD.version + 1
BEGIN SELECT RAISE(ABORT, 'a user keeps its name and role: who changes office gets another name'); END;
