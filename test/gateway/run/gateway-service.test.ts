import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { REFUNDED, TID, trade, ulid } from '../payments/samples.ts';
import { CODE, OTHER_TID, openCounter, startBody } from './counter.ts';

const A1 = { attemptId: ulid('A1') };
const PAID = { kind: 'paid', trade: trade() } as const;
const UNKNOWN = { kind: 'unknown', cause: 'timeout' } as const;
const PENDING = { kind: 'pending', providerRef: null } as const;

const CANCEL = {
  ...A1,
  saleId: ulid('S1'),
  tenderId: ulid('T1'),
  amount: { amountMinor: '1000000', currency: 'RUB' },
};
const CLOSE = {
  saleId: ulid('S1'),
  disposition: 'set_aside',
  operator: 'Ольга',
  reason: 'нет ответа',
  closedAt: 1,
} as const;
const refundBody = (tail: string, amountMinor: string) => ({
  refundId: ulid(tail),
  ...A1,
  saleId: ulid('S1'),
  amount: { amountMinor, currency: 'RUB' },
  reason: 'Возврат',
  operator: 'Анна',
});

describe('a scanned payment', () => {
  test('is approved with its postings in one commit, and the terminal hears of each change', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const reply = await c.start();
    expect(reply).toMatchObject({
      state: 'approved',
      order: { amountMinor: '88711', currency: 'CNY' },
      providerRef: PAID.trade.providerRef,
      codeTail: '4321',
      inquiry: null,
    });
    expect(c.told.map((t) => t.state)).toEqual(['intent', 'approved']);
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(-88_711n);
    expect(c.balance('merchant_payable:100000000000001', 'RUB')).toBe(1_000_000n - 18_000n);
  });

  test('is durable as an intent before the wallet is called, and its code is nowhere in store or log', async () => {
    const c = await openCounter();
    const quote = await c.ask('quote.get', {});
    const reply = c.gateway.handle(TID, 'payment.start', startBody(quote.quoteId));
    await c.world.runUntil(() => c.wallet.made('pay') > 0, 1_000);
    expect((await c.payment()).state).toBe('intent');
    await c.world.complete(reply);
    const rows = [...c.store.allPayments()].map((row) =>
      JSON.stringify(row, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)),
    );
    expect(rows.join() + c.log.join()).not.toContain(CODE);
    expect(c.wallet.calls[0]?.detail).toContain(CODE);
  });

  test('answers with the open state when the wallet is slow, and ends approved by the late answer', async () => {
    const c = await openCounter();
    c.wallet.delayMs = 9_000;
    c.wallet.next.pay.push(PAID);
    expect((await c.start()).state).toBe('intent');
    await c.world.advance(2_000);
    expect((await c.payment()).state).toBe('approved');
    expect(c.wallet.made('query')).toBe(0);
  });

  test('that stays unknown is inquired, cancelled after the last inquiry, and looked at twice more', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(UNKNOWN);
    c.wallet.usual.query = UNKNOWN;
    expect((await c.start()).state).toBe('unknown');
    await c.world.advance(49_000);
    expect(await c.payment()).toMatchObject({ state: 'cancelled', autoReturn: null });
    expect(c.wallet.made('cancel')).toBe(1);
    const last = c.wallet.calls.at(-2);
    const cancel = c.wallet.calls.at(-1);
    expect([last?.call, cancel?.call]).toEqual(['query', 'cancel']);
    expect((cancel?.at ?? 0) - (last?.at ?? 0)).toBe(c.wallet.delayMs);
    c.wallet.usual.query = { kind: 'not_found' };
    const before = c.wallet.made('query');
    await c.world.advance(1_000_000);
    expect(c.wallet.made('query') - before).toBe(2);
  });

  test('whose buyer confirms late is approved by inquiry', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING);
    c.wallet.next.query.push(PENDING, PENDING, PAID);
    expect(await c.start()).toMatchObject({ state: 'waiting', inquiry: { made: 0, most: 15 } });
    await c.world.advance(10_000);
    expect(await c.payment()).toMatchObject({ state: 'approved' });
  });

  test('is never a payment of another amount: that is an alarm and is cancelled', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push({ kind: 'paid', trade: trade({ order: money(1n, CNY) }) });
    c.wallet.usual.cancel = { kind: 'cancelled', action: 'refund' };
    expect(await c.start()).toMatchObject({ state: 'cancelled', autoReturn: { done: true } });
    expect(c.log.some((line) => line.includes('trade_differs_from_order'))).toBe(true);
  });

  test('survives a connector that throws: the outcome is unknown', async () => {
    const c = await openCounter();
    c.wallet.throwsNext = true;
    expect((await c.start()).state).toBe('unknown');
  });
});

