import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { Change } from '../../../../gateway/payments/ports.ts';
import { migrationOf, shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { cardQuotesContract } from '../card-quotes.contract.ts';
import { dayTotalsContract } from '../day-totals.contract.ts';
import { paymentStoreContract } from '../payment-store.contract.ts';
import { attemptId, paymentRow, refundRow, saleId, saleRow, T0, transferRow } from '../records.ts';

const at = (now: number) => ({ clock: { now: () => now } });

const inMemory = async () => {
  let now = T0;
  const db = new Database(':memory:');
  const store = openPaymentStore(db, { clock: { now: () => now } });
  const setNow = (next: number) => {
    now = next;
  };
  const dispose = async () => {
    await store.close();
    db.close();
  };
  return { store, setNow, dispose };
};

paymentStoreContract('SQLite in memory', inMemory);
cardQuotesContract('SQLite in memory', inMemory);
dayTotalsContract('SQLite in memory', inMemory);

let folder = '';
let file = '';
const opened: Database.Database[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-store-'));
  file = join(folder, 'gateway.db');
});
afterEach(() => {
  for (const db of opened.splice(0)) db.close();
  rmSync(folder, { recursive: true, force: true });
});
function openDb(path = file, options: Database.Options = {}): Database.Database {
  const db = new Database(path, options);
  opened.push(db);
  return db;
}

const SALE: Change = { kind: 'sale.insert', row: saleRow() };
const PAYMENT: Change = { kind: 'payment.insert', row: paymentRow() };
const sales = (n: number): Change[] =>
  Array.from({ length: n }, (_, i) => ({ kind: 'sale.insert', row: saleRow({ saleId: saleId(i + 1) }) }));

describe('The connection', () => {
  test('writes ahead, syncs every commit and enforces references', () => {
    const db = openDb();
    openPaymentStore(db, at(T0));
    const pragma = (name: string) => db.pragma(name, { simple: true });
    expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys')]).toEqual(['wal', 2, 1]);
  });
});

describe('Group commit', () => {
  test('puts all units of one turn into one transaction', async () => {
    const statements: string[] = [];
    const db = openDb(file, { verbose: (sql) => void statements.push(String(sql)) });
    const store = openPaymentStore(db, at(T0));
    statements.length = 0;
    await Promise.all(sales(20).map((change) => store.commit([change])));
    expect(statements.filter((sql) => sql.startsWith('COMMIT'))).toHaveLength(1);
  });

  test('answers a unit only after another connection can see it', async () => {
    const store = openPaymentStore(openDb(), at(T0));
    const witness = openDb(file, { readonly: true }).prepare('SELECT count(*) AS n FROM sale');
    const commit = store.commit([SALE]);
    expect(witness.get()).toEqual({ n: 0 });
    await commit;
    expect(witness.get()).toEqual({ n: 1 });
  });

  test('fails every unit of a batch that could not be committed, and none is kept', async () => {
    const db = openDb(file, { timeout: 0 });
    const store = openPaymentStore(db, at(T0));
    const other = openDb();
    other.exec('BEGIN IMMEDIATE');
    const results = await Promise.allSettled(sales(3).map((change) => store.commit([change])));
    expect(results.map((r) => (r.status === 'rejected' ? r.reason.code : r.status))).toEqual(
      Array(3).fill('STORE_UNAVAILABLE'),
    );
    other.exec('ROLLBACK');
    expect(await store.sale(saleId(1))).toBeNull();
    expect(await store.commit([SALE])).toMatchObject({ ok: true });
  });

  test('waits for the turn that the composition root names', async () => {
    const turns: (() => void)[] = [];
    const store = openPaymentStore(openDb(), at(T0), { defer: (run) => void turns.push(run) });
    const commits = sales(3).map((change) => store.commit([change]));
    await Promise.resolve();
    expect(turns).toHaveLength(1);
    turns[0]?.();
    expect((await Promise.all(commits)).every((result) => result.ok)).toBe(true);
  });
});

