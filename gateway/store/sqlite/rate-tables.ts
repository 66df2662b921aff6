/** What sources published, set by set, and rates set by hand: the history of the board. */
import type Database from 'better-sqlite3';
import type { ManualRate, ManualWithdrawal } from '../../fx/manual-rate.ts';
import type { RateSet } from '../../fx/rate-set.ts';
import { type ExactRateJson, rateFromJson, rateToJson } from '../../kernel/rate.ts';
import type { AuditRow } from '../../settlement/contract.ts';
import {
  bigintOf,
  insertSql,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  rateColumn,
  rateOf,
  type SqlValue,
  textOf,
  textOrNull,
  updateSql,
} from './columns.ts';

const MANUAL = [
  'manual_id',
  'version',
  'state',
  'rate',
  'from_at',
  'until_at',
  'reason',
  'apart_bp',
  'proposed_by',
  'proposed_at',
  'decided_by',
  'decided_at',
  'withdrawal_reason',
  'withdrawal_by',
  'withdrawal_at',
  'withdrawn_by',
  'withdrawn_at',
] as const;

export type RateTables = ReturnType<typeof rateTables>;

/** The database is prepared and migrated by whoever opened the store on it. */
export function rateTables(db: Database.Database) {
  const insertSet = prepare(
    db,
    `INSERT INTO rate_set (source, effective_on, version, side, rates, loaded_at) VALUES (?, ?, ?, ?, ?, ?)`,
  );
  const lastOf = prepare(
    db,
    `SELECT * FROM rate_set WHERE source = ? AND effective_on = ? ORDER BY version DESC LIMIT 1`,
  );
  const between = prepare(
    db,
    `SELECT * FROM rate_set WHERE source = ? AND effective_on BETWEEN ? AND ? ORDER BY effective_on, version`,
  );
  const inEffect = prepare(
    db,
    `SELECT * FROM rate_set WHERE source = ? AND effective_on <= ? ORDER BY effective_on DESC, version DESC LIMIT 1`,
  );
  const manualById = prepare(db, 'SELECT * FROM manual_rate WHERE manual_id = ?');
  const manualOpen = prepare(
    db,
    `SELECT * FROM manual_rate WHERE state IN ('proposed', 'approved', 'in_force') ORDER BY manual_id`,
  );
  const manualLatest = prepare(db, 'SELECT * FROM manual_rate ORDER BY proposed_at DESC, manual_id LIMIT ?');
  const insertManual = prepareNamed(db, insertSql('manual_rate', MANUAL));
  const putManual = prepareNamed(
    db,
    `${updateSql('manual_rate', 'manual_id', MANUAL)} AND version = @version - 1`,
  );
  const audit = prepare(
    db,
    'INSERT INTO audit_row (at, actor, action, subject, facts) VALUES (?, ?, ?, ?, ?)',
  );
  const keepAudit = ({ at, actor, action, subject, facts }: AuditRow): void => {
    audit.run(at, actor, action, subject, JSON.stringify(facts));
  };
  const insertWith = db.transaction((rate: ManualRate, row: AuditRow): void => {
    insertManual.run(manualRow(rate));
    keepAudit(row);
  });
  const putWith = db.transaction((rate: ManualRate, row: AuditRow | null): boolean => {
    const isFirst = putManual.run(manualRow(rate)).changes === 1;
    if (isFirst && row !== null) keepAudit(row);
    return isFirst;
  });
  const saysTheSame = (last: Row | undefined, set: RateSet): boolean =>
    last !== undefined && textOf(last, 'rates') === textOfRates(set) && textOf(last, 'side') === set.side;
  const addSet = db.transaction((set: RateSet): boolean => {
    const last = lastOf.get(set.source, set.effectiveOn);
    if (saysTheSame(last, set)) return false;
    const version = last === undefined ? 1n : bigintOf(last, 'version') + 1n;
    insertSet.run(set.source, set.effectiveOn, version, set.side, textOfRates(set), set.loadedAt);
    return true;
  });
  return {
    /** Keeps a set; one that says what the last of its day said is kept already. Answers whether it was new. */
    addSet: (set: RateSet): boolean =>
      // Looked at before the lock is taken: an address gives the same set again and again.
      !saysTheSame(lastOf.get(set.source, set.effectiveOn), set) && addSet.immediate(set),
    /** All versions, by day. */
    setsBetween: (source: string, from: string, to: string): readonly RateSet[] =>
      between.all(source, from, to).map(setOf),
    inEffect(source: string, day: string): RateSet | null {
      const row = inEffect.get(source, day);
      return row === undefined ? null : setOf(row);
    },
    insertManual: (rate: ManualRate, row: AuditRow): void => insertWith.immediate(rate, row),
    /** False when somebody was faster: read it and decide again. */
    putManual: (rate: ManualRate, row: AuditRow | null): boolean => putWith.immediate(rate, row),
    manual(manualId: string): ManualRate | null {
      const row = manualById.get(manualId);
      return row === undefined ? null : manualOf(row);
    },
    /** Those that are or may yet come into force. */
    openManual: (): readonly ManualRate[] => manualOpen.all().map(manualOf),
    latestManual: (most: number): readonly ManualRate[] => manualLatest.all(most).map(manualOf),
  };
}

