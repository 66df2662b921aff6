import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, expect, test } from 'vitest';
import type { CashierView } from '../../electron/contract/view.ts';
import { refunds } from './checks.ts';
import { Memory } from './memory.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Only what is looked at of a screen. */
function shown(saleId: string, amountMinor: string): CashierView {
  const screen = { name: 'refund_done', outcome: 'approved', sale: { saleId }, amount: { amountMinor } };
  return { screen } as unknown as CashierView;
}

test('of a sale that gave back two parts the first is remembered too, and missed where the journal lost it', () => {
  folder = mkdtempSync(join(tmpdir(), 'amur-memory-'));
  mkdirSync(join(folder, 'terminal'));
  const journal = new Database(join(folder, 'terminal', 'journal.db'));
  journal.exec(`CREATE TABLE refunds (sale_id, amount_minor INTEGER, state);
    INSERT INTO refunds VALUES ('S1', 200, 'approved'), ('S1', 100, 'declined'), ('S2', 70, 'approved')`);
  journal.close();
  const memory = new Memory();
  for (const view of [shown('S1', '100'), shown('S1', '200'), shown('S2', '70')]) memory.look(view);
  expect(refunds(folder, memory)).toEqual([
    'a screen showed a refund of 100 of sale S1, the journal does not know it',
  ]);
});
