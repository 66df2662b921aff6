import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SeededRandom } from '../sim/seeded-random.ts';
import { violations } from './checks.ts';
import { playDrill } from './crash-run.ts';
import { readJournal } from './journal-reader.ts';
import { Memory } from './memory.ts';
import { Shop } from './shop.ts';
import { WALLETS } from './wallet-trade.ts';

let shop: Shop;
let attemptId = '';
let saleId = '';

/** A sale and a refund over real processes; then everything stands still and copies of the books are tampered with. */
beforeAll(async () => {
  shop = await Shop.open();
  const { violations: faults } = await playDrill(WALLETS, shop, 'refund_part', [], new SeededRandom(2));
  expect(faults).toEqual([]);
  await shop.estate.stopAll();
  const sql = 'SELECT attempt_id, sale_id FROM attempts';
  const [row] = readJournal<{ attempt_id: string; sale_id: string }>(shop.directory, sql);
  attemptId = row?.attempt_id ?? '';
  saleId = row?.sale_id ?? '';
});

afterAll(() => shop.close(false));

const FILES = {
  till: 'terminal/journal.db',
  gateway: 'gateway.sqlite',
  wallet: 'alipay/wallet.sqlite',
} as const;

function foundAfter(book: keyof typeof FILES, sql: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'amur-books-'));
  try {
    cpSync(shop.directory, copy, { recursive: true });
    const db = new Database(join(copy, FILES[book]));
    dropTriggers(db);
    db.exec(sql);
    db.close();
    return violations(copy, shop.memory).join('\n');
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The tables themselves refuse most of what is done to them here. */
function dropTriggers(db: Database.Database): void {
  const names = db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'trigger'").pluck().all();
  for (const name of names) db.exec(`DROP TRIGGER ${name}`);
}

test('books that nobody touched agree', () => {
  expect(foundAfter('till', 'SELECT 1')).toBe('');
});

test('a payment that stays unknown is found', () => {
  const sql = `UPDATE payment SET state = 'unknown', next_action_at = 1 WHERE attempt_id = '${attemptId}'`;
  expect(foundAfter('gateway', sql)).toContain('1 payments open at the gateway');
});

test('money that the wallet took and the gateway does not know is found', () => {
  const sql = `UPDATE payment SET state = 'cancelled' WHERE attempt_id = '${attemptId}'`;
  expect(foundAfter('gateway', sql)).toContain('the gateway expects 0');
});

test('a charge that the gateway never ordered is found', () => {
  const sql = `INSERT INTO trade SELECT 'X' || out_trade_no, 'X' || trade_no, NULL, buyer_id, status, paid_at, touched_at,
      json_set(doc, '$.outTradeNo', 'X' || out_trade_no) FROM trade`;
  expect(foundAfter('wallet', sql)).toContain('the wallet has a trade that the gateway never ordered');
});

test('a refund that one book has and another has not is found', () => {
  expect(foundAfter('wallet', 'DELETE FROM refund')).toContain('the gateway expects');
  expect(foundAfter('till', "UPDATE refunds SET state = 'declined'")).toContain('the till refunded 0');
});

test('a sale that a screen showed paid and the journal lost is found', () => {
  const sql = `UPDATE sales SET state = 'cancelled' WHERE sale_id = '${saleId}'`;
  expect(foundAfter('till', sql)).toContain(`a screen showed sale ${saleId} paid`);
});

test('a refund that a screen showed and the journal lost is found', () => {
  expect(foundAfter('till', "UPDATE refunds SET state = 'declined'")).toContain('a screen showed a refund');
});

test('a paid sale without its receipt, and a receipt without its sale, are found', () => {
  expect(foundAfter('till', "DELETE FROM receipts WHERE kind = 'sale'")).toContain('not exactly one paper');
  expect(foundAfter('till', "UPDATE refunds SET state = 'declined'")).toContain(
    'nothing in the journal behind',
  );
});

test('a payment that a phone showed and the wallet forgot is found', () => {
  const memory = new Memory();
  memory.paidOnPhone.add('01ARZ3NDEKTSV4RRFFQ69G5FAV');
  expect(violations(shop.directory, memory)).toEqual([
    'a phone showed 01ARZ3NDEKTSV4RRFFQ69G5FAV paid, the wallet has forgotten it',
  ]);
});
