-- The transparency log: a salted digest for every transfer in the order of its position, and for every settlement and file;
-- and the signed checkpoints over them. What the log says is added only, never changed.

CREATE TABLE log_document (
  document_number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL CHECK (kind IN ('cycle', 'file')),
  document_id TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  UNIQUE (kind, document_id)
) STRICT;

CREATE TABLE log_leaf (
  leaf_index INTEGER PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('transfer', 'cycle', 'file')),
  ref TEXT NOT NULL,
  salt BLOB NOT NULL CHECK (length(salt) = 16),
  digests BLOB NOT NULL CHECK (length(digests) % 8 = 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  UNIQUE (kind, ref)
) STRICT;

CREATE TABLE log_checkpoint (
  size INTEGER PRIMARY KEY,
  frontier BLOB NOT NULL,
  note TEXT NOT NULL,
  -- How far each source had been read.
  position INTEGER NOT NULL,
  document_number INTEGER NOT NULL,
  signed_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER log_document_never_changes BEFORE UPDATE ON log_document
BEGIN SELECT RAISE(ABORT, 'a document of the log is never changed'); END;
CREATE TRIGGER log_document_never_goes BEFORE DELETE ON log_document
BEGIN SELECT RAISE(ABORT, 'a document of the log is never deleted'); END;
CREATE TRIGGER log_leaf_never_changes BEFORE UPDATE ON log_leaf
BEGIN SELECT RAISE(ABORT, 'a leaf of the log is never changed'); END;
CREATE TRIGGER log_leaf_never_goes BEFORE DELETE ON log_leaf
BEGIN SELECT RAISE(ABORT, 'a leaf of the log is never deleted'); END;
-- Witnesses add their lines to the note; nothing else of a checkpoint changes.
CREATE TRIGGER log_checkpoint_never_changes BEFORE UPDATE ON log_checkpoint
WHEN NEW.size <> OLD.size OR NEW.frontier <> OLD.frontier OR NEW.signed_at <> OLD.signed_at
  OR NEW.position <> OLD.position OR NEW.document_number <> OLD.document_number
  OR substr(NEW.note, 1, length(OLD.note)) <> OLD.note
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never changed'); END;
CREATE TRIGGER log_checkpoint_never_goes BEFORE DELETE ON log_checkpoint
BEGIN SELECT RAISE(ABORT, 'a checkpoint is never deleted'); END;
