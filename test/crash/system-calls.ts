/** A trace of system calls as `strace -f -yy` writes it, read into events in order. A call that was interrupted in the trace
 *  keeps the place where it began and the place where it returned. */

export interface SystemCall {
  readonly name: string;
  /** What the first argument is: a file's path, or `TCP:[from->to]`. */
  readonly target: string;
  /** The arguments as they stand in the trace, with what was written in C's notation. */
  readonly text: string;
  readonly result: number;
  readonly beganAt: number;
  readonly returnedAt: number;
}

/** Shown first in `strace`'s arguments; the strings are long enough for a whole page of SQLite. */
export const STRACE = [
  ...['strace', '-f', '-yy', '-s', '4200'],
  ...['-e', 'trace=write,pwrite64,writev,sendto,sendmsg,fsync,fdatasync'],
] as const;

const WHOLE = /^(\d+) +(\w+)\(\d+<(.*?)>(.*)\) += (-?\d+)/s;
const BEGUN = /^(\d+) +(\w+)\(\d+<(.*?)>(.*) <unfinished \.\.\.>$/s;
const RESUMED = /^(\d+) +<\.\.\. \w+ resumed>(.*)\) += (-?\d+)/s;
/** `->` inside a socket's name is no end of it. */
const ARROW = '→';

export function readTrace(trace: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const begun = new Map<string, Omit<SystemCall, 'result' | 'returnedAt'>>();
  for (const [at, line] of trace.replaceAll('->', ARROW).split('\n').entries()) {
    const whole = WHOLE.exec(line);
    if (whole !== null) {
      const [, , name = '', target = '', text = '', result] = whole;
      calls.push({ name, target, text, result: Number(result), beganAt: at, returnedAt: at });
      continue;
    }
    const [, pid = '', name = '', target = '', text = ''] = BEGUN.exec(line) ?? [];
    if (pid !== '') begun.set(pid, { name, target, text, beganAt: at });
    const [, resumedPid = '', rest = '', result] = RESUMED.exec(line) ?? [];
    const first = begun.get(resumedPid);
    if (first === undefined || resumedPid === '') continue;
    begun.delete(resumedPid);
    calls.push({ ...first, text: first.text + rest, result: Number(result), returnedAt: at });
  }
  return calls.sort((left, right) => left.beganAt - right.beganAt);
}
