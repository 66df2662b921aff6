/** The till's journal, read from outside while the till runs or lies dead. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

export function readJournal<Row>(
  directory: string,
  sql: string,
  ...values: readonly string[]
): readonly Row[] {
  const db = new Database(join(directory, 'terminal', 'journal.db'), { readonly: true });
  try {
    return db.prepare(sql).all(...values) as Row[];
  } finally {
    db.close();
  }
}

export function saleState(directory: string, saleId: string): string | null {
  const [row] = readJournal<{ state: string }>(
    directory,
    'SELECT state FROM sales WHERE sale_id = ?',
    saleId,
  );
  return row?.state ?? null;
}

export function refundStates(directory: string, saleId: string): readonly string[] {
  return readJournal<{ state: string }>(directory, 'SELECT state FROM refunds WHERE sale_id = ?', saleId).map(
    (row) => row.state,
  );
}