describe('a shown code', () => {
  test('is answered with its QR, and paid by inquiry', async () => {
    const c = await openCounter();
    c.wallet.next.query.push({ kind: 'not_found' }, PENDING, PAID);
    const reply = await c.start({ method: { kind: 'shown' } });
    expect(reply).toMatchObject({ state: 'waiting', qr: { content: 'https://qr.alipay.com/bax00001' } });
    await c.world.advance(10_000);
    expect(await c.payment()).toMatchObject({ state: 'approved', qr: null });
  });

  test('nobody pays is cancelled at its expiry; paid after that, the money goes back by itself', async () => {
    const c = await openCounter();
    await c.start({ method: { kind: 'shown' } });
    await c.world.advance(125_000);
    expect((await c.payment()).state).toBe('cancelled');
    c.wallet.usual.query = PAID;
    await c.world.advance(100_000);
    expect(await c.payment()).toMatchObject({
      state: 'returned_late',
      autoReturn: { amount: { amountMinor: '1000000' }, done: true },
      steps: expect.arrayContaining([expect.objectContaining({ step: 'money_returned' })]),
    });
    expect(c.wallet.made('refund')).toBe(1);
    expect(c.balance('suspense:alipay', 'CNY')).toBe(0n);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
  });
});

describe('a replay and its refusals', () => {
  test('the same start twice calls the wallet once; other content is refused by the field that differs', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const quote = await c.ask('quote.get', {});
    const body = startBody(quote.quoteId);
    const both = [c.gateway.handle(TID, 'payment.start', body), c.gateway.handle(TID, 'payment.start', body)];
    await c.world.complete(Promise.all(both));
    expect(await c.ask('payment.start', body)).toMatchObject({ state: 'approved' });
    expect(c.wallet.made('pay')).toBe(1);
    const otherCode = { ...body, method: { kind: 'scanned' as const, code: '280000000000014321' } };
    await expect(c.ask('payment.start', otherCode)).rejects.toMatchObject({
      code: 'PAYMENT_CONFLICT',
      facts: { field: 'content' },
    });
    const otherAmount = { ...body, amount: { amountMinor: '5', currency: 'RUB' } };
    await expect(c.ask('payment.start', otherAmount)).rejects.toMatchObject({ facts: { field: 'amount' } });
  });

  test('a second attempt waits for the first to end, and is refused for good once the sale is paid', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING, PAID);
    await c.start();
    const second = { attemptId: ulid('A2') };
    await expect(c.start(second)).rejects.toMatchObject({ code: 'SALE_HAS_LIVE_ATTEMPT' });
    await c.ask('payment.cancel', CANCEL);
    expect((await c.start(second)).state).toBe('approved');
    await expect(c.start({ attemptId: ulid('A3') })).rejects.toMatchObject({ code: 'SALE_ALREADY_PAID' });
  });

  test.each([
    ['130000000000004321', 'WALLET_UNSUPPORTED', { wallet: 'wechat' }],
    ['6200000000000004321', 'WALLET_UNSUPPORTED', { wallet: 'unionpay' }],
    ['4600000000004', 'CODE_UNRECOGNISED', {}],
  ])('code %s is refused as %s before anything is stored', async (code, error, facts) => {
    const c = await openCounter();
    const start = c.start({ method: { kind: 'scanned', code } });
    await expect(start).rejects.toMatchObject({ code: error, facts });
    await expect(c.payment()).rejects.toMatchObject({ code: 'PAYMENT_NOT_FOUND' });
  });

  test('an expired quote, a quote of another terminal and amounts out of range are refused', async () => {
    const c = await openCounter();
    const { quoteId } = await c.ask('quote.get', {});
    const foreign = await c.ask('quote.get', {}, OTHER_TID);
    const rub = (amountMinor: string) => ({ amountMinor, currency: 'RUB' });
    await expect(c.start({ quoteId: foreign.quoteId })).rejects.toMatchObject({ code: 'QUOTE_NOT_FOUND' });
    await expect(c.start({ quoteId, amount: rub('1000001') })).rejects.toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
    });
    await expect(c.start({ quoteId, amount: rub('5') })).rejects.toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
    });
    await c.world.advance(300_000);
    await expect(c.start({ quoteId })).rejects.toMatchObject({ code: 'QUOTE_EXPIRED' });
    expect(c.wallet.calls).toEqual([]);
  });

  test('another merchant sees nothing of a payment', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    await expect(c.ask('payment.get', A1, OTHER_TID)).rejects.toMatchObject({ code: 'PAYMENT_NOT_FOUND' });
    await expect(c.ask('payment.cancel', CANCEL, OTHER_TID)).rejects.toMatchObject({
      code: 'PAYMENT_CONFLICT',
    });
    await expect(c.ask('sale.close', CLOSE, OTHER_TID)).rejects.toMatchObject({ code: 'SALE_CONFLICT' });
  });
});

