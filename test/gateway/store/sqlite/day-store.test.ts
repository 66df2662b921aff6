import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { openDayStore } from '../../../../gateway/store/sqlite/day-store.ts';
import { cycleRow, MID_A, netLineRow, partnerRow, payeeRow } from '../../settlement/parties.ts';
import { dayStoreContract } from '../day-store.contract.ts';

const RUNTIME = { clock: { now: () => 1_795_327_200_000 } };

dayStoreContract('SQLite in memory', async () => {
  const db = new Database(':memory:');
  const store = openDayStore(db, RUNTIME);
  const dispose = async () => {
    await store.close();
    db.close();
  };
  return { store, dispose };
});

async function filled() {
  const db = new Database(':memory:');
  const store = openDayStore(db, RUNTIME);
  const cut = { ...cycleRow(), state: 'CUT', version: 2, cutAt: 1 } as const;
  const next = cycleRow({ cycleId: 'amurbank-RUB-20261118', businessDate: '2026-11-18' });
  const result = await store.commit([
    { kind: 'partner.set', row: partnerRow() },
    { kind: 'payee.set', row: payeeRow() },
    { kind: 'payee.assign', payee: { kind: 'merchant', id: MID_A, partner: 'amurbank' } },
    { kind: 'cycle.insert', row: cycleRow() },
    { kind: 'cycle.cut', row: cut, next },
    { kind: 'line.ensure', row: netLineRow({ sales: 5n, net: 5n, due: 5n }) },
    { kind: 'audit.insert', row: { at: 1, actor: 'a', action: 'b', subject: 'c', facts: {} } },
  ]);
  expect(result).toEqual({ ok: true });
  return db;
}

test('no program can delete or rewrite what the bank’s day has decided', async () => {
  const db = await filled();
  const refused = (sql: string) => expect(() => db.exec(sql)).toThrow();
  for (const table of ['settlement_cycle', 'net_line', 'payee_assignment', 'audit_row']) {
    refused(`DELETE FROM ${table}`);
  }
  refused('UPDATE net_line SET due = 6, net = 6, sales = 6');
  refused("UPDATE settlement_cycle SET state = 'SENT' WHERE state = 'CUT'");
  refused("UPDATE settlement_cycle SET to_position = 7 WHERE state = 'CUT'");
  refused("UPDATE settlement_cycle SET state = 'OPEN', to_position = NULL WHERE state = 'CUT'");
  refused("UPDATE payee_assignment SET partner = 'vostok'");
  refused("UPDATE audit_row SET actor = 'nobody'");
  refused("UPDATE settlement_cycle SET calculated_by = 'anna', approved_by = 'anna' WHERE state = 'CUT'");
  db.close();
});

test('a line that does not add up is refused by the table itself', async () => {
  const db = await filled();
  db.exec('DROP TRIGGER net_line_never_changes');
  expect(() => db.exec('UPDATE net_line SET sales = sales + 1')).toThrow(/CHECK/);
  db.close();
});
