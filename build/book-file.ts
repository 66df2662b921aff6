/** A store's file as it lies on the disk, read from outside. */
import Database from 'better-sqlite3';

export type BookRow = Readonly<Record<string, unknown>>;

/** Whole numbers come as bigint. Errors  what SQLite says of a file that cannot be read */
export function query(file: string, sql: string): readonly BookRow[] {
  const db = new Database(file, { readonly: true });
  try {
    return db.prepare(sql).safeIntegers(true).all() as BookRow[];
  } finally {
    db.close();
  }
}
