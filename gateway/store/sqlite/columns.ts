/** How values of the kernel lie in SQLite columns. Every integer is read as a bigint, so that no amount passes a float. */
import type Database from 'better-sqlite3';
import { parseCurrencyCode } from '../../kernel/currency.ts';
import { invariant } from '../../kernel/errors.ts';
import type { Money } from '../../kernel/money.ts';
import { type ExactRate, type ExactRateJson, rateFromJson, rateToJson } from '../../kernel/rate.ts';
import type { Gift } from '../../payments/ports.ts';

export type SqlValue = string | number | bigint | Uint8Array | null;
/** A row as read: integers are bigints. */
export type Row = Readonly<Record<string, string | bigint | null>>;
/** A row that may hold bytes as well. */
export type BlobRow = Readonly<Record<string, string | bigint | Uint8Array | null>>;

/** Prepares a statement that reads and takes integers as bigints. */
export function prepare(db: Database.Database, sql: string): Database.Statement<SqlValue[], Row> {
  return db.prepare<SqlValue[], Row>(sql).safeIntegers(true);
}

/** The same for named parameters, `@column`. */
export function prepareNamed(
  db: Database.Database,
  sql: string,
): Database.Statement<[Record<string, SqlValue>], Row> {
  return db.prepare<[Record<string, SqlValue>], Row>(sql).safeIntegers(true);
}

/** For tables with bytes in them. */
export function prepareBlobs(db: Database.Database, sql: string): Database.Statement<SqlValue[], BlobRow> {
  return db.prepare<SqlValue[], BlobRow>(sql).safeIntegers(true);
}

export function insertSql(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((c) => `@${c}`).join(', ')})`;
}

export function updateSql(table: string, key: string, columns: readonly string[]): string {
  const assignments = columns.filter((c) => c !== key).map((c) => `${c} = @${c}`);
  return `UPDATE ${table} SET ${assignments.join(', ')} WHERE ${key} = @${key}`;
}

export function textOf(row: BlobRow, column: string): string {
  const value = row[column];
  invariant(typeof value === 'string', `Column ${column} holds no text.`);
  return value;
}

export function textOrNull(row: BlobRow, column: string): string | null {
  return row[column] === null ? null : textOf(row, column);
}

/** A copy of its own, not a view of the driver's memory. */
export function blobOf(row: BlobRow, column: string): Uint8Array {
  const value = row[column];
  invariant(value instanceof Uint8Array, `Column ${column} holds no bytes.`);
  return new Uint8Array(value);
}

export function blobOrNull(row: BlobRow, column: string): Uint8Array | null {
  return row[column] === null ? null : blobOf(row, column);
}

export function bigintOf(row: BlobRow, column: string): bigint {
  const value = row[column];
  invariant(typeof value === 'bigint', `Column ${column} holds no integer.`);
  return value;
}

/** For counts and instants, never for amounts. */
export function numberOf(row: BlobRow, column: string): number {
  const value = Number(bigintOf(row, column));
  invariant(Number.isSafeInteger(value), `Column ${column} is beyond a safe integer.`);
  return value;
}

export function numberOrNull(row: BlobRow, column: string): number | null {
  return row[column] === null ? null : numberOf(row, column);
}

/** Money in two columns, `<prefix>_minor` and `<prefix>_currency`. */
export function moneyColumns(prefix: string, value: Money | null): Record<string, SqlValue> {
  return {
    [`${prefix}_minor`]: value === null ? null : value.amountMinor,
    [`${prefix}_currency`]: value === null ? null : value.currency,
  };
}

export function moneyOf(row: BlobRow, prefix: string): Money {
  return {
    amountMinor: bigintOf(row, `${prefix}_minor`),
    currency: parseCurrencyCode(textOf(row, `${prefix}_currency`)),
  };
}

export function moneyOrNull(row: BlobRow, prefix: string): Money | null {
  return row[`${prefix}_minor`] === null ? null : moneyOf(row, prefix);
}

/** A gift in three columns, all null for none. */
export function giftColumns(gift: Gift | null | undefined): Record<string, SqlValue> {
  return { gift_charity: gift?.charity ?? null, ...moneyColumns('gift', gift?.amount ?? null) };
}

export function giftOrNull(row: BlobRow): Gift | null {
  const charity = textOrNull(row, 'gift_charity');
  return charity === null ? null : { charity, amount: moneyOf(row, 'gift') };
}

export function rateColumn(rate: ExactRate | null): string | null {
  return rate === null ? null : JSON.stringify(rateToJson(rate));
}

export function rateOf(row: BlobRow, column: string): ExactRate {
  return rateFromJson(JSON.parse(textOf(row, column)) as ExactRateJson);
}

export function rateOrNull(row: BlobRow, column: string): ExactRate | null {
  return row[column] === null ? null : rateOf(row, column);
}
