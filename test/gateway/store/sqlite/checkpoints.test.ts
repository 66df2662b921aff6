import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { Checkpoints } from '../../../../gateway/store/sqlite/checkpoints.ts';
import { CHECKPOINT_PAGES, prepareConnection } from '../../../../gateway/store/sqlite/connection.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { cardId, cardRow } from '../card-rows.ts';
import { T0 } from '../records.ts';

const at = { clock: { now: () => T0 } };
const directory = mkdtempSync(join(tmpdir(), 'amur-checkpoints-'));
const file = join(directory, 'store.sqlite');

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('The log of the store', () => {
  test('is taken over beside the writer, and every row is found afterwards', async () => {
    const failures: Error[] = [];
    const db = new Database(file);
    const checkpoints = new Checkpoints(db, (error) => failures.push(error));
    const store = openPaymentStore(db, at, { committed: () => checkpoints.committed() });
    const [before, log] = [statSync(file).size, statSync(`${file}-wal`).size];
    for (let n = 1; n <= 250; n += 1) {
      await store.commit([{ kind: 'card.insert', row: cardRow(n, { saleId: null }) }]);
    }
    await store.close();
    await checkpoints.stop();
    expect(failures).toEqual([]);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(log);
    expect(statSync(file).size).toBeGreaterThan(before);
    expect(store.integrityErrors()).toEqual([]);
    expect(await store.cards.card(cardId(250))).not.toBeNull();
    // A thread that has been stopped is not begun again.
    for (let n = 0; n < 200; n += 1) checkpoints.committed();
    db.close();
  });

  test('is begun anew beside a writer that never rests', async () => {
    const path = join(directory, 'steady.sqlite');
    const db = new Database(path);
    prepareConnection(db);
    db.exec('CREATE TABLE page (n INTEGER PRIMARY KEY, bytes BLOB) STRICT');
    const checkpoints = new Checkpoints(db, (error) => expect.unreachable(error.message));
    const put = db.prepare(
      'INSERT INTO page (n, bytes) VALUES (?, ?) ON CONFLICT DO UPDATE SET bytes = excluded.bytes',
    );
    const bytes = Buffer.alloc(4_000, 7);
    const write = db.transaction((from: number) => {
      for (let n = from; n < from + 40; n += 1) put.run(n % 3_000, bytes);
    });
    let longest = 0;
    for (let commit = 0; commit < 1_500; commit += 1) {
      // A page that is written as it was is no page of the log.
      bytes.writeUInt32BE(commit);
      write(commit * 40);
      checkpoints.committed();
      longest = Math.max(longest, statSync(`${path}-wal`).size);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await checkpoints.stop();
    // Nearly twice that was written: where the writer would have taken the log over by itself.
    expect(longest).toBeLessThan(4 * CHECKPOINT_PAGES * 4_096);
    expect(db.prepare('SELECT count(*) FROM page').pluck().get()).toBe(3_000);
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });

  test('stays where the writer cannot take over the rest, until the next time', async () => {
    const path = join(directory, 'hindered.sqlite');
    const db = new Database(path);
    prepareConnection(db);
    db.exec('CREATE TABLE page (n INTEGER PRIMARY KEY, bytes BLOB) STRICT');
    const checkpoints = new Checkpoints(db, (error) => expect.unreachable(error.message));
    const pragma = vi.spyOn(db, 'pragma');
    const put = db.prepare('INSERT INTO page (bytes) VALUES (?)');
    const write = db.transaction((pages: number) => {
      for (let n = 0; n < pages; n += 1) put.run(Buffer.alloc(4_000, 7));
    });
    write(CHECKPOINT_PAGES + 100);
    for (const hindered of [true, false]) {
      if (hindered) db.exec('BEGIN IMMEDIATE');
      pragma.mockClear();
      for (let n = 0; n < 100; n += 1) checkpoints.committed();
      await vi.waitFor(() => expect(pragma).toHaveBeenCalledWith('wal_checkpoint(PASSIVE)'), 10_000);
      const [result] = pragma.mock.results.slice(-1);
      expect(result?.type).toBe(hindered ? 'throw' : 'return');
      if (hindered) db.exec('COMMIT');
    }
    pragma.mockRestore();
    // Begun anew: what is written next stands at the log's beginning.
    const length = statSync(`${path}-wal`).size;
    write(100);
    expect(statSync(`${path}-wal`).size).toBe(length);
    await checkpoints.stop();
    db.close();
  });

  test('stays the writer’s own where the thread cannot work', async () => {
    const failed = Promise.withResolvers<Error>();
    const db = new Database(join(directory, 'gone.sqlite'));
    const checkpoints = new Checkpoints(db, failed.resolve);
    rmSync(join(directory, 'gone.sqlite'));
    for (let n = 0; n < 300; n += 1) checkpoints.committed();
    expect(await failed.promise).toBeInstanceOf(Error);
    expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(CHECKPOINT_PAGES);
    for (let n = 0; n < 300; n += 1) checkpoints.committed();
    await checkpoints.stop();
    db.close();
  });
});
