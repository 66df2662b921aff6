/** What every payment store must do with card transactions. A store's own test calls this with a way to make one. */
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseMid, parseTid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { CardRecord } from '../../../gateway/payments/card/records.ts';
import type { Change } from '../../../gateway/payments/ports.ts';
import {
  adviceId,
  adviceRow,
  answered,
  BANK,
  bankReference,
  cardId,
  cardRow,
  closing,
  identity,
  NOTHING,
} from './card-rows.ts';
import { freshStore } from './fresh-store.ts';
import type { StoreUnderTest } from './payment-store.contract.ts';
import {
  attemptId,
  DAY,
  MID,
  paymentRow,
  quoteId,
  RATE,
  saleId,
  saleRow,
  T0,
  TID,
  tenderId,
} from './records.ts';

const SALE: Change = { kind: 'sale.insert', row: saleRow() };
const insertion = (row: CardRecord): Change => ({ kind: 'card.insert', row });
const CARD = insertion(cardRow());
const put = (row: CardRecord): Change => ({ kind: 'card.put', row });
const approved = (n = 1, changes: Partial<CardRecord> = {}) =>
  cardRow(n, { state: 'approved', version: 2, responseCode: '00', authCode: 'A12345', ...changes });
/** Of no sale, as a foreign terminal sends them. */
const foreign = (n: number, changes: Partial<CardRecord> = {}) =>
  insertion(cardRow(n, { saleId: null, attemptId: null, ...changes }));

