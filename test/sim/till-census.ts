/** Watches a till's journal take the transitions of its machines, by triggers that only write down. */
import type Database from 'better-sqlite3';
import type { Census } from './census.ts';

export function watchJournal(db: Database.Database, census: Census): void {
  db.function('sim_attempt', (from, fromEnd, to, toEnd) => {
    const before = stateOf(from, fromEnd);
    const after = stateOf(to, toEnd);
    if (before !== after) census.took('till attempt', `${before} -> ${after}`);
    return null;
  });
  db.function('sim_refund', (from, to) => {
    if (from !== to) census.took('till refund', `${String(from)} -> ${String(to)}`);
    return null;
  });
  db.function('sim_card', (from, to) => {
    if (from !== to) census.took('till card', `${String(from)} -> ${String(to)}`);
    return null;
  });
  db.exec(`
    CREATE TEMP TRIGGER sim_attempts AFTER UPDATE ON attempts BEGIN
      SELECT sim_attempt(old.phase || '/' || old.wish, old.outcome, new.phase || '/' || new.wish, new.outcome);
    END;
    CREATE TEMP TRIGGER sim_refunds AFTER UPDATE ON refunds BEGIN SELECT sim_refund(old.state, new.state); END;
    CREATE TEMP TRIGGER sim_cards AFTER UPDATE ON card_attempts BEGIN
      SELECT sim_card(iif(old.outcome IS NULL, old.phase, old.outcome), iif(new.outcome IS NULL, new.phase, new.outcome));
    END;`);
}

function stateOf(phase: unknown, outcome: unknown): string {
  return outcome === null ? String(phase) : `${String(phase).split('/')[0]} ${String(outcome)}`;
}
