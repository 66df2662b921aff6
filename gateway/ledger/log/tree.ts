/** The Merkle tree of RFC 6962, section 2.1: SHA-256, leaves hashed behind 0x00 and nodes behind 0x01, so that a node can
 *  never be shown as a leaf. What is proved here is verified in `verify-proof.ts`, which shares nothing but the hashes. */
import { createHash } from 'node:crypto';
import { invariant } from '../../kernel/errors.ts';

/** 32 bytes. */
export type Hash = Uint8Array;

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export function leafHash(leaf: Uint8Array): Hash {
  return createHash('sha256').update(LEAF).update(leaf).digest();
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(NODE).update(left).update(right).digest();
}

/** The root of a tree without leaves. */
export function emptyRoot(): Hash {
  return createHash('sha256').digest();
}

/** Hashes of whole subtrees: `node(level, index)` covers the 2^level leaves from index x 2^level on. Asked only for
 *  subtrees whose leaves are all there. */
export interface WholeNodes {
  node(level: number, index: number): Hash;
}

/** Section 2.1, MTH of the first `size` leaves. */
export function rootOf(nodes: WholeNodes, size: number): Hash {
  return size === 0 ? emptyRoot() : rangeRoot(nodes, 0, size);
}

/** Section 2.1.1: the audit path of leaf `index` in the tree of the first `size` leaves, from the leaf upwards. */
export function inclusionPath(nodes: WholeNodes, index: number, size: number): readonly Hash[] {
  invariant(index >= 0 && index < size, 'A leaf that is proved stands in the tree.');
  const path: Hash[] = [];
  let from = 0;
  let to = size;
  while (to - from > 1) {
    const middle = from + leftSize(to - from);
    if (index < middle) {
      path.push(rangeRoot(nodes, middle, to));
      to = middle;
    } else {
      path.push(rangeRoot(nodes, from, middle));
      from = middle;
    }
  }
  return path.reverse();
}

/** Section 2.1.2: that the tree of the first `older` leaves is the beginning of the one of the first `newer`. Nothing has
 *  to be shown for equal sizes, and an empty tree begins every other. */
export function consistencyPath(nodes: WholeNodes, older: number, newer: number): readonly Hash[] {
  invariant(older >= 0 && older <= newer, 'A tree is consistent with a later one.');
  if (older === 0 || older === newer) return [];
  const path: Hash[] = [];
  let from = 0;
  let to = newer;
  /** Whether the subtree at hand is a whole one of the older tree from its first leaf, so that the verifier has its root. */
  let known = true;
  while (older !== to) {
    const middle = from + leftSize(to - from);
    if (older <= middle) {
      path.push(rangeRoot(nodes, middle, to));
      to = middle;
    } else {
      path.push(rangeRoot(nodes, from, middle));
      from = middle;
      known = false;
    }
  }
  if (!known) path.push(rangeRoot(nodes, from, to));
  return path.reverse();
}

/** The largest power of two below `count`, which is above 1. */
function leftSize(count: number): number {
  let size = 1;
  while (size * 2 < count) size *= 2;
  return size;
}

/** Of the leaves from `from` up to `to`, where `from` is a multiple of the power of two that holds the range: so are all
 *  ranges that the recursion of the RFC meets. */
function rangeRoot(nodes: WholeNodes, from: number, to: number): Hash {
  const count = to - from;
  const level = Math.log2(count);
  if (Number.isInteger(level)) return nodes.node(level, from / count);
  const middle = from + leftSize(count);
  return nodeHash(rangeRoot(nodes, from, middle), rangeRoot(nodes, middle, to));
}
