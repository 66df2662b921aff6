import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareCardBooks } from '../../build/card-books.ts';
import { bankFile } from '../../build/card-config.ts';

/** Only the columns that are read, so that a test can put in what no program would. */
const JOURNAL = `
  CREATE TABLE card_attempts (attempt_id, sale_id, original_id, operation, outcome, phase, charged_minor INTEGER,
    charged_currency, auth_code, started_at);
  CREATE TABLE tenders (card_attempt_id);
  CREATE TABLE card_advices (state);
  CREATE TABLE card_batches (batch, state, agreed INTEGER);
  INSERT INTO card_attempts VALUES ('A1', 'S1', NULL, 'sale', 'approved', 'final', 5000, 'RUB', 'Z1', 1),
    ('A2', 'S1', 'A1', 'refund', 'approved', 'final', 1200, 'RUB', 'Z2', 2),
    ('A3', 'S2', NULL, 'sale', 'approved', 'final', 700, 'CNY', 'Z3', 3),
    ('A4', NULL, NULL, 'preauthorisation', 'approved', 'final', 900, 'RUB', 'Z4', 4);
  INSERT INTO tenders VALUES ('A1'), ('A3');
  INSERT INTO card_batches VALUES ('000001', 'closed', 1);`;

const STORE = `
  CREATE TABLE card_transaction (card_id, attempt_id, sale_id, kind, state, amount_minor INTEGER, amount_currency, auth_code,
    refunded_minor INTEGER, tid, bank, bank_mti, bank_stan, bank_transmitted_at, created_at);
  CREATE TABLE card_advice (done_at);
  CREATE TABLE entry (transfer_id, account, side, amount_minor INTEGER, currency);
  INSERT INTO card_transaction VALUES
    ('C0', 'A1', 'S1', 'sale', 'declined', 5000, 'RUB', NULL, 0, '00000003', 'mir-bank', '0200', '000001', '1122080000', 1),
    ('C1', 'A1', 'S1', 'sale', 'approved', 5000, 'RUB', 'Z1', 1200, '00000003', 'mir-bank', '0200', '000002', '1122080001', 2),
    ('C2', 'A2', 'S1', 'refund', 'approved', 1200, 'RUB', 'Z2', 0, '00000003', 'mir-bank', '0200', '000003', '1122080002', 3),
    ('C3', 'A3', 'S2', 'sale', 'approved', 700, 'CNY', 'Z3', 0, '00000003', 'unionpay-bank', '0200', '000001', '1122080003', 4),
    ('C4', 'A4', NULL, 'preauthorisation', 'approved', 900, 'RUB', 'Z4', 0, '00000003', 'mir-bank', '0100', '000004', '1122080004', 5);
  INSERT INTO entry VALUES ('T1', 'bank_receivable:mir-bank', 'debit', 5000, 'RUB'),
    ('T2', 'bank_receivable:mir-bank', 'credit', 1200, 'RUB'), ('T3', 'bank_receivable:unionpay-bank', 'debit', 700, 'CNY');`;

const BANK = `
  CREATE TABLE transactions (id INTEGER PRIMARY KEY, kind, state, code, approved_minor INTEGER, currency, auth_code, tid, mti, stan, sent);
  CREATE TABLE entries (transaction_id, account, currency, amount_minor INTEGER);
  CREATE TABLE accounts (account, currency, balance_minor INTEGER);`;

const MIR = `${BANK}
  INSERT INTO transactions VALUES (1, 'sale', 'declined', '55', 0, 'RUB', NULL, '00000003', '0200', '000001', '1122080000'),
    (2, 'sale', 'approved', '00', 5000, 'RUB', 'Z1', '00000003', '0200', '000002', '1122080001'),
    (3, 'refund', 'approved', '00', 1200, 'RUB', 'Z2', '00000003', '0200', '000003', '1122080002'),
    (4, 'preauthorisation', 'approved', '00', 900, 'RUB', 'Z4', '00000003', '0100', '000004', '1122080004');
  INSERT INTO accounts VALUES ('mir-rub', 'RUB', -3800);
  INSERT INTO entries VALUES (2, 'mir-rub', 'RUB', -5000), (2, 'acquirer:1', 'RUB', 5000),
    (3, 'mir-rub', 'RUB', 1200), (3, 'acquirer:1', 'RUB', -1200);`;

