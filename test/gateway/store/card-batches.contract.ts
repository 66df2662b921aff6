/** What every payment store must do with tills' batches. A store's own test calls this with a way to make one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import type { Change, PaymentStore } from '../../../gateway/payments/ports.ts';
import { batchRow, cardId, cardRow } from './card-rows.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import { T0, TID } from './records.ts';

/** Of no sale, as a foreign terminal sends them. */
const foreign = (n: number, changes: Partial<CardRecord> = {}): Change => ({
  kind: 'card.insert',
  row: cardRow(n, { saleId: null, attemptId: null, ...changes }),
});

export function cardBatchesContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of card batches`, () => {
    let under: StoreUnderTest;
    let store: PaymentStore;
    beforeEach(async () => {
      under = await make();
      under.setNow(T0);
      store = under.store;
    });
    afterEach(() => under.dispose());

    const ok = async (...unit: Change[]) => expect(await store.commit(unit)).toMatchObject({ ok: true });
    const reason = async (...unit: Change[]) => {
      const result = await store.commit(unit);
      return result.ok ? 'ok' : `${result.refusal.change} ${result.refusal.reason}`;
    };

    const figures = { currency: 'RUB', sales: 1, salesMinor: 5n, refunds: 0, refundsMinor: 0n, open: 0 };

    test('a batch is made by its first version and goes on by versions', async () => {
      await ok({ kind: 'batch.put', row: batchRow() });
      expect(await store.cards.batch(TID, '000001')).toEqual(batchRow());
      expect(await reason({ kind: 'batch.put', row: batchRow() })).toBe('0 version');
      const closed = batchRow({
        state: 'closed',
        claimed: [{ ...figures, done: true }],
        counted: [figures],
        agreed: true,
        closedAt: T0,
        version: 2,
      });
      await ok({ kind: 'batch.put', row: closed });
      expect(await store.cards.batch(TID, '000001')).toEqual(closed);
      expect(await reason({ kind: 'batch.put', row: batchRow({ batch: '000002', version: 2 }) })).toBe(
        '0 version',
      );
    });

    test('totals of a batch count by currency what stands, and what is in flight as open', async () => {
      const yuan = { amount: money(300n, CNY), state: 'approved', responseCode: '00' } as const;
      const stands = { state: 'approved', responseCode: '00' } as const;
      await ok(
        foreign(1, stands),
        foreign(2, yuan),
        foreign(3, { ...yuan, kind: 'completion' }),
        foreign(4, { ...yuan, kind: 'refund', originalId: cardId(2), amount: money(100n, CNY) }),
        foreign(5, { state: 'declined', responseCode: '05' }),
        foreign(6, { state: 'reversing', reversalCause: 'void' }),
        foreign(7, { ...stands, kind: 'preauthorisation' }),
        foreign(8, { ...stands, kind: 'void' }),
        foreign(9, { kind: 'balance' }),
        foreign(10),
        foreign(11, { ...stands, batch: '000002' }),
      );
      expect(await store.cards.batchTotals(TID, '000001')).toEqual([
        { currency: 'CNY', sales: 2, salesMinor: 600n, refunds: 1, refundsMinor: 100n, open: 0 },
        { currency: 'RUB', sales: 1, salesMinor: 100_000n, refunds: 0, refundsMinor: 0n, open: 1 },
      ]);
    });

    test('the batches before one are those that are not closed, and the last with transactions', async () => {
      const numbersBefore = (batch: string) => store.cards.batchesBefore(TID, batch);
      expect(await numbersBefore('000009')).toEqual([]);
      await ok(
        ...['000000', '000003', '000005', '000009'].map((batch, n) => foreign(n + 1, { batch })),
        { kind: 'batch.put', row: batchRow({ batch: '000000' }) },
        { kind: 'batch.put', row: batchRow({ batch: '000002' }) },
        {
          kind: 'batch.put',
          row: batchRow({ batch: '000004', state: 'closed', closedAt: T0, agreed: true }),
        },
      );
      expect(await numbersBefore('000009')).toEqual(['000002', '000005']);
      expect(await numbersBefore('000003')).toEqual(['000002']);
      expect(await numbersBefore('000002')).toEqual([]);
    });
  });
}
