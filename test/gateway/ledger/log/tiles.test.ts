import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  growTiles,
  TILE_WIDTH,
  type Tile,
  tiledNodes,
  tilePath,
} from '../../../../gateway/ledger/log/tiles.ts';
import {
  consistencyPath,
  type Hash,
  inclusionPath,
  leafHash,
  nodeHash,
  rootOf,
  type WholeNodes,
} from '../../../../gateway/ledger/log/tree.ts';
import { begins, includes } from '../../../../gateway/ledger/log/verify-proof.ts';

const leaves = Array.from({ length: 70_000 }, (_, at) => leafHash(Buffer.from(`${at}`)));

/** All levels at once, from the leaves. */
function plainNodes(hashes: readonly Hash[]): WholeNodes {
  const levels: Hash[][] = [[...hashes]];
  for (let row = levels[0] ?? []; row.length > 1; ) {
    const above: Hash[] = [];
    for (let at = 0; at + 1 < row.length; at += 2) {
      above.push(nodeHash(row[at] ?? Buffer.alloc(0), row[at + 1] ?? Buffer.alloc(0)));
    }
    levels.push(above);
    row = above;
  }
  return { node: (level, index) => levels[level]?.[index] ?? Buffer.alloc(0) };
}

class Shelf {
  readonly files = new Map<string, Uint8Array>();
  size = 0;

  readonly read = (level: number, index: number, width: number): Uint8Array => {
    const bytes = this.files.get(tilePath(level, index, width));
    if (bytes === undefined) throw new Error(`no tile ${tilePath(level, index, width)}`);
    return bytes;
  };

  add(hashes: readonly Hash[]): void {
    const write = (tile: Tile) => this.files.set(tilePath(tile.level, tile.index, tile.width), tile.bytes);
    this.size = growTiles(this.read, this.size, hashes, write);
  }
}

describe('tiles', () => {
  test('paths are those of the format', () => {
    expect(tilePath(0, 0, TILE_WIDTH)).toBe('tile/0/000');
    expect(tilePath(1, 1_234_067, 5)).toBe('tile/1/x001/x234/067.p/5');
    expect(tilePath(2, 1_000, TILE_WIDTH)).toBe('tile/2/x001/000');
  });

  test('a log of 70,000 leaves grown in uneven steps has the roots and proofs of the whole tree', () => {
    const shelf = new Shelf();
    const plain = plainNodes(leaves);
    let step = 1;
    for (let at = 0; at < leaves.length; step = (step * 7 + 3) % 9_001) {
      const next = Math.min(leaves.length, at + step);
      shelf.add(leaves.slice(at, next));
      at = next;
      expect(rootOf(tiledNodes(shelf.read, at), at)).toEqual(rootOf(plain, at));
    }
    const nodes = tiledNodes(shelf.read, shelf.size);
    const root = rootOf(nodes, shelf.size);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
      const path = inclusionPath(nodes, index, shelf.size);
      expect(path).toEqual(inclusionPath(plain, index, shelf.size));
      expect(includes(root, shelf.size, index, leaves[index] ?? root, path)).toBe(true);
    }
    for (const older of [1, 256, 300, 65_536, 69_999]) {
      const path = consistencyPath(nodes, older, shelf.size);
      expect(begins(rootOf(plain, older), older, root, shelf.size, path)).toBe(true);
    }
  });

  test('whatever the steps, the tiles of a log are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 12 }), (steps) => {
        const stepped = new Shelf();
        let at = 0;
        for (const step of steps) {
          stepped.add(leaves.slice(at, at + step));
          at += step;
        }
        const atOnce = new Shelf();
        atOnce.add(leaves.slice(0, at));
        for (const [path, bytes] of atOnce.files) expect(stepped.files.get(path)).toEqual(bytes);
      }),
      { numRuns: 40, seed: 256 },
    );
  });

  test('a tile cut short is refused by name', () => {
    const shelf = new Shelf();
    shelf.add(leaves.slice(0, 300));
    const cut = tiledNodes((...tile) => shelf.read(...tile).subarray(1), 300);
    expect(() => rootOf(cut, 300)).toThrow(
      expect.objectContaining({ code: 'LOG_TILE_INVALID', facts: { path: 'tile/1/000.p/1' } }),
    );
  });
});
