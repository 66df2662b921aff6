/** Reads rows of a table by whichever conditions are given, so that a list of some does not read all that ever were. */
import type Database from 'better-sqlite3';
import { prepare, type Row, type SqlValue } from './columns.ts';

/** A column is equal to a value, or to one of several; undefined does not matter. */
export type Conditions = Readonly<Record<string, SqlValue | readonly SqlValue[] | undefined>>;

export function filteredRows(
  db: Database.Database,
  table: string,
  order: string,
): (conditions: Conditions) => readonly Row[] {
  const statements = new Map<string, ReturnType<typeof prepare>>();
  return (conditions) => {
    const parts: string[] = [];
    const values: SqlValue[] = [];
    for (const [column, wanted] of Object.entries(conditions)) {
      if (wanted === undefined) continue;
      const all = isList(wanted) ? wanted : [wanted];
      parts.push(`${column} IN (${all.map(() => '?').join(', ')})`);
      values.push(...all);
    }
    const where = parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`;
    const sql = `SELECT * FROM ${table} ${where} ORDER BY ${order}`;
    const statement = statements.get(sql) ?? prepare(db, sql);
    statements.set(sql, statement);
    return statement.all(...values);
  };
}

function isList(wanted: SqlValue | readonly SqlValue[]): wanted is readonly SqlValue[] {
  return Array.isArray(wanted);
}
