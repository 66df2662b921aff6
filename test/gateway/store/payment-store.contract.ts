/** What every payment store must do, whatever holds its rows. A store's own test calls this with a way to make one. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseTid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { Change, Lease, PaymentStore, Subject } from '../../../gateway/payments/ports.ts';
import {
  attemptId,
  MERCHANT,
  MID,
  paymentRow,
  quoteId,
  quoteRow,
  refundId,
  refundRow,
  saleId,
  saleRow,
  T0,
  TERMINAL,
  TID,
  tenderId,
  transferRow,
} from './records.ts';

export interface StoreUnderTest {
  readonly store: PaymentStore;
  readonly setNow: (at: number) => void;
  readonly dispose: () => Promise<void>;
}

const SALE: Change = { kind: 'sale.insert', row: saleRow() };
const PAYMENT: Change = { kind: 'payment.insert', row: paymentRow() };
const PAYMENT_SUBJECT: Subject = { kind: 'payment', id: attemptId() };

export function paymentStoreContract(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`${name} keeps the payment store's contract`, () => {
    let under: StoreUnderTest;
    let store: PaymentStore;
    beforeEach(async () => {
      under = await make();
      under.setNow(T0);
      store = under.store;
    });
    afterEach(() => under.dispose());

    async function ok(...unit: Change[]): Promise<readonly Lease[]> {
      const result = await store.commit(unit);
      expect(result).toMatchObject({ ok: true });
      return result.ok ? result.leases : [];
    }
    const reason = async (...unit: Change[]) => {
      const result = await store.commit(unit);
      return result.ok ? 'ok' : `${result.refusal.change} ${result.refusal.reason}`;
    };
    async function firstLease(): Promise<Lease> {
      const take: Change = { kind: 'lease.take', subject: PAYMENT_SUBJECT, owner: 'p1', leaseMs: 1000 };
      const [lease] = await ok(SALE, PAYMENT, take);
      if (lease === undefined) throw new Error('The unit gave no lease.');
      return lease;
    }

    describe('reading back', () => {
      test('every row comes back as it was written', async () => {
        const payment = paymentRow({
          state: 'approved',
          payer: money(8_934n, CNY),
          settlement: money(8_934n, CNY),
          providerRef: '2026112122001',
          buyer: '188****0001',
          qrContent: 'https://qr.alipay.com/bax',
          qrExpiresAt: T0 + 1,
          declineCode: 'X',
          nextActionAt: T0 + 2,
          cancelAt: T0 + 3,
          inquiriesMade: 4,
          cancelsMade: 5,
        });
        const transfer = transferRow('t1');
        await ok(
          { kind: 'merchant.put', row: MERCHANT },
          { kind: 'terminal.put', row: TERMINAL },
          { kind: 'quote.insert', row: quoteRow() },
          SALE,
          { kind: 'payment.insert', row: payment },
          { kind: 'refund.insert', row: refundRow() },
          { kind: 'transfer.insert', transfer },
        );
        expect(await store.merchant(MID)).toEqual(MERCHANT);
        expect(await store.terminal(TID)).toEqual(TERMINAL);
        expect(await store.terminals()).toEqual([TERMINAL]);
        expect(await store.quote(quoteId())).toEqual(quoteRow());
        expect(await store.sale(saleId())).toEqual(saleRow());
        expect(await store.payment(attemptId())).toEqual(payment);
        expect(await store.paymentsOfSale(saleId())).toEqual([payment]);
        expect(await store.refund(refundId())).toEqual(refundRow());
        expect(await store.refundsOfPayment(attemptId())).toEqual([refundRow()]);
        expect(await store.transfersOf(attemptId())).toEqual([transfer]);
      });

      test('an amount beyond what a float can count comes back to the unit', async () => {
        const amount = money(9_007_199_254_740_993n, RUB);
        await ok(SALE, { kind: 'payment.insert', row: paymentRow({ amount }) });
        expect((await store.payment(attemptId()))?.amount).toEqual(amount);
      });

      test('what is not there is null or empty', async () => {
        expect(await store.sale(saleId())).toBeNull();
        expect(await store.payment(attemptId())).toBeNull();
        expect(await store.refund(refundId())).toBeNull();
        expect(await store.quote(quoteId())).toBeNull();
        expect(await store.merchant(MID)).toBeNull();
        expect(await store.terminal(TID)).toBeNull();
        expect(await store.transfersOf('nothing')).toEqual([]);
        expect(await store.nextDueAt()).toBeNull();
      });
    });

    describe('a unit', () => {
      test('that is refused leaves nothing of its earlier changes', async () => {
        await ok(SALE, PAYMENT);
        const second: Change = { kind: 'sale.insert', row: saleRow({ saleId: saleId(2) }) };
        expect(await reason(second, PAYMENT)).toBe('1 exists');
        expect(await store.sale(saleId(2))).toBeNull();
      });

      test('is refused alone, not with the units that came in the same turn', async () => {
        const results = await Promise.all([
          store.commit([SALE, PAYMENT]),
          store.commit([{ kind: 'sale.insert', row: saleRow({ total: money(1n, RUB) }) }]),
          store.commit([{ kind: 'sale.insert', row: saleRow({ saleId: saleId(3) }) }]),
        ]);
        expect(results.map((result) => result.ok)).toEqual([true, false, true]);
        expect(await store.sale(saleId())).toEqual(saleRow());
        expect(await store.sale(saleId(3))).not.toBeNull();
      });

      test('that breaks the books fails alone, with nothing written', async () => {
        const bad = transferRow('bad', {
          entries: [
            { account: 'a:x', side: 'debit', amount: money(2n, CNY) },
            { account: 'b:x', side: 'credit', amount: money(1n, CNY) },
          ],
        });
        const [before, broken, after] = await Promise.allSettled([
          store.commit([{ kind: 'transfer.insert', transfer: transferRow('before') }]),
          store.commit([SALE, { kind: 'transfer.insert', transfer: bad }]),
          store.commit([{ kind: 'transfer.insert', transfer: transferRow('after') }]),
        ]);
        expect([before.status, broken.status, after.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect(await store.sale(saleId())).toBeNull();
        expect((await store.transfersOf(attemptId())).map((t) => t.transferId)).toEqual(['before', 'after']);
      });

      test('sees what an earlier unit of the same turn wrote', async () => {
        const [first, second] = await Promise.all([store.commit([SALE]), store.commit([PAYMENT])]);
        expect([first.ok, second.ok]).toEqual([true, true]);
      });
    });

    describe('insert and put', () => {
      test('an insert of a taken key is refused with the stored row', async () => {
        await ok(SALE, PAYMENT, { kind: 'transfer.insert', transfer: transferRow('t1') });
        await ok({ kind: 'payment.put', row: paymentRow({ state: 'approved', version: 2 }) });
        await ok({ kind: 'refund.insert', row: refundRow() });
        const stored = [
          [SALE, saleRow()],
          [PAYMENT, paymentRow({ state: 'approved', version: 2 })],
          [{ kind: 'refund.insert', row: refundRow({ contentHash: 'other' }) }, refundRow()],
          [{ kind: 'transfer.insert', transfer: transferRow('t1', { postedAt: 1 }) }, transferRow('t1')],
        ] as const;
        for (const [change, row] of stored) {
          expect(await store.commit([change])).toEqual({
            ok: false,
            refusal: { reason: 'exists', change: 0, row },
          });
        }
      });

      test('a put replaces only the version before it', async () => {
        await ok(SALE, PAYMENT);
        const put = (version: number): Change => ({
          kind: 'payment.put',
          row: paymentRow({ state: 'waiting', version }),
        });
        expect(await reason(put(1))).toBe('0 version');
        expect(await reason(put(3))).toBe('0 version');
        expect(await reason(put(2))).toBe('ok');
        expect(await reason(put(2))).toBe('0 version');
        expect(await reason({ kind: 'sale.put', row: saleRow({ version: 3 }) })).toBe('0 version');
      });

      test('a put of a row that is not there is refused', async () => {
        expect(await reason({ kind: 'payment.put', row: paymentRow({ version: 2 }) })).toBe('0 not_found');
        expect(await reason({ kind: 'sale.put', row: saleRow({ version: 2 }) })).toBe('0 not_found');
        expect(await reason({ kind: 'refund.put', row: refundRow({ version: 2 }) })).toBe('0 not_found');
      });

      test('a payment without its sale and a refund without its payment are refused', async () => {
        expect(await reason(PAYMENT)).toBe('0 not_found');
        expect(await reason({ kind: 'refund.insert', row: refundRow() })).toBe('0 not_found');
        expect(await reason(PAYMENT, SALE)).toBe('ok');
      });
    });

    describe('one live attempt', () => {
      test('a sale takes no second open attempt, and a new one once the first has ended', async () => {
        await ok(SALE, PAYMENT);
        const second: Change = { kind: 'payment.insert', row: paymentRow({ attemptId: attemptId(2) }) };
        expect(await reason(second)).toBe('0 live_attempt');
        await ok({ kind: 'payment.put', row: paymentRow({ state: 'declined', version: 2 }) });
        expect(await reason(second)).toBe('ok');
      });

      test('of two attempts that come in one turn the second is refused', async () => {
        await ok(SALE);
        const results = await Promise.all([
          store.commit([PAYMENT]),
          store.commit([{ kind: 'payment.insert', row: paymentRow({ attemptId: attemptId(2) }) }]),
        ]);
        expect(results.map((result) => result.ok)).toEqual([true, false]);
      });

      test('a tender is approved once', async () => {
        const approved = paymentRow({ state: 'approved' });
        await ok(SALE, { kind: 'payment.insert', row: approved });
        await ok({ kind: 'payment.insert', row: paymentRow({ attemptId: attemptId(2) }) });
        const again = paymentRow({ attemptId: attemptId(2), state: 'approved', version: 2 });
        expect(await reason({ kind: 'payment.put', row: again })).toBe('0 live_attempt');
        expect(await reason({ kind: 'payment.put', row: { ...again, state: 'returned_late' } })).toBe('ok');
      });

      test('another tender of the same sale may be approved too', async () => {
        await ok(SALE, { kind: 'payment.insert', row: paymentRow({ state: 'approved' }) });
        const other = paymentRow({ attemptId: attemptId(2), tenderId: tenderId(2), state: 'approved' });
        expect(await reason({ kind: 'payment.insert', row: other })).toBe('ok');
      });

      test('a closed sale takes an attempt only in a final state', async () => {
        await ok({ kind: 'sale.insert', row: saleRow({ disposition: 'cancelled' }) });
        expect(await reason(PAYMENT)).toBe('0 sale_closed');
        const tombstone = paymentRow({ state: 'cancelled', contentHash: null });
        expect(await reason({ kind: 'payment.insert', row: tombstone })).toBe('ok');
      });

      test('a closed sale takes no approval', async () => {
        await ok(SALE, PAYMENT);
        await ok({ kind: 'sale.put', row: saleRow({ disposition: 'set_aside', version: 2 }) });
        const approved = paymentRow({ state: 'approved', version: 2 });
        expect(await reason({ kind: 'payment.put', row: approved })).toBe('0 sale_closed');
        const found = paymentRow({ state: 'returned_late', version: 2 });
        expect(await reason({ kind: 'payment.put', row: found })).toBe('ok');
      });

      test('a payment that was approved before its sale was closed is written on', async () => {
        await ok(SALE, { kind: 'payment.insert', row: paymentRow({ state: 'approved' }) });
        await ok({ kind: 'sale.put', row: saleRow({ disposition: 'cancelled', version: 2 }) });
        const row = paymentRow({ state: 'approved', version: 2 });
        expect(await reason({ kind: 'payment.put', row })).toBe('ok');
      });
    });

    describe('a quote', () => {
      const use = (by = attemptId(), tid = TID): Change => ({
        kind: 'quote.use',
        quoteId: quoteId(),
        tid,
        by,
      });

      test('holds until it expires, by the clock of the store', async () => {
        expect(await reason(use())).toBe('0 not_found');
        await ok({ kind: 'quote.insert', row: quoteRow({ expiresAt: T0 + 60_000 }) });
        under.setNow(T0 + 59_999);
        expect(await reason(use())).toBe('ok');
        under.setNow(T0 + 60_000);
        expect(await reason(SALE, use())).toBe('1 quote_expired');
        expect(await store.sale(saleId())).toBeNull();
      });

      test('holds only for the terminal it was given to', async () => {
        await ok({ kind: 'quote.insert', row: quoteRow() });
        expect(await reason(use(attemptId(), parseTid('00000002')))).toBe('0 not_found');
      });

      test('is used once: by another it is refused for ever, the same one may say so again', async () => {
        await ok({ kind: 'quote.insert', row: quoteRow() });
        expect(await reason(use(attemptId(1)))).toBe('ok');
        expect(await reason(use(attemptId(1)))).toBe('ok');
        expect(await reason(SALE, use(attemptId(2)))).toBe('1 quote_used');
        expect(await store.sale(saleId())).toBeNull();
      });

      test('is not used by a unit that is refused for something else', async () => {
        await ok({ kind: 'quote.insert', row: quoteRow() });
        const refused = { kind: 'sale.put', row: saleRow({ version: 9 }) } as const;
        expect(await reason(use(attemptId(1)), refused)).toBe('1 not_found');
        expect(await reason(use(attemptId(2)))).toBe('ok');
      });

      test('comes back with its signature, where it has one', async () => {
        await ok({ kind: 'quote.insert', row: quoteRow({ signature: 'c2lnbmVk' }) });
        expect(await store.quote(quoteId())).toEqual(quoteRow({ signature: 'c2lnbmVk' }));
      });
    });

    describe('leases', () => {
      const put = (lease: Lease, version = 2): Change => ({
        kind: 'payment.put',
        row: paymentRow({ state: 'waiting', version }),
        lease,
      });

      test('a write carries the lease it follows from, until the lease runs out', async () => {
        const lease = await firstLease();
        expect(lease).toEqual({ subject: PAYMENT_SUBJECT, owner: 'p1', epoch: 1, until: T0 + 1000 });
        expect(await reason(put(lease))).toBe('ok');
        under.setNow(T0 + 1000);
        expect(await reason(put(lease, 3))).toBe('0 lease');
      });

      test('nobody else gets a lease that is held, and anybody gets one that ran out', async () => {
        await firstLease();
        expect(await store.claim(PAYMENT_SUBJECT, 'p2', 1000)).toBeNull();
        under.setNow(T0 + 1000);
        expect(await store.claim(PAYMENT_SUBJECT, 'p2', 1000)).toMatchObject({ owner: 'p2', epoch: 2 });
      });

      test('an owner whose lease passed to another cannot write any more, even if it comes back', async () => {
        const old = await firstLease();
        under.setNow(T0 + 1000);
        const taken = await store.claim(PAYMENT_SUBJECT, 'p2', 1000);
        expect(await reason(put(old))).toBe('0 lease');
        expect(await reason({ kind: 'lease.release', lease: old })).toBe('0 lease');
        if (taken === null) throw new Error('The lease was not given.');
        expect(await reason(put(taken), { kind: 'lease.release', lease: taken })).toBe('ok');
        expect((await store.claim(PAYMENT_SUBJECT, 'p1', 1000))?.epoch).toBe(3);
        expect(await reason(put(old, 3))).toBe('0 lease');
      });

      test('an owner that renews its lease cannot write under the earlier epoch', async () => {
        const first = await firstLease();
        const renewed = await store.claim(PAYMENT_SUBJECT, 'p1', 1000);
        expect(renewed?.epoch).toBe(2);
        expect(await reason(put(first))).toBe('0 lease');
      });

      test('a lease refused in a unit refuses the unit', async () => {
        await firstLease();
        const take: Change = { kind: 'lease.take', subject: PAYMENT_SUBJECT, owner: 'p2', leaseMs: 1 };
        expect(await reason({ kind: 'sale.insert', row: saleRow({ saleId: saleId(9) }) }, take)).toBe(
          '1 lease',
        );
        expect(await store.sale(saleId(9))).toBeNull();
      });

      test('a refund is fenced like a payment', async () => {
        const subject: Subject = { kind: 'refund', id: refundId() };
        const [lease] = await ok(
          SALE,
          { kind: 'payment.insert', row: paymentRow({ state: 'approved' }) },
          { kind: 'refund.insert', row: refundRow() },
          { kind: 'lease.take', subject, owner: 'p1', leaseMs: 1000 },
        );
        if (lease === undefined) throw new Error('The unit gave no lease.');
        const row = refundRow({ state: 'approved', version: 2 });
        expect(await reason({ kind: 'refund.put', row, lease: { ...lease, epoch: 7 } })).toBe('0 lease');
        expect(await reason({ kind: 'refund.put', row, lease })).toBe('ok');
      });

      test('what is due is given oldest first, each to one owner', async () => {
        for (const [n, at] of [
          [1, 30],
          [2, 10],
          [3, 20],
          [4, 99],
        ] as const) {
          const row = paymentRow({ attemptId: attemptId(n), saleId: saleId(n), nextActionAt: T0 + at });
          await ok(
            { kind: 'sale.insert', row: saleRow({ saleId: saleId(n) }) },
            { kind: 'payment.insert', row },
          );
        }
        expect(await store.nextDueAt()).toBe(T0 + 10);
        expect(await store.claimDue('p1', 1000, 10)).toEqual([]);
        under.setNow(T0 + 50);
        const ids = (leases: readonly Lease[]) => leases.map((lease) => lease.subject.id);
        const [first, second] = await Promise.all([
          store.claimDue('p1', 1000, 2),
          store.claimDue('p2', 1000, 10),
        ]);
        expect(ids(first)).toEqual([attemptId(2), attemptId(3)]);
        expect(ids(second)).toEqual([attemptId(1)]);
        under.setNow(T0 + 2000);
        expect(ids(await store.claimDue('p3', 1000, 10))).toEqual([2, 3, 1, 4].map((n) => attemptId(n)));
      });

      test('payments and refunds that are due come in one order of time', async () => {
        await ok(
          SALE,
          { kind: 'payment.insert', row: paymentRow({ state: 'approved', nextActionAt: T0 + 5 }) },
          { kind: 'refund.insert', row: refundRow({ nextActionAt: T0 + 1 }) },
        );
        under.setNow(T0 + 5);
        expect((await store.claimDue('p1', 1, 9)).map((lease) => lease.subject.kind)).toEqual([
          'refund',
          'payment',
        ]);
      });
    });

    describe('activation', () => {
      const parties: Change[] = [
        { kind: 'merchant.put', row: MERCHANT },
        { kind: 'terminal.put', row: TERMINAL },
      ];
      const code: Change = { kind: 'activation.insert', codeHash: 'h1', tid: TID, expiresAt: T0 + 1000 };
      const use: Change = { kind: 'activation.use', codeHash: 'h1', publicKey: 'key1' };

      test('a code binds the key once', async () => {
        await ok(...parties, code);
        expect(await store.commit([use])).toEqual({ ok: true, leases: [], activatedTid: TID });
        expect((await store.terminal(TID))?.publicKey).toBe('key1');
        expect(await reason({ ...use, publicKey: 'key2' })).toBe('0 activation_invalid');
        expect((await store.terminal(TID))?.publicKey).toBe('key1');
      });

      test('of two uses in one turn one is refused', async () => {
        await ok(...parties, code);
        const results = await Promise.all([store.commit([use]), store.commit([use])]);
        expect(results.map((result) => result.ok)).toEqual([true, false]);
      });

      test('an unknown or expired code, or one of a revoked terminal, is refused', async () => {
        await ok(...parties, code);
        expect(await reason({ ...use, codeHash: 'other' })).toBe('0 activation_invalid');
        under.setNow(T0 + 1000);
        expect(await reason(use)).toBe('0 activation_invalid');
        under.setNow(T0);
        await ok({ kind: 'terminal.put', row: { ...TERMINAL, revokedAt: T0 } });
        expect(await reason(use)).toBe('0 activation_invalid');
      });

      test('a code for an unknown terminal and a terminal of an unknown merchant are refused', async () => {
        expect(await reason(code)).toBe('0 not_found');
        expect(await reason({ kind: 'terminal.put', row: TERMINAL })).toBe('0 not_found');
        expect(await reason(...parties, code, code)).toBe('3 exists');
      });
    });

    test('a closed store answers what it has taken and takes no more', async () => {
      const last = store.commit([SALE]);
      await store.close();
      expect(await last).toMatchObject({ ok: true });
      await expect(store.commit([PAYMENT])).rejects.toMatchObject({ code: 'STORE_CLOSED' });
    });
  });
}
