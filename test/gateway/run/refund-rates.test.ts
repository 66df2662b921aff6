/** Refunds at the rate of their own day, where the contract says so. */
import { describe, expect, test } from 'vitest';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { money } from '../../../gateway/kernel/money.ts';
import type { ContractTerms } from '../../../gateway/payments/ports.ts';
import { trade, ulid } from '../payments/samples.ts';
import { type Counter, openCounter } from './counter.ts';

const PAID = { kind: 'paid', trade: trade() } as const;
const AT_DAY: Partial<ContractTerms> = { refundRatePolicy: 'refund_day' };
const LOSS = 'fx_difference:alipay';

const refundBody = (tail: string, amountMinor: string) => ({
  refundId: ulid(tail),
  attemptId: ulid('A1'),
  saleId: ulid('S1'),
  amount: { amountMinor, currency: 'RUB' },
  reason: 'Возврат',
  operator: 'Анна',
});

async function paidAt(rateValue: bigint, terms: Partial<ContractTerms> = AT_DAY): Promise<Counter> {
  const c = await openCounter({ terms });
  c.rateValue = rateValue;
  c.wallet.next.pay.push(PAID);
  await c.start();
  return c;
}

describe('Where we convert, a refund at the rate of its own day', () => {
  test('gives back fewer yuan when they are dearer; its share leaves the position, the rest is a gain', async () => {
    const c = await paidAt(112_726n);
    c.rateValue = 125_000n;
    const refund = await c.ask('refund.start', refundBody('R1', '1000000'));
    expect(refund).toMatchObject({ state: 'approved', order: { amountMinor: '80000' } });
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(-8_711n);
    expect(c.balance('fx_position:acquirer', 'CNY')).toBe(0n);
    expect(c.balance('merchant_payable:100000000000001', 'RUB')).toBe(0n);
    expect(c.balance(LOSS, 'CNY')).toBe(8_711n);
    const transfers = await c.store.transfersOf(ulid('R1'));
    expect(transfers.map(({ template, templateVersion }) => `${template} ${templateVersion}`)).toEqual([
      'wallet_refund_acquirer_converts 2',
    ]);
  });

  test('gives back more yuan when they are cheaper, but never more than were paid', async () => {
    const c = await paidAt(112_726n);
    c.rateValue = 100_000n;
    const first = await c.ask('refund.start', refundBody('R1', '500000'));
    const second = await c.ask('refund.start', refundBody('R2', '400000'));
    expect([first.order.amountMinor, second.order.amountMinor]).toEqual(['50000', '38711']);
    await expect(c.ask('refund.start', refundBody('R3', '100000'))).rejects.toMatchObject({
      code: 'REFUND_EXCEEDS_PAID',
      facts: { left: '0' },
    });
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
    expect(c.balance(LOSS, 'CNY')).toBe(-8_871n);
    expect(c.balance('fx_position:acquirer', 'CNY')).toBe(8_871n);
  });

  test('on the day of the sale comes to the whole, by whatever parts', async () => {
    const c = await paidAt(112_726n);
    for (const [tail, part] of [
      ['R1', '333333'],
      ['R2', '333333'],
      ['R3', '333334'],
    ] as const)
      await c.ask('refund.start', refundBody(tail, part));
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'CNY')).toBe(0n);
    expect(c.balance('fx_position:acquirer', 'CNY')).toBe(0n);
    expect(c.store.balances().filter(({ account }) => account === LOSS)).toEqual([]);
  });

  test('keeps the rate it was priced at before the wallet is asked, and a killed process goes on with it', async () => {
    const c = await paidAt(112_726n);
    c.rateValue = 125_000n;
    c.wallet.next.refund.push({ kind: 'unknown', cause: 'timeout' });
    const asked = await c.ask('refund.start', refundBody('R1', '1000000'));
    expect(asked.state).toBe('unknown');
    const before = [...c.store.allRefunds()][0];
    expect(before?.rate).toEqual({
      ...{ source: 'CBR', sourceDate: '2026-11-21', markupBp: 150, taken: money(80_000n, CNY) },
      legs: [{ base: CNY, quote: RUB, value: 125_000n, scale: 4 }],
    });
    c.rateValue = 90_000n;
    c.restart();
    await c.world.advance(20_000);
    const after = [...c.store.allRefunds()][0];
    expect(after).toMatchObject({ state: 'approved', order: money(80_000n, CNY) });
    expect(after?.rate).toEqual(before?.rate);
    expect(c.balance(LOSS, 'CNY')).toBe(8_711n);
  });

  test('waits for a rate as a sale does', async () => {
    const c = await paidAt(112_726n);
    c.rateValue = 0n;
    await expect(c.ask('refund.start', refundBody('R1', '1000000'))).rejects.toMatchObject({
      code: 'RATE_UNAVAILABLE',
    });
  });
});

describe('Where the wallet converts', () => {
  const USD = parseCurrencyCode('USD');
  const inDollars = {
    kind: 'paid',
    trade: { ...trade(), order: money(1_000_000n, RUB), settlement: money(12_500n, USD) },
  } as const;
  const dollars = (value: bigint) => ({ base: USD, quote: RUB, value, scale: 0 });

  async function settledInDollars(refundRatePolicy: ContractTerms['refundRatePolicy'], later: bigint | null) {
    const c = await openCounter({
      terms: { converter: 'wallet', settleCurrency: 'USD', refundRatePolicy },
    });
    c.pricing = later === null ? null : [dollars(later)];
    c.wallet.next.pay.push(inDollars);
    await c.start();
    return c;
  }

  test('its own day’s rate says what it takes back, and the difference stands in the refund’s own posting', async () => {
    const c = await settledInDollars('refund_day', 100n);
    expect(await c.ask('refund.start', refundBody('R1', '400000'))).toMatchObject({ state: 'approved' });
    await c.world.advance(1_000);
    const [transfer] = await c.store.transfersOf(ulid('R1'));
    const lines = transfer?.entries.map((e) => `${e.side} ${e.account} ${e.amount.amountMinor}`);
    expect(lines).toEqual([
      'debit merchant_payable:100000000000001 5000',
      'credit wallet_receivable:alipay 4000',
      'credit fx_difference:alipay 1000',
      'debit mdr_income:acquirer 90',
      'credit merchant_payable:100000000000001 90',
    ]);
  });

  test.each([
    ['the payment’s rate by contract', 'original', 100n],
    ['the next day’s rate, which nobody knows yet', 'next_day', 100n],
    ['no rate on the board', 'refund_day', null],
  ] as const)('%s books the share alone', async (_what, policy, later) => {
    const c = await settledInDollars(policy, later);
    await c.ask('refund.start', refundBody('R1', '400000'));
    await c.world.advance(1_000);
    expect(c.balance('wallet_receivable:alipay', 'USD')).toBe(-7_500n);
    const missing = c.log.filter((line) => line.includes('refund_rate_missing'));
    expect(missing).toHaveLength(later === null ? 1 : 0);
  });
});
