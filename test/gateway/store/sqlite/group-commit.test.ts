import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { GroupCommit } from '../../../../gateway/store/sqlite/group-commit.ts';

test('a commit tells how many units were in it, and one that failed tells nothing', async () => {
  const db = new Database(':memory:');
  const told: number[] = [];
  const commits = new GroupCommit(db, queueMicrotask, (units) => void told.push(units));
  const unit = () => ({ keep: true, value: 1 });
  await Promise.all([commits.submit(unit), commits.submit(unit), commits.submit(unit)]);
  await commits.submit(unit);
  const failing = commits.submit(() => {
    db.exec('ROLLBACK');
    throw new Error('The disk is full.');
  });
  await expect(failing).rejects.toThrow('The disk is full.');
  expect(told).toEqual([3, 1]);
  db.close();
});

test('a job that is refused or fails is undone alone, whatever shares its commit', async () => {
  const db = new Database(':memory:');
  db.exec('CREATE TABLE kept (name TEXT PRIMARY KEY)');
  const insert = db.prepare('INSERT INTO kept VALUES (?)');
  const told: number[] = [];
  const commits = new GroupCommit(db, queueMicrotask, (units) => void told.push(units));
  const job = (name: string, keep: boolean) => () => {
    insert.run(name);
    return { keep, value: name };
  };
  const settled = await Promise.allSettled([
    commits.submit(job('first', true)),
    commits.submit(job('refused', false)),
    commits.submit(job('second', true)),
    commits.submit(job('first', true)),
    commits.submit(job('third', true)),
  ]);
  expect(settled.map(({ status }) => status)).toEqual([
    ...['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  ]);
  expect(settled[1]).toMatchObject({ value: 'refused' });
  expect(db.prepare('SELECT name FROM kept ORDER BY rowid').pluck().all()).toEqual([
    'first',
    'second',
    'third',
  ]);
  expect(told).toEqual([5]);
  db.close();
});
