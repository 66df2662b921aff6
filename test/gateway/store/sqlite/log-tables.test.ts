import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import { noteKeyOf, noteKeyText, parseNoteKey } from '../../../../gateway/ledger/log/note.ts';
import type { LogStore } from '../../../../gateway/ledger/log/ports.ts';
import { LogWriter } from '../../../../gateway/run/log-writer.ts';
import { auditDatabase } from '../../../../gateway/store/sqlite/log-audit.ts';
import { openLogStore } from '../../../../gateway/store/sqlite/log-tables.ts';
import { openPaymentStore, type SqlitePaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { SeededRandom } from '../../../sim/seeded-random.ts';
import { VirtualWorld } from '../../../sim/virtual-runtime.ts';
import { transferRow } from '../records.ts';

const ORIGIN = 'amur.test/ledger';
const { privateKey } = generateKeyPairSync('ed25519');
const key = noteKeyOf(ORIGIN, 'ed25519', privateKey);
const silent = { info: () => {}, warn: () => {}, alarm: () => {} };

let folder = '';
let file = '';
let world: VirtualWorld;
let db: Database.Database;
let store: SqlitePaymentStore;
let writer: LogWriter;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'amur-log-'));
  file = join(folder, 'books.db');
  world = new VirtualWorld();
  db = new Database(file);
  store = openPaymentStore(db, world);
  writer = writerOn(openLogStore(db));
});
afterEach(() => {
  db.close();
  rmSync(folder, { recursive: true, force: true });
});

function writerOn(logStore: LogStore): LogWriter {
  return new LogWriter(logStore, { origin: ORIGIN, privateKey }, world, silent, {
    logEveryMs: 1_000,
    logMost: 7,
  });
}

async function post(count: number, from = 0): Promise<void> {
  for (let at = from; at < from + count; at += 1) {
    const [yuan, roubles] = [money(BigInt(100 + at), CNY), money(BigInt(1_000 + at), RUB)];
    const transfer = transferRow(`wallet_sale:${at}`, {
      entries: [
        { account: 'wallet_receivable:alipay', side: 'debit', amount: yuan },
        { account: 'fx_position:acquirer', side: 'credit', amount: yuan },
        { account: 'fx_position:acquirer', side: 'debit', amount: roubles },
        { account: 'merchant_payable:100000000000001', side: 'credit', amount: roubles },
      ],
    });
    expect((await store.commit([{ kind: 'transfer.insert', transfer }])).ok).toBe(true);
  }
  while ((await store.foldEntries(100)) > 0);
}

describe('the log of a ledger', () => {
  test('holds every transfer in the order of positions, under signed checkpoints that all hold', async () => {
    await post(20);
    expect(await writer.writeAll()).toBe(20);
    await post(3, 20);
    expect(await writer.writeAll()).toBe(3);
    expect(await writer.writeAll()).toBe(0);
    expect(auditDatabase(db, key)).toEqual({
      ok: true,
      damage: [],
      strays: [],
      log: {
        faults: [],
        more: false,
        leaves: 23,
        transfers: 23,
        entries: 92,
        unlogged: 0,
        checkpoints: 4,
        proved: 23,
      },
    });
  });

  test('goes on after a restart, and two writers at once add nothing twice', async () => {
    await post(30);
    const other = writerOn(openLogStore(db));
    await Promise.all([writer.writeOnce(), other.writeOnce(), writer.writeOnce()]);
    await Promise.all([writer.writeAll(), other.writeAll()]);
    const report = auditDatabase(db, key);
    expect(report).toMatchObject({ ok: true, log: { leaves: 30, proved: 30 } });
  });

  test('takes documents up after the transfers, and each is told apart', async () => {
    await post(2);
    const facts = JSON.stringify({ net: '100 RUB', toPosition: '2' });
    db.prepare(
      "INSERT INTO log_document (kind, document_id, facts) VALUES ('cycle', 'a-RUB-20261122', ?)",
    ).run(facts);
    await writer.writeAll();
    expect(auditDatabase(db, key)).toMatchObject({ ok: true, log: { leaves: 3 } });
    freely(`UPDATE log_document SET facts = '{"net":"101 RUB","toPosition":"2"}'`, 'log_document');
    expect(auditDatabase(db, key).log?.faults).toEqual([
      { kind: 'document_changed', ref: 'a-RUB-20261122', leafIndex: 2 },
    ]);
  });

  test('writes on its timer while it is started', async () => {
    await post(9);
    writer.start();
    await world.advance(10);
    await writer.stop();
    expect(auditDatabase(db, key).log?.leaves).toBeGreaterThanOrEqual(7);
  });

  test('what came after the last checkpoint is said to be unlogged, not wrong', async () => {
    await post(5);
    await writer.writeAll();
    await post(2, 5);
    expect(auditDatabase(db, key)).toMatchObject({ ok: true, log: { unlogged: 2, proved: 5 } });
  });
});

