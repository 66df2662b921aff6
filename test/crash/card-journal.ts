/** Card transactions in the till's journal, read from outside. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readJournal } from './journal-reader.ts';

export interface JournaledOperation {
  readonly attempt_id: string;
  readonly phase: string;
  readonly outcome: string | null;
}

/** Of one kind, oldest first. */
export function operationsOf(directory: string, operation: string): readonly JournaledOperation[] {
  return readJournal<JournaledOperation>(
    directory,
    'SELECT attempt_id, phase, outcome FROM card_attempts WHERE operation = ? ORDER BY rowid',
    operation,
  );
}

export function isOver({ phase }: JournaledOperation): boolean {
  return phase === 'final';
}

/** The last pre-authorisation, while it is approved. */
export function heldAttempt(directory: string): string | null {
  const last = operationsOf(directory, 'preauthorisation').at(-1);
  return last?.outcome === 'approved' ? last.attempt_id : null;
}

export function closedBatches(directory: string): number {
  return readJournal(directory, "SELECT 1 FROM card_batches WHERE state = 'closed'").length;
}

/** As if it had last signed on on another day. Only while the terminal is off. */
export function forgetSignOn(directory: string): void {
  const db = new Database(join(directory, 'terminal', 'journal.db'));
  db.prepare('UPDATE card_counter SET signed_on = NULL').run();
  db.close();
}
