import { describe, expect, test } from 'vitest';
import { parseQuoteId, parseSaleId } from '../../../gateway/kernel/identifiers.ts';
import { Secret } from '../../../gateway/kernel/secret.ts';
import { TID, trade, ulid } from '../payments/samples.ts';
import { openCounter, startBody } from './counter.ts';

const PAID = { kind: 'paid', trade: trade() } as const;
const KEY = new Secret(new Uint8Array(32).fill(9));
const second = { attemptId: ulid('A2'), saleId: ulid('S2') };

describe('A quote', () => {
  test('prices one payment: a second one by it is refused, and the wallet is not called', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const { quoteId } = await c.ask('quote.get', {});
    expect((await c.start({ quoteId })).state).toBe('approved');
    await expect(c.start({ quoteId, ...second })).rejects.toMatchObject({ code: 'QUOTE_USED' });
    expect(c.wallet.made('pay')).toBe(1);
    expect(await c.store.paymentsOfSale(parseSaleId(second.saleId))).toEqual([]);
  });

  test('raced for by two payments is won by one', async () => {
    const c = await openCounter();
    c.wallet.usual.pay = PAID;
    const { quoteId } = await c.ask('quote.get', {});
    const bodies = [startBody(quoteId), { ...startBody(quoteId), ...second }];
    const both = bodies.map((body) => c.gateway.handle(TID, 'payment.start', body));
    const ends = await c.world.complete(Promise.allSettled(both));
    expect(ends.map((end) => (end.status === 'rejected' ? end.reason.code : end.value.state)).sort()).toEqual(
      ['QUOTE_USED', 'approved'],
    );
  });

  test('that was refused with its payment may still price another', async () => {
    const c = await openCounter();
    c.wallet.next.pay.push(PAID);
    const { quoteId } = await c.ask('quote.get', {});
    const tooMuch = { amountMinor: '1000001', currency: 'RUB' };
    await expect(c.start({ quoteId, amount: tooMuch })).rejects.toMatchObject({
      code: 'AMOUNT_OUT_OF_RANGE',
    });
    expect((await c.start({ quoteId })).state).toBe('approved');
  });
});

describe('Where quotes are signed', () => {
  const open = () => openCounter({ deps: { quoteKey: KEY } });

  test('a quote of this gateway is honoured', async () => {
    const c = await open();
    c.wallet.next.pay.push(PAID);
    expect((await c.start()).state).toBe('approved');
    const quote = await c.store.quote(parseQuoteId((await c.ask('quote.get', {})).quoteId));
    expect(quote?.signature).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  test('a row that nobody here signed, or that says more than was signed, is nobody’s promise', async () => {
    const c = await open();
    const { quoteId } = await c.ask('quote.get', {});
    const quote = await c.store.quote(parseQuoteId(quoteId));
    if (quote === null) throw new Error('The quote was stored.');
    const { signature: _, ...unsigned } = quote;
    const rows = [
      { ...unsigned, quoteId: parseQuoteId(ulid('Q8')) },
      { ...quote, quoteId: parseQuoteId(ulid('Q9')) },
    ];
    for (const row of rows) {
      await c.store.commit([{ kind: 'quote.insert', row }]);
      await expect(c.start({ quoteId: row.quoteId })).rejects.toMatchObject({ code: 'QUOTE_NOT_FOUND' });
    }
    expect(c.log.filter((line) => line.includes('quote_signature_invalid'))).toHaveLength(2);
  });
});
