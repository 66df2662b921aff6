/** What two books do not agree on, and who did what. */
import type Database from 'better-sqlite3';
import type { AuditRow, ExceptionRecord } from '../../settlement/contract.ts';
import type { ExceptionFilter } from '../../settlement/ports.ts';
import {
  insertSql,
  moneyColumns,
  moneyOf,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  type SqlValue,
  textOf,
  textOrNull,
  updateSql,
} from './columns.ts';
import { filteredRows } from './filtered-rows.ts';

export type DayExceptions = ReturnType<typeof dayExceptions>;

const COLUMNS = [
  ...['exception_id', 'type', 'party', 'owner', 'state', 'version', 'at_risk_minor', 'at_risk_currency'],
  ...['subject', 'file_id', 'line', 'facts', 'business_date', 'found_at', 'resolved_at', 'proposed_by'],
  ...['approved_by', 'reason', 'transfer_id'],
];

export function dayExceptions(db: Database.Database) {
  const insert = prepareNamed(db, insertSql('reconciliation_exception', COLUMNS));
  const update = prepareNamed(db, updateSql('reconciliation_exception', 'exception_id', COLUMNS));
  const find = prepare(db, 'SELECT * FROM reconciliation_exception WHERE exception_id = ?');
  const some = filteredRows(db, 'reconciliation_exception', 'found_at, exception_id');
  const toSettle = prepare(
    db,
    `SELECT * FROM reconciliation_exception WHERE approved_by IS NOT NULL AND sides_settled = 0 ORDER BY exception_id`,
  );
  const settled = prepare(db, 'UPDATE reconciliation_exception SET sides_settled = 1 WHERE exception_id = ?');
  const audit = prepare(
    db,
    'INSERT INTO audit_row (at, actor, action, subject, facts) VALUES (?, ?, ?, ?, ?)',
  );
  const newest = prepare(db, 'SELECT * FROM audit_row ORDER BY number DESC LIMIT ? + 0');
  const newestOf = prepare(db, 'SELECT * FROM audit_row WHERE subject = ? ORDER BY number DESC LIMIT ? + 0');
  return {
    find: (exceptionId: string): ExceptionRecord | null => {
      const row = find.get(exceptionId);
      return row === undefined ? null : exceptionOf(row);
    },
    insert: (row: ExceptionRecord): void => {
      insert.run(columnsOf(row));
    },
    update: (row: ExceptionRecord): void => {
      update.run(columnsOf(row));
    },
    list: ({ party, subject, states }: ExceptionFilter): readonly ExceptionRecord[] =>
      some({ party, subject, state: states }).map(exceptionOf),
    toSettle: (): readonly ExceptionRecord[] => toSettle.all().map(exceptionOf),
    settled: (exceptionId: string): boolean => settled.run(exceptionId).changes === 1,
    insertAudit: (row: AuditRow): void => {
      audit.run(row.at, row.actor, row.action, row.subject, JSON.stringify(row.facts));
    },
    audit: (subject: string | undefined, most: number): readonly AuditRow[] =>
      (subject === undefined ? newest.all(most) : newestOf.all(subject, most)).map(auditOf),
  };
}

function columnsOf(row: ExceptionRecord): Record<string, SqlValue> {
  return {
    exception_id: row.exceptionId,
    type: row.type,
    party: row.party,
    owner: row.owner,
    state: row.state,
    version: row.version,
    ...moneyColumns('at_risk', row.atRisk),
    subject: row.subject,
    file_id: row.fileId,
    line: row.line,
    facts: JSON.stringify(row.facts),
    business_date: row.businessDate,
    found_at: row.foundAt,
    resolved_at: row.resolvedAt,
    proposed_by: row.proposedBy,
    approved_by: row.approvedBy,
    reason: row.reason,
    transfer_id: row.transferId,
  };
}

function exceptionOf(row: Row): ExceptionRecord {
  return {
    exceptionId: textOf(row, 'exception_id'),
    type: textOf(row, 'type') as ExceptionRecord['type'],
    party: textOf(row, 'party'),
    owner: textOf(row, 'owner'),
    state: textOf(row, 'state') as ExceptionRecord['state'],
    version: numberOf(row, 'version'),
    atRisk: moneyOf(row, 'at_risk'),
    subject: textOf(row, 'subject'),
    fileId: textOrNull(row, 'file_id'),
    line: numberOrNull(row, 'line'),
    facts: JSON.parse(textOf(row, 'facts')) as Record<string, string>,
    businessDate: textOf(row, 'business_date'),
    foundAt: numberOf(row, 'found_at'),
    resolvedAt: numberOrNull(row, 'resolved_at'),
    proposedBy: textOrNull(row, 'proposed_by'),
    approvedBy: textOrNull(row, 'approved_by'),
    reason: textOrNull(row, 'reason'),
    transferId: textOrNull(row, 'transfer_id'),
  };
}

function auditOf(row: Row): AuditRow {
  return {
    at: numberOf(row, 'at'),
    actor: textOf(row, 'actor'),
    action: textOf(row, 'action'),
    subject: textOf(row, 'subject'),
    facts: JSON.parse(textOf(row, 'facts')) as Record<string, string>,
  };
}
