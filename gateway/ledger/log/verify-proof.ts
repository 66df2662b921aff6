/** Checks proofs from hashes alone, by the algorithms of RFC 9162, sections 2.1.3.2 and 2.1.4.2 (the proofs themselves are
 *  those of RFC 6962). A proof that is too short, too long or false is refused alike: nothing else is learned from it. */
import { emptyRoot, type Hash, nodeHash } from './tree.ts';

/** Whether `leaf`, a leaf's hash, stands at `index` in the tree of `size` leaves with this root. */
export function includes(
  root: Hash,
  size: number,
  index: number,
  leaf: Hash,
  path: readonly Hash[],
): boolean {
  if (!isCount(size) || !isCount(index) || index >= size) return false;
  let place = index;
  let last = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sibling, hash);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      hash = nodeHash(hash, sibling);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && same(hash, root);
}

/** Whether the tree of `older` leaves with `olderRoot` is the beginning of the one of `newer` leaves with `newerRoot`. */
export function begins(
  olderRoot: Hash,
  older: number,
  newerRoot: Hash,
  newer: number,
  path: readonly Hash[],
): boolean {
  if (!isCount(older) || !isCount(newer) || older > newer) return false;
  if (older === newer) return path.length === 0 && same(olderRoot, newerRoot);
  if (older === 0) return path.length === 0 && same(olderRoot, emptyRoot());
  return climbs(olderRoot, older, newerRoot, newer, path);
}

function climbs(olderRoot: Hash, older: number, newerRoot: Hash, newer: number, path: readonly Hash[]) {
  const hashes = isPowerOfTwo(older) ? [olderRoot, ...path] : [...path];
  let place = older - 1;
  let last = newer - 1;
  while (place % 2 === 1) {
    place = half(place);
    last = half(last);
  }
  const [first, ...rest] = hashes;
  if (first === undefined) return false;
  let olderHash = first;
  let newerHash = first;
  for (const hash of rest) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      olderHash = nodeHash(hash, olderHash);
      newerHash = nodeHash(hash, newerHash);
      while (place % 2 === 0 && place !== 0) {
        place = half(place);
        last = half(last);
      }
    } else {
      newerHash = nodeHash(newerHash, hash);
    }
    place = half(place);
    last = half(last);
  }
  return last === 0 && same(olderHash, olderRoot) && same(newerHash, newerRoot);
}

const half = (count: number) => Math.floor(count / 2);
const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0;
const isPowerOfTwo = (count: number) => Number.isInteger(Math.log2(count));

function same(left: Hash, right: Hash): boolean {
  return Buffer.compare(left, right) === 0;
}
