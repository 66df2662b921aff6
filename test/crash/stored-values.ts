/** Every value that a SQLite file holds, by table and column, and what bytes may lie inside a text. */
import Database from 'better-sqlite3';

export interface StoredValue {
  readonly place: string;
  readonly bytes: Uint8Array;
}

/** The shortest of what is looked for: a number of a card as EMV data. */
const LEAST_BYTES = 10;

/** Blobs as they are; texts with the hexadecimal and base64 in them opened. Values in `opened` are passed over, and each that
 *  was read is added to it. */
export function storedValues(file: string, opened: Set<string> = new Set()): readonly StoredValue[] {
  const db = new Database(file, { readonly: true });
  try {
    return valuesOf(db, opened);
  } finally {
    db.close();
  }
}

export function valuesOf(db: Database.Database, opened: Set<string> = new Set()): readonly StoredValue[] {
  const tables = db
    .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
  return tables.flatMap((table) =>
    (db.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) => valuesIn(`${table}.${column}`, value, opened)),
    ),
  );
}

function valuesIn(place: string, value: unknown, opened: Set<string>): readonly StoredValue[] {
  const isBlob = value instanceof Uint8Array;
  if (!isBlob && typeof value !== 'string') return [];
  const text = isBlob ? latin1(value) : value;
  if (opened.has(text)) return [];
  opened.add(text);
  return [...(isBlob ? [{ place, bytes: value }] : []), ...insideText(place, text)];
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
