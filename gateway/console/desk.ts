/** What the routes of the operator's pages share, and what one request is made of. */
import { AmurError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Runtime } from '../kernel/time.ts';
import type { ResolvingWorld } from '../run/card/resolving.ts';
import type { DayContext } from '../run/day/context.ts';
import type { ResolveContext } from '../run/day/resolve.ts';
import type { RateBook } from '../run/manual-rates.ts';
import type { Act } from './contract/roles.ts';
import type { ConsoleReads, ConsoleUser, ConsoleUsers, FileBytes, Scope, TerminalDesk } from './ports.ts';

/** The services that everything is done by: the same as the command line's. */
export interface ConsoleDesk {
  readonly users: ConsoleUsers;
  readonly reads: ConsoleReads;
  readonly day: DayContext;
  readonly resolve: ResolveContext;
  readonly rates: RateBook;
  /** Matters of cards; null where none are taken. */
  readonly cards: ResolvingWorld | null;
  readonly terminals: TerminalDesk;
  readonly files: FileBytes;
  readonly runtime: Runtime;
  readonly log: Log;
}

export interface ConsoleRequest {
  readonly user: ConsoleUser;
  /** The partner bank of the user: it sees its own only. Null sees everybody's. */
  readonly scope: Scope;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Bytes to be kept as a file by who asked for them. */
export interface Download {
  readonly download: string;
  readonly bytes: Uint8Array;
}

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly act: Act;
  readonly run: (desk: ConsoleDesk, request: ConsoleRequest) => Promise<unknown>;
}

/** Errors  CONSOLE_REQUEST_INVALID */
export function textIn(from: Readonly<Record<string, unknown>>, field: string, most: number): string {
  const value = from[field];
  if (typeof value === 'string' && value.trim() !== '' && value.length <= most) return value.trim();
  throw new AmurError('CONSOLE_REQUEST_INVALID', { field, most });
}

export function optionalIn(
  from: Readonly<Record<string, unknown>>,
  field: string,
  shape: RegExp,
): string | null {
  const value = from[field];
  if (value === undefined || value === '' || value === null) return null;
  if (typeof value === 'string' && shape.test(value)) return value;
  throw new AmurError('CONSOLE_REQUEST_INVALID', { field });
}

export function hoursIn(from: Readonly<Record<string, unknown>>, field: string): number {
  const value = from[field];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 72) return value;
  throw new AmurError('CONSOLE_REQUEST_INVALID', { field });
}

export function notFound(kind: string): AmurError {
  return new AmurError('CONSOLE_NOT_FOUND', { kind });
}

/** A row of the journal by itself, for acts whose own commit has none. */
export async function journal(
  { day }: Pick<ConsoleDesk, 'day'>,
  actor: string,
  action: string,
  subject: string,
  facts: Readonly<Record<string, string>> = {},
): Promise<void> {
  const row = { at: day.store.now(), actor, action, subject, facts };
  await day.store.commit([{ kind: 'audit.insert', row }]);
}
