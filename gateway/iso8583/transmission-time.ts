/** DE7: when a message was made. Source  ISO 8583:1987, data element 7 */
import type { EpochMs } from '../kernel/time.ts';

/** MMDDhhmmss in UTC. */
export function transmissionTime(at: EpochMs): string {
  const text = new Date(at).toISOString();
  return `${text.slice(5, 7)}${text.slice(8, 10)}${text.slice(11, 13)}${text.slice(14, 16)}${text.slice(17, 19)}`;
}
