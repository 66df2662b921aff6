import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cumulativeShare } from '../../../gateway/kernel/money.ts';
import { receivableOf } from '../../../gateway/ledger/postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import { MID } from '../store/records.ts';
import { DayStory, type StoryStep } from './day-story.ts';

const pick = fc.nat({ max: 20 });
const basisPoints = fc.integer({ min: 0, max: 1_000 });
const step: fc.Arbitrary<StoryStep> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('rate'), value: fc.bigInt({ min: 50_000n, max: 300_000n }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('sale'),
      price: fc.bigInt({ min: 1n, max: 100_000_000n }),
      converter: fc.constantFrom('acquirer', 'wallet'),
      mdrBp: basisPoints,
      refundsAt: fc.constantFrom('original', 'refund_day'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('refund'),
      pick,
      permille: fc.bigInt({ min: 1n, max: 1_000n }),
      mdrReturned: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('dispute'), pick }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('decide'), pick, won: fc.boolean(), mdrReturned: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('settle'),
      most: fc.integer({ min: 1, max: 10 }),
      feeBp: fc.bigInt({ min: 0n, max: 100n }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('cycle'),
      shareBp: fc.integer({ min: 0, max: 10_000 }),
      reserveBp: fc.bigInt({ min: 0n, max: 2_000n }),
    }),
  },
);
const story = fc.array(step, { minLength: 1, maxLength: 40 });

function sums(transfers: readonly Transfer[]): Map<string, bigint> {
  const found = new Map<string, bigint>();
  for (const { side, amount } of transfers.flatMap((transfer) => transfer.entries)) {
    const signed = side === 'debit' ? amount.amountMinor : -amount.amountMinor;
    found.set(amount.currency, (found.get(amount.currency) ?? 0n) + signed);
  }
  return found;
}
const allZero = (found: ReadonlyMap<string, bigint>): boolean =>
  [...found.values()].every((sum) => sum === 0n);

/** Told of each story as it goes. */
function play(steps: readonly StoryStep[], after: (told: DayStory) => void): DayStory {
  const told = new DayStory();
  for (const one of steps) {
    told.play(one);
    after(told);
  }
  return told;
}

describe('Any story of payments, refunds, disputes, rates and cycles', () => {
  test('keeps every transfer and all of them balanced in every currency, every entry above zero', () => {
    fc.assert(
      fc.property(story, (steps) => {
        let looked = 0;
        const told = play(steps, ({ transfers }) => {
          for (const transfer of transfers.slice(looked)) {
            expect(allZero(sums([transfer]))).toBe(true);
            expect(transfer.entries.every(({ amount }) => amount.amountMinor > 0n)).toBe(true);
          }
          looked = transfers.length;
        });
        expect(allZero(sums(told.transfers))).toBe(true);
        const ids = told.transfers.map(({ transferId }) => transferId);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });

  test('keeps refunds within what was paid, in the order’s currency and the price’s', () => {
    let refused = 0;
    fc.assert(
      fc.property(story, (steps) => {
        const told = play(steps, ({ sales }) => {
          for (const { amounts, refundedOrder, refundedPrice, refundsAt } of sales) {
            expect(refundedOrder <= amounts.order.amountMinor).toBe(true);
            expect(refundedPrice <= amounts.price.amountMinor).toBe(true);
            const whole = refundedPrice === amounts.price.amountMinor;
            if (whole && (refundsAt === 'original' || amounts.converter === 'wallet'))
              expect(refundedOrder).toBe(amounts.order.amountMinor);
          }
        });
        refused += told.refused;
      }),
      { seed: 4, numRuns: 150 },
    );
    expect(refused).toBeGreaterThan(0);
  });

  test('leaves on the receivable what the wallet owes by a tally of its own, whatever was matched', () => {
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, (told) => {
          for (const currency of ['CNY', 'RUB']) {
            const owed = told.receivable.get(currency) ?? 0n;
            expect(told.balance('wallet_receivable:alipay', currency)).toBe(owed);
          }
        });
      }),
      { numRuns: 60 },
    );
  });

  test('leaves, of a sale refunded in full at any days’ rates, nothing but the difference of the rates', () => {
    let seen = 0;
    fc.assert(
      fc.property(story, (steps) => {
        play(steps, (told) => {
          const of = (currency: string) =>
            told.sales
              .filter(({ amounts }) => receivableOf(amounts).currency === currency)
              .reduce((sum, { difference }) => sum + difference, 0n);
          expect(told.balance('fx_difference:alipay', 'CNY')).toBe(of('CNY'));
          expect(of('RUB')).toBe(0n);
          const position = told.sales
            .filter(({ amounts, dispute }) => amounts.converter === 'acquirer' && dispute !== 'accepted')
            .reduce((sum, { amounts, refundedPrice }) => {
              const { order, price } = amounts;
              const none = { amountMinor: 0n, currency: price.currency };
              const back = { amountMinor: refundedPrice, currency: price.currency };
              return sum + order.amountMinor - cumulativeShare(order, price, none, back).amountMinor;
            }, 0n);
          expect(-told.balance('fx_position:acquirer', 'CNY')).toBe(position);
          seen += told.sales.filter(({ difference }) => difference !== 0n).length;
        });
      }),
      { seed: 7, numRuns: 100 },
    );
    expect(seen).toBeGreaterThan(0);
  });

  test('holds for disputes exactly what is not decided', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const told = play(steps, () => undefined);
        for (const currency of ['CNY', 'RUB']) {
          const open = told.sales.flatMap(({ dispute, disputed }) =>
            dispute === 'open' ? (disputed ?? []) : [],
          );
          const sum = (part: 'order' | 'price') =>
            open.reduce(
              (all, one) => (one[part].currency === currency ? all + one[part].amountMinor : all),
              0n,
            );
          expect(told.balance(`chargeback_dispute:${MID}`, currency)).toBe(sum('order'));
          expect(told.balance(`chargeback_held:${MID}`, currency)).toBe(-sum('price'));
        }
      }),
    );
  });

  test('that ends with a cycle owes the merchant nothing but its reserve: the rest is the partner’s to pay on', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const told = play([...steps, { kind: 'cycle', shareBp: 0, reserveBp: 500n }], () => undefined);
        for (const currency of ['CNY', 'RUB']) {
          expect(told.balance(`merchant_payable:${MID}`, currency)).toBe(0n);
          const moved = told.transfers
            .filter(
              ({ template }) =>
                template === 'payout_due' || template === 'claim_due' || template.startsWith('partner_share'),
            )
            .flatMap(({ entries }) => entries)
            .filter(
              ({ account, amount }) => account === 'partner_payable:amurbank' && amount.currency === currency,
            )
            .reduce(
              (sum, { side, amount }) =>
                side === 'debit' ? sum + amount.amountMinor : sum - amount.amountMinor,
              0n,
            );
          expect(told.balance('partner_payable:amurbank', currency)).toBe(moved);
          expect(told.balance(`merchant_reserve:${MID}`, currency) <= 0n).toBe(true);
        }
      }),
    );
  });
});
