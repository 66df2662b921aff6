import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, describe, expect, test } from 'vitest';
import { Checkpoints } from '../../../../gateway/store/sqlite/checkpoints.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { cardId, cardRow } from '../card-rows.ts';
import { T0 } from '../records.ts';

const at = { clock: { now: () => T0 } };
const directory = mkdtempSync(join(tmpdir(), 'amur-checkpoints-'));
const file = join(directory, 'store.sqlite');

afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('The log of the store', () => {
  test('is taken over beside the writer, and every row is found afterwards', async () => {
    const failures: Error[] = [];
    const checkpoints = new Checkpoints(file, (error) => failures.push(error));
    const db = new Database(file);
    const store = openPaymentStore(db, at, { committed: () => checkpoints.committed() });
    const [before, log] = [statSync(file).size, statSync(`${file}-wal`).size];
    for (let n = 1; n <= 250; n += 1) {
      await store.commit([{ kind: 'card.insert', row: cardRow(n, { saleId: null }) }]);
    }
    await store.close();
    await checkpoints.stop();
    expect(failures).toEqual([]);
    expect(statSync(`${file}-wal`).size).toBeGreaterThan(log);
    expect(statSync(file).size).toBeGreaterThan(before);
    expect(store.integrityErrors()).toEqual([]);
    expect(await store.cards.card(cardId(250))).not.toBeNull();
    // A thread that has been stopped is not begun again.
    for (let n = 0; n < 200; n += 1) checkpoints.committed();
    db.close();
  });

  test('stays the writer’s own where the thread cannot work', async () => {
    const failed = Promise.withResolvers<Error>();
    const checkpoints = new Checkpoints(join(directory, 'nowhere', 'store.sqlite'), failed.resolve);
    for (let n = 0; n < 300; n += 1) checkpoints.committed();
    expect(await failed.promise).toBeInstanceOf(Error);
    for (let n = 0; n < 300; n += 1) checkpoints.committed();
    await checkpoints.stop();
  });
});
