import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { CommitSizes } from '../../../../gateway/store/sqlite/commit-sizes.ts';
import { GroupCommit } from '../../../../gateway/store/sqlite/group-commit.ts';

test('commits are counted by the power of two that their size does not exceed', () => {
  const sizes = new CommitSizes();
  for (const units of [1, 1, 2, 3, 4, 5, 8, 9, 256]) sizes.add(units);
  expect(sizes.rows()).toEqual([
    { most: 1, count: 2 },
    { most: 2, count: 1 },
    { most: 4, count: 2 },
    { most: 8, count: 2 },
    { most: 16, count: 1 },
    { most: 256, count: 1 },
  ]);
});

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
