import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { giftFaults } from './gifts.ts';

/** Only the columns that are read: a gift that was charged, one that went back with its sale, one whose sale gave back its goods,
 *  one that was taken away again and one of a sale that nobody paid. */
const JOURNAL = `
  CREATE TABLE gifts (sale_id, charity, amount_minor INTEGER);
  CREATE TABLE tenders (sale_id, amount_minor INTEGER);
  CREATE TABLE refunds (sale_id, amount_minor INTEGER, state);
  INSERT INTO gifts VALUES ('S1', 'tiger', 100), ('S2', 'tiger', 30), ('S3', 'tiger', 7), ('S4', NULL, NULL), ('S5', 'crane', 9);
  INSERT INTO tenders VALUES ('S1', 5100), ('S2', 1030), ('S3', 2007), ('S4', 400);
  INSERT INTO refunds VALUES ('S1', 5100, 'declined'), ('S2', 1030, 'approved'), ('S3', 1500, 'approved'), ('S3', 500, 'approved');`;
const STORE = `
  CREATE TABLE entry (account, side, amount_minor INTEGER);
  INSERT INTO entry VALUES ('charity_payable:tiger', 'credit', 100), ('charity_payable:tiger', 'credit', 30),
    ('charity_payable:tiger', 'debit', 30), ('charity_payable:tiger', 'credit', 7), ('merchant_payable:1', 'debit', 107);`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-gifts-'));
  mkdirSync(join(folder, 'terminal'));
  write('terminal/journal.db', JOURNAL);
  write('gateway.sqlite', STORE);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, sql: string): void {
  const db = new Database(join(folder, file));
  db.exec(sql);
  db.close();
}

test('charities that are owed what was charged for them are sound', () => {
  expect(giftFaults(folder)).toEqual([]);
});

test.each([
  ['never booked', 'gateway.sqlite', 'DELETE FROM entry WHERE amount_minor = 100', 'is owed 7,'],
  [
    'booked twice',
    'gateway.sqlite',
    "INSERT INTO entry VALUES ('charity_payable:tiger', 'credit', 100)",
    'is owed 207,',
  ],
  [
    'kept though the sale went back',
    'gateway.sqlite',
    "DELETE FROM entry WHERE side = 'debit'",
    'is owed 137,',
  ],
  [
    'owed of a sale that nobody paid',
    'gateway.sqlite',
    "INSERT INTO entry VALUES ('charity_payable:crane', 'credit', 9)",
    'crane is owed 9,',
  ],
  [
    'taken back with a part',
    'terminal/journal.db',
    "DELETE FROM tenders WHERE sale_id = 'S3'",
    'the till charged 100',
  ],
])('a gift that was %s is found', (_how, file, sql, says) => {
  write(file, sql);
  expect(giftFaults(folder).join('\n')).toContain(says);
});
