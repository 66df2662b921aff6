/** The terminal's log: JSON lines, and only the fields named here can be in one. */
import { type Clock, instantText } from '../gateway/kernel/time.ts';

export interface LogFacts {
  readonly device?: string;
  readonly state?: string;
  readonly code?: string;
  readonly cause?: string;
  readonly role?: string;
  readonly count?: number;
  readonly path?: string;
}

export type TerminalLog = (event: string, facts?: LogFacts) => void;

const FIELDS: readonly (keyof LogFacts)[] = ['device', 'state', 'code', 'cause', 'role', 'count', 'path'];

/** `write` takes one line with its end. */
export function terminalLog(clock: Clock, write: (line: string) => void): TerminalLog {
  return (event, facts = {}) => {
    const line: Record<string, unknown> = { at: instantText(clock.now()), event };
    for (const field of FIELDS) if (facts[field] !== undefined) line[field] = facts[field];
    write(`${JSON.stringify(line)}\n`);
  };
}