describe('After an unclean end', () => {
  test('everything acknowledged is there, and what was not committed is not', async () => {
    const db = openDb();
    const store = openPaymentStore(db, at(T0));
    await store.commit([SALE, PAYMENT, { kind: 'transfer.insert', transfer: transferRow('t1') }]);
    await store.foldEntries(10);
    db.exec("BEGIN IMMEDIATE; UPDATE sale SET disposition = 'cancelled'");
    const left = join(folder, 'left.db');
    for (const suffix of ['', '-wal']) copyFileSync(file + suffix, left + suffix);
    db.exec('ROLLBACK');

    expect(existsSync(`${left}-wal`)).toBe(true);
    const again = openPaymentStore(openDb(left), at(T0));
    expect(await again.payment(attemptId())).toEqual(paymentRow());
    expect((await again.sale(saleId()))?.disposition).toBeNull();
    expect(await again.foldEntries(10)).toBe(0);
    expect(again.balances()).toHaveLength(2);
    expect(again.integrityErrors()).toEqual([]);
  });
});

describe('The tables refuse', () => {
  const setUp = async () => {
    const db = openDb(':memory:');
    const store = openPaymentStore(db, at(T0));
    await store.commit([
      SALE,
      { kind: 'payment.insert', row: paymentRow({ state: 'approved' }) },
      { kind: 'refund.insert', row: refundRow() },
      { kind: 'transfer.insert', transfer: transferRow('t1') },
    ]);
    return { db, store };
  };

  test.each([
    ['UPDATE transfer SET business_date = ?', 'never changed'],
    ['DELETE FROM transfer WHERE ? IS NOT NULL', 'never deleted'],
    ['UPDATE entry SET account = ?', 'never changed'],
    ['DELETE FROM entry WHERE ? IS NOT NULL', 'never deleted'],
    ["INSERT OR REPLACE INTO entry VALUES ('t1', 0, ?, 'debit', 1, 'CNY')", 'no entry after'],
    ["INSERT INTO entry VALUES ('t1', 9, ?, 'debit', 1, 'CNY')", 'no entry after'],
    ["INSERT INTO entry VALUES ('t2', 0, ?, 'debit', 0, 'CNY')", 'amount_minor > 0'],
    ["INSERT INTO entry VALUES ('t2', 0, ?, 'debit', -1, 'CNY')", 'amount_minor > 0'],
    ['DELETE FROM payment WHERE ? IS NOT NULL', 'never deleted'],
    ['DELETE FROM sale WHERE ? IS NOT NULL', 'never deleted'],
    ['DELETE FROM refund WHERE ? IS NOT NULL', 'never deleted'],
    ['INSERT OR REPLACE INTO refund SELECT * FROM refund WHERE ? IS NOT NULL', 'never deleted'],
    ['INSERT OR REPLACE INTO payment SELECT * FROM payment WHERE ? IS NOT NULL', 'never deleted'],
    ["UPDATE payment SET state = 'unknown' WHERE ? IS NOT NULL", 'final payment'],
    ["UPDATE payment SET state = 'returned_late' WHERE ? IS NOT NULL", 'final payment'],
    ['UPDATE payment SET order_minor = order_minor + 1 WHERE ? IS NOT NULL', 'facts'],
    ['UPDATE payment SET sale_id = ?', 'identity'],
    ['UPDATE payment SET refunded_order_minor = order_minor + 1 WHERE ? IS NOT NULL', 'CHECK'],
    ['UPDATE payment SET refunded_price_minor = amount_minor + 1 WHERE ? IS NOT NULL', 'CHECK'],
    ['UPDATE refund SET order_minor = 1 WHERE ? IS NOT NULL', 'identity'],
  ])('%s', async (sql, message) => {
    const { db } = await setUp();
    expect(() => db.prepare(sql).run('x')).toThrow(message);
  });

  test('an unbalanced transfer, one of a single entry, and one that ends what was never pending', async () => {
    const { store } = await setUp();
    const [debit, credit] = transferRow('x').entries;
    if (debit === undefined || credit === undefined) throw new Error('The fixture has two entries.');
    const insert = (changes: Parameters<typeof transferRow>[1]) =>
      store.commit([{ kind: 'transfer.insert', transfer: transferRow('x', changes) }]);
    const cheap = { ...credit, amount: money(1n, CNY) };
    await expect(insert({ entries: [debit, cheap] })).rejects.toThrow('balances');
    await expect(insert({ entries: [debit, { ...credit, amount: money(8_934n, RUB) }] })).rejects.toThrow(
      'balances',
    );
    await expect(insert({ entries: [debit] })).rejects.toThrow('two entries');
    await expect(insert({ entries: [] })).rejects.toThrow('two entries');
    await expect(insert({ endsTransferId: 't1' })).rejects.toThrow('pending');
  });

  test('refunds beyond the payment in the order currency or in the price, but for declined ones', async () => {
    const { store } = await setUp();
    const insert = (n: number, amount: bigint, order: bigint, state: 'intent' | 'declined' = 'intent') =>
      store.commit([
        {
          kind: 'refund.insert',
          row: refundRow({
            refundId: `01KABCDEF0R00000000000000${n}` as ReturnType<typeof refundRow>['refundId'],
            amount: money(amount, RUB),
            order: money(order, CNY),
            state,
          }),
        },
      ]);
    await expect(insert(2, 60_001n, 5_360n)).rejects.toThrow('within the payment');
    await expect(insert(3, 60_000n, 5_361n)).rejects.toThrow('within the payment');
    expect(await insert(4, 60_001n, 5_361n, 'declined')).toMatchObject({ ok: true });
    expect(await insert(5, 60_000n, 5_360n)).toMatchObject({ ok: true });
    await expect(insert(6, 1n, 1n)).rejects.toThrow('within the payment');
  });

  test('a second open attempt even to a program that does not ask first', async () => {
    const db = openDb(':memory:');
    const store = openPaymentStore(db, at(T0));
    await store.commit([SALE, PAYMENT]);
    const copyAs = (from: string, id: string) =>
      db.exec(`CREATE TEMP TABLE copy AS SELECT * FROM payment WHERE attempt_id = '${from}';
        UPDATE copy SET attempt_id = '${id}';
        INSERT INTO payment SELECT * FROM copy`);
    expect(() => copyAs(attemptId(1), attemptId(3))).toThrow('UNIQUE constraint failed: payment.sale_id');
  });

  test('a cancelled payment only another state than returned_late, where late money goes', async () => {
    const store = openPaymentStore(openDb(':memory:'), at(T0));
    await store.commit([SALE, { kind: 'payment.insert', row: paymentRow({ state: 'cancelled' }) }]);
    const put = (state: 'approved' | 'returned_late') =>
      store.commit([{ kind: 'payment.put', row: paymentRow({ state, version: 2 }) }]);
    await expect(put('approved')).rejects.toThrow('final payment');
    expect(await put('returned_late')).toMatchObject({ ok: true });
  });
});

