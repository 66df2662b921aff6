/** The audit of a database file: what SQLite itself finds damaged, rows that stand outside the order of the ledger, and the
 *  books against the log. A damaged file is a finding, not a failure: the audit says what it could still read. */
import Database from 'better-sqlite3';
import { InvariantError } from '../../kernel/errors.ts';
import { type AuditReport, auditLog } from '../../ledger/log/audit.ts';
import type { NoteKey } from '../../ledger/log/note.ts';
import { prepare, textOf } from './columns.ts';
import { logSources } from './log-tables.ts';

export interface DatabaseAudit {
  readonly ok: boolean;
  /** What is wrong with the file as a database, in its own words. */
  readonly damage: readonly string[];
  /** Transfers and entries that no position leads to although the order has gone past them. */
  readonly strays: readonly string[];
  /** Null when the books could not be read to their end. */
  readonly log: AuditReport | null;
}

const DAMAGE_MOST = 20;
const STRAYS_MOST = 100;

export function auditDatabase(
  db: Database.Database,
  key: NoteKey,
  brought: readonly string[] = [],
): DatabaseAudit {
  const damage = damageOf(db);
  const [strays, strayDamage] = read(() => straysOf(db), []);
  const [log, logDamage] = read(() => auditLog({ ...logSources(db), brought, key }), null);
  const all = [...new Set([...damage, ...strayDamage, ...logDamage])];
  const ok = all.length === 0 && strays.length === 0 && log !== null && log.faults.length === 0;
  return { ok, damage: all, strays, log };
}

function damageOf(db: Database.Database): readonly string[] {
  const [found, damage] = read(() => {
    const rows = db.prepare<[], { integrity_check: string }>(`PRAGMA integrity_check(${DAMAGE_MOST})`).all();
    const loose = db.prepare<[], { table: string }>('PRAGMA foreign_key_check').all();
    return [
      ...rows.map((row) => row.integrity_check).filter((text) => text !== 'ok'),
      ...new Set(loose.map(({ table }) => `a row of ${table} refers to nothing`)),
    ];
  }, []);
  return [...found, ...damage].slice(0, DAMAGE_MOST);
}

function straysOf(db: Database.Database): readonly string[] {
  const transfers = prepare(
    db,
    `SELECT transfer_id FROM transfer WHERE seq <= (SELECT max(transfer_seq) FROM ledger_position)
       AND seq NOT IN (SELECT transfer_seq FROM ledger_position) LIMIT ${STRAYS_MOST}`,
  );
  const entries = prepare(
    db,
    `SELECT DISTINCT transfer_id FROM entry
     WHERE transfer_id NOT IN (SELECT transfer_id FROM transfer) LIMIT ${STRAYS_MOST}`,
  );
  return [...transfers.all(), ...entries.all()].map((row) => textOf(row, 'transfer_id'));
}

/** Whatever a spoilt row or page makes the reading fail with is itself what was looked for. */
function read<T, E>(work: () => T, otherwise: E): readonly [T | E, readonly string[]] {
  try {
    return [work(), []];
  } catch (error) {
    if (error instanceof Database.SqliteError) return [otherwise, [error.code]];
    if (error instanceof InvariantError) return [otherwise, [error.message]];
    throw error;
  }
}