export function cardBooksContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the contract of card books`, () => {
    const under = freshStore(make);
    const { ok, reason } = under;

    const sales = (n: number) => ({ debits: n, debitsMinor: BigInt(n) * 100_000n });
    const undoneSales = (n: number) => ({ debitReversals: n, debitReversalsMinor: BigInt(n) * 100_000n });

    describe('reading back', () => {
      const full = cardRow(1, {
        state: 'approved',
        amount: money(8_934n, CNY),
        dcc: { price: money(9_007_199_254_740_993n, RUB), rate: RATE, markupBp: 150, quoteId: quoteId() },
        responseCode: '00',
        authCode: 'A12345',
        billing: { amount: money(8_900n, CNY), rate: '70886400' },
        refunded: money(900n, CNY),
        refundsBooked: money(400n, CNY),
        answer: Uint8Array.of(2, 16, 0, 255),
      });

      test('every column comes back as it was written, bytes as their own copy', async () => {
        await ok(SALE, insertion(full));
        expect(await under.store.cards.card(cardId())).toEqual(full);
        expect(await under.store.cards.byIdentity(identity())).toEqual(full);
        expect(await under.store.cards.byBankReference(bankReference())).toEqual(full);
        const once = await under.store.cards.card(cardId());
        once?.answer?.fill(0);
        expect((await under.store.cards.card(cardId()))?.answer).toEqual(full.answer);
      });

      test('a reversal that came before its original comes back without card, bank and sale', async () => {
        const parked = cardRow(1, {
          state: 'parked',
          saleId: null,
          attemptId: null,
          card: null,
          bankReference: null,
          bodyHash: '',
          reversalCause: 'till_timeout',
        });
        await ok(insertion(parked));
        expect(await under.store.cards.byIdentity(identity())).toEqual(parked);
      });

      test('what is not there is null or empty', async () => {
        expect(await under.store.cards.card(cardId())).toBeNull();
        expect(await under.store.cards.byIdentity(identity())).toBeNull();
        expect(await under.store.cards.byRrn(MID, '632509000001')).toBeNull();
        expect(await under.store.cards.byBankReference(bankReference())).toBeNull();
        expect(await under.store.cards.ofSale(saleId())).toEqual([]);
        expect(await under.store.cards.following(cardId())).toEqual([]);
        expect(await under.store.cards.unfinished(10)).toEqual([]);
        expect(await under.store.cards.advices(BANK, 10)).toEqual([]);
        expect(await under.store.cards.batch(TID, '000001')).toBeNull();
        expect(await under.store.cards.batchTotals(TID, '000001')).toEqual([]);
        expect(await under.store.cards.bankDay(BANK)).toEqual({
          ...{ asked: [], wish: null, lastCut: null, firstDate: null },
        });
        expect(await under.store.cards.openAtBank(BANK)).toBe(0);
        expect(await under.store.cards.lastBankStan(BANK, '1121')).toBeNull();
      });

      test('a transaction is found by its merchant and retrieval reference, and not by another merchant', async () => {
        await ok(SALE, CARD);
        const rrn = bankReference().rrn;
        expect(await under.store.cards.byRrn(MID, rrn)).toEqual(cardRow());
        expect(await under.store.cards.byRrn(parseMid('100000000000002'), rrn)).toBeNull();
        expect(await under.store.cards.ofTerminalByRrn(TID, rrn)).toEqual(cardRow());
        expect(await under.store.cards.ofTerminalByRrn(parseTid('00000002'), rrn)).toBeNull();
      });

      test('what is unfinished comes oldest first, and no more than asked for', async () => {
        await ok(SALE, foreign(3), foreign(1), foreign(2, { state: 'declined', responseCode: '05' }));
        expect((await under.store.cards.unfinished(10)).map((row) => row.cardId)).toEqual([
          cardId(1),
          cardId(3),
        ]);
        expect(await under.store.cards.unfinished(1)).toHaveLength(1);
      });

      test('a sale, a batch and an original give what belongs to them', async () => {
        const refund = cardRow(2, { kind: 'refund', originalId: cardId(1), amount: money(400n, RUB) });
        await ok(
          SALE,
          insertion(approved(1, { version: 1 })),
          insertion(refund),
          foreign(3, { batch: '000002' }),
        );
        expect((await under.store.cards.ofSale(saleId())).map((row) => row.cardId)).toEqual([
          cardId(1),
          cardId(2),
        ]);
        expect((await under.store.cards.ofBatch(TID, '000001')).map((row) => row.cardId)).toEqual([
          cardId(1),
          cardId(2),
        ]);
        expect(await under.store.cards.following(cardId(1))).toEqual([refund]);
      });
    });

    describe('identity', () => {
      test('an insert under a taken identity is refused with the stored row, whatever else it says', async () => {
        await ok(SALE, CARD);
        const again = cardRow(9, { identity: identity(1), amount: money(1n, RUB), saleId: null });
        const result = await under.store.commit([insertion(again)]);
        expect(result).toEqual({ ok: false, refusal: { reason: 'exists', change: 0, row: cardRow() } });
      });

      test('each part of the identity tells two messages apart', async () => {
        await ok(foreign(1));
        const others = [
          { tid: parseTid('00000002') },
          { mid: parseMid('100000000000002') },
          { messageClass: '1' },
          { stan: '000099' },
          { transmittedAt: '1121090002' },
        ];
        for (const [i, part] of others.entries()) {
          await ok(foreign(10 + i, { identity: identity(1, part) }));
        }
      });

      test('a reversal that is parked stands in the way of its original', async () => {
        const parked = cardRow(1, {
          ...{ state: 'parked', saleId: null, card: null, bankReference: null },
          reversalCause: 'till_timeout',
        });
        await ok(insertion(parked));
        const result = await under.store.commit([SALE, insertion(cardRow(2, { identity: identity(1) }))]);
        expect(result).toMatchObject({ ok: false, refusal: { reason: 'exists', row: { state: 'parked' } } });
      });

      test('a put needs the version before its own', async () => {
        await ok(SALE, CARD);
        expect(await reason(put(approved(1, { version: 3 })))).toBe('0 version');
        expect(await reason(put(approved(1, { version: 1 })))).toBe('0 version');
        expect(await reason(put(approved()))).toBe('ok');
        expect(await reason(put(cardRow(7, { version: 2 })))).toBe('0 not_found');
      });

      test('a unit that is refused leaves nothing of its card changes', async () => {
        await ok(SALE, CARD);
        expect(await reason(put(approved()), { kind: 'advice.insert', row: adviceRow(1) }, CARD)).toBe(
          '2 exists',
        );
        expect(await under.store.cards.card(cardId())).toEqual(cardRow());
        expect(await under.store.cards.advices(BANK, 9)).toEqual([]);
      });
    });

    describe('one attempt of a sale', () => {
      test('a second card is refused while the first is in flight or approved', async () => {
        await ok(SALE, CARD);
        expect(await reason(insertion(cardRow(2)))).toBe('0 live_attempt');
        await ok(put(approved()));
        expect(await reason(insertion(cardRow(2)))).toBe('0 live_attempt');
        expect(await reason(insertion(cardRow(2, { kind: 'preauthorisation' })))).toBe('0 live_attempt');
      });

      test.each([
        ['declined', { state: 'declined', responseCode: '05' }],
        ['given up', { state: 'reversing', reversalCause: 'bank_timeout' }],
      ] as const)('a second card may follow one that was %s', async (_, end) => {
        await ok(SALE, CARD, put(cardRow(1, { ...end, version: 2 })));
        expect(await reason(insertion(cardRow(2)))).toBe('ok');
      });

      test('a card is refused beside an open or approved wallet payment', async () => {
        await ok(SALE, { kind: 'payment.insert', row: paymentRow() });
        expect(await reason(CARD)).toBe('0 live_attempt');
        await ok({ kind: 'payment.put', row: paymentRow({ state: 'approved', version: 2 }) });
        expect(await reason(CARD)).toBe('0 live_attempt');
      });

      test('a card may follow a wallet payment that came to nothing', async () => {
        await ok(SALE, { kind: 'payment.insert', row: paymentRow({ state: 'declined' }) });
        expect(await reason(CARD)).toBe('ok');
      });

      test('a wallet payment is refused beside a card in flight or approved, for whatever tender', async () => {
        await ok(SALE, CARD);
        const start: Change = { kind: 'payment.insert', row: paymentRow({ tenderId: tenderId(2) }) };
        expect(await reason(start)).toBe('0 live_attempt');
        await ok(put(approved()));
        expect(await reason(start)).toBe('0 live_attempt');
      });

      test('a wallet payment may follow a card that was given up, and then the card may not come back', async () => {
        await ok(SALE, CARD);
        await ok(put(cardRow(1, { state: 'reversing', reversalCause: 'till_timeout', version: 2 })));
        await ok({ kind: 'payment.insert', row: paymentRow() });
        expect(await reason(insertion(cardRow(2)))).toBe('0 live_attempt');
      });

      test('of two attempts in one unit the second is refused, in both orders', async () => {
        const wallet: Change = { kind: 'payment.insert', row: paymentRow() };
        expect(await reason(SALE, CARD, wallet)).toBe('2 live_attempt');
        expect(await reason(SALE, wallet, CARD)).toBe('2 live_attempt');
      });

      test('balances, refunds and transactions of no sale stand in nobody’s way', async () => {
        await ok(SALE, insertion(approved(1, { version: 1 })));
        const refund = cardRow(2, { kind: 'refund', originalId: cardId(1), amount: money(1n, RUB) });
        expect(await reason(insertion(refund))).toBe('ok');
        expect(await reason(insertion(cardRow(3, { kind: 'balance' })))).toBe('ok');
        expect(await reason(foreign(4), foreign(5))).toBe('ok');
      });

      test('a closed sale takes no card, and no approval of one in flight', async () => {
        const close: Change = {
          kind: 'sale.put',
          row: saleRow({ disposition: 'cancelled', closedAt: T0, version: 2 }),
        };
        await ok(SALE, CARD, close);
        expect(await reason(put(approved()))).toBe('0 sale_closed');
        expect(
          await reason(put(cardRow(1, { state: 'reversing', reversalCause: 'sale_closed', version: 2 }))),
        ).toBe('ok');
        expect(await reason(insertion(cardRow(2)))).toBe('0 sale_closed');
        expect(await reason(insertion(cardRow(3, { state: 'declined', responseCode: '05' })))).toBe('ok');
      });

      test('a card of a sale that is nowhere is refused', async () => {
        expect(await reason(CARD)).toBe('0 not_found');
        expect(await reason(foreign(1, { kind: 'refund', originalId: cardId(8) }))).toBe('0 not_found');
      });
    });

    describe('advices', () => {
      const two: Change[] = [
        foreign(1),
        foreign(2),
        foreign(3, { bankReference: bankReference(3, { bank: 'amur' }) }),
      ];

      test('get positions in the order they come, each bank its own', async () => {
        await ok(...two);
        await ok({ kind: 'advice.insert', row: adviceRow(2) });
        await ok({ kind: 'advice.insert', row: adviceRow(1) });
        await ok({
          kind: 'advice.insert',
          row: adviceRow(3, { bank: 'amur', emv: Uint8Array.of(149, 1, 0) }),
        });
        const positions = async (bank: string) =>
          (await under.store.cards.advices(bank, 10)).map((row) => `${row.position} ${row.adviceId}`);
        expect(await positions(BANK)).toEqual([`1 ${adviceId(2)}`, `2 ${adviceId(1)}`]);
        expect(await positions('amur')).toEqual([`1 ${adviceId(3)}`]);
        expect(await under.store.cards.advices(BANK, 1)).toEqual([{ ...adviceRow(2), position: 1 }]);
        expect((await under.store.cards.advices('amur', 1))[0]?.emv).toEqual(Uint8Array.of(149, 1, 0));
      });

      test('leave the queue when they are done, and the next goes first', async () => {
        await ok(
          ...two,
          { kind: 'advice.insert', row: adviceRow(1) },
          { kind: 'advice.insert', row: adviceRow(2) },
        );
        const tried = { ...adviceRow(1), position: 1, tries: 1, nextAt: T0 + 9, version: 2 };
        await ok({ kind: 'advice.put', row: tried });
        expect((await under.store.cards.advices(BANK, 1))[0]).toEqual(tried);
        await ok({ kind: 'advice.put', row: { ...tried, doneAt: T0 + 10, responseCode: '00', version: 3 } });
        expect((await under.store.cards.advices(BANK, 9)).map((row) => row.position)).toEqual([2]);
        expect(await reason({ kind: 'advice.put', row: { ...tried, version: 3 } })).toBe('0 version');
      });

      test('tell a bank of a transaction once, and need the transaction', async () => {
        await ok(...two, { kind: 'advice.insert', row: adviceRow(1) });
        expect(await reason({ kind: 'advice.insert', row: adviceRow(9, { cardId: cardId(1) }) })).toBe(
          '0 exists',
        );
        expect(await reason({ kind: 'advice.insert', row: adviceRow(1, { cardId: cardId(2) }) })).toBe(
          '0 exists',
        );
        expect(await reason({ kind: 'advice.insert', row: adviceRow(9) })).toBe('0 not_found');
        expect(await reason({ kind: 'advice.put', row: { ...adviceRow(9), position: 9, version: 2 } })).toBe(
          '0 not_found',
        );
      });

      test('the last STAN of a bank’s day is the highest of requests and advices, of that day only', async () => {
        await ok(foreign(41), foreign(7));
        expect(await under.store.cards.lastBankStan(BANK, '1121')).toBe('000041');
        await ok({ kind: 'advice.insert', row: adviceRow(7) });
        expect(await under.store.cards.lastBankStan(BANK, '1121')).toBe('000507');
        expect(await under.store.cards.lastBankStan(BANK, '1122')).toBeNull();
        expect(await under.store.cards.lastBankStan('amur', '1121')).toBeNull();
      });

      test('the last STAN of an hour is the highest of its references, of all banks', async () => {
        const head = bankReference().rrn.slice(0, 6);
        expect(await under.store.cards.lastBankStan(null, head)).toBeNull();
        await ok(foreign(41), foreign(7));
        expect(await under.store.cards.lastBankStan(null, head)).toBe('000041');
        expect(await under.store.cards.lastBankStan(null, '632595')).toBeNull();
      });
    });

    describe('days of banks', () => {
      test('a bank’s period knows what the bank undid and what it had never done; what is not settled is open', async () => {
        const undone = { state: 'reversing', reversalCause: 'till_timeout' } as const;
        const settled = (n: number, code: string) => ({
          kind: 'advice.put' as const,
          row: { ...adviceRow(n), position: n - 1, doneAt: T0, responseCode: code, version: 2 },
        });
        await ok(
          foreign(1, { state: 'approved', responseCode: '00' }),
          ...[2, 3, 4].flatMap((n): Change[] => [
            foreign(n, undone),
            { kind: 'advice.insert', row: adviceRow(n) },
          ]),
          foreign(5),
          foreign(6, { businessDate: '2026-11-22' }),
        );
        await ok(
          settled(2, '00'),
          put(cardRow(2, { ...undone, saleId: null, state: 'reversed', version: 2 })),
        );
        await ok(
          settled(3, '25'),
          put(cardRow(3, { ...undone, saleId: null, state: 'reversed', version: 2 })),
        );
        await ok(closing(1));
        expect((await under.store.cards.bankDay(BANK)).asked).toMatchObject([
          { period: 1, state: 'asked', ours: { ...NOTHING, ...sales(2), ...undoneSales(1) } },
        ]);
        expect(await under.store.cards.openAtBank(BANK)).toBe(3);
      });

      test('what a bank has said counts once: a reversal after the cut stands alone in the next period', async () => {
        const yuan = { amount: money(300n, CNY), state: 'approved', responseCode: '00' } as const;
        await ok(foreign(1, { state: 'approved', responseCode: '00' }), foreign(2, yuan), foreign(3));
        await ok(closing(1));
        expect(await reason(closing(2))).toBe('0 exists');
        await ok(answered(1));
        const given = { state: 'reversing', reversalCause: 'void', responseCode: '00' } as const;
        await ok(put(cardRow(1, { ...given, saleId: null, version: 2 })), {
          kind: 'advice.insert',
          row: adviceRow(1),
        });
        await ok({
          kind: 'advice.put',
          row: { ...adviceRow(1), position: 1, doneAt: T0 + 5, responseCode: '00', version: 2 },
        });
        await ok(
          put(cardRow(3, { saleId: null, state: 'approved', responseCode: '00', version: 2 })),
          closing(2),
        );
        expect((await under.store.cards.bankDay(BANK)).asked).toMatchObject([
          { period: 2, ours: { ...NOTHING, ...sales(1), ...undoneSales(1) } },
        ]);
        await ok(answered(2), closing(3));
        expect((await under.store.cards.bankDay(BANK)).asked).toMatchObject([{ period: 3, ours: NOTHING }]);
      });

      test('a completion counts when its bank has acknowledged it, and a refund as a credit', async () => {
        const stands = { state: 'approved', responseCode: '00' } as const;
        const completion = { ...stands, kind: 'completion', originalId: cardId(1) } as const;
        await ok(
          foreign(1, { ...stands, kind: 'preauthorisation' }),
          foreign(2, completion),
          { kind: 'advice.insert', row: adviceRow(2, { kind: 'completion', cause: null }) },
          foreign(3, { ...stands, kind: 'refund', originalId: cardId(1), amount: money(400n, RUB) }),
          closing(1),
        );
        const credit = { credits: 1, creditsMinor: 400n };
        expect((await under.store.cards.bankDay(BANK)).asked).toMatchObject([
          { ours: { ...NOTHING, ...credit } },
        ]);
        const told = {
          ...adviceRow(2, { kind: 'completion', cause: null }),
          position: 1,
          version: 2,
        } as const;
        await ok(answered(1), { kind: 'advice.put', row: { ...told, doneAt: T0, responseCode: '00' } });
        await ok(closing(2));
        expect((await under.store.cards.bankDay(BANK)).asked).toMatchObject([
          { ours: { ...NOTHING, ...sales(1) } },
        ]);
      });

      test('a wish to close a bank’s day stands until the day is closed', async () => {
        const wish = { bank: BANK, cause: 'operator', settlementDate: DAY } as const;
        await ok({ kind: 'bank_day.wish', row: wish }, { kind: 'bank_day.wish', row: wish });
        expect(await under.store.cards.bankDay(BANK)).toMatchObject({ wish, firstDate: null });
        await ok(closing(1));
        expect(await under.store.cards.bankDay(BANK)).toMatchObject({ wish: null, lastCut: DAY });
      });

      test('an answer with the bank’s own figures is kept, and is final', async () => {
        await ok(closing(1));
        const theirs = { ...NOTHING, ...sales(7) };
        await ok(answered(1, { state: 'different', theirs }));
        await expect(under.store.commit([answered(1, { version: 3, state: 'balanced' })])).rejects.toThrow(
          'compare',
        );
      });
    });

    test('a wallet attempt’s id has nothing to do with a card’s', async () => {
      await ok(SALE, insertion(cardRow(1, { attemptId: attemptId(1) })));
      expect(await under.store.payment(attemptId(1))).toBeNull();
    });
  });
}
