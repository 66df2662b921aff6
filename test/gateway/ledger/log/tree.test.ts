/** The reference values are those of the published test data of Certificate Transparency's implementations of RFC 6962. */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consistencyPath,
  emptyRoot,
  type Hash,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  type WholeNodes,
} from '../../../../gateway/ledger/log/tree.ts';
import { begins, includes } from '../../../../gateway/ledger/log/verify-proof.ts';

const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const A = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7';
const B = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const C = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const D = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const E = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const F = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const [, R1 = '', R2 = '', , R4 = ''] = ROOTS;

/** Whole subtrees by the definition itself: hashes of halves, all the way down. */
function nodesOf(leaves: readonly Uint8Array[]): WholeNodes {
  const kept = new Map<string, Hash>();
  const made = (level: number, index: number): Hash => {
    if (level > 0) return nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    const leaf = leaves[index];
    if (leaf === undefined) throw new Error(`leaf ${index} is not there`);
    return leafHash(leaf);
  };
  const node = (level: number, index: number): Hash => {
    const hash = kept.get(`${level} ${index}`) ?? made(level, index);
    kept.set(`${level} ${index}`, hash);
    return hash;
  };
  return { node };
}
const hex = (hash: Uint8Array) => Buffer.from(hash).toString('hex');
const nodes = nodesOf(LEAVES);
const hashOf = (index: number) => leafHash(LEAVES[index] ?? Buffer.alloc(0));

/** MTH as the RFC writes it, from the leaves. */
function byDefinition(leaves: readonly Uint8Array[]): Buffer {
  const digest = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const [first] = leaves;
  if (first === undefined) return digest();
  if (leaves.length === 1) return digest(Buffer.of(0), first);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return digest(Buffer.of(1), byDefinition(leaves.slice(0, k)), byDefinition(leaves.slice(k)));
}

describe('the published values', () => {
  test('roots of zero to eight leaves', () => {
    expect(ROOTS.map((_, size) => hex(rootOf(nodes, size)))).toEqual(ROOTS);
    expect(hex(emptyRoot())).toBe(ROOTS[0]);
  });

  test.each([
    [0, 1, []],
    [0, 8, [A, B, C]],
    [5, 8, [D, E, R4]],
    [2, 3, [R2]],
    [1, 5, [R1, B, D]],
  ])('the path of leaf %i in the tree of %i', (index, size, path) => {
    expect(inclusionPath(nodes, index, size).map(hex)).toEqual(path);
  });

  test.each([
    [1, 1, []],
    [1, 8, [A, B, C]],
    [6, 8, [F, E, R4]],
    [2, 5, [B, D]],
  ])('consistency of %i with %i', (older, newer, path) => {
    expect(consistencyPath(nodes, older, newer).map(hex)).toEqual(path);
  });
});

describe('proofs', () => {
  const leavesOf = (count: number) => Array.from({ length: count }, (_, at) => Buffer.from(`leaf ${at}`));

  test('every leaf of every tree up to 70 is proved, and its root is the definition’s', () => {
    const leaves = leavesOf(70);
    const grown = nodesOf(leaves);
    for (let size = 1; size <= leaves.length; size += 1) {
      const root = rootOf(grown, size);
      expect(hex(root)).toBe(byDefinition(leaves.slice(0, size)).toString('hex'));
      for (let index = 0; index < size; index += 1) {
        const path = inclusionPath(grown, index, size);
        expect(includes(root, size, index, grown.node(0, index), path)).toBe(true);
      }
    }
  });

  test('every tree up to 70 is shown to begin every later one', () => {
    const grown = nodesOf(leavesOf(70));
    for (let newer = 0; newer <= 70; newer += 1) {
      for (let older = 0; older <= newer; older += 1) {
        const path = consistencyPath(grown, older, newer);
        expect(begins(rootOf(grown, older), older, rootOf(grown, newer), newer, path)).toBe(true);
      }
    }
  });

  test('a proof with anything changed proves nothing', () => {
    const grown = nodesOf(leavesOf(50));
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('byte', 'short', 'long', 'place', 'size', 'leaf'),
        (size, at, where, change) => {
          const index = at % size;
          const root = rootOf(grown, size);
          const path = inclusionPath(grown, index, size).map((hash) => Buffer.from(hash));
          const byte = path[where % path.length];
          const leaf = grown.node(0, index);
          const checks = {
            byte: () => {
              if (byte !== undefined) byte[where % 32] = (byte[where % 32] ?? 0) ^ 1;
              return includes(root, size, index, leaf, path);
            },
            short: () => includes(root, size, index, leaf, path.slice(0, -1)),
            long: () => includes(root, size, index, leaf, [...path, root]),
            place: () => includes(root, size, (index + 1) % size, leaf, path),
            size: () => includes(root, size + 2 ** 20, index, leaf, path),
            leaf: () => includes(root, size, index, hashOf(0), path),
          };
          expect(checks[change]()).toBe(false);
        },
      ),
      { numRuns: 2_000, seed: 6962 },
    );
  });

  test('a tree that dropped, changed or swapped a leaf is not shown to continue the old one', () => {
    const honest = leavesOf(40);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 39 }),
        fc.nat(),
        fc.constantFrom('changed', 'dropped', 'swapped'),
        (older, at, how) => {
          const index = at % older;
          const forged = [...honest];
          if (how === 'changed') forged[index] = Buffer.from('other');
          if (how === 'dropped') forged.splice(index, 1);
          if (how === 'swapped')
            forged.splice(index, 2, Buffer.from(`leaf ${index + 1}`), Buffer.from(`leaf ${index}`));
          const tree = nodesOf(forged);
          const size = forged.length;
          const seen = rootOf(nodesOf(honest), older);
          const path = consistencyPath(tree, Math.min(older, size), size);
          expect(begins(seen, older, rootOf(tree, size), size, path)).toBe(false);
        },
      ),
      { numRuns: 500, seed: 6962 },
    );
  });

  test('a log of an impossible size or place is refused', () => {
    const root = emptyRoot();
    expect(includes(root, 0, 0, root, [])).toBe(false);
    expect(includes(root, 1, -1, root, [])).toBe(false);
    expect(includes(root, Number.NaN, 0, root, [])).toBe(false);
    expect(begins(root, 3, root, 2, [])).toBe(false);
  });
});