describe('giving up', () => {
  test('a cancel while the pay call is under way waits for it, and the cancel returns what it collected', async () => {
    const c = await openCounter();
    c.wallet.delayMs = 2_000;
    c.wallet.next.pay.push(PAID);
    c.wallet.next.cancel.push({ kind: 'cancelled', action: 'refund' });
    const { quoteId } = await c.ask('quote.get', {});
    const started = c.gateway.handle(TID, 'payment.start', startBody(quoteId));
    await c.world.advance(500);
    const cancelled = await c.ask('payment.cancel', CANCEL);
    expect(cancelled).toMatchObject({ state: 'cancelled', autoReturn: { done: true } });
    expect(c.wallet.calls.map((call) => call.call)).toEqual(['pay', 'cancel']);
    await c.world.complete(started);
    await c.world.advance(1_000);
    expect(c.store.trialBalance().every((row) => row.debit === row.credit)).toBe(true);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
  });

  test('an attempt the gateway never heard of is cancelled for good: a late start finds it so', async () => {
    const c = await openCounter();
    expect((await c.ask('payment.cancel', CANCEL)).state).toBe('cancelled');
    expect((await c.start()).state).toBe('cancelled');
    expect(c.wallet.calls).toEqual([]);
    c.wallet.next.pay.push(PAID);
    expect((await c.start({ attemptId: ulid('A2') })).state).toBe('approved');
  });

  test('a cancel is repeated until the wallet is definite', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING);
    c.wallet.next.cancel.push(UNKNOWN, { kind: 'retry_later', code: 'Y' }, UNKNOWN);
    await c.start();
    expect((await c.ask('payment.cancel', CANCEL)).state).toBe('cancelling');
    await c.world.advance(15_000);
    expect((await c.payment()).state).toBe('cancelled');
    expect(c.wallet.made('cancel')).toBe(4);
  });

  test('closing a sale sends its approved money back, once, however often it is closed', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    const closed = await c.ask('sale.close', CLOSE);
    expect(closed).toMatchObject({
      disposition: 'set_aside',
      payments: [{ state: 'approved', autoReturn: { done: true } }],
    });
    await c.ask('sale.close', { ...CLOSE, disposition: 'cancelled' });
    expect(c.wallet.made('refund')).toBe(1);
    await c.world.advance(1_000);
    expect(c.balance('merchant_payable:100000000000001', 'RUB')).toBe(0n);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
  });

  test('closing a sale cancels its live attempt, and refuses every later start', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(UNKNOWN);
    await c.start();
    expect(await c.ask('sale.close', CLOSE)).toMatchObject({ payments: [{ state: 'cancelled' }] });
    await expect(c.start({ attemptId: ulid('A2') })).rejects.toMatchObject({ code: 'SALE_CLOSED' });
  });

  test('closing a sale the gateway never heard of refuses a late start', async () => {
    const c = await openCounter();
    expect(await c.ask('sale.close', CLOSE)).toMatchObject({ payments: [] });
    await expect(c.start()).rejects.toMatchObject({ code: 'SALE_CLOSED' });
  });
});

