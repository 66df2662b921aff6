/** "The data is on the disk before what depends on it leaves", as a check over a trace of system calls.
 *
 *  What goes over TLS cannot be read in a trace, so the preloaded module writes each message into a file of marks just
 *  before it hands it to the socket: the mark says what leaves, the socket's next write is its leaving. */
import type { SystemCall } from './system-calls.ts';

export interface SyncClaim {
  readonly name: string;
  /** End of the path of the write-ahead log. */
  readonly log: string;
  /** What the page holds that must be durable: all of these. */
  readonly holds: readonly string[];
  /** What the first message that depends on it says, in the trace's notation: all of these. */
  readonly says: readonly string[];
  /** A port of the socket that it leaves by. */
  readonly port: number;
}

export type SyncFinding =
  | {
      readonly ok: true;
      /** Lines of the trace, in this order. */
      readonly writtenAt: number;
      readonly syncedAt: number;
      readonly markedAt: number;
      readonly leftAt: number;
    }
  | { readonly ok: false; readonly reason: string };

export const MARKS = 'marks.txt';
const SENDS = new Set(['write', 'writev', 'sendto', 'sendmsg']);
const SYNCS = new Set(['fsync', 'fdatasync']);

export function checkSynced(calls: readonly SystemCall[], claim: SyncClaim): SyncFinding {
  const says = (call: SystemCall, texts: readonly string[]): boolean =>
    texts.every((text) => call.text.includes(text));
  const inLog = (call: SystemCall): boolean => call.target.endsWith(claim.log);
  const marked = calls.find((call) => call.target.endsWith(MARKS) && says(call, claim.says));
  if (marked === undefined) return { ok: false, reason: 'the message never left' };
  const left = calls.find((call) => call.beganAt > marked.returnedAt && leavesBy(call, claim.port));
  if (left === undefined) return { ok: false, reason: 'nothing left by the socket after the mark' };
  const written = calls.find((call) => inLog(call) && !SYNCS.has(call.name) && says(call, claim.holds));
  if (written === undefined) return { ok: false, reason: 'it was never written to the log' };
  if (written.returnedAt > marked.beganAt) return { ok: false, reason: 'the message left before the write' };
  const synced = calls.find(
    (call) => inLog(call) && SYNCS.has(call.name) && call.result === 0 && call.beganAt > written.returnedAt,
  );
  if (synced === undefined) return { ok: false, reason: 'the log was never synced after the write' };
  if (synced.returnedAt > marked.beganAt) return { ok: false, reason: 'the message left before the sync' };
  return {
    ok: true,
    writtenAt: written.beganAt,
    syncedAt: synced.returnedAt,
    markedAt: marked.beganAt,
    leftAt: left.beganAt,
  };
}

function leavesBy(call: SystemCall, port: number): boolean {
  return (
    SENDS.has(call.name) &&
    call.target.startsWith('TCP') &&
    new RegExp(`:${port}\\b`).test(call.target) &&
    call.result > 0
  );
}
