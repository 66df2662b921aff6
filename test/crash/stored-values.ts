/** Every value that a SQLite file holds, by table and column, and what bytes may lie inside a text. */
import Database from 'better-sqlite3';

export interface StoredValue {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The shortest of what is looked for: a number of a card as EMV data. */
const LEAST_BYTES = 10;

/** Blobs as they are; texts with the hexadecimal and base64 in them opened. */
export function storedValues(file: string): readonly StoredValue[] {
  const db = new Database(file, { readonly: true });
  try {
    const tables = db
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'")
      .pluck()
      .all();
    return tables.flatMap((table) =>
      (db.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap((row) =>
        Object.entries(row).flatMap(([column, value]) => valuesIn(`${table}.${column}`, value)),
      ),
    );
  } finally {
    db.close();
  }
}

function valuesIn(place: string, value: unknown): readonly StoredValue[] {
  if (value instanceof Uint8Array) return [{ place, bytes: value }, ...insideText(place, latin1(value))];
  return typeof value === 'string' ? insideText(place, value) : [];
}

export function insideText(place: string, text: string): readonly StoredValue[] {
  const hex = [...text.matchAll(/(?:[0-9a-f]{2}){10,}|(?:[0-9A-F]{2}){10,}/g)].map(([run]) =>
    Buffer.from(run, 'hex'),
  );
  const base64 = [...text.matchAll(/[A-Za-z0-9+/_-]{14,}={0,2}/g)].map(([run]) => Buffer.from(run, 'base64'));
  return [...hex, ...base64]
    .filter((bytes) => bytes.length >= LEAST_BYTES)
    .map((bytes) => ({ place: `${place}, inside`, bytes }));
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
