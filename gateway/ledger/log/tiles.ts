/** The tree kept as tiles, the layout of C2SP tlog-tiles: a tile holds up to 256 hashes of one level of every eighth, and
 *  the right-hand one grows until it is full. So a log of millions of leaves is a few thousand small files that are written
 *  once, and any proof reads a handful of them. Source  c2sp.org/tlog-tiles */
import { AmurError, invariant } from '../../kernel/errors.ts';
import { type Hash, nodeHash, type WholeNodes } from './tree.ts';

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 256;
const HASH_BYTES = 32;

/** The bytes of a tile of that level and index with exactly that many hashes (1 to 256). */
export type ReadTile = (level: number, index: number, width: number) => Uint8Array;

export interface Tile {
  readonly level: number;
  readonly index: number;
  /** Hashes in it, 1 to 256. */
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** `tile/0/x001/234.p/5`: every three digits a folder, all but the last marked; `.p/` and the width while it grows. */
export function tilePath(level: number, index: number, width: number): string {
  const digits = index.toString().padStart(Math.ceil(index.toString().length / 3) * 3, '0');
  const groups = digits.match(/[0-9]{3}/g) ?? [];
  const folders = groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
  return `tile/${level}/${folders}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

/** Subtree hashes of a log of `size` leaves, read from its tiles; each tile is read once.
 *  Errors  LOG_TILE_INVALID for a tile of the wrong length */
export function tiledNodes(read: ReadTile, size: number): WholeNodes {
  const kept = new Map<string, Uint8Array>();
  const tileAt = (level: number, index: number): Uint8Array => {
    const width = Math.min(TILE_WIDTH, Math.floor(size / TILE_WIDTH ** level) - index * TILE_WIDTH);
    invariant(width > 0, 'A tile that is read stands in the log.');
    const path = tilePath(level, index, width);
    const known = kept.get(path);
    if (known !== undefined) return known;
    const bytes = read(level, index, width);
    if (bytes.length !== width * HASH_BYTES) throw new AmurError('LOG_TILE_INVALID', { path });
    kept.set(path, bytes);
    return bytes;
  };
  const node = (level: number, index: number): Hash => {
    if (level % TILE_HEIGHT !== 0) {
      return nodeHash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1));
    }
    const tile = tileAt(level / TILE_HEIGHT, Math.floor(index / TILE_WIDTH));
    const at = (index % TILE_WIDTH) * HASH_BYTES;
    return tile.subarray(at, at + HASH_BYTES);
  };
  return { node };
}

/** Grows a log from `size` leaves by more of them: hands every tile that came to be or grew to `write`, lower levels first,
 *  and answers the new size. `read` is asked for the partial tiles at the right-hand edge only. */
export function growTiles(
  read: ReadTile,
  size: number,
  leaves: readonly Hash[],
  write: (tile: Tile) => void,
): number {
  let level = 0;
  let before = size;
  let hashes = leaves;
  while (hashes.length > 0) {
    hashes = growLevel(read, level, before, hashes, write);
    before = Math.floor(before / TILE_WIDTH);
    level += 1;
  }
  return size + leaves.length;
}

/** Answers the roots of the tiles that became full: they are the next level's hashes. */
function growLevel(
  read: ReadTile,
  level: number,
  before: number,
  hashes: readonly Hash[],
  write: (tile: Tile) => void,
): readonly Hash[] {
  const full: Hash[] = [];
  let index = Math.floor(before / TILE_WIDTH);
  let width = before % TILE_WIDTH;
  let content: Uint8Array = width === 0 ? new Uint8Array(0) : read(level, index, width);
  for (let at = 0; at < hashes.length; ) {
    const added = hashes.slice(at, at + TILE_WIDTH - width);
    content = Buffer.concat([content, ...added]);
    width += added.length;
    at += added.length;
    write({ level, index, width, bytes: content });
    if (width < TILE_WIDTH) break;
    full.push(tileRoot(content));
    index += 1;
    width = 0;
    content = new Uint8Array(0);
  }
  return full;
}

function tileRoot(bytes: Uint8Array): Hash {
  let row = Array.from({ length: TILE_WIDTH }, (_, at) =>
    bytes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) => {
      const [left, right] = [row[2 * at], row[2 * at + 1]];
      invariant(left !== undefined && right !== undefined, 'A full tile halves evenly.');
      return nodeHash(left, right);
    });
  }
  const [root] = row;
  invariant(root !== undefined, 'A full tile has a root.');
  return root;
}
