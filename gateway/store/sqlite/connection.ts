/** Readies a SQLite connection for money: durable commits, enforced references, and only a database of our own. */
import Database from 'better-sqlite3';
import { AmurError } from '../../kernel/errors.ts';

/** Marks our files, so that another program's database is never migrated by mistake: "Amur" in ASCII. */
const APPLICATION_ID = 0x416d7572;

/** Of the write-ahead log, at which it is taken over into the database: 32 MiB. */
export const CHECKPOINT_PAGES = 8_192;

/** Errors  STORE_CORRUPT | STORE_FOREIGN */
export function prepareConnection(db: Database.Database): void {
  try {
    requireOwnDatabase(db);
    if (!db.memory) db.pragma('journal_mode = WAL');
    // better-sqlite3 compiles WAL with synchronous=NORMAL, which loses acknowledged commits when the power goes.
    db.pragma('synchronous = FULL');
    // The log is taken over into the database every 32 MiB and not every four: a busy page is then written back seldom,
    // and its sync waited for seldom. A commit is durable in the log.
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    // Only macOS heeds these two: there a plain fsync does not reach the medium.
    db.pragma('fullfsync = ON');
    db.pragma('checkpoint_fullfsync = ON');
    db.pragma('foreign_keys = ON');
    // Without it INSERT OR REPLACE would delete a row past the triggers that forbid deleting.
    db.pragma('recursive_triggers = ON');
    db.pragma('trusted_schema = OFF');
  } catch (error) {
    throw storeError(error);
  }
}

/** What SQLite says about the file itself becomes a typed error; everything else stays what it is. */
export function storeError(error: unknown): unknown {
  if (!(error instanceof Database.SqliteError)) return error;
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(error.code)) {
    return new AmurError('STORE_CORRUPT', { sqlite: error.code }, { cause: error });
  }
  if (/^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)/.test(error.code)) {
    return new AmurError('STORE_UNAVAILABLE', { sqlite: error.code }, { cause: error });
  }
  return error;
}

function requireOwnDatabase(db: Database.Database): void {
  const id = db.pragma('application_id', { simple: true });
  if (id === APPLICATION_ID) return;
  const tables = db.prepare("SELECT count(*) FROM sqlite_schema WHERE type = 'table'").pluck().get();
  if (id !== 0 || tables !== 0) throw new AmurError('STORE_FOREIGN', { applicationId: Number(id) });
  db.pragma(`application_id = ${APPLICATION_ID}`);
}
