import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { prepareConnection } from '../../../../gateway/store/sqlite/connection.ts';
import { migrate, shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { adviceRow, cardId, cardRow } from '../card-rows.ts';
import { saleRow, T0 } from '../records.ts';

const at = { clock: { now: () => T0 } };
const NAME = '0013-card-checks.sql';
const before = () => shippedMigrations().filter(({ name }) => name < NAME);
const upTo = () => shippedMigrations().filter(({ name }) => name <= NAME);

/** A sale that is being reversed, its advice, a declined one and a refund of another, written before the tables were made again. */
async function oldBooks(): Promise<Database.Database> {
  const today = new Database(':memory:');
  const store = openPaymentStore(today, at);
  const apart = { saleId: null } as const;
  const rows = [
    cardRow(1, { state: 'reversing', reversalCause: 'till_timeout' }),
    cardRow(2, { ...apart, state: 'approved', responseCode: '00' }),
    cardRow(3, { ...apart, kind: 'refund', originalId: cardId(2) }),
  ];
  const changes = rows.map((row) => ({ kind: 'card.insert', row }) as const);
  const advice = { kind: 'advice.insert', row: adviceRow(1) } as const;
  const done = await store.commit([{ kind: 'sale.insert', row: saleRow() }, ...changes, advice]);
  expect(done).toMatchObject({ ok: true });
  const db = new Database(':memory:');
  prepareConnection(db);
  migrate(db, before(), T0);
  for (const table of ['sale', 'card_transaction', 'card_advice']) copyRows(today, db, table);
  return db;
}

/** Into the columns that the table had then; the store of today knows more of them. */
function copyRows(from: Database.Database, to: Database.Database, table: string): void {
  const names = to.prepare<[string], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table);
  const values = names.map((name) => `@${name}`).join(', ');
  const insert = to.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${values})`);
  for (const row of from.prepare(`SELECT * FROM ${table} ORDER BY 1`).all()) insert.run(row);
}

const rowsOf = (db: Database.Database) => db.prepare('SELECT rowid, * FROM card_transaction').all();

/** Of the table, without what the words of its rules are. */
const namesOf = (db: Database.Database) =>
  db
    .prepare("SELECT type, name FROM sqlite_schema WHERE tbl_name = 'card_transaction' ORDER BY type, name")
    .all();

describe('Card transactions from before their rules were written as alternatives', () => {
  test('are brought forward row by row, with every index, trigger and reference', async () => {
    const db = await oldBooks();
    const [old, names] = [rowsOf(db), namesOf(db)];
    migrate(db, upTo(), T0);
    expect(rowsOf(db)).toEqual(old);
    expect(namesOf(db)).toEqual(names);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('keep their rules', async () => {
    const db = await oldBooks();
    migrate(db, upTo(), T0);
    const run = (sql: string) => () => db.exec(sql);
    const row = `card_id = '${cardId(2)}'`;
    for (const [column, word] of [
      ['class', '3'],
      ['kind', 'gift'],
      ['state', 'lost'],
    ]) {
      const copy = `INSERT INTO card_transaction (card_id, tid, mid, class, stan, transmitted_at, kind, state, version, batch,
        amount_minor, amount_currency, mdr_bp, mdr_returned, entry_mode, cvm, refunded_minor, refunds_booked_minor, body_hash,
        business_date, created_at, updated_at) SELECT 'x', tid, mid, ${column === 'class' ? `'${word}'` : 'class'}, '999999',
        transmitted_at, ${column === 'kind' ? `'${word}'` : 'kind'}, ${column === 'state' ? `'${word}'` : "'declined'"},
        version, batch, amount_minor, amount_currency, mdr_bp, mdr_returned, entry_mode, cvm, 0, 0, body_hash, business_date,
        created_at, updated_at FROM card_transaction WHERE ${row}`;
      expect(run(copy)).toThrow('CHECK constraint failed');
    }
    expect(run(`UPDATE card_transaction SET state = 'declined' WHERE ${row}`)).toThrow('only goes forward');
    expect(run(`UPDATE card_transaction SET state = 'sent' WHERE ${row}`)).toThrow('only goes forward');
    expect(run(`UPDATE card_transaction SET tid = '1' WHERE ${row}`)).toThrow('keeps its identity');
    expect(run(`DELETE FROM card_transaction`)).toThrow('never deleted');
    expect(
      run(`INSERT INTO card_advice SELECT 'x', bank, 9, kind, 'nobody', '000009', transmitted_at, cause, emv,
      tries, next_at, done_at, response_code, version FROM card_advice`),
    ).toThrow('FOREIGN KEY');
  });
});
