/** What every payment store must do with the quote of a card attempt. A store's own test calls this with a way to make one. */
import { beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import type { Change } from '../../../gateway/payments/ports.ts';
import { cardRow } from './card-rows.ts';
import { freshStore } from './fresh-store.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import { attemptId, quoteId, quoteRow, RATE, saleId, saleRow, T0, TID } from './records.ts';

const BY = attemptId();
const USE = { kind: 'quote.use', quoteId: quoteId(), tid: TID, by: BY, cardSale: saleId() } as const;
const TERMS = { price: money(100_000n, RUB), rate: RATE, markupBp: 150, quoteId: quoteId() };
const DECLINED = { state: 'declined', responseCode: '55', version: 2 } as const;

const priced = (n: number, changes: Partial<CardRecord> = {}) =>
  cardRow(n, { attemptId: BY, amount: money(8_934n, CNY), dcc: TERMS, ...changes });
const insertion = (n: number): Change => ({ kind: 'card.insert', row: priced(n) });
const put = (n: number, changes: Partial<CardRecord>): Change => ({
  kind: 'card.put',
  row: priced(n, changes),
});

export function cardQuotesContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the quote of a card attempt, which`, () => {
    const under = freshStore(make);
    const { ok, reason } = under;
    beforeEach(async () => {
      const sale: Change = { kind: 'sale.insert', row: saleRow() };
      await ok({ kind: 'quote.insert', row: quoteRow({ cardBin: '62000004' }) }, sale, USE, insertion(1));
    });

    test('comes back with the card it was offered to', async () => {
      expect(await under.store.quote(quoteId())).toEqual(quoteRow({ cardBin: '62000004' }));
    });

    test('serves it again, after its time too, while all that was asked for by it is declined', async () => {
      await ok(put(1, DECLINED));
      under.setNow(T0 + 60_000);
      expect(await reason(USE, insertion(2))).toBe('ok');
      await ok(put(2, DECLINED));
      expect(await reason(USE, insertion(3))).toBe('ok');
    });

    test('serves it no more once it has held for twice its time', async () => {
      await ok(put(1, DECLINED));
      under.setNow(T0 + 119_999);
      expect(await reason(USE, insertion(2))).toBe('ok');
      await ok(put(2, DECLINED));
      under.setNow(T0 + 120_000);
      expect(await reason(USE, insertion(3))).toBe('0 quote_expired');
    });

    test.each([
      ['in flight', null],
      ['approved', { state: 'approved', responseCode: '00', version: 2 }],
      ['given up', { state: 'reversing', reversalCause: 'bank_timeout', version: 2 }],
    ] as const)('does not while that is %s', async (_, state) => {
      if (state !== null) await ok(put(1, state));
      expect(await reason(USE)).toBe('0 quote_used');
    });

    test('serves no other attempt, and not the same one for another sale', async () => {
      await ok(put(1, DECLINED));
      expect(await reason({ ...USE, by: attemptId(2) })).toBe('0 quote_used');
      expect(await reason({ ...USE, cardSale: saleId(2) })).toBe('0 quote_used');
    });
  });
}
