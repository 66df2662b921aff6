import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, parseCurrencyCode, RUB } from '../../../gateway/kernel/currency.ts';
import { InvariantError } from '../../../gateway/kernel/errors.ts';
import { parseMid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { buildTransfer, type TransferMeta } from '../../../gateway/ledger/build-transfer.ts';
import {
  moneyFoundTransfer,
  moneyReturnedTransfer,
  refundTransfer,
  type SaleAmounts,
  saleTransfer,
} from '../../../gateway/ledger/postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';

const MID = parseMid('100000000000001');
const META: TransferMeta = {
  reference: '01KABCDEF0A000000000000001',
  mid: MID,
  wallet: 'alipay',
  businessDate: '2026-11-21',
  postedAt: 1,
};
const PAYABLE = `merchant_payable:${MID}`;

/** The worked sale: 10,000.00 RUB for 887.11 CNY, MDR 1.80%. */
const SALE: SaleAmounts = {
  converter: 'acquirer',
  order: money(88_711n, CNY),
  settlement: null,
  price: money(1_000_000n, RUB),
  mdrBp: 180,
};

const lines = (transfer: Transfer) =>
  transfer.entries.map((e) => `${e.side} ${e.account} ${e.amount.amountMinor} ${e.amount.currency}`);

/** Debits less credits by account and currency, zero ones left out. */
function net(transfers: readonly Transfer[]): Record<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { account, side, amount } of transfers.flatMap((t) => t.entries)) {
    const key = `${account} ${amount.currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + (side === 'debit' ? amount.amountMinor : -amount.amountMinor));
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n));
}

describe('A sale', () => {
  test('that the acquirer converts goes through the exchange position in both currencies', () => {
    const transfer = saleTransfer(SALE, META);
    expect(lines(transfer)).toEqual([
      'debit wallet_receivable:alipay 88711 CNY',
      'credit fx_position:acquirer 88711 CNY',
      'debit fx_position:acquirer 1000000 RUB',
      `credit ${PAYABLE} 1000000 RUB`,
      `debit ${PAYABLE} 18000 RUB`,
      'credit mdr_income:acquirer 18000 RUB',
    ]);
    expect(transfer).toMatchObject({
      transferId: `wallet_sale:${META.reference}`,
      template: 'wallet_sale_acquirer_converts',
      templateVersion: 1,
      state: 'posted',
      endsTransferId: null,
    });
  });

  test('that the wallet converts is owed in the settlement currency, without an exchange position', () => {
    const wallet: SaleAmounts = {
      ...SALE,
      converter: 'wallet',
      order: money(1_000_000n, RUB),
      settlement: money(12_345n, parseCurrencyCode('USD')),
    };
    expect(lines(saleTransfer(wallet, META))).toEqual([
      'debit wallet_receivable:alipay 12345 USD',
      `credit ${PAYABLE} 12345 USD`,
      `debit ${PAYABLE} 222 USD`,
      'credit mdr_income:acquirer 222 USD',
    ]);
  });

  test('that the wallet converts stands in the order where the wallet did not name its settlement', () => {
    const wallet: SaleAmounts = { ...SALE, converter: 'wallet', order: money(1_000_000n, RUB) };
    expect(lines(saleTransfer(wallet, META))[0]).toBe('debit wallet_receivable:alipay 1000000 RUB');
  });

  test('without MDR has no lines for it', () => {
    expect(saleTransfer({ ...SALE, mdrBp: 0 }, META).entries).toHaveLength(4);
  });

  test('whose discount has a fixed sum, a floor and a cap is booked with them', () => {
    const mdr = (price: bigint) =>
      lines(
        saleTransfer(
          {
            ...SALE,
            price: money(price, RUB),
            fee: { fixedMinor: '300', floorMinor: '1000', capMinor: '20000' },
          },
          META,
        ),
      ).at(-1);
    expect(mdr(1_000_000n)).toBe('credit mdr_income:acquirer 18300 RUB');
    expect(mdr(1_000n)).toBe('credit mdr_income:acquirer 1000 RUB');
    expect(mdr(100_000_000n)).toBe('credit mdr_income:acquirer 20000 RUB');
    expect(() => saleTransfer({ ...SALE, fee: { capMinor: '-1' } }, META)).toThrow(
      expect.objectContaining({ code: 'FEE_TERMS_INVALID' }),
    );
  });

  test('of either kind has the same transfer id, so that an attempt is booked once', () => {
    const wallet: SaleAmounts = { ...SALE, converter: 'wallet', order: money(1n, RUB) };
    expect(saleTransfer(wallet, META).transferId).toBe(saleTransfer(SALE, META).transferId);
  });
});

describe('A refund', () => {
  const parts = fc.array(fc.bigInt({ min: 1n, max: 1000n }), { minLength: 1, maxLength: 8 });

  test.each(['acquirer', 'wallet'] as const)(
    'in full, by any parts, undoes the sale (%s converts)',
    (converter) => {
      fc.assert(
        fc.property(
          fc.bigInt({ min: 10_000n, max: 10_000_000n }),
          fc.bigInt({ min: 10_000n, max: 10_000_000n }),
          fc.integer({ min: 0, max: 1_000 }),
          parts,
          (price, settled, mdrBp, weights) => {
            const sale: SaleAmounts = {
              converter,
              price: money(price, RUB),
              order: converter === 'acquirer' ? money(settled, CNY) : money(price, RUB),
              settlement: converter === 'acquirer' ? null : money(settled, CNY),
              mdrBp,
            };
            const whole = weights.reduce((sum, weight) => sum + weight, 0n);
            const upTo = (total: bigint, weight: bigint) => (total * weight) / whole;
            const transfers = [saleTransfer(sale, META)];
            let done = 0n;
            for (const weight of weights) {
              const share = (total: bigint) => upTo(total, done + weight) - upTo(total, done);
              const { order, price: asked } = sale;
              const back = refundTransfer(
                {
                  sale,
                  order: money(share(order.amountMinor), order.currency),
                  price: money(share(asked.amountMinor), asked.currency),
                  alreadyOrder: money(upTo(order.amountMinor, done), order.currency),
                  alreadyPrice: money(upTo(asked.amountMinor, done), asked.currency),
                  mdrReturned: true,
                },
                META,
              );
              if (back !== null) transfers.push(back);
              done += weight;
            }
            expect(net(transfers)).toEqual({});
          },
        ),
      );
    },
  );

  test('keeps the MDR where the contract says so', () => {
    const refund = refundTransfer(
      {
        sale: SALE,
        order: SALE.order,
        price: SALE.price,
        alreadyOrder: money(0n, CNY),
        alreadyPrice: money(0n, RUB),
        mdrReturned: false,
      },
      META,
    );
    if (refund === null) throw new Error('The refund books something.');
    expect(net([saleTransfer(SALE, META), refund])).toEqual({
      [`${PAYABLE} RUB`]: 18_000n,
      'mdr_income:acquirer RUB': -18_000n,
    });
  });

  test('whose share of the settlement is nothing yet books nothing, and the next one has it', () => {
    const sale: SaleAmounts = {
      ...{ converter: 'wallet', order: money(6n, RUB), price: money(6n, RUB), mdrBp: 0 },
      settlement: money(1n, CNY),
    };
    const refund = (part: bigint, already: bigint) =>
      refundTransfer(
        {
          ...{ sale, order: money(part, RUB), price: money(part, RUB), mdrReturned: true },
          ...{ alreadyOrder: money(already, RUB), alreadyPrice: money(already, RUB) },
        },
        META,
      );
    expect(refund(1n, 0n)).toBeNull();
    expect(refund(5n, 1n)?.entries[0]?.amount).toEqual(money(1n, CNY));
  });

  test('beyond the sale is refused', () => {
    const refund = {
      sale: SALE,
      order: SALE.order,
      price: SALE.price,
      alreadyOrder: money(1n, CNY),
      alreadyPrice: money(1n, RUB),
      mdrReturned: true,
    };
    expect(() => refundTransfer(refund, META)).toThrow(
      expect.objectContaining({ code: 'ALLOCATION_OUT_OF_RANGE' }),
    );
  });
});

describe('Money found for no sale', () => {
  test('waits in suspense until it has gone back', () => {
    const received = money(88_711n, CNY);
    const found = moneyFoundTransfer(received, META);
    expect(lines(found)).toEqual([
      'debit wallet_receivable:alipay 88711 CNY',
      'credit suspense:alipay 88711 CNY',
    ]);
    expect(net([found, moneyReturnedTransfer(received, META)])).toEqual({});
  });
});

describe('Building a transfer', () => {
  test('refuses a negative amount, two currencies in one part, and a transfer of nothing', () => {
    const order = money(1n, CNY);
    const build = (price: bigint, mdr = money(0n, RUB)) =>
      buildTransfer('wallet_sale_acquirer_converts', { order, price: money(price, RUB), mdr }, META);
    expect(() => build(-1n)).toThrow(InvariantError);
    expect(() => build(1n, money(1n, CNY))).toThrow(InvariantError);
    expect(() => moneyFoundTransfer(money(0n, CNY), META)).toThrow(InvariantError);
  });

  test('balances for any amounts, and every entry is above zero', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 15n });
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 10_000 }), (order, price, mdrBp) => {
        fc.pre(order + price > 0n);
        const sale = { ...SALE, order: money(order, CNY), price: money(price, RUB), mdrBp };
        const { entries } = saleTransfer(sale, META);
        expect(entries.every((e) => e.amount.amountMinor > 0n)).toBe(true);
        for (const currency of [CNY, RUB]) {
          const sum = entries
            .filter((e) => e.amount.currency === currency)
            .reduce((s, e) => (e.side === 'debit' ? s + e.amount.amountMinor : s - e.amount.amountMinor), 0n);
          expect(sum).toBe(0n);
        }
      }),
    );
  });
});