describe('The sequencer', () => {
  test('folds each transfer once, in the order of commits, in steps of any size', async () => {
    const store = openPaymentStore(openDb(':memory:'), at(T0));
    for (const id of ['t1', 't2', 't3']) {
      await store.commit([{ kind: 'transfer.insert', transfer: transferRow(id) }]);
    }
    expect([await store.foldEntries(2), await store.foldEntries(2), await store.foldEntries(2)]).toEqual([
      2, 1, 0,
    ]);
    expect(store.balances()).toEqual([
      {
        account: 'suspense:alipay',
        currency: 'CNY',
        debit: 0n,
        credit: 26_802n,
        pendingDebit: 0n,
        pendingCredit: 0n,
      },
      {
        account: 'wallet_receivable:alipay',
        currency: 'CNY',
        debit: 26_802n,
        credit: 0n,
        pendingDebit: 0n,
        pendingCredit: 0n,
      },
    ]);
    expect(store.trialBalance()).toEqual([{ currency: 'CNY', debit: 26_802n, credit: 26_802n }]);
  });

  test('holds a pending transfer apart until it is posted or voided, and that happens once', async () => {
    const store = openPaymentStore(openDb(':memory:'), at(T0));
    const book = (id: string, changes: Parameters<typeof transferRow>[1]) =>
      store.commit([{ kind: 'transfer.insert', transfer: transferRow(id, changes) }]);
    const debits = async () => {
      await store.foldEntries(10);
      const balance = store.balances().find((b) => b.account === 'wallet_receivable:alipay');
      return [balance?.debit, balance?.pendingDebit];
    };
    await book('p1', { state: 'pending' });
    await book('p2', { state: 'pending' });
    expect(await debits()).toEqual([0n, 17_868n]);
    expect(store.trialBalance()).toEqual([]);
    await book('e1', { state: 'posted', endsTransferId: 'p1' });
    await book('e2', { state: 'voided', endsTransferId: 'p2', entries: [] });
    expect(await debits()).toEqual([8_934n, 0n]);
    await expect(book('e3', { state: 'posted', endsTransferId: 'p1' })).rejects.toThrow('UNIQUE');
  });
});

