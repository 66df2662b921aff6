/** How long to wait before the next dial: doubling from the first to the longest, and of that a random half to whole, so
 *  that the connections of a pool, and gateways of a fleet, do not all come back in the same instant. */
import type { Random } from '../kernel/time.ts';

/** `failures` counts from zero. Whole milliseconds. */
export function backoffMs(firstMs: number, longestMs: number, failures: number, random: Random): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20));
  const [high = 0, low = 0] = random.bytes(2);
  const half = Math.floor(ceiling / 2);
  return half + Math.floor(((ceiling - half) * (high * 256 + low)) / 65_536);
}
