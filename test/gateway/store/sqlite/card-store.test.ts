import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { RUB } from '../../../../gateway/kernel/currency.ts';
import { money } from '../../../../gateway/kernel/money.ts';
import type { Change } from '../../../../gateway/payments/ports.ts';
import { shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { cardBatchesContract } from '../card-batches.contract.ts';
import { cardBooksContract } from '../card-books.contract.ts';
import { adviceRow, BANK, bankReference, batchRow, cardId, cardRow, identity } from '../card-rows.ts';
import { paymentRow, saleId, saleRow, T0 } from '../records.ts';

const inMemory = async () => {
  let now = T0;
  const db = new Database(':memory:');
  const store = openPaymentStore(db, { clock: { now: () => now } });
  const setNow = (next: number) => {
    now = next;
  };
  const dispose = async () => {
    await store.close();
    db.close();
  };
  return { store, setNow, dispose };
};
cardBooksContract('SQLite in memory', inMemory);
cardBatchesContract('SQLite in memory', inMemory);

const at = { clock: { now: () => T0 } };
const insert = (...args: Parameters<typeof cardRow>): Change => ({
  kind: 'card.insert',
  row: cardRow(...args),
});
const approved = { state: 'approved', responseCode: '00', authCode: 'A12345' } as const;

async function filled() {
  const db = new Database(':memory:');
  const store = openPaymentStore(db, at);
  const result = await store.commit([
    { kind: 'sale.insert', row: saleRow() },
    insert(1, {
      ...approved,
      answer: Uint8Array.of(1),
      billing: { amount: money(5n, RUB), rate: '20000000' },
    }),
    insert(2, { saleId: null, state: 'declined', responseCode: '05' }),
    insert(3, { saleId: null, state: 'reversing', reversalCause: 'restart', responseCode: '91' }),
    insert(4, { saleId: null, state: 'reversed', reversalCause: 'restart', responseCode: '91' }),
    insert(5, {
      ...{ saleId: null, state: 'parked', reversalCause: 'restart', card: null, bankReference: null },
    }),
    { kind: 'advice.insert', row: adviceRow(3) },
    { kind: 'advice.insert', row: adviceRow(4, { doneAt: T0, responseCode: '25' }) },
    {
      kind: 'batch.put',
      row: batchRow({ batch: '000009', state: 'closed', counted: [], agreed: true, closedAt: T0 }),
    },
  ]);
  expect(result).toMatchObject({ ok: true });
  return { db, store };
}

const of = (n: number) => `card_id = '${cardId(n)}'`;

describe('The card tables refuse', () => {
  test.each([
    ['DELETE FROM card_transaction', 'never deleted'],
    ['INSERT OR REPLACE INTO card_transaction SELECT * FROM card_transaction', 'never deleted'],
    ['DELETE FROM card_advice', 'never deleted'],
    ['DELETE FROM card_batch', 'never deleted'],
    [`UPDATE card_transaction SET stan = '999999' WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET amount_currency = 'CNY' WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET body_hash = 'x' WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET bank_stan = '999999' WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET card_encrypted = x'00' WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET original_id = card_id WHERE ${of(1)}`, 'identity'],
    [`UPDATE card_transaction SET amount_minor = amount_minor - 1 WHERE ${of(1)}`, 'a fact'],
    [`UPDATE card_transaction SET answer = x'02' WHERE ${of(1)}`, 'final'],
    [`UPDATE card_transaction SET answer = NULL WHERE ${of(1)}`, 'final'],
    [`UPDATE card_transaction SET response_code = '05' WHERE ${of(1)}`, 'final'],
    [`UPDATE card_transaction SET auth_code = NULL WHERE ${of(1)}`, 'final'],
    [`UPDATE card_transaction SET billing_minor = 6 WHERE ${of(1)}`, 'final'],
    [`UPDATE card_transaction SET reversal_cause = 'void' WHERE ${of(3)}`, 'final'],
    [`UPDATE card_transaction SET state = 'sent' WHERE ${of(1)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'declined' WHERE ${of(1)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'approved' WHERE ${of(2)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'reversing', reversal_cause = 'void' WHERE ${of(2)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'approved' WHERE ${of(3)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'reversing' WHERE ${of(4)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'sent' WHERE ${of(5)}`, 'forward'],
    [`UPDATE card_transaction SET state = 'reversing' WHERE ${of(1)}`, 'CHECK'],
    [`UPDATE card_transaction SET refunded_minor = amount_minor + 1 WHERE ${of(1)}`, 'CHECK'],
    [`UPDATE card_transaction SET refunds_booked_minor = 1 WHERE ${of(1)}`, 'CHECK'],
    [`UPDATE card_advice SET position = 9 WHERE ${of(3)}`, 'place'],
    [`UPDATE card_advice SET stan = '999999' WHERE ${of(3)}`, 'place'],
    [`UPDATE card_advice SET response_code = '00' WHERE ${of(4)}`, 'done'],
    ["UPDATE card_batch SET state = 'open', closed_at = NULL", 'closed batch'],
    ["UPDATE card_batch SET claimed = '[1]', agreed = 1", 'closed batch'],
    ["UPDATE card_batch SET agreed = 0, counted = '[1]'", 'closed batch'],
    ['UPDATE card_batch SET agreed = 0, closed_at = closed_at + 1', 'closed batch'],
    [`UPDATE card_transaction SET condition_code = '08' WHERE ${of(1)}`, 'what was sent'],
  ])('%s', async (sql, message) => {
    const { db } = await filled();
    expect(() => db.prepare(sql).run()).toThrow(message);
  });

  test('two transactions under one reference of a bank', async () => {
    const { store } = await filled();
    const row = cardRow(9, { saleId: null, bankReference: bankReference(1) });
    await expect(store.commit([{ kind: 'card.insert', row }])).rejects.toThrow('UNIQUE');
    const repeat = cardRow(9, { saleId: null, bankReference: bankReference(1, { mti: '0100' }) });
    expect(await store.commit([{ kind: 'card.insert', row: repeat }])).toMatchObject({ ok: true });
  });

  test('card refunds beyond their original, without one, or in another currency', async () => {
    const { store } = await filled();
    const refund = (n: number, minor: bigint, changes: Parameters<typeof cardRow>[1] = {}) =>
      store.commit([
        insert(n, {
          ...{ kind: 'refund', saleId: null, originalId: cardId(1), amount: money(minor, RUB) },
          ...changes,
        }),
      ]);
    expect(await refund(11, 60_000n)).toMatchObject({ ok: true });
    await expect(refund(12, 40_001n)).rejects.toThrow('within their original');
    expect(await refund(13, 40_001n, { state: 'declined', responseCode: '61' })).toMatchObject({ ok: true });
    expect(await refund(14, 40_000n)).toMatchObject({ ok: true });
    await expect(refund(15, 1n)).rejects.toThrow('within their original');
    await expect(refund(16, 1n, { originalId: null })).rejects.toThrow('has an original');
  });

  test('a second completion or void of one transaction', async () => {
    const { store } = await filled();
    for (const kind of ['completion', 'void'] as const) {
      const first = kind === 'void' ? 21 : 23;
      const row = (n: number) => insert(n, { ...approved, kind, saleId: null, originalId: cardId(1) });
      expect(await store.commit([row(first)])).toMatchObject({ ok: true });
      await expect(store.commit([row(first + 1)])).rejects.toThrow('UNIQUE');
    }
  });

  test('a wallet attempt beside a card, and a card beside a wallet attempt, from a program that does not ask first', async () => {
    const { db, store } = await filled();
    await store.commit([
      { kind: 'sale.insert', row: saleRow({ saleId: saleId(2) }) },
      { kind: 'payment.insert', row: paymentRow({ saleId: saleId(2) }) },
    ]);
    const copy = (table: string, key: string, sale: string) =>
      db.exec(`CREATE TEMP TABLE copy AS SELECT * FROM ${table} LIMIT 1;
        UPDATE copy SET ${key} = 'X', sale_id = '${sale}';
        ${table === 'payment' ? '' : "UPDATE copy SET stan = '777777', bank_stan = '777777';"}
        INSERT INTO ${table} SELECT * FROM copy`);
    expect(() => copy('payment', 'attempt_id', saleId(1))).toThrow('a card attempt');
    db.exec('DROP TABLE copy');
    expect(() => copy('card_transaction', 'card_id', saleId(2))).toThrow('a wallet attempt');
  });

  test('a bank approving more than was asked, and not less', async () => {
    const { store } = await filled();
    const asked = money(500n, RUB);
    const put = (n: number, minor: bigint) =>
      store.commit([
        insert(n, { saleId: null, amount: asked }),
        {
          kind: 'card.put',
          row: cardRow(n, { ...approved, saleId: null, version: 2, amount: money(minor, RUB) }),
        },
      ]);
    await expect(put(31, 501n)).rejects.toThrow('a fact');
    expect(await put(32, 499n)).toMatchObject({ ok: true });
  });
});

describe('What a contract said of the fee', () => {
  test('is kept with the transaction, and is a fact', async () => {
    const db = new Database(':memory:');
    const store = openPaymentStore(db, at);
    const fee = { fixedMinor: '500', tiers: [{ fromMinor: '100000', mdrBp: 150 }] };
    expect(await store.commit([insert(1, { saleId: null, fee })])).toMatchObject({ ok: true });
    expect(await store.cards.byIdentity(identity())).toEqual(cardRow(1, { saleId: null, fee }));
    expect(() => db.prepare('UPDATE card_transaction SET fee = NULL').run()).toThrow('facts');
  });
});

describe('A database from before cards', () => {
  test('is brought forward with its rows, and takes cards', async () => {
    const db = new Database(':memory:');
    const [first] = shippedMigrations();
    if (first === undefined) throw new Error('There is a first migration.');
    db.pragma(`application_id = ${0x416d7572}`);
    db.exec(first.sql);
    db.exec(`CREATE TABLE migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL,
      applied_at INTEGER NOT NULL) STRICT`);
    db.prepare('INSERT INTO migration VALUES (1, ?, ?, ?)').run(first.name, first.checksum, T0);
    db.prepare(
      "INSERT INTO sale VALUES (?, '00000001', '100000000000001', 1, 'RUB', NULL, NULL, NULL, NULL, 1)",
    ).run(saleId());
    const store = openPaymentStore(db, at);
    expect(await store.commit([insert(1)])).toMatchObject({ ok: true });
    expect(await store.cards.byIdentity(identity())).toEqual(cardRow());
    expect(store.integrityErrors()).toEqual([]);
  });
});

describe('Reading all card rows', () => {
  test('comes in pages, each row once', async () => {
    const store = openPaymentStore(new Database(':memory:'), at);
    const numbers = Array.from({ length: 450 }, (_, i) => i + 1);
    await store.commit(numbers.map((n) => insert(n, { saleId: null })));
    await store.commit(numbers.map((n) => ({ kind: 'advice.insert', row: adviceRow(n) }) as const));
    expect([...store.allCards()].map((row) => row.cardId)).toEqual(numbers.map(cardId));
    expect([...store.allAdvices()]).toHaveLength(450);
    expect((await store.cards.advices(BANK, 1_000)).map((row) => row.position)).toEqual(numbers);
  });
});

test('a transaction is looked up by its bank’s reference in the index that keeps them apart, by all of it', async () => {
  const asked: string[] = [];
  const db = new Database(':memory:', { verbose: (sql) => void asked.push(String(sql)) });
  const store = openPaymentStore(db, at);
  await store.commit([{ kind: 'sale.insert', row: saleRow() }, insert(1)]);
  asked.length = 0;
  expect((await store.cards.byBankReference(bankReference()))?.cardId).toBe(cardId());
  const plan = db.prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${asked[0]}`).all();
  expect(plan.map(({ detail }) => detail)).toEqual([expect.stringContaining('INDEX card_bank_reference')]);
  const others = [{ bank: 'other' }, { mti: '0100' }, { mti: '0220' }, { stan: '000099' }];
  for (const other of [...others, { transmittedAt: '1121090002' }, { transmittedAt: '1122090001' }]) {
    expect(await store.cards.byBankReference(bankReference(1, other))).toBeNull();
  }
  db.close();
});

test('the identity of a message without a transaction is claimed by one content, and neither changed nor freed', async () => {
  const db = new Database(':memory:');
  const store = openPaymentStore(db, at);
  const claim = (bodyHash: string, messageClass = '4') =>
    store.commit([
      { kind: 'card_message.claim', row: { identity: { ...identity(), messageClass }, bodyHash } },
    ]);
  expect(await claim('aa')).toMatchObject({ ok: true });
  expect(await claim('aa')).toMatchObject({ ok: true });
  expect(await claim('bb')).toMatchObject({ ok: false, refusal: { reason: 'exists' } });
  expect(await claim('bb', '5')).toMatchObject({ ok: true });
  expect(() => db.exec("UPDATE card_message SET body_hash = 'bb'")).toThrow('does not change');
  expect(() => db.exec('DELETE FROM card_message')).toThrow('never deleted');
  db.close();
});
