import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { AmurError } from '../../../gateway/kernel/errors.ts';
import { money } from '../../../gateway/kernel/money.ts';
import { TEMPLATES } from '../../../gateway/ledger/templates.ts';
import type { LedgerSum } from '../../../gateway/settlement/contract.ts';
import { netCycleOf, netLineOf, type PayeeCharges } from '../../../gateway/settlement/net-line.ts';
import { NettingFold, noTotals, PAYABLE_FAMILIES } from '../../../gateway/settlement/netting.ts';
import { cycleRow, MID_A, MID_B, netLineRow, partnerRow, payeeRow, rub } from './parties.ts';

const ACCOUNT = `merchant_payable:${MID_A}`;
const sum = (
  template: string,
  side: 'debit' | 'credit',
  minor: bigint,
  over: Partial<LedgerSum> = {},
): LedgerSum => ({
  account: ACCOUNT,
  template,
  side,
  paidOn: '2026-11-17',
  amount: money(minor, RUB),
  count: 1,
  ...over,
});
const NO_CHARGES: PayeeCharges = {
  ...{ vat: 0n, vatBorne: 'within', partnerShare: 0n, reserveHeld: 0n, reserveReleased: 0n },
};

function fold(...sums: LedgerSum[]) {
  const folded = new NettingFold('RUB');
  for (const one of sums) folded.add(one);
  return folded.totals().get(ACCOUNT) ?? noTotals();
}

describe('Netting', () => {
  test('sorts what a merchant’s entries are by their template and side', () => {
    expect(
      fold(
        sum('wallet_sale_acquirer_converts', 'credit', 1_000_000n, { count: 3 }),
        sum('wallet_sale_acquirer_converts', 'debit', 18_000n, { count: 3 }),
        sum('card_refund', 'debit', 5_000n),
        sum('card_refund', 'credit', 90n),
        sum('wallet_chargeback', 'debit', 700n),
        sum('adjustment_to_merchant', 'credit', 11n),
        sum('donation', 'debit', 400n),
        sum('donation', 'credit', 7n),
      ),
    ).toMatchObject({
      sales: 1_000_000n,
      salesCount: 3,
      fees: 18_000n,
      refunds: 5_000n,
      refundsCount: 1,
      feesReturned: 97n,
      chargebacks: 700n,
      adjustments: 11n,
      donations: 400n,
      feeParts: [
        { service: 'wallet_acquiring', businessDate: '2026-11-17', amountMinor: 17_993n },
        { service: 'card_acquiring', businessDate: '2026-11-17', amountMinor: -90n },
      ],
    });
  });

  test('counts what was undone against what it undoes', () => {
    expect(
      fold(
        sum('card_sale', 'credit', 500n),
        sum('card_sale', 'debit', 9n),
        sum('card_sale_reversal', 'debit', 500n),
        sum('card_sale_reversal', 'credit', 9n),
      ),
    ).toMatchObject({ sales: 0n, salesCount: 0, fees: 0n, feesReturned: 0n });
  });

  test('leaves out other currencies and what cycles book themselves', () => {
    expect(
      fold(
        sum('card_sale', 'credit', 500n, { amount: money(500n, CNY) }),
        sum('payout_due', 'debit', 500n),
        sum('reserve_released', 'credit', 500n),
      ),
    ).toEqual(noTotals());
  });

  test('stops at a template it does not know rather than lose money', () => {
    expect(() => fold(sum('gift', 'credit', 1n))).toThrow(AmurError);
    expect(() => fold(sum('donation', 'credit', 1n, { account: 'charity_payable:tiger' }))).not.toThrow();
    expect(() => fold(sum('card_sale', 'credit', 1n, { account: 'charity_payable:tiger' }))).toThrow(
      AmurError,
    );
  });

  test('knows every template that touches what a payee is owed', () => {
    for (const [name, template] of Object.entries(TEMPLATES)) {
      for (const { family, side } of template.lines) {
        if (PAYABLE_FAMILIES.includes(family)) {
          fold(sum(name, side, 1n, { account: `${family}:x` }));
        }
      }
    }
  });
});