const UNIONPAY = `${BANK}
  INSERT INTO transactions VALUES (1, 'sale', 'approved', '00', 700, 'CNY', 'Z3', '00000003', '0200', '000001', '1122080003');
  INSERT INTO accounts VALUES ('unionpay-cny', 'CNY', -700);
  INSERT INTO entries VALUES (1, 'unionpay-cny', 'CNY', -700), (1, 'acquirer:1', 'CNY', 700);`;

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'amur-card-books-'));
  write('journal', JOURNAL);
  write('store', STORE);
  write('mir-bank', MIR);
  write('unionpay-bank', UNIONPAY);
});
afterEach(() => rmSync(directory, { recursive: true }));

type Book = 'journal' | 'store' | 'mir-bank' | 'unionpay-bank';

function write(book: Book, sql: string): void {
  const files = {
    journal: join(directory, 'terminal', 'journal.db'),
    store: join(directory, 'gateway.sqlite'),
    'mir-bank': bankFile(directory, 'mir-bank'),
    'unionpay-bank': bankFile(directory, 'unionpay-bank'),
  };
  mkdirSync(dirname(files[book]), { recursive: true });
  const db = new Database(files[book]);
  db.pragma('synchronous = off');
  db.exec(sql);
  db.close();
}

describe('the comparison of card books', () => {
  test('finds nothing where three books say the same, and sums them by currency', () => {
    const { violations, totals, batches } = compareCardBooks(directory);
    expect(violations).toEqual([]);
    const rub = { charged: 5_000n, returned: 1_200n };
    const cny = { charged: 700n, returned: 0n };
    expect(totals).toEqual([
      { currency: 'CNY', till: cny, gateway: cny, bank: cny },
      { currency: 'RUB', till: rub, gateway: rub, bank: rub },
    ]);
    expect(batches).toBe(1);
  });

  test.each<[name: string, book: Book, sql: string, says: string]>([
    [
      'one kopeck between till and bank',
      'mir-bank',
      'UPDATE transactions SET approved_minor = 5001 WHERE id = 2',
      'card A1: till, gateway and bank have 5000, 5000, 5001 of it',
    ],
    [
      'a charge undone at the bank alone',
      'unionpay-bank',
      "UPDATE transactions SET state = 'reversed'",
      'card A3: till, gateway and bank have 700, 700, 0 of it',
    ],
    [
      'money taken for a sale that the till did not take as paid',
      'journal',
      "DELETE FROM tenders WHERE card_attempt_id = 'A3'",
      'card A3: till, gateway and bank have 0, 700, 700 of it',
    ],
    [
      'a hold that one of the three let go',
      'mir-bank',
      "UPDATE transactions SET state = 'expired' WHERE id = 4",
      'card A4: till, gateway and bank hold 900, 900, 0 of it',
    ],
    [
      'an attempt charged twice, once under another message',
      'mir-bank',
      "UPDATE transactions SET state = 'approved', approved_minor = 5000 WHERE id = 1",
      'card A1: till, gateway and bank have 5000, 5000, 10000 of it',
    ],
    [
      'a message the gateway never sent',
      'mir-bank',
      "UPDATE transactions SET stan = '000009' WHERE id = 1",
      'the bank has a message that the gateway never sent: mir-bank 00000003 2 000009 1122080000',
    ],
    [
      'another authorisation code',
      'store',
      "UPDATE card_transaction SET auth_code = 'ZX' WHERE card_id = 'C3'",
      'card A3: it has several authorisation codes, Z3, ZX, Z3',
    ],
    [
      'a ledger that the bank’s books do not bear out',
      'store',
      "UPDATE entry SET amount_minor = 701 WHERE transfer_id = 'T3'",
      'bank_receivable:unionpay-bank CNY: 701 here, 700 at the bank',
    ],
    [
      'a bank’s balance that is no sum of entries',
      'mir-bank',
      'UPDATE accounts SET balance_minor = 0',
      'mir-bank: the balance of mir-rub is not the sum of its entries',
    ],
    [
      'a reversal still owed',
      'store',
      'INSERT INTO card_advice VALUES (NULL)',
      '1 card advices a bank is still owed',
    ],
    [
      'a batch that did not agree',
      'journal',
      'UPDATE card_batches SET agreed = 0',
      'batch 000001 was closed without agreement',
    ],
  ])('sees %s', (_name, book, sql, says) => {
    write(book, sql);
    expect(compareCardBooks(directory).violations).toContain(says);
  });
});
