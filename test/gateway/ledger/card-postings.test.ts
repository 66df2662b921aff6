import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseMid } from '../../../gateway/kernel/identifiers.ts';
import { type Money, money, zero } from '../../../gateway/kernel/money.ts';
import type { TransferMeta } from '../../../gateway/ledger/build-transfer.ts';
import {
  type CardSaleAmounts,
  cardRefundReversal,
  cardRefundTransfer,
  cardSaleReversal,
  cardSaleTransfer,
} from '../../../gateway/ledger/card-postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';

const META: TransferMeta = {
  reference: '01KABCDEF0C000000000000001',
  mid: parseMid('100000000000001'),
  bank: 'neva',
  businessDate: '2026-11-21',
  postedAt: 0,
};
const PLAIN: CardSaleAmounts = { amount: money(1_000_000n, RUB), price: null, mdrBp: 180 };
const DCC: CardSaleAmounts = { amount: money(88_711n, CNY), price: money(1_000_000n, RUB), mdrBp: 180 };

const lines = ({ entries }: Transfer): readonly string[] =>
  entries.map(({ account, side, amount }) => `${side} ${account} ${amount.amountMinor} ${amount.currency}`);

describe('A card sale', () => {
  test('in the price’s currency is owed by the bank and owed to the merchant, less the discount', () => {
    const transfer = cardSaleTransfer(PLAIN, META);
    expect(transfer).toMatchObject({ transferId: `card_sale:${META.reference}`, template: 'card_sale' });
    expect(lines(transfer)).toEqual([
      'debit bank_receivable:neva 1000000 RUB',
      'credit merchant_payable:100000000000001 1000000 RUB',
      'debit merchant_payable:100000000000001 18000 RUB',
      'credit mdr_income:acquirer 18000 RUB',
    ]);
  });

  test('whose contract has a fixed sum and a cap is booked with them, and a refund in full gives all of it back', () => {
    const sale: CardSaleAmounts = { ...PLAIN, fee: { fixedMinor: '500', capMinor: '15000' } };
    const booked = cardSaleTransfer(sale, META);
    expect(lines(booked).at(-1)).toBe('credit mdr_income:acquirer 15000 RUB');
    const refund = { sale, part: PLAIN.amount, below: zero(RUB), mdrReturned: true };
    expect(lines(cardRefundTransfer(refund, META))).toContain('debit mdr_income:acquirer 15000 RUB');
    const small = cardSaleTransfer({ ...sale, amount: money(10_000n, RUB) }, META);
    expect(lines(small).at(-1)).toBe('credit mdr_income:acquirer 680 RUB');
  });

  test('converted at the till passes through the position, discount of the price', () => {
    const transfer = cardSaleTransfer(DCC, META);
    expect(transfer).toMatchObject({ transferId: `card_sale:${META.reference}`, template: 'card_sale_dcc' });
    expect(lines(transfer)).toEqual([
      'debit bank_receivable:neva 88711 CNY',
      'credit fx_position:acquirer 88711 CNY',
      'debit fx_position:acquirer 1000000 RUB',
      'credit merchant_payable:100000000000001 1000000 RUB',
      'debit merchant_payable:100000000000001 18000 RUB',
      'credit mdr_income:acquirer 18000 RUB',
    ]);
  });

  test.each([PLAIN, DCC])('undone swaps every side, under an id of its own', (sale) => {
    const back = cardSaleReversal(sale, META);
    const swapped = lines(cardSaleTransfer(sale, META)).map((line) =>
      line.startsWith('debit') ? line.replace('debit', 'credit') : line.replace('credit', 'debit'),
    );
    expect(lines(back)).toEqual(swapped);
    expect(back.transferId).toBe(`card_sale_reversal:${META.reference}`);
  });

  test('without a bank cannot be booked', () => {
    const { bank: _, ...meta } = META;
    expect(() => cardSaleTransfer(PLAIN, meta)).toThrow('names its bank');
  });
});

describe('A card refund', () => {
  const refund = (sale: CardSaleAmounts, part: bigint, below: bigint, mdrReturned = true) => ({
    sale,
    part: { ...sale.amount, amountMinor: part },
    below: { ...sale.amount, amountMinor: below },
    mdrReturned,
  });
  const total = (transfers: readonly Transfer[], account: string, currency: string): bigint =>
    transfers
      .flatMap((t) => t.entries)
      .filter((e) => e.account.startsWith(account) && e.amount.currency === currency)
      .reduce((sum, e) => sum + (e.side === 'debit' ? e.amount.amountMinor : -e.amount.amountMinor), 0n);

  test('in three odd parts gives back the price and the discount exactly', () => {
    const parts = [33_333n, 1n, 55_377n];
    let below = 0n;
    const transfers = parts.map((part) => {
      const transfer = cardRefundTransfer(refund(DCC, part, below), META);
      below += part;
      return transfer;
    });
    const all = [cardSaleTransfer(DCC, META), ...transfers];
    const accounts: readonly (readonly [string, Money])[] = [
      ['bank_receivable', DCC.amount],
      ['fx_position', DCC.amount],
      ['fx_position', zero(RUB)],
      ['merchant_payable', zero(RUB)],
      ['mdr_income', zero(RUB)],
    ];
    for (const [account, { currency }] of accounts) expect(total(all, account, currency)).toBe(0n);
  });

  test('keeps the discount where the contract says so', () => {
    const transfer = cardRefundTransfer(refund(PLAIN, 500_000n, 0n, false), META);
    expect(lines(transfer)).toEqual([
      'credit bank_receivable:neva 500000 RUB',
      'debit merchant_payable:100000000000001 500000 RUB',
    ]);
  });

  test('undone gives back the share that it has then, whatever was refunded since', () => {
    const first = cardRefundTransfer(refund(DCC, 33_333n, 0n), META);
    const second = cardRefundTransfer(refund(DCC, 33_333n, 33_333n), META);
    const undone = cardRefundReversal(refund(DCC, 33_333n, 33_333n), META);
    const alone = cardRefundTransfer(refund(DCC, 33_333n, 0n), META);
    for (const [account, currency] of [
      ['fx_position', 'RUB'],
      ['merchant_payable', 'RUB'],
      ['mdr_income', 'RUB'],
    ] as const) {
      expect(total([first, second, undone], account, currency)).toBe(total([alone], account, currency));
    }
  });

  test('of more than is left is refused', () => {
    expect(() => cardRefundTransfer(refund(PLAIN, 2n, 999_999n), META)).toThrow(
      'The parts exceed the whole they are taken from.',
    );
  });
});
