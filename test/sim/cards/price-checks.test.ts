/** The check of prices over worlds that were falsified: it finds what no other comparison of card books looks at. */
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkPrices } from './price-checks.ts';

/** Only the columns that are read, so that a test can put in what no program would: a sale in roubles, a sale and a completion
 *  converted at the till, and a sale in cash. */
const TILL = `
  CREATE TABLE tenders (card_attempt_id, amount_minor INTEGER);
  INSERT INTO tenders VALUES ('A1', 5000), ('A2', 88999), ('A3', 61001), (NULL, 700);`;
const GATEWAY = `
  CREATE TABLE card_transaction (card_id, attempt_id);
  CREATE TABLE transfer (transfer_id, template, reference);
  CREATE TABLE entry (transfer_id, account, side, amount_minor INTEGER, currency);
  INSERT INTO card_transaction VALUES ('C1', 'A1'), ('C2', 'A2'), ('C3', 'A3'), ('C4', NULL);
  INSERT INTO transfer VALUES ('T1', 'card_sale', 'C1'), ('T2', 'card_sale_dcc', 'C2'), ('T3', 'card_sale_dcc', 'C3'),
    ('T4', 'card_refund', 'C1'), ('T5', 'card_sale', 'C4');
  INSERT INTO entry VALUES
    ('T1', 'merchant_payable:1', 'credit', 5000, 'RUB'), ('T1', 'merchant_payable:1', 'debit', 90, 'RUB'),
    ('T2', 'fx_position', 'credit', 7889, 'CNY'), ('T2', 'merchant_payable:1', 'credit', 88999, 'RUB'),
    ('T3', 'fx_position', 'credit', 5407, 'CNY'), ('T3', 'merchant_payable:1', 'credit', 61001, 'RUB'),
    ('T4', 'merchant_payable:1', 'credit', 18, 'RUB'), ('T5', 'merchant_payable:1', 'credit', 1, 'RUB');`;

let [gateway, till]: Database.Database[] = [];
beforeEach(() => {
  gateway = new Database(':memory:');
  till = new Database(':memory:');
  gateway.exec(GATEWAY);
  till.exec(TILL);
});
afterEach(() => {
  gateway?.close();
  till?.close();
});

function check(): void {
  if (gateway === undefined || till === undefined) throw new Error('There are no books.');
  checkPrices({ gateway: { db: gateway }, tills: [{ db: till }] });
}

test('what tills took and merchants are owed is the same, of fees and refunds beside it nothing is said', () => {
  expect(check).not.toThrow();
});

test.each([
  [
    'that was worked back from yuan',
    "UPDATE entry SET amount_minor = 60998 WHERE transfer_id = 'T3' AND side = 'credit' AND currency = 'RUB'",
    '"attemptId":"A3","taken":"61001 RUB","owed":"60998 RUB"',
  ],
  [
    'in the currency of the charge',
    "UPDATE entry SET currency = 'CNY' WHERE transfer_id = 'T2'",
    '"attemptId":"A2","taken":"88999 RUB","owed":"88999 CNY"',
  ],
  [
    'twice',
    "UPDATE transfer SET template = 'card_sale' WHERE transfer_id = 'T4'",
    '"attemptId":"A1","taken":"5000 RUB","owed":"5000 RUB, 18 RUB"',
  ],
  [
    'to nobody',
    "UPDATE card_transaction SET attempt_id = NULL WHERE card_id = 'C2'",
    '"attemptId":"A2","taken":"88999 RUB","owed":""',
  ],
])('a price that is owed %s is found', (_how, sql, says) => {
  gateway?.exec(sql);
  expect(check).toThrow(says);
});
