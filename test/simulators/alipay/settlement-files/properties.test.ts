import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCurrencyCode } from '../../../../gateway/kernel/currency.ts';
import { readAlipayPackage } from '../../../../gateway/settlement/files/alipay-package.ts';
import { readAlipayTransactions } from '../../../../gateway/settlement/files/alipay-transactions.ts';
import { readBytes } from '../../../../gateway/settlement/files/reading.ts';
import { signedAmount } from '../../../../gateway/settlement/files/scheme-rows.ts';
import { sourceOf } from '../../../../gateway/settlement/files/source.ts';
import { MERCHANT } from '../../../../simulators/alipay/books.ts';
import { World } from '../wallet-fixture.ts';

const DAY = '2026-11-22';

type Deed =
  | { readonly kind: 'pay'; readonly currency: 'CNY' | 'RUB' | 'JPY'; readonly minor: number }
  | { readonly kind: 'refund'; readonly of: number; readonly minor: number }
  | { readonly kind: 'cancel'; readonly of: number };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({
    kind: fc.constant('pay' as const),
    currency: fc.constantFrom('CNY', 'RUB', 'JPY'),
    minor: fc.integer({ min: 100, max: 15_000 }),
  }),
  fc.record({
    kind: fc.constant('refund' as const),
    of: fc.nat(9),
    minor: fc.integer({ min: 1, max: 9_000 }),
  }),
  fc.record({ kind: fc.constant('cancel' as const), of: fc.nat(9) }),
);

const decimals = { CNY: 2, RUB: 2, JPY: 0 } as const;

function textOf(minor: number, currency: keyof typeof decimals): string {
  return (minor / 10 ** decimals[currency]).toFixed(decimals[currency]);
}

/** What the deeds did is the wallet's to decide; its books are the measure. */
function live(deeds: readonly Deed[]): World {
  const world = new World({ float: { CNY: 10_000_000n, RUB: 10_000_000n, JPY: 10_000_000n } });
  const paid: { id: string; currency: keyof typeof decimals }[] = [];
  deeds.forEach((one, index) => {
    world.time.now += 61_000;
    if (one.kind === 'pay') {
      const id = `01AAAAAAAAAAAAAAAAAAAAAA${String(index).padStart(2, '0')}`;
      const foreign =
        one.currency === 'CNY' ? {} : { trans_currency: one.currency, settle_currency: one.currency };
      const reply = world.pay(id, textOf(one.minor, one.currency), foreign);
      if (reply.code === '10000') paid.push({ id, currency: one.currency });
      return;
    }
    const target = paid[one.of % Math.max(1, paid.length)];
    if (target === undefined) return;
    if (one.kind === 'cancel') world.cancel(target.id);
    else
      world.refund(
        target.id,
        textOf(one.minor, target.currency),
        `01BBBBBBBBBBBBBBBBBBBBBB${String(index).padStart(2, '0')}`,
      );
  });
  return world;
}

test('whatever was paid, given back and cancelled, the files come to what the wallet’s books moved for the merchant', () => {
  const seen = new Map<string, number>();
  fc.assert(
    fc.property(fc.array(deed, { minLength: 4, maxLength: 14, size: 'max' }), (deeds) => {
      const world = live(deeds);
      const moved = new Map<string, bigint>();
      for (const { account, kind, currency, amountMinor } of world.wallet.desk.books.movements())
        if (account === MERCHANT && ['pay', 'refund', 'cancel'].includes(kind))
          moved.set(currency, (moved.get(currency) ?? 0n) + amountMinor);

      const { name, bytes } = world.wallet.transactionFile(DAY);
      const transactions = readBytes(name, bytes, readAlipayTransactions);
      const zip = world.wallet.settlementFiles({ from: DAY, to: DAY, settleDay: '2026-11-23' }).at(-1);
      const settled =
        zip === undefined || transactions.rows.length === 0
          ? []
          : readAlipayPackage(sourceOf(zip.name, zip.bytes), zip.bytes).rows;

      expect(settled).toHaveLength(transactions.rows.length);
      for (const [currency, total] of moved) {
        const own = (rows: typeof transactions.rows) =>
          rows
            .filter(({ amount }) => amount.currency === parseCurrencyCode(currency))
            .reduce((sum, { kind, amount }) => sum + signedAmount(kind, amount).amountMinor, 0n);
        expect([currency, own(transactions.rows), own(settled)]).toEqual([currency, total, total]);
      }
      for (const { kind } of settled) seen.set(kind, (seen.get(kind) ?? 0) + 1);
      for (const { amount, fee, settlement, kind } of settled)
        expect(settlement.amountMinor).toBe(
          signedAmount(kind, amount).amountMinor - (fee?.amountMinor ?? 0n),
        );
    }),
    { numRuns: 40, seed: 20261122 },
  );
  // Every kind did come, so that the comparison was one.
  for (const kind of ['payment', 'refund', 'cancel']) expect(seen.get(kind) ?? 0).toBeGreaterThan(20);
});
