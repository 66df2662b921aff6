/** The check of bank days over worlds that were falsified: what the gateway has for equal is looked up at the bank. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkBankDays } from './bank-day-checks.ts';

/** Only the columns that are read: one period that was equal at once, and two that are equal together. */
const GATEWAY = `
  CREATE TABLE bank_totals (bank, currency, period INTEGER, quiet INTEGER, state, ours, theirs);
  INSERT INTO bank_totals VALUES
    ('mir-bank', 'RUB', 0, 1, 'balanced', '{"debits":2,"debitsMinor":"5000","debitReversals":1,"debitReversalsMinor":"700"}', NULL),
    ('mir-bank', 'RUB', 1, 0, 'different', '{"credits":1,"creditsMinor":"60"}', '{"debits":1,"debitsMinor":"9"}'),
    ('mir-bank', 'RUB', 2, 1, 'different', '{"debits":1,"debitsMinor":"9"}', '{"credits":1,"creditsMinor":"60"}');`;
const BANK = `
  CREATE TABLE counts (acquirer, currency, period INTEGER, side, count INTEGER, amount_minor INTEGER);
  INSERT INTO counts VALUES ('1', 'RUB', 0, 'debit', 2, 5000), ('1', 'RUB', 0, 'debitReversal', 1, 700),
    ('1', 'RUB', 1, 'debit', 1, 9), ('1', 'RUB', 2, 'credit', 1, 60);`;

let [gateway, bank]: Database.Database[] = [];
beforeEach(() => {
  gateway = new Database(':memory:');
  bank = new Database(':memory:');
  gateway.exec(GATEWAY);
  bank.exec(BANK);
});
afterEach(() => {
  gateway?.close();
  bank?.close();
});

function check(): void {
  if (gateway === undefined || bank === undefined) throw new Error('There are no books.');
  checkBankDays({ gateway: { db: gateway }, banks: [{ db: bank, plan: { bank: 'mir-bank' } }] });
}

test('days that both sides counted alike are sound', () => {
  expect(check).not.toThrow();
});

test.each([
  [
    'the gateway has for equal and the bank counted otherwise',
    'UPDATE counts SET amount_minor = 5001 WHERE amount_minor = 5000',
  ],
  [
    'the bank counted and the gateway never compared',
    "INSERT INTO counts VALUES ('1', 'CNY', 0, 'debit', 1, 5)",
  ],
])('a day that %s is found', (_what, sql) => {
  bank?.exec(sql);
  expect(check).toThrow("is not in the bank's books");
});

test('a day that was never compared, and figures that differ in the end, are found', () => {
  gateway?.exec('UPDATE bank_totals SET theirs = NULL WHERE period = 2');
  expect(check).toThrow('gateway and bank count their days differently');
  gateway?.exec("UPDATE bank_totals SET state = 'asked' WHERE period = 0");
  expect(check).toThrow('a bank never compared its day');
});
