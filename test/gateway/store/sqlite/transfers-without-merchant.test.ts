import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { prepareConnection } from '../../../../gateway/store/sqlite/connection.ts';
import { migrate, shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { sequencerTables } from '../../../../gateway/store/sqlite/sequencer-tables.ts';
import { MID, T0, transferRow } from '../records.ts';

const at = { clock: { now: () => T0 } };
const NAME = '0005-transfers-without-merchant.sql';
const before = () => shippedMigrations().filter(({ name }) => name < NAME);

const HEAD = `(transfer_id, template, template_version, state, ends_transfer_id, reference, mid, business_date,
  posted_at)`;

/** A reservation and its end, and two sales; the first three have positions and are in the balances. */
function oldBooks(): Database.Database {
  const db = new Database(':memory:');
  prepareConnection(db);
  migrate(db, before(), T0);
  const entry = db.prepare("INSERT INTO entry VALUES (?, ?, ?, ?, 8934, 'CNY')");
  const head = db.prepare(
    `INSERT INTO transfer ${HEAD} VALUES (?, 't', 1, ?, ?, ?, '${MID}', '2026-11-21', 0)`,
  );
  const book = db.transaction((id: string, state: string, ends: string | null, reference: string) => {
    entry.run(id, 0, 'wallet_receivable:alipay', 'debit');
    entry.run(id, 1, 'suspense:alipay', 'credit');
    head.run(id, state, ends, reference);
  });
  book('hold:1', 'pending', null, '1');
  book('sale:1', 'posted', 'hold:1', '1');
  book('sale:2', 'posted', null, '2');
  sequencerTables(db).fold(10);
  book('sale:3', 'posted', null, '3');
  return db;
}

const rows = (db: Database.Database) => ({
  transfers: db.prepare('SELECT * FROM transfer ORDER BY seq').all(),
  entries: db.prepare('SELECT * FROM entry ORDER BY transfer_id, line').all(),
  positions: db.prepare('SELECT * FROM ledger_position ORDER BY position').all(),
  balances: db.prepare('SELECT * FROM balance ORDER BY account, currency').all(),
});

describe('Books from before the bank’s day', () => {
  test('are brought forward with every transfer, entry, position and balance as it was', async () => {
    const db = oldBooks();
    const old = rows(db);
    const store = openPaymentStore(db, at);
    expect(rows(db)).toEqual(old);
    expect(store.integrityErrors()).toEqual([]);
    expect(db.pragma('foreign_key_check')).toEqual([]);
  });

  test('go on where they were: the next position, the next seq, a key refused twice', async () => {
    const db = oldBooks();
    const store = openPaymentStore(db, at);
    const again = transferRow('sale:3');
    expect(await store.commit([{ kind: 'transfer.insert', transfer: again }])).toMatchObject({ ok: false });
    const transfer = transferRow('payout_sent:a', { reference: 'a', mid: null });
    expect(await store.commit([{ kind: 'transfer.insert', transfer }])).toMatchObject({ ok: true });
    expect(await store.transfersOf('a')).toEqual([transfer]);
    expect(await store.foldEntries(10)).toBe(2);
    const { positions } = rows(db);
    expect(positions).toHaveLength(5);
    expect(positions.at(-1)).toMatchObject({ position: 5, transfer_seq: 5 });
  });

  test('keep what no program may do', async () => {
    const db = oldBooks();
    openPaymentStore(db, at);
    const run = (sql: string) => () => db.prepare(sql).run();
    expect(run("UPDATE transfer SET mid = NULL WHERE transfer_id = 'sale:1'")).toThrow('never changed');
    expect(run('DELETE FROM transfer')).toThrow('never deleted');
    expect(run('UPDATE entry SET amount_minor = amount_minor + 1')).toThrow('never changed');
    const empty = "('x', 't', 1, 'posted', NULL, 'x', NULL, '2026-11-21', 0)";
    expect(run(`INSERT INTO transfer ${HEAD} VALUES ${empty}`)).toThrow('at least two entries');
    expect(run("INSERT INTO entry VALUES ('sale:1', 99, 'suspense:alipay', 'debit', 1, 'RUB')")).toThrow(
      'no entry after it was written',
    );
    const plan = db.prepare("EXPLAIN QUERY PLAN SELECT * FROM transfer WHERE reference = '1'").all();
    expect(JSON.stringify(plan)).toContain('transfer_of_reference');
  });

  test('have their merchant where there is one', async () => {
    const store = openPaymentStore(oldBooks(), at);
    const [transfer] = await store.transfersOf('2');
    expect(transfer?.mid).toBe(MID);
  });
});