function textOfRates({ rates }: RateSet): string {
  return JSON.stringify(rates.map(rateToJson));
}

function setOf(row: Row): RateSet {
  return {
    source: textOf(row, 'source'),
    side: textOf(row, 'side') as RateSet['side'],
    effectiveOn: textOf(row, 'effective_on'),
    rates: (JSON.parse(textOf(row, 'rates')) as readonly ExactRateJson[]).map(rateFromJson),
    loadedAt: numberOf(row, 'loaded_at'),
  };
}

function manualRow(rate: ManualRate): Record<string, SqlValue> {
  return {
    manual_id: rate.manualId,
    version: rate.version,
    state: rate.state,
    rate: rateColumn(rate.rate),
    from_at: rate.from,
    until_at: rate.until,
    reason: rate.reason,
    apart_bp: rate.apartBp,
    proposed_by: rate.proposedBy,
    proposed_at: rate.proposedAt,
    decided_by: rate.decidedBy,
    decided_at: rate.decidedAt,
    withdrawal_reason: rate.withdrawal?.reason ?? null,
    withdrawal_by: rate.withdrawal?.proposedBy ?? null,
    withdrawal_at: rate.withdrawal?.proposedAt ?? null,
    withdrawn_by: rate.withdrawal?.decidedBy ?? null,
    withdrawn_at: rate.withdrawal?.decidedAt ?? null,
  };
}

function manualOf(row: Row): ManualRate {
  return {
    manualId: textOf(row, 'manual_id'),
    version: numberOf(row, 'version'),
    state: textOf(row, 'state') as ManualRate['state'],
    rate: rateOf(row, 'rate'),
    from: numberOf(row, 'from_at'),
    until: numberOrNull(row, 'until_at'),
    reason: textOf(row, 'reason'),
    apartBp: row.apart_bp === null ? null : bigintOf(row, 'apart_bp'),
    proposedBy: textOf(row, 'proposed_by'),
    proposedAt: numberOf(row, 'proposed_at'),
    decidedBy: textOrNull(row, 'decided_by'),
    decidedAt: numberOrNull(row, 'decided_at'),
    withdrawal: row.withdrawal_by === null ? null : withdrawalOf(row),
  };
}

function withdrawalOf(row: Row): ManualWithdrawal {
  return {
    reason: textOf(row, 'withdrawal_reason'),
    proposedBy: textOf(row, 'withdrawal_by'),
    proposedAt: numberOf(row, 'withdrawal_at'),
    decidedBy: textOrNull(row, 'withdrawn_by'),
    decidedAt: numberOrNull(row, 'withdrawn_at'),
  };
}
