import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { parseMid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import {
  type CardRefundAmounts,
  type CardSaleAmounts,
  cardGiftAgain,
  cardGiftBack,
  cardGiftTransfer,
  cardRefundReversal,
  cardRefundTransfer,
  cardSaleTransfer,
} from '../../../gateway/ledger/card-postings.ts';
import {
  giftBackTransfer,
  giftTransfer,
  mdrOfSale,
  refundTransfer,
  type SaleAmounts,
  saleTransfer,
} from '../../../gateway/ledger/postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import { goodsLeft } from '../../../gateway/payments/gift.ts';

const META = {
  reference: 'A1',
  mid: parseMid('100000000000001'),
  charity: 'tiger',
  wallet: 'alipay',
  bank: 'mir',
  businessDate: '2026-11-21',
  postedAt: 0,
} as const;

function balancesOf(transfers: readonly (Transfer | null)[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { account, side, amount } of transfers.flatMap((one) => one?.entries ?? [])) {
    const key = `${account} ${amount.currency}`;
    sums[key] = (sums[key] ?? 0n) + (side === 'credit' ? amount.amountMinor : -amount.amountMinor);
  }
  return sums;
}

/** A sale of goods and a gift, whichever side converts, and where its refunds are cut. */
const sales = fc
  .record({
    goods: fc.bigInt(1n, 10_000_000n),
    gift: fc.bigInt(1n, 5_000_000n),
    mdrBp: fc.integer({ min: 0, max: 500 }),
    rate: fc.bigInt(2n, 20n),
    converter: fc.constantFrom('acquirer' as const, 'wallet' as const),
    cuts: fc.array(fc.bigInt(1n, 10_000_000n), { maxLength: 4 }),
  })
  .map(({ goods, gift, mdrBp, rate, converter, cuts }) => {
    const price = money(goods + gift, RUB);
    const yuan = money((goods + gift) / rate + 1n, CNY);
    const order = converter === 'acquirer' ? yuan : price;
    const settlement = converter === 'acquirer' ? null : yuan;
    const sale: SaleAmounts = { converter, order, settlement, price, gift: money(gift, RUB), mdrBp };
    return {
      sale,
      goods,
      gift,
      through: [...new Set(cuts.filter((at) => at < goods))].sort((a, b) => (a < b ? -1 : 1)),
    };
  });

describe('A sale with a gift in it', () => {
  test('splits into goods and gift without a kopeck between them, and its discount is of the goods', () => {
    fc.assert(
      fc.property(sales, ({ sale, goods, gift }) => {
        const booked = balancesOf([saleTransfer(sale, META), giftTransfer(sale, META)]);
        const currency = sale.converter === 'acquirer' ? 'RUB' : 'CNY';
        const owed = sale.converter === 'acquirer' ? goods + gift : (sale.settlement?.amountMinor ?? 0n);
        const merchant = booked[`merchant_payable:100000000000001 ${currency}`] ?? 0n;
        const charity = booked[`charity_payable:tiger ${currency}`] ?? 0n;
        const mdr = mdrOfSale(sale).amountMinor;
        expect(merchant + charity + mdr).toBe(owed);
        if (sale.converter === 'acquirer') expect(charity).toBe(gift);
        const alone = { ...sale, price: money(goods, RUB) };
        const { gift: _gift, ...plain } = alone;
        if (sale.converter === 'acquirer') expect(mdr).toBe(mdrOfSale(plain).amountMinor);
      }),
    );
  });

  test('gives all its goods back by whatever parts and leaves the gift; with the rest every account is as before', () => {
    fc.assert(
      fc.property(sales, ({ sale, goods, through }) => {
        const transfers: (Transfer | null)[] = [saleTransfer(sale, META), giftTransfer(sale, META)];
        const given = balancesOf(transfers);
        let [price, order] = [0n, 0n];
        const back = (upTo: bigint): void => {
          const orderUpTo = (sale.order.amountMinor * upTo) / sale.price.amountMinor;
          // The gateway refuses what is worth less than the wallet's smallest unit.
          if (orderUpTo === order) return;
          const refund = {
            ...{ sale, mdrReturned: true },
            ...{ price: money(upTo - price, RUB), alreadyPrice: money(price, RUB) },
            ...{
              order: money(orderUpTo - order, sale.order.currency),
              alreadyOrder: money(order, sale.order.currency),
            },
          };
          transfers.push(refundTransfer(refund, META), giftBackTransfer(refund, META));
          [price, order] = [upTo, orderUpTo];
        };
        for (const upTo of [...through, goods]) back(upTo);
        const charity = Object.keys(given).filter((account) => account.startsWith('charity_payable'));
        const now = balancesOf(transfers);
        for (const account of charity) expect(now[account]).toBe(given[account]);
        back(sale.price.amountMinor);
        const end = balancesOf(transfers);
        expect(
          Object.entries(end).filter(([account, sum]) => sum !== 0n && !account.startsWith('fx_')),
        ).toEqual([]);
      }),
    );
  });

  test('on a card, converted at the till or not, gives back and again what it gave', () => {
    fc.assert(
      fc.property(sales, fc.boolean(), ({ sale, goods, gift, through }, converted) => {
        const price = money(goods + gift, RUB);
        const amount = converted ? money((goods + gift) / 11n + 1n, CNY) : price;
        const card: CardSaleAmounts = {
          amount,
          price: converted ? price : null,
          gift: money(gift, RUB),
          mdrBp: sale.mdrBp,
        };
        const transfers: (Transfer | null)[] = [cardSaleTransfer(card, META), cardGiftTransfer(card, META)];
        expect(balancesOf(transfers)['charity_payable:tiger RUB']).toBe(gift);
        let below = 0n;
        const parts: CardRefundAmounts[] = [];
        for (const at of [
          ...through.map((one) => (one * amount.amountMinor) / price.amountMinor),
          amount.amountMinor,
        ]) {
          if (at <= below) continue;
          const { currency } = amount;
          parts.push({
            sale: card,
            part: money(at - below, currency),
            below: money(below, currency),
            mdrReturned: true,
          });
          below = at;
        }
        for (const part of parts) transfers.push(cardRefundTransfer(part, META), cardGiftBack(part, META));
        expect(Object.values(balancesOf(transfers)).every((sum) => sum === 0n)).toBe(true);
        for (const part of parts.toReversed())
          transfers.push(cardRefundReversal(part, META), cardGiftAgain(part, META));
        expect(balancesOf(transfers)).toEqual(balancesOf(transfers.slice(0, 2)));
      }),
    );
  });

  test('on a card converted at the till, gives back the goods alone, however their part of the charge is rounded', () => {
    const yuan = (minor: bigint) => money(minor, CNY);
    /** 139.00 of goods are 12.5378 yuan of 18.04: 12.54 go back, which are 139.02. */
    const [price, gift, amount] = [money(20_000n, RUB), money(6_100n, RUB), yuan(1_804n)];
    const found = { sale: { amount, price, gift, mdrBp: 180 }, cuts: [] };
    const converted = sales.map(({ sale: { price, gift = money(0n, RUB), mdrBp }, through }) => {
      const amount = yuan(price.amountMinor / 11n + 1n);
      const cuts = through.map((at) => (at * amount.amountMinor) / price.amountMinor);
      return { sale: { amount, price, gift, mdrBp }, cuts };
    });
    fc.assert(
      fc.property(converted, ({ sale, cuts }) => {
        const { amount, price, gift } = sale;
        const paid = { charged: amount, price, gift: { charity: 'tiger', amount: gift }, businessDate: '' };
        const goods = goodsLeft({ ...paid, refunded: yuan(0n) }).amountMinor;
        // Of either there must be something in the card's currency.
        fc.pre(goods > 0n && goods < amount.amountMinor);
        const transfers: (Transfer | null)[] = [cardSaleTransfer(sale, META), cardGiftTransfer(sale, META)];
        let below = 0n;
        for (const at of [...cuts, goods]) {
          if (at <= below) continue;
          const part = { sale, part: yuan(at - below), below: yuan(below), mdrReturned: true };
          transfers.push(cardRefundTransfer(part, META), cardGiftBack(part, META));
          below = at;
        }
        // What is left is the gift, of which the bank owes its part of the charge.
        const standing = Object.entries(balancesOf(transfers)).filter(
          ([account, sum]) => sum !== 0n && !account.startsWith('fx_'),
        );
        expect(Object.fromEntries(standing)).toEqual({
          'charity_payable:tiger RUB': gift.amountMinor,
          'bank_receivable:mir CNY': goods - amount.amountMinor,
        });
      }),
      { examples: [[found]] },
    );
  });
});
