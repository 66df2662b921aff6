import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { proposeManualRate, stepManualRate } from '../../../../gateway/fx/manual-rate.ts';
import type { RateSet } from '../../../../gateway/fx/rate-set.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { rateTables } from '../../../../gateway/store/sqlite/rate-tables.ts';
import { rub } from '../../fx/samples.ts';

function open() {
  const db = new Database(':memory:');
  openPaymentStore(db, { clock: { now: () => 0 } });
  return { db, tables: rateTables(db) };
}
const set = (effectiveOn: string, yuan: bigint, changes: Partial<RateSet> = {}): RateSet => ({
  ...{ source: 'CBR', side: 'middle', effectiveOn, loadedAt: 7 },
  rates: [rub('CNY', yuan, 4), rub('USD', 797_296n, 4)],
  ...changes,
});
const proposed = proposeManualRate(
  {
    ...{ manualId: 'M1', rate: rub('CNY', 115n, 1), from: 100, until: null, reason: 'No file.' },
    ...{ apartBp: 64n, proposedBy: 'anna' },
  },
  50,
);
const audit = (action: string) => ({ at: 50, actor: 'anna', action, subject: 'M1', facts: {} });
const approved = stepManualRate(proposed, { kind: 'approve', by: 'boris' }, 60);

describe('Sets of rates', () => {
  test('are kept with their corrections, and the same again is kept already', () => {
    const { tables } = open();
    expect(tables.addSet(set('2026-11-21', 112_726n))).toBe(true);
    expect(tables.addSet(set('2026-11-21', 112_726n, { loadedAt: 8 }))).toBe(false);
    expect(tables.addSet(set('2026-11-21', 112_727n))).toBe(true);
    expect(tables.addSet(set('2026-11-21', 112_726n))).toBe(true);
    expect(tables.addSet(set('2026-11-22', 113_000n))).toBe(true);
    expect(tables.addSet(set('2026-11-22', 110_000n, { source: 'CFETS' }))).toBe(true);
    expect(tables.setsBetween('CBR', '2026-11-21', '2026-11-22').map((one) => one.rates[0]?.value)).toEqual([
      112_726n,
      112_727n,
      112_726n,
      113_000n,
    ]);
  });

  test('in effect on a day are the latest that are not of a later one, as last corrected', () => {
    const { tables } = open();
    for (const one of [set('2026-11-21', 1n), set('2026-11-21', 2n), set('2026-11-24', 3n)])
      tables.addSet(one);
    expect(tables.inEffect('CBR', '2026-11-23')).toEqual(set('2026-11-21', 2n));
    expect(tables.inEffect('CBR', '2026-11-20')).toBeNull();
    expect(tables.inEffect('CFETS', '2026-11-24')).toBeNull();
  });

  test('are never changed or deleted', () => {
    const { db, tables } = open();
    tables.addSet(set('2026-11-21', 1n));
    expect(() => db.prepare("UPDATE rate_set SET rates = '[]'").run()).toThrow('never changed');
    expect(() => db.prepare('DELETE FROM rate_set').run()).toThrow('never deleted');
  });
});

