import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { parseMid } from '../../../../gateway/kernel/identifiers.ts';
import { migrate, shippedMigrations } from '../../../../gateway/store/sqlite/migrations.ts';
import { openPaymentStore } from '../../../../gateway/store/sqlite/payment-store.ts';
import { cardId, cardRow, identity } from '../card-rows.ts';
import { MERCHANT, MID, saleRow, T0, TERMS } from '../records.ts';

const at = { clock: { now: () => T0 } };
const KSN = '123456789012345600000001';

async function opened() {
  const db = new Database(':memory:');
  const store = openPaymentStore(db, at);
  await store.commit([{ kind: 'sale.insert', row: saleRow() }]);
  return { db, store };
}

describe('What was sent with a card transaction', () => {
  test('is stored with it and never changes', async () => {
    const { db, store } = await opened();
    const acceptor = { name: 'Чайная «У моста»', town: 'Khabarovsk', categoryCode: '5812' };
    const row = cardRow(1, { acceptor, pinKsn: KSN });
    expect(await store.commit([{ kind: 'card.insert', row }])).toMatchObject({ ok: true });
    expect(await store.cards.card(cardId())).toEqual(row);
    const changed = [
      `acceptor_name = 'x'`,
      `acceptor_town = NULL`,
      `category_code = '5999'`,
      `pin_ksn = NULL`,
    ];
    for (const change of changed) {
      expect(() => db.exec(`UPDATE card_transaction SET ${change}`)).toThrow('does not change');
    }
  });

  test('is refused when its PIN block came before, unless it is the same message', async () => {
    const { store } = await opened();
    const insert = (n: number, pinKsn: string | null) =>
      store.commit([{ kind: 'card.insert', row: cardRow(n, { pinKsn, saleId: null }) }]);
    expect(await insert(1, KSN)).toMatchObject({ ok: true });
    expect(await insert(2, KSN)).toMatchObject({
      ok: false,
      refusal: { reason: 'pin_block_used', change: 0 },
    });
    expect(await insert(1, KSN)).toMatchObject({ ok: false, refusal: { reason: 'exists' } });
    expect(await insert(3, null)).toMatchObject({ ok: true });
    expect(await insert(4, null)).toMatchObject({ ok: true });
  });
});

describe('A transaction that is looked for by its terminal', () => {
  test('is found under any merchant, the latest first', async () => {
    const { store } = await opened();
    const { mid: _mid, ...wanted } = identity();
    expect(await store.cards.byTerminal(wanted)).toBeNull();
    const under = (n: number, mid: string) =>
      cardRow(n, { saleId: null, identity: identity(1, { mid: parseMid(mid) }) });
    const mids = ['100000000000009', '100000000000005', '100000000000007'];
    for (const [index, mid] of mids.entries()) {
      expect(await store.commit([{ kind: 'card.insert', row: under(index + 1, mid) }])).toMatchObject({
        ok: true,
      });
    }
    expect((await store.cards.byTerminal(wanted))?.cardId).toBe(cardId(3));
    expect(await store.cards.byTerminal({ ...wanted, stan: '999999' })).toBeNull();
  });
});

test('Transactions of before are what their merchant is when the database is brought forward.', () => {
  const db = new Database(':memory:');
  db.pragma(`application_id = ${0x416d7572}`);
  const shipped = shippedMigrations();
  migrate(db, shipped.slice(0, 3), T0);
  const terms = JSON.stringify({ ...TERMS, cards: { categoryCode: '5411', town: 'Khabarovsk' } });
  db.prepare('INSERT INTO merchant VALUES (?, ?, ?, ?, ?, ?, ?)').run(
    ...[MID, MERCHANT.name, MERCHANT.nameZh, MERCHANT.inn, MERCHANT.address, 150, terms],
  );
  db.exec(`INSERT INTO card_transaction (card_id, tid, mid, class, stan, transmitted_at, kind, state, version, batch,
      amount_minor, amount_currency, mdr_bp, mdr_returned, entry_mode, cvm, refunded_minor, refunds_booked_minor, body_hash,
      business_date, created_at, updated_at)
    VALUES ('${cardId()}', '10000001', '${MID}', '2', '000001', '1121090000', 'sale', 'declined', 1, '000001',
      5, 'RUB', 0, 0, '051', 'other', 0, 0, 'x', '2026-11-21', ${T0}, ${T0})`);
  const store = openPaymentStore(db, at);
  const found = [...store.allCards()];
  expect(found).toMatchObject([{ acceptor: { name: MERCHANT.name, town: null, categoryCode: '5411' } }]);
  expect(found[0]?.pinKsn).toBeNull();
});