/** As somebody with the file and without scruples would. */
function freely(sql: string, table: string): void {
  const names = db
    .prepare<[string], { name: string; sql: string }>(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?",
    )
    .all(table);
  db.pragma('foreign_keys = OFF');
  for (const { name } of names) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  for (const trigger of names) db.exec(trigger.sql);
}

describe('a change of any column, triggers off', () => {
  const ENTRY: readonly (readonly [string, string])[] = [
    ['transfer_id', "'wallet_sale:4'"],
    ['line', '9'],
    ['account', "'merchant_payable:100000000000002'"],
    ['side', "iif(side = 'debit', 'credit', 'debit')"],
    ['amount_minor', 'amount_minor + 1'],
    ['currency', "'EUR'"],
  ];
  const TRANSFER: readonly (readonly [string, string])[] = [
    ['seq', '1000'],
    ['transfer_id', "'wallet_sale:other'"],
    ['template', "'card_sale'"],
    ['template_version', '2'],
    ['state', "'pending'"],
    ['ends_transfer_id', "'wallet_sale:1'"],
    ['reference', "'other'"],
    ['mid', 'NULL'],
    ['business_date', "'2026-11-23'"],
    ['posted_at', 'posted_at + 1'],
  ];

  test('no column was forgotten here', () => {
    const columnsOf = (table: string) =>
      db
        .prepare<[], { name: string }>(`PRAGMA table_info(${table})`)
        .all()
        .map(({ name }) => name);
    expect(ENTRY.map(([name]) => name)).toEqual(columnsOf('entry'));
    expect(TRANSFER.map(([name]) => name)).toEqual(columnsOf('transfer'));
  });

  test.each(ENTRY)('entry.%s: the entry is named', async (column, value) => {
    await post(10);
    await writer.writeAll();
    freely(
      `UPDATE OR REPLACE entry SET ${column} = ${value} WHERE transfer_id = 'wallet_sale:6' AND line = 2`,
      'entry',
    );
    const { ok, log } = auditDatabase(db, key);
    expect(ok).toBe(false);
    const named = log?.faults.find(({ ref }) => ref === 'wallet_sale:6');
    expect(named).toMatchObject({ kind: 'entry_changed', leafIndex: 6 });
    expect(named?.lines).toContain(column === 'line' ? 9 : column === 'transfer_id' ? 3 : 2);
  });

  test.each(TRANSFER)('transfer.%s: the transfer is named', async (column, value) => {
    await post(10);
    await writer.writeAll();
    freely(`UPDATE transfer SET ${column} = ${value} WHERE transfer_id = 'wallet_sale:6'`, 'transfer');
    const { ok, log } = auditDatabase(db, key);
    expect(ok).toBe(false);
    expect(log?.faults.map(({ ref }) => ref)).toContain('wallet_sale:6');
  });

  test('a transfer deleted with its entries, one slipped in, and two exchanged are named', async () => {
    await post(10);
    await writer.writeAll();
    freely("DELETE FROM entry WHERE transfer_id = 'wallet_sale:6'", 'entry');
    freely("DELETE FROM transfer WHERE transfer_id = 'wallet_sale:6'", 'transfer');
    const gone = auditDatabase(db, key);
    expect(gone.log?.faults).toEqual([{ kind: 'transfer_missing', ref: 'wallet_sale:6', leafIndex: 6 }]);
    freely(
      `UPDATE ledger_position SET transfer_seq = 100 WHERE position = 2;
       UPDATE ledger_position SET transfer_seq = 2 WHERE position = 3;
       UPDATE ledger_position SET transfer_seq = 3 WHERE position = 2`,
      'ledger_position',
    );
    const swapped = auditDatabase(db, key);
    expect(swapped.log?.faults.map(({ ref }) => ref)).toEqual([
      'wallet_sale:1',
      'wallet_sale:2',
      'wallet_sale:6',
    ]);
    freely(
      `INSERT INTO transfer (seq, transfer_id, template, template_version, state, reference, business_date, posted_at)
         VALUES (-1, 'slipped_in', 'card_sale', 1, 'posted', 'x', '2026-11-22', 0)`,
      'transfer',
    );
    expect(auditDatabase(db, key).strays).toEqual(['slipped_in']);
  });

  test('entry and leaf changed together contradict the signed checkpoint', async () => {
    await post(10);
    await writer.writeAll();
    freely(
      'UPDATE log_leaf SET hash = (SELECT hash FROM log_leaf WHERE leaf_index = 1) WHERE leaf_index = 6',
      'log_leaf',
    );
    expect(auditDatabase(db, key).log?.faults).toEqual([
      { kind: 'leaf_changed', ref: 'wallet_sale:6', leafIndex: 6 },
      // Its frontier and its signed root, at either checkpoint.
      { kind: 'checkpoint_false', ref: '7' },
      { kind: 'checkpoint_false', ref: '7' },
      { kind: 'checkpoint_false', ref: '10' },
      { kind: 'checkpoint_false', ref: '10' },
    ]);
  });

  test('a log made anew over changed books contradicts the checkpoint that a witness kept', async () => {
    await post(10);
    await writer.writeAll();
    const kept = (await openLogStore(db).last())?.note ?? '';
    freely("UPDATE entry SET amount_minor = 999 WHERE transfer_id = 'wallet_sale:6'", 'entry');
    freely('DELETE FROM log_leaf', 'log_leaf');
    freely('DELETE FROM log_checkpoint', 'log_checkpoint');
    await writer.writeAll();
    expect(auditDatabase(db, key)).toMatchObject({ ok: true });
    expect(auditDatabase(db, key, [kept]).log?.faults).toEqual([{ kind: 'checkpoint_false', ref: '10' }]);
  });

  test('a checkpoint signed by another key proves nothing', async () => {
    await post(1);
    await writer.writeAll();
    const other = noteKeyOf(ORIGIN, 'ed25519', generateKeyPairSync('ed25519').privateKey);
    expect(auditDatabase(db, other).log?.faults).toEqual([{ kind: 'checkpoint_invalid', ref: '1' }]);
    expect(parseNoteKey(noteKeyText(other))).toEqual(other);
  });
});

