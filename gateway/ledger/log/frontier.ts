/** The right-hand edge of a growing tree: the roots of its whole subtrees, largest first, one for each binary one of the
 *  size. It is all that is needed to add leaves and to know the root, so a log goes on after a restart without reading back. */
import { invariant } from '../../kernel/errors.ts';
import { emptyRoot, type Hash, nodeHash } from './tree.ts';

const HASH_BYTES = 32;

export interface Frontier {
  readonly size: number;
  readonly roots: readonly Hash[];
}

export const EMPTY_FRONTIER: Frontier = { size: 0, roots: [] };

export function grown(frontier: Frontier, leaves: Iterable<Hash>): Frontier {
  const roots = [...frontier.roots];
  let { size } = frontier;
  for (const leaf of leaves) {
    let hash = leaf;
    // Every binary one at the end of the size is a subtree as large as the one at hand.
    for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = roots.pop();
      invariant(left !== undefined, 'A frontier has a root for each binary one of its size.');
      hash = nodeHash(left, hash);
    }
    roots.push(hash);
    size += 1;
  }
  return { size, roots };
}

export function frontierRoot({ roots }: Frontier): Hash {
  const [last, ...larger] = roots.toReversed();
  return last === undefined ? emptyRoot() : larger.reduce((root, left) => nodeHash(left, root), last);
}

export function frontierBytes({ roots }: Frontier): Uint8Array {
  return Buffer.concat(roots);
}

export function frontierOf(size: number, bytes: Uint8Array): Frontier {
  const roots: Hash[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) roots.push(bytes.subarray(at, at + HASH_BYTES));
  const ones = size.toString(2).replaceAll('0', '').length;
  invariant(bytes.length === ones * HASH_BYTES, 'A frontier has a root for each binary one of its size.');
  return { size, roots };
}
