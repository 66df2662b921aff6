/** A journal of before cards, with rows in every table, brought to the newest shape. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import { MIGRATIONS, MigrationError, migrate } from '../../../electron/journal/migrate.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

const ROWS = `
INSERT INTO shifts VALUES (1, '2026-11-21', 1, 'anna', NULL);
INSERT INTO sales VALUES ('S1', 1, 1, '1-0001', 'paid', 'anna', 2, '2026-11-21', 3, 12990, 'T1', 'cash', NULL, 'not_required', '{}');
INSERT INTO sales VALUES ('S2', 1, 2, '1-0002', 'paid', 'anna', 4, '2026-11-21', 5, 54000, 'T2', 'wallet', 4790, 'pending', NULL);
INSERT INTO sales VALUES ('S3', 1, 3, '1-0003', 'set_aside', 'anna', 6, '2026-11-21', 7, 1000, 'T3', NULL, NULL, NULL, NULL);
INSERT INTO sales VALUES ('S4', 1, 4, '1-0004', 'open', 'anna', 8, '2026-11-21', NULL, NULL, 'T4', NULL, NULL, NULL, NULL);
INSERT INTO lines VALUES ('S4', 'L1', 0, 'g', 'b', 'ru', 'zh', 'en', 'vat22', 'piece', 1000, 100, 100);
INSERT INTO attempts VALUES ('A2', 'S2', 'T2', '{}', NULL, 'final', 'approved', NULL, NULL, 'pay', NULL, 1, 4, 5);
INSERT INTO attempts VALUES ('A3', 'S3', 'T3', '{}', NULL, 'open', NULL, NULL, NULL, 'pay', NULL, 1, 6, 7);
INSERT INTO tenders VALUES ('T1', 'S1', 'cash', 12990, 20000, 7010, NULL, 3);
INSERT INTO tenders VALUES ('T2', 'S2', 'wallet', 54000, NULL, NULL, 'A2', 5);
INSERT INTO refunds (refund_id, sale_id, attempt_id, amount_minor, order_json, state, sends, business_date, started_at, updated_at)
  VALUES ('R1', 'S2', 'A2', 100, '{}', 'approved', 1, '2026-11-21', 8, 9);
INSERT INTO refund_lines VALUES ('R1', 'L9', 1000, 100);
INSERT INTO set_asides VALUES ('S3', 'A3', 'maria', 'left', 7, 'open', NULL);
INSERT INTO cash_movements VALUES (1, 1, 'sale', 12990, 'S1', NULL, 'anna', 3);
INSERT INTO outbox VALUES ('S3', '{}', 7, NULL, 0, NULL);
INSERT INTO receipts VALUES (1, 'sale', 'S1', NULL, '{}', 'printed', NULL, 3, 3);
INSERT INTO receipts VALUES (2, 'refund', 'S2', 'R1', '{}', 'sent', NULL, 9, NULL);
`;

const KEPT = [
  'shifts',
  'sales',
  'lines',
  'attempts',
  'tenders',
  'refunds',
  'refund_lines',
  'set_asides',
  'cash_movements',
  'outbox',
  'receipts',
];

function oldJournal(): Database.Database {
  const db = new Database(':memory:');
  db.pragma('foreign_keys = ON');
  migrate(
    db,
    1,
    MIGRATIONS.filter(({ number }) => number < 4),
  );
  db.exec(ROWS);
  return db;
}

/** Every row by its old columns. */
function contents(db: Database.Database, columns: ReadonlyMap<string, readonly string[]>): unknown {
  return KEPT.map((table) => [
    table,
    db.prepare(`SELECT ${(columns.get(table) ?? []).join(', ')} FROM ${table} ORDER BY 1, 2`).all(),
  ]);
}

test('every row of a journal of before cards is carried over, and its references and rules stand', () => {
  const db = oldJournal();
  const columns = new Map(
    KEPT.map((table) => [
      table,
      (db.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[]).map(
        (c) => c.name,
      ),
    ]),
  );
  const before = contents(db, columns);
  openJournal(db, new VirtualWorld());
  expect(contents(db, columns)).toEqual(before);
  expect(db.pragma('foreign_key_check')).toEqual([]);
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(() =>
    db.exec(
      "INSERT INTO tenders (tender_id, sale_id, means, amount_minor, paid_at) VALUES ('T9', 'S9', 'cash', 1, 1)",
    ),
  ).toThrow('FOREIGN KEY');
  expect(() => db.exec("UPDATE sales SET state = 'open' WHERE sale_id = 'S3'")).toThrow('UNIQUE');
  expect(() => db.exec("DELETE FROM sales WHERE sale_id = 'S1'")).toThrow('FOREIGN KEY');
  db.exec("UPDATE sales SET means = 'card' WHERE sale_id = 'S1'");
  expect(() => db.exec("UPDATE sales SET means = 'cheque' WHERE sale_id = 'S1'")).toThrow('CHECK');
});

test('a migration that would break a reference leaves the journal as it was, with references enforced', () => {
  const db = oldJournal();
  const breaking = { number: 4, sql: "DELETE FROM sales WHERE sale_id = 'S1'", rebuilds: true } as const;
  const before = MIGRATIONS.filter(({ number }) => number < 4);
  expect(() => migrate(db, 2, [...before, breaking])).toThrow(MigrationError);
  expect(db.prepare("SELECT COUNT(*) AS n FROM sales WHERE sale_id = 'S1'").get()).toEqual({ n: 1 });
  expect(db.pragma('foreign_keys', { simple: true })).toBe(1);
  openJournal(db, new VirtualWorld());
});

test('what must not change about cards is held by the journal itself', () => {
  const db = new Database(':memory:');
  openJournal(db, new VirtualWorld());
  db.exec(`INSERT INTO card_attempts (attempt_id, operation, order_json, phase, state_json, outcome, sends, batch,
    charged_minor, charged_currency, started_at, updated_at)
    VALUES ('C1', 'sale', '{}', 'final', '{}', 'declined', 1, '000001', 1, 'RUB', 1, 1)`);
  expect(() => db.exec("UPDATE card_attempts SET outcome = 'approved'")).toThrow('does not change');
  expect(() => db.exec('DELETE FROM card_attempts')).toThrow('kept');
  db.exec(`INSERT INTO card_advices (kind, attempt_id, state, original_mti, original_stan, original_transmitted_at, made_at, ended_at)
    VALUES ('reversal', 'C1', 'struck', '0200', '000001', '1122060000', 1, 1)`);
  expect(() => db.exec("UPDATE card_advices SET state = 'due', stan = '000002', ended_at = NULL")).toThrow(
    'stays ended',
  );
  const armed = `INSERT INTO card_advices (kind, attempt_id, state, original_mti, original_stan, original_transmitted_at, made_at)
    VALUES ('reversal', 'C1', 'armed', '0200', '000003', '1122060000', 1)`;
  db.exec(armed);
  expect(() => db.exec(armed)).toThrow('UNIQUE');
});