describe('refunds', () => {
  test('partial refunds stay within the payment in both currencies, and the last takes the remainder', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    const parts = [
      await c.ask('refund.start', refundBody('R1', '333333')),
      await c.ask('refund.start', refundBody('R2', '333333')),
    ];
    await expect(c.ask('refund.start', refundBody('R3', '333335'))).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_PAID',
    });
    parts.push(await c.ask('refund.start', refundBody('R4', '333334')));
    expect(parts.every((part) => part.state === 'approved')).toBe(true);
    expect(parts.reduce((sum, part) => sum + BigInt(part.order.amountMinor), 0n)).toBe(88_711n);
    await c.world.advance(1_000);
    expect(c.balance('merchant_payable:100000000000001', 'RUB')).toBe(0n);
    expect(c.balance('fx_position:acquirer', 'CNY')).toBe(0n);
    expect(await c.ask('refund.start', refundBody('R1', '333333'))).toEqual(parts[0]);
    await expect(c.ask('refund.start', refundBody('R1', '1'))).rejects.toMatchObject({
      facts: { field: 'amount' },
    });
  });

  test('an unknown refund is asked about and sent again under the same number', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    c.wallet.next.refund.push(UNKNOWN);
    expect((await c.ask('refund.start', refundBody('R1', '1000000'))).state).toBe('unknown');
    await c.world.advance(5_000);
    expect((await c.ask('refund.get', { refundId: ulid('R1') })).state).toBe('approved');
    const asked = c.wallet.calls.filter((call) => call.about === ulid('R1')).map((call) => call.call);
    expect(asked).toEqual(['refund', 'refundQuery', 'refund']);
  });

  test('a declined refund gives its part of the limit back', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    c.wallet.next.refund.push({ kind: 'declined', code: 'ACQ.REFUND_TIME' });
    expect(await c.ask('refund.start', refundBody('R1', '1000000'))).toMatchObject({
      state: 'declined',
      declineCode: 'ACQ.REFUND_TIME',
    });
    expect(await c.payment()).toMatchObject({ refunded: { amountMinor: '0' } });
    expect((await c.ask('refund.start', refundBody('R2', '1000000'))).state).toBe('approved');
  });

  test('only an approved payment is refunded, and a refund short of funds waits for them', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PENDING);
    await c.start();
    const early = c.ask('refund.start', refundBody('R1', '1'));
    await expect(early).rejects.toMatchObject({ code: 'PAYMENT_NOT_REFUNDABLE' });
    c.wallet.next.query.push(PAID);
    await c.world.advance(4_000);
    c.wallet.next.refund.push({ kind: 'retry_later', code: 'ACQ.SELLER_BALANCE_NOT_ENOUGH' });
    const short = await c.ask('refund.start', refundBody('R2', '1000000'));
    expect(short.state).toBe('awaiting_funds');
    await c.world.advance(61_000);
    expect((await c.ask('refund.get', { refundId: ulid('R2') })).state).toBe('approved');
  });

  test('the day shows what was paid and refunded', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const { businessDate } = await c.start();
    await c.ask('refund.start', refundBody('R1', '400000'));
    expect(await c.ask('day.totals', { businessDate })).toMatchObject({
      payments: 1,
      paid: { amountMinor: '1000000' },
      refunds: 1,
      refunded: { amountMinor: '400000' },
      open: 0,
    });
  });
});