test('a byte flipped anywhere in the file is found, or the ledger reads as it did', async () => {
  await post(300);
  await writer.writeAll();
  const ledger = (from: Database.Database) =>
    ['transfer', 'entry', 'ledger_position', 'log_leaf']
      .map((table) => JSON.stringify(from.prepare(`SELECT * FROM ${table}`).raw().all()))
      .join();
  const before = ledger(db);
  db.pragma('wal_checkpoint(TRUNCATE)');
  const sound = readFileSync(file);
  const random = new SeededRandom(2026);
  let found = 0;
  let harmless = 0;
  for (let run = 0; run < 150; run += 1) {
    const spoilt = Buffer.from(sound);
    const [a = 0, b = 0, c = 0, bit = 0] = random.bytes(4);
    const at = (a * 65_536 + b * 256 + c) % spoilt.length;
    spoilt[at] = (spoilt[at] ?? 0) ^ (1 << (bit % 8));
    const path = join(folder, 'spoilt.db');
    writeFileSync(path, spoilt);
    if (isFound(path)) {
      found += 1;
      continue;
    }
    const spoiltDb = new Database(path, { readonly: true });
    expect(ledger(spoiltDb) === before, `the ledger after byte ${at}`).toBe(true);
    spoiltDb.close();
    harmless += 1;
  }
  // How many of 150 hit the ledger and its log depends on how large the tables beside them are.
  expect(found).toBeGreaterThan(20);
  expect(harmless).toBeGreaterThan(0);
});

function isFound(path: string): boolean {
  const spoilt = new Database(path, { readonly: true });
  try {
    return !auditDatabase(spoilt, key).ok;
  } finally {
    spoilt.close();
  }
}