describe('Rates set by hand', () => {
  test('go on by versions, one writer at a time', () => {
    const { tables } = open();
    tables.insertManual(proposed, audit('rate.propose'));
    expect(tables.manual('M1')).toEqual(proposed);
    expect(tables.putManual(approved, null)).toBe(true);
    expect(tables.putManual(approved, null)).toBe(false);
    const inForce = stepManualRate(approved, { kind: 'tick' }, 100);
    expect(tables.putManual(inForce, null)).toBe(true);
    expect(tables.openManual()).toEqual([inForce]);
    tables.putManual(stepManualRate(inForce, { kind: 'supersede' }, 110), null);
    expect(tables.openManual()).toEqual([]);
    expect(tables.latestManual(5).map((rate) => rate.state)).toEqual(['superseded']);
    expect(tables.manual('M2')).toBeNull();
  });

  test('are held to their rules by the database too: another person, what was proposed, only forward', () => {
    const { db, tables } = open();
    tables.insertManual(proposed, audit('rate.propose'));
    const run = (sql: string) => () => db.prepare(`UPDATE manual_rate SET ${sql}`).run();
    expect(run("state = 'approved', decided_by = 'anna', decided_at = 1")).toThrow('CHECK');
    expect(run("state = 'approved'")).toThrow('CHECK');
    expect(run("state = 'in_force', decided_by = 'boris', decided_at = 1")).toThrow('only forward');
    expect(run("from_at = 1, state = 'approved', decided_by = 'boris', decided_at = 1")).toThrow(
      'what was proposed',
    );
    tables.putManual(approved, null);
    expect(run("state = 'proposed', decided_by = NULL, decided_at = NULL")).toThrow('only forward');
    expect(run("decided_by = 'vera'")).toThrow('only forward');
    expect(() => db.prepare('DELETE FROM manual_rate').run()).toThrow('never deleted');
  });
});

describe('A withdrawal of a rate set by hand', () => {
  test('is kept with its rate, and held to two persons by the database too', () => {
    const { db, tables } = open();
    tables.insertManual(proposed, audit('rate.propose'));
    tables.putManual(approved, null);
    const wanted = stepManualRate(approved, { kind: 'propose_withdrawal', by: 'anna', reason: 'Wrong.' }, 70);
    expect(tables.putManual(wanted, null)).toBe(true);
    expect(tables.manual('M1')).toEqual(wanted);
    const run = (sql: string) => () => db.prepare(`UPDATE manual_rate SET ${sql}`).run();
    expect(run("state = 'superseded', withdrawn_by = 'anna', withdrawn_at = 1")).toThrow('CHECK');
    expect(run("withdrawn_by = 'boris', withdrawn_at = 1")).toThrow('only forward');
    expect(
      run("state = 'superseded', withdrawal_by = 'vera', withdrawn_by = 'boris', withdrawn_at = 1"),
    ).toThrow('what was proposed');
    const out = stepManualRate(wanted, { kind: 'approve_withdrawal', by: 'boris' }, 80);
    expect(tables.putManual(out, null)).toBe(true);
    expect(tables.manual('M1')).toEqual(out);
  });

  test('and its row in the journal are one commit: who was too late leaves none', () => {
    const { db, tables } = open();
    const rows = () => db.prepare('SELECT count(*) FROM audit_row').pluck().get();
    tables.insertManual(proposed, audit('rate.propose'));
    expect(() => tables.insertManual(proposed, audit('rate.propose'))).toThrow('UNIQUE');
    expect(rows()).toBe(1);
    expect(tables.putManual(approved, audit('rate.approve'))).toBe(true);
    expect(tables.putManual(approved, audit('rate.approve'))).toBe(false);
    expect(rows()).toBe(2);
  });
});

describe('A quote', () => {
  test('is never changed, used by two, or deleted', () => {
    const { db } = open();
    db.prepare(
      `INSERT INTO quote (quote_id, tid, rate, source_rate, source, source_date, markup_bp, issued_at, expires_at)
       VALUES ('Q', 'T', '{}', '{}', 'CBR', '2026-11-21', 0, 0, 1)`,
    ).run();
    const run = (sql: string) => () => db.prepare(`UPDATE quote SET ${sql}`).run();
    expect(run('expires_at = 2')).toThrow('never changed');
    expect(run("signature = 'x'")).toThrow('never changed');
    run("used_by = 'A', used_at = 1")();
    expect(run("used_by = 'B', used_at = 1")).toThrow('used once');
    expect(run('used_by = NULL, used_at = NULL')).toThrow('used once');
    expect(() => db.prepare('DELETE FROM quote').run()).toThrow('never deleted');
  });
});
