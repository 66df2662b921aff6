import { expect, test } from 'vitest';
import { CommitSizes } from '../../../../gateway/store/sqlite/commit-sizes.ts';

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
