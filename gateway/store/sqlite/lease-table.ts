/** Leases with a fencing epoch. A subject's row is never removed, so that its epochs only rise, and a writer that lost
 *  its lease without noticing carries an epoch that no longer counts.
 *
 *  An owner may take again what it holds itself: that is a renewal with a new epoch, and its earlier epoch is dead. */
import type Database from 'better-sqlite3';
import type { EpochMs } from '../../kernel/time.ts';
import type { Lease, Subject } from '../../payments/ports.ts';
import { numberOf, numberOrNull, prepare, textOf } from './columns.ts';

export type LeaseTable = ReturnType<typeof leaseTable>;

export function leaseTable(db: Database.Database) {
  const take = prepare(
    db,
    `INSERT INTO lease (kind, subject_id, owner, epoch, until_at) VALUES (?, ?, ?, 1, ?)
     ON CONFLICT (kind, subject_id) DO UPDATE
       SET owner = excluded.owner, epoch = epoch + 1, until_at = excluded.until_at
       WHERE until_at <= ? OR owner = excluded.owner
     RETURNING epoch`,
  );
  const holds = prepare(
    db,
    `SELECT 1 AS held FROM lease
     WHERE kind = ? AND subject_id = ? AND owner = ? AND epoch = ? AND until_at > ?`,
  );
  const release = prepare(
    db,
    'UPDATE lease SET until_at = 0 WHERE kind = ? AND subject_id = ? AND owner = ? AND epoch = ?',
  );
  const duePayments = prepare(db, dueSql('payment', 'attempt_id'));
  const dueRefunds = prepare(db, dueSql('refund', 'refund_id'));
  const nextDue = prepare(
    db,
    `SELECT min(at) AS at FROM (
       SELECT min(next_action_at) AS at FROM payment WHERE next_action_at IS NOT NULL
       UNION ALL SELECT min(next_action_at) FROM refund WHERE next_action_at IS NOT NULL)`,
  );
  return {
    /** Null when another owner holds it. */
    take(subject: Subject, owner: string, now: EpochMs, leaseMs: number): Lease | null {
      const until = now + leaseMs;
      const row = take.get(subject.kind, subject.id, owner, until, now);
      return row === undefined ? null : { subject, owner, epoch: numberOf(row, 'epoch'), until };
    },
    isCurrent: (lease: Lease, now: EpochMs): boolean =>
      holds.get(lease.subject.kind, lease.subject.id, lease.owner, lease.epoch, now) !== undefined,
    /** False when the lease has passed to somebody else meanwhile. */
    release: (lease: Lease): boolean =>
      release.run(lease.subject.kind, lease.subject.id, lease.owner, lease.epoch).changes === 1,
    /** Oldest first. */
    due(owner: string, now: EpochMs, most: number): readonly Subject[] {
      const rows = [...duePayments.all(now, now, owner, most), ...dueRefunds.all(now, now, owner, most)];
      return rows
        .map((row) => ({ kind: textOf(row, 'kind'), id: textOf(row, 'id'), at: numberOf(row, 'at') }))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
        .slice(0, most)
        .map(({ kind, id }) => ({ kind, id }) as Subject);
    },
    nextDueAt(): EpochMs | null {
      const row = nextDue.get();
      return row === undefined ? null : numberOrNull(row, 'at');
    },
  };
}

/** Each table is read by itself, in the order of its index of due times, so that after an outage a look costs what it
 *  takes and not what is waiting. A bare parameter as the limit, or in an OR over the join, makes SQLite plan the statement
 *  anew at every run, which takes longer than the look itself: hence `+ 0` and `coalesce`. No lease at all is null there. */
function dueSql(table: 'payment' | 'refund', key: 'attempt_id' | 'refund_id'): string {
  return `SELECT '${table}' AS kind, s.${key} AS id, s.next_action_at AS at FROM ${table} s
     LEFT JOIN lease l ON l.kind = '${table}' AND l.subject_id = s.${key}
     WHERE s.next_action_at <= ? AND coalesce(l.until_at <= ? OR l.owner = ?, 1)
     ORDER BY s.next_action_at, s.${key} LIMIT ? + 0`;
}
