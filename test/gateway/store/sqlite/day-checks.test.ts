import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { prepareConnection } from '../../../../gateway/store/sqlite/connection.ts';
import { migrate, shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';

const NAME = '0025-day-checks.sql';
const FILE = 'f'.repeat(64);
const TABLES = ['scheme_row', 'recon_item', 'recon_row'];

/** A file with rows of two kinds, an item that was matched with one of them, and one that stands open. */
function oldBooks(): Database.Database {
  const db = new Database(':memory:');
  prepareConnection(db);
  migrate(
    db,
    shippedMigrations().filter(({ name }) => name < NAME),
    1,
  );
  db.exec(`
    INSERT INTO bank_file (file_id, direction, kind, name, party, state, at, bytes, row_count, totals)
      VALUES ('${FILE}', 'in', 'card_clearing', 'clearing.csv', 'vostok', 'imported', 1, 10, 2, '[]');
    INSERT INTO scheme_row (file_id, line, kind, ours, amount_minor, amount_currency, at) VALUES
      ('${FILE}', 1, 'payment', '600000000001', 100, 'RUB', '2026-11-22T10:00:00Z'),
      ('${FILE}', 2, 'adjustment', NULL, -5, 'RUB', '2026-11-22T10:00:00Z');
    BEGIN;
    INSERT INTO entry (transfer_id, line, account, side, amount_minor, currency) VALUES
      ('card_sale:1', 1, 'bank_receivable:vostok', 'debit', 100, 'RUB'), ('card_sale:1', 2, 'merchant', 'credit', 100, 'RUB'),
      ('card_sale:2', 1, 'bank_receivable:vostok', 'debit', 200, 'RUB'), ('card_sale:2', 2, 'merchant', 'credit', 200, 'RUB');
    INSERT INTO transfer (transfer_id, template, template_version, reference, state, business_date, posted_at) VALUES
      ('card_sale:1', 'card_sale', 1, '600000000001', 'posted', '2026-11-22', 1),
      ('card_sale:2', 'card_sale', 1, '600000000002', 'posted', '2026-11-22', 1);
    COMMIT;
    INSERT INTO ledger_position (position, transfer_seq) SELECT seq, seq FROM transfer;
    INSERT INTO recon_item (book, position, transfer_id, party, kind, our_id, amount_minor, amount_currency, date) VALUES
      ('receivable', 1, 'card_sale:1', 'vostok', 'payment', '600000000001', 100, 'RUB', '2026-11-22'),
      ('receivable', 2, 'card_sale:2', 'vostok', 'payment', '600000000002', 200, 'RUB', '2026-11-22');
    INSERT INTO recon_row (file_id, line, done) VALUES ('${FILE}', 1, 'exact');
    UPDATE recon_item SET done = 'exact', file_id = '${FILE}', line = 1 WHERE position = 1;`);
  return db;
}

const rowsOf = (db: Database.Database) => TABLES.map((table) => db.prepare(`SELECT * FROM ${table}`).all());
const namesOf = (db: Database.Database) =>
  db
    .prepare(
      `SELECT tbl_name, type, name FROM sqlite_schema WHERE tbl_name IN ('${TABLES.join("', '")}') ORDER BY 1, 2, 3`,
    )
    .all();

describe('Rows of the bank’s day from before their rules were written as alternatives', () => {
  test('are brought forward row by row, with index, triggers and references', () => {
    const db = oldBooks();
    const [old, names] = [rowsOf(db), namesOf(db)];
    expect(old.map((rows) => rows.length)).toEqual([2, 2, 1]);
    migrate(db, shippedMigrations(), 1);
    expect(rowsOf(db)).toEqual(old);
    expect(namesOf(db)).toEqual(names);
    expect(db.prepare("SELECT name FROM sqlite_schema WHERE instr(sql, '_before') > 0").all()).toEqual([]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  });

  test('keep their rules', () => {
    const db = oldBooks();
    migrate(db, shippedMigrations(), 1);
    const run = (sql: string) => () => db.exec(sql);
    const item = (book: string, kind: string) => `INSERT INTO recon_item
      (book, position, transfer_id, party, kind, our_id, amount_minor, amount_currency, date)
      VALUES ('${book}', 2, 'x', 'vostok', '${kind}', 'x', 1, 'RUB', '2026-11-22')`;
    expect(run(item('ledger', 'payment'))).toThrow('CHECK constraint failed');
    expect(run(item('clearing', 'gift'))).toThrow('CHECK constraint failed');
    expect(run("UPDATE recon_item SET done = 'lost' WHERE position = 2")).toThrow('CHECK constraint failed');
    expect(run(`INSERT INTO recon_row VALUES ('${FILE}', 2, 'annulled')`)).toThrow('CHECK constraint failed');
    expect(
      run(`INSERT INTO scheme_row (file_id, line, kind, amount_minor, amount_currency, at)
        VALUES ('${FILE}', 3, 'gift', 1, 'RUB', '')`),
    ).toThrow('CHECK constraint failed');
    expect(
      run(`INSERT INTO scheme_row (file_id, line, kind, amount_minor, amount_currency, at)
        VALUES ('nobody', 3, 'payment', 1, 'RUB', '')`),
    ).toThrow('FOREIGN KEY');
    expect(run("UPDATE recon_item SET done = 'sum' WHERE position = 1")).toThrow('done once');
    expect(run('UPDATE scheme_row SET line = 9')).toThrow('never changed');
    for (const table of TABLES) expect(run(`DELETE FROM ${table}`)).toThrow(/never deleted|stays matched/);
  });
});
