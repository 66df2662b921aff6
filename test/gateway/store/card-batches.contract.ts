/** What every payment store must do with tills' batches. A store's own test calls this with a way to make one. */
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import type { Change } from '../../../gateway/payments/ports.ts';
import { batchRow, cardId, cardRow } from './card-rows.ts';
import { freshStore } from './fresh-store.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import { T0, TID } from './records.ts';

/** Of no sale, as a foreign terminal sends them. */
const foreign = (n: number, changes: Partial<CardRecord> = {}): Change => ({
  kind: 'card.insert',
  row: cardRow(n, { saleId: null, attemptId: null, ...changes }),
});

const CLAIM = {
  ...{ currency: 'RUB', sales: 1, salesMinor: 5n, refunds: 0, refundsMinor: 0n, open: 0 },
  ...{ done: true, name: '000007 1121090000' },
};
const STANDS = { state: 'approved', responseCode: '00' } as const;

export function cardBatchesContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of card batches`, () => {
    const under = freshStore(make);
    const { ok, reason } = under;

    const figures = { currency: 'RUB', sales: 1, salesMinor: 5n, refunds: 0, refundsMinor: 0n, open: 0 };

    test('a batch is made by its first version and goes on by versions', async () => {
      await ok({ kind: 'batch.put', row: batchRow() });
      expect(await under.store.cards.batch(TID, '000001')).toEqual(batchRow());
      expect(await reason({ kind: 'batch.put', row: batchRow() })).toBe('0 version');
      const closed = batchRow({
        state: 'closed',
        claimed: [{ ...figures, done: true }],
        counted: [figures],
        agreed: true,
        closedAt: T0,
        version: 2,
      });
      // Closed in agreement with other figures than it has now: something came in between.
      expect(await reason({ kind: 'batch.put', row: closed })).toBe('0 version');
      await ok(foreign(1, { ...STANDS, amount: money(5n, RUB) }));
      await ok({ kind: 'batch.put', row: closed });
      expect(await under.store.cards.batch(TID, '000001')).toEqual(closed);
      expect(await reason({ kind: 'batch.put', row: batchRow({ batch: '000002', version: 2 }) })).toBe(
        '0 version',
      );
    });

    test('a batch that is closed takes nothing new, but for what moves no money', async () => {
      await ok({
        kind: 'batch.put',
        row: batchRow({ state: 'closed', closedAt: T0, agreed: true, counted: [] }),
      });
      expect(await reason(foreign(1))).toBe('0 batch_closed');
      expect(await reason(foreign(1, { ...STANDS, kind: 'completion' }))).toBe('0 batch_closed');
      await ok(foreign(2, { kind: 'balance' }), foreign(3, { state: 'declined', responseCode: '12' }));
      expect(await reason(foreign(3))).toBe('0 exists');
      await ok(foreign(4, { batch: '000002' }));
    });

    test('the last batch closed is the one with the highest number', async () => {
      expect(await under.store.cards.lastClosedBatch(TID)).toBeNull();
      const closed = (batch: string) =>
        batchRow({ batch, state: 'closed', closedAt: T0, agreed: true, counted: [], claimed: [CLAIM] });
      await ok(
        { kind: 'batch.put', row: closed('000001') },
        { kind: 'batch.put', row: closed('000000') },
        { kind: 'batch.put', row: batchRow({ batch: '000002' }) },
      );
      expect(await under.store.cards.lastClosedBatch(TID)).toEqual(closed('000001'));
    });

    test('totals of a batch count by currency what stands, and what is in flight as open', async () => {
      const yuan = { amount: money(300n, CNY), state: 'approved', responseCode: '00' } as const;
      await ok(
        foreign(1, STANDS),
        foreign(2, yuan),
        foreign(3, { ...yuan, kind: 'completion' }),
        foreign(4, { ...yuan, kind: 'refund', originalId: cardId(2), amount: money(100n, CNY) }),
        foreign(5, { state: 'declined', responseCode: '05' }),
        foreign(6, { state: 'reversing', reversalCause: 'void' }),
        foreign(7, { ...STANDS, kind: 'preauthorisation' }),
        foreign(8, { ...STANDS, kind: 'void' }),
        foreign(9, { kind: 'balance' }),
        foreign(10),
        foreign(11, { ...STANDS, batch: '000002' }),
      );
      expect(await under.store.cards.batchTotals(TID, '000001')).toEqual([
        { currency: 'CNY', sales: 2, salesMinor: 600n, refunds: 1, refundsMinor: 100n, open: 0 },
        { currency: 'RUB', sales: 1, salesMinor: 100_000n, refunds: 0, refundsMinor: 0n, open: 1 },
      ]);
    });

    test('the batches before one are those that are not closed, and the last with transactions', async () => {
      const numbersBefore = (batch: string) => under.store.cards.batchesBefore(TID, batch);
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
