import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openJournal } from '../../../electron/journal/journal.ts';
import { MIGRATIONS, MigrationError, migrate } from '../../../electron/journal/migrate.ts';
import { VirtualWorld } from '../../sim/virtual-runtime.ts';

test('a journal on disk writes ahead and syncs fully', () => {
  const folder = mkdtempSync(join(tmpdir(), 'amur-journal-'));
  try {
    const db = new Database(join(folder, 'journal.sqlite'));
    openJournal(db, new VirtualWorld());
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    db.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('migrations run once, and a journal with one that was edited is refused', () => {
  const db = new Database(':memory:');
  migrate(db, 1);
  migrate(db, 2);
  expect(db.prepare('SELECT number, applied_at FROM migrations').all()).toEqual(
    MIGRATIONS.map(({ number }) => ({ number, applied_at: 1 })),
  );
  const edited = MIGRATIONS.map((m) => ({ ...m, sql: `${m.sql} ` }));
  expect(() => migrate(db, 3, edited)).toThrow(MigrationError);
  expect(() => migrate(db, 3, [])).toThrow(MigrationError);
});

test('every table is strict, and what must not change is held by the journal itself', () => {
  const db = new Database(':memory:');
  openJournal(db, new VirtualWorld());
  const lax = db.prepare(
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 AND name NOT LIKE 'sqlite_%'",
  );
  expect(lax.all()).toEqual([]);
  db.exec("INSERT INTO audit (act, staff_id, at) VALUES ('drawer_open', 'maria', 1)");
  expect(() => db.exec('DELETE FROM audit')).toThrow('append-only');
  expect(() => db.exec("UPDATE audit SET staff_id = 'anna'")).toThrow('append-only');
});

test('a write that refuses leaves nothing behind', () => {
  const db = new Database(':memory:');
  const journal = openJournal(db, new VirtualWorld());
  const act = (): void => {
    journal.run("INSERT INTO audit (act, staff_id, at) VALUES ('reprint', 'anna', 1)");
    journal.run('INSERT INTO tenders VALUES (1)');
  };
  expect(() => journal.write(act)).toThrow('JOURNAL_FAILED');
  expect(db.prepare('SELECT COUNT(*) AS n FROM audit').get()).toEqual({ n: 0 });
});