describe('Reading all rows', () => {
  test('leaves the connection free to write between pages', async () => {
    const store = openPaymentStore(openDb(':memory:'), at(T0));
    const unit: Change[] = sales(450).flatMap((change, i): Change[] => [
      change,
      {
        kind: 'payment.insert',
        row: paymentRow({ attemptId: attemptId(i + 1), saleId: saleId(i + 1), state: 'approved' }),
      },
    ]);
    await store.commit(unit);
    await store.commit([{ kind: 'refund.insert', row: refundRow() }]);
    let seen = 0;
    for (const payment of store.allPayments()) {
      if (seen === 0)
        await store.commit([{ kind: 'transfer.insert', transfer: transferRow(payment.attemptId) }]);
      seen += 1;
    }
    expect(seen).toBe(450);
    expect([...store.allRefunds()]).toEqual([refundRow()]);
  });
});

describe('Opening', () => {
  const codeOf = (open: () => unknown): unknown => {
    try {
      open();
      return 'opened';
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };

  test('twice finds the rows of the first time', async () => {
    const db = openDb();
    await openPaymentStore(db, at(T0)).commit([SALE]);
    expect(await openPaymentStore(openDb(), at(T0)).sale(saleId())).toEqual(saleRow());
  });

  test('refuses a file that has lost its second half', async () => {
    const db = openDb();
    await openPaymentStore(db, at(T0)).commit([SALE, PAYMENT]);
    opened.pop()?.close();
    truncateSync(file, statSync(file).size / 2);
    expect(codeOf(() => openPaymentStore(openDb(), at(T0)))).toBe('STORE_CORRUPT');
  });

  test('refuses a file that is no database', () => {
    writeFileSync(file, 'this is a shopping list, not a database'.repeat(100));
    expect(codeOf(() => openPaymentStore(openDb(), at(T0)))).toBe('STORE_CORRUPT');
  });

  test("refuses another program's database and leaves it alone", () => {
    const db = openDb();
    db.exec('CREATE TABLE recipe (name TEXT)');
    expect(codeOf(() => openPaymentStore(db, at(T0)))).toBe('STORE_FOREIGN');
    expect(db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()).toEqual({ n: 1 });
  });

  test('refuses a database from a newer version, and a migration that changed after it was applied', () => {
    const shipped = shippedMigrations();
    const next = `${(shipped.length + 1).toString().padStart(4, '0')}-next.sql`;
    const newer = [...shipped, migrationOf(next, 'CREATE TABLE next (id INTEGER) STRICT;')];
    const db = openDb();
    openPaymentStore(db, at(T0), { migrations: newer });
    expect(codeOf(() => openPaymentStore(db, at(T0)))).toBe('STORE_NEWER');
    const edited = [...shipped, migrationOf(next, 'CREATE TABLE other (id INTEGER) STRICT;')];
    expect(codeOf(() => openPaymentStore(db, at(T0), { migrations: edited }))).toBe(
      'STORE_MIGRATION_CHANGED',
    );
    expect(codeOf(() => openPaymentStore(db, at(T0), { migrations: newer }))).toBe('opened');
  });

  test('applies a migration wholly or not at all', () => {
    const shipped = shippedMigrations();
    const next = `${(shipped.length + 1).toString().padStart(4, '0')}-next.sql`;
    const db = openDb();
    openPaymentStore(db, at(T0));
    const broken = [...shipped, migrationOf(next, 'CREATE TABLE next (id INTEGER) STRICT; CREATE NONSENSE;')];
    expect(() => openPaymentStore(db, at(T0), { migrations: broken })).toThrow();
    expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'next'").get()).toEqual({ n: 0 });
  });

  test('gives a migration the same checksum with Windows line ends', () => {
    expect(migrationOf('0001-a.sql', 'a\r\nb').checksum).toBe(migrationOf('0001-a.sql', 'a\nb').checksum);
  });
});