describe('A payee’s line', () => {
  test('adds up', () => {
    const totals = fold(
      sum('wallet_sale_acquirer_converts', 'credit', 1_000_000n),
      sum('wallet_sale_acquirer_converts', 'debit', 18_000n),
      sum('wallet_refund_acquirer_converts', 'debit', 100_000n),
      sum('wallet_refund_acquirer_converts', 'credit', 1_800n),
    );
    const charges = {
      ...NO_CHARGES,
      vat: 2_921n,
      partnerShare: 5_000n,
      reserveHeld: 90_000n,
      reserveReleased: 7n,
    };
    const carry = netLineRow({ cycleId: 'amurbank-RUB-20261116', carriedOut: -1_000n });
    const line = netLineOf({ cycle: cycleRow(), payee: payeeRow(), totals, charges, carry });
    expect(line).toMatchObject({
      carriedFrom: 'amurbank-RUB-20261116',
      carriedIn: -1_000n,
      fees: 18_000n,
      net: 792_807n,
      due: 792_807n,
    });
    const onTop = netLineOf({
      cycle: cycleRow(),
      payee: payeeRow(),
      totals,
      charges: { ...charges, vatBorne: 'on_top' },
      carry,
    });
    expect(onTop).toMatchObject({ fees: 20_921n, net: 789_886n });
  });
});

describe('A partner’s net', () => {
  const lines = [
    netLineRow({ id: MID_A, net: 1_000n, due: 1_000n, partnerShare: 30n }),
    netLineRow({ id: MID_B, net: -300n, due: -300n, partnerShare: -5n }),
  ];

  test('leaves a payee’s negative net with the payee where it is carried', () => {
    const { lines: decided, totals } = netCycleOf(cycleRow(), partnerRow(), lines, 0n);
    expect(decided.map(({ due, carriedOut }) => [due, carriedOut])).toEqual([
      [1_000n, 0n],
      [0n, -300n],
    ]);
    expect(totals).toEqual({ net: rub(1_025n), outcome: 'pay', carriedShare: rub(0n) });
  });

  test('sets it against the others where the partner collects it', () => {
    const { totals } = netCycleOf(cycleRow(), partnerRow({ negativeNet: 'claim' }), lines, 0n);
    expect(totals).toMatchObject({ net: rub(725n), outcome: 'pay' });
  });

  test('is claimed from the partner when it is negative itself', () => {
    const owing = [netLineRow({ net: -300n, due: -300n })];
    const { totals } = netCycleOf(cycleRow(), partnerRow({ negativeNet: 'claim' }), owing, 0n);
    expect(totals).toMatchObject({ net: rub(-300n), outcome: 'claim' });
  });

  test('below the minimum waits whole, the partner’s share with it', () => {
    const partner = partnerRow({ minimumPayout: [rub(2_000n)] });
    const { lines: decided, totals } = netCycleOf(cycleRow(), partner, lines, 7n);
    expect(totals).toEqual({ net: rub(0n), outcome: 'carry', carriedShare: rub(32n) });
    expect(decided.map(({ due, carriedOut }) => [due, carriedOut])).toEqual([
      [0n, 1_000n],
      [0n, -300n],
    ]);
  });

  test('of nobody is nothing, and a share that waited is paid with the next', () => {
    expect(netCycleOf(cycleRow(), partnerRow(), [], 0n).totals.outcome).toBe('nothing');
    expect(netCycleOf(cycleRow(), partnerRow(), [], 32n).totals).toMatchObject({
      net: rub(32n),
      outcome: 'pay',
    });
  });

  test('is what is due and shared, and nothing is lost between due and carried', () => {
    const amount = fc.bigInt({ min: -1_000n, max: 1_000n });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, amount), { maxLength: 8 }),
        amount,
        fc.constantFrom('carry' as const, 'claim' as const),
        fc.bigInt({ min: 0n, max: 800n }),
        (pairs, shareIn, negativeNet, minimum) => {
          const all = pairs.map(([net, partnerShare], index) =>
            netLineRow({ id: `${index}`, net, due: net, partnerShare }),
          );
          const partner = partnerRow({ negativeNet, minimumPayout: [rub(minimum)] });
          const { lines: decided, totals } = netCycleOf(cycleRow(), partner, all, shareIn);
          for (const line of decided) {
            expect(line.due + line.carriedOut).toBe(line.net);
            expect(line.due === 0n || line.carriedOut === 0n).toBe(true);
          }
          const shares = decided.reduce((total, line) => total + line.partnerShare, shareIn);
          const dues = decided.reduce((total, line) => total + line.due, 0n);
          expect(totals.net.amountMinor + totals.carriedShare.amountMinor).toBe(dues + shares);
        },
      ),
    );
  });
});