describe('a return that the wallet refuses', () => {
  test('is taken as back when the trade shows that all of it was refunded', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    c.wallet.next.refund.push({ kind: 'declined', code: 'ACQ.TRADE_HAS_CLOSE' });
    c.wallet.next.query.push({ kind: 'closed', trade: REFUNDED });
    expect(await c.ask('sale.close', CLOSE)).toMatchObject({ payments: [{ autoReturn: { done: true } }] });
  });

  test('is an alarm and is tried again until it is back', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    c.wallet.next.refund.push({ kind: 'declined', code: 'ACQ.REASON' });
    c.wallet.next.query.push(PAID);
    expect(await c.ask('sale.close', CLOSE)).toMatchObject({ payments: [{ autoReturn: { done: false } }] });
    expect(c.log.some((line) => line.includes('return_refused'))).toBe(true);
    await c.world.advance(61_000);
    expect(await c.payment()).toMatchObject({ autoReturn: { done: true } });
  });
});

describe('where the wallet converts', () => {
  const TERMS = { converter: 'wallet', settleCurrency: 'CNY' } as const;
  const rub = money(1_000_000n, RUB);
  const WALLET_PAID = {
    kind: 'paid',
    trade: trade({ order: rub, settlement: money(88_000n, CNY) }),
  } as const;

  test('roubles are ordered, and the receivable is what the wallet settles, without a position of ours', async () => {
    const c = await openCounter({ terms: TERMS });
    c.wallet.next.pay.push(WALLET_PAID);
    expect(await c.start()).toMatchObject({
      state: 'approved',
      order: { amountMinor: '1000000', currency: 'RUB' },
    });
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(-88_000n);
    expect(c.store.balances().some((row) => row.account.startsWith('fx_position'))).toBe(false);
  });

  test('a refund too small for a unit of the settlement ends, books nothing, and the next takes its share', async () => {
    const c = await openCounter({ terms: TERMS });
    c.wallet.next.pay.push({ kind: 'paid', trade: trade({ order: rub, settlement: money(10n, CNY) }) });
    await c.start();
    expect((await c.ask('refund.start', refundBody('R1', '100'))).state).toBe('approved');
    expect(await c.store.transfersOf(ulid('R1'))).toEqual([]);
    expect((await c.ask('refund.start', refundBody('R2', '999900'))).state).toBe('approved');
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
  });

  test('refunds in parts take the whole settlement back', async () => {
    const c = await openCounter({ terms: TERMS });
    c.wallet.next.pay.push(WALLET_PAID);
    await c.start();
    for (const [id, amount] of [
      ['R1', '333333'],
      ['R2', '333333'],
      ['R3', '333334'],
    ] as const) {
      expect((await c.ask('refund.start', refundBody(id, amount))).state).toBe('approved');
    }
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
    expect(c.balance('merchant_payable:100000000000001', 'CNY')).toBe(0n);
  });
});

describe('races', () => {
  test('a payment approved at the moment its sale is closed goes back by itself', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    c.wallet.usual.cancel = { kind: 'cancelled', action: 'refund' };
    for (const delayMs of [48, 49, 50, 51, 52]) {
      const { quoteId } = await c.ask('quote.get', {});
      const tail = `${delayMs}`;
      const body = { ...startBody(quoteId), attemptId: ulid(`A${tail}`), saleId: ulid(`S${tail}`) };
      c.wallet.next.pay.push(PAID);
      const started = c.gateway.handle(TID, 'payment.start', body);
      await c.world.advance(delayMs);
      await c.ask('sale.close', { ...CLOSE, saleId: ulid(`S${tail}`) });
      await c.world.complete(started);
      await c.world.advance(5_000);
      const end = await c.ask('payment.get', { attemptId: ulid(`A${tail}`) });
      expect(end).toMatchObject({ autoReturn: { done: true }, inquiry: null });
    }
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
    expect(c.balance('merchant_payable:100000000000001', 'RUB')).toBe(0n);
  });

  test('refunds asked for at the same time never exceed what was paid', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    await c.start();
    const asked = ['R1', 'R2', 'R3'].map((id) =>
      c.gateway.handle(TID, 'refund.start', refundBody(id, '400000')),
    );
    const answers = await c.world.complete(Promise.allSettled(asked));
    expect(answers.map((answer) => answer.status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(await c.payment()).toMatchObject({ refunded: { amountMinor: '800000' } });
  });
});
