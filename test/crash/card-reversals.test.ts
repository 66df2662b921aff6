import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import { bankFile } from '../../build/card-config.ts';
import { PARTNERS } from '../../build/partners.ts';
import { prepareBooks } from '../../simulators/bank/schema.ts';
import { reversalFaults } from './card-reversals.ts';

let folder = '';

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Books of a bank with one sale of 100 that is reversed, changed by `sql`. */
function faultsAfter(sql: string): string {
  folder = mkdtempSync(join(tmpdir(), 'amur-reversals-'));
  for (const [index, { bank }] of PARTNERS.entries()) {
    const file = bankFile(folder, bank);
    mkdirSync(dirname(file), { recursive: true });
    const db = new Database(file);
    prepareBooks(db, 'off');
    db.exec(
      "DROP TRIGGER entries_stand; DROP TRIGGER entries_stay; INSERT INTO accounts VALUES ('a', 'A', 'RUB', 0, 0)",
    );
    transaction(db, 1, 'sale', 'approved', null);
    transaction(db, 2, 'reversal', 'approved', 1);
    db.exec("UPDATE transactions SET state = 'reversed', reversed_by = 2 WHERE id = 1");
    for (const [id, sign] of [
      [1, 1],
      [2, -1],
    ] as const)
      db.exec(
        `INSERT INTO entries (transaction_id, kind, account, currency, amount_minor, business_date, at) VALUES
         (${id}, 'x', 'a', 'RUB', ${-100 * sign}, '', 0), (${id}, 'x', 'acquirer:1', 'RUB', ${100 * sign}, '', 0)`,
      );
    if (index === 0) db.exec(sql);
    db.close();
  }
  return reversalFaults(folder).join('\n');
}

function transaction(
  db: Database.Database,
  id: number,
  kind: string,
  state: string,
  original: number | null,
): void {
  db.prepare(
    `INSERT INTO transactions (id, identity, named, kind, mti, acquirer, tid, mid, stan, sent, rrn, amount_minor, currency,
       approved_minor, billing_minor, code, state, original_id, day, business_date, at)
     VALUES (?, ?, ?, ?, '0200', '1', '1', '1', '1', '1', '1', 100, 'RUB', 100, 100, '00', ?, ?, '', '', 0)`,
  ).run(id, String(id), String(id), kind, state, original);
}

const AGAIN = `INSERT INTO entries (transaction_id, kind, account, currency, amount_minor, business_date, at) VALUES
  (2, 'x', 'a', 'RUB', 100, '', 0), (2, 'x', 'acquirer:1', 'RUB', -100, '', 0)`;

test('a sale that was undone once is sound', () => {
  expect(faultsAfter('SELECT 1')).toBe('');
});

test.each([
  ['undone twice', AGAIN, 'is left with a 100 RUB'],
  ['not undone in the accounts', 'DELETE FROM entries WHERE transaction_id = 2', 'is left with a -100 RUB'],
  ['standing and undone', "UPDATE transactions SET state = 'approved' WHERE id = 1", 'stands and was undone'],
  [
    'declined and charged',
    "UPDATE transactions SET state = 'declined' WHERE id = 1",
    'was declined and has entries',
  ],
  ['with a balance of its own', 'UPDATE accounts SET balance_minor = 5', 'its entries make 0'],
  ['out of balance', 'DELETE FROM entries WHERE id = 1', 'the entries in RUB add up to'],
] as const)('a sale that is %s is found', (_name, sql, said) => {
  expect(faultsAfter(sql)).toContain(said);
});
