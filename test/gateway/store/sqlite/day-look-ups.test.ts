/** The indexes that serve what the bank's day looks for: a look-up that read a whole table would grow with the years. */
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { openDayStore } from '../../../../gateway/store/sqlite/day-store.ts';
import { openReconStore } from '../../../../gateway/store/sqlite/recon-store.ts';

const HASH = 'ab'.repeat(32);

test('what the bank’s day looks for is found by an index', async () => {
  const asked: string[] = [];
  let watching = false;
  const db = new Database(':memory:', {
    verbose: (sql) => {
      if (watching) asked.push(String(sql));
    },
  });
  const store = openDayStore(db, { clock: { now: () => 1 } });
  const plansOf = async (look: () => Promise<unknown>): Promise<readonly string[]> => {
    asked.length = 0;
    watching = true;
    await look();
    watching = false;
    const reads = asked.filter((sql) => /^\s*SELECT/.test(sql));
    expect(reads.length).toBeGreaterThan(0);
    return reads.flatMap((sql) =>
      db
        .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map(({ detail }) => detail),
    );
  };
  const looks: Readonly<Record<string, () => Promise<unknown>>> = {
    'an exception by its name': () => store.exception('a'),
    'exceptions about a cycle': () => store.exceptions({ subject: 'a', states: ['open'] }),
    'open exceptions': () => store.exceptions({ states: ['open'] }),
    'approved exceptions that are not settled': () => store.exceptionsToSettle(),
    'a row of a statement': () => store.statementRow(HASH, 1),
    'what was matched under an id': () =>
      openReconStore(db).matchedBefore('receivable', 'alipay', [
        {
          ...{ key: 'f:1', kind: 'payment', id: 'a', otherIds: [], date: '2026-11-18' },
          amount: { amountMinor: 1n, currency: RUB },
        },
      ]),
    'a staged name': () => store.commit([{ kind: 'staged.discard', stagedAs: '.staging/1' }]),
  };
  for (const [name, look] of Object.entries(looks)) {
    const plans = await plansOf(look);
    // A partial index is walked whole, and holds what is looked for only; `k` is the answer of the look-up inside.
    const fine = (plan: string) => plan.includes('exception_to_settle') || plan === 'SCAN k';
    const scans = plans.filter((plan) => plan.startsWith('SCAN') && !fine(plan));
    expect([name, scans]).toEqual([name, []]);
    expect(plans.some((plan) => plan.includes('INDEX') || plan.includes('PRIMARY KEY'))).toBe(true);
  }
  await store.close();
  db.close();
});
