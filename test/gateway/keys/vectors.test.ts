import { expect, test } from 'vitest';
import { PUBLISHED } from './published-vectors.ts';

/** A group that loses a vector fails here, not silently. */
const COUNTS = {
  'TDES DUKPT': 125,
  'AES DUKPT': 77,
  'key blocks': 20,
  'PIN blocks': 11,
  MACs: 19,
  'PIN checks': 6,
  'EMV cryptograms': 17,
};

test.each(Object.entries(PUBLISHED))('every published value of %s is made again', (_, vectors) => {
  const made = Object.fromEntries(vectors.map((vector) => [vector.name, vector.made()]));
  expect(made).toEqual(Object.fromEntries(vectors.map(({ name, expected }) => [name, expected])));
});

test('no published value is lost, and no two share a name', () => {
  const counted = Object.entries(PUBLISHED).map(([group, vectors]) => [
    group,
    new Set(vectors.map(({ name }) => name)).size,
  ]);
  expect(Object.fromEntries(counted)).toEqual(COUNTS);
  expect(Object.values(COUNTS).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(187);
});
