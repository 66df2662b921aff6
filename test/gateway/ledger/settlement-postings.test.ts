import { describe, expect, test } from 'vitest';
import { CNY, RUB } from '../../../gateway/kernel/currency.ts';
import { InvariantError } from '../../../gateway/kernel/errors.ts';
import { parseMid } from '../../../gateway/kernel/identifiers.ts';
import { money } from '../../../gateway/kernel/money.ts';
import {
  chargebackAccepted,
  chargebackOpened,
  chargebackReversed,
} from '../../../gateway/ledger/chargeback-postings.ts';
import {
  fxRealised,
  fxRevaluationReversed,
  fxRevalued,
  fxSold,
  refundRateDifference,
} from '../../../gateway/ledger/fx-postings.ts';
import {
  adjustment,
  bankWriteOff,
  nostroFee,
  nostroIdentified,
  nostroUnidentified,
  walletWriteOff,
} from '../../../gateway/ledger/reconciliation-postings.ts';
import * as day from '../../../gateway/ledger/settlement-postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';

const MID = parseMid('100000000000001');
const META = {
  reference: 'amurbank-RUB-20261123/1',
  mid: MID,
  wallet: 'alipay',
  bank: 'neva',
  partner: 'amurbank',
  charity: 'children',
  nostro: '40702810000000000001',
  nostroBought: '40702156000000000002',
  tax: 'RU',
  businessDate: '2026-11-23',
  postedAt: 1,
} as const;
const NOBODY = { ...META, mid: null };
const rub = (minor: bigint) => money(minor, RUB);
const cny = (minor: bigint) => money(minor, CNY);

const lines = ({ entries }: Transfer): readonly string[] =>
  entries.map(({ account, side, amount }) => `${side} ${account} ${amount.amountMinor} ${amount.currency}`);

/** Debits less credits by account and currency, zero ones left out. */
function net(...transfers: readonly Transfer[]): Record<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { account, side, amount } of transfers.flatMap((t) => t.entries)) {
    const key = `${account} ${amount.currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + (side === 'debit' ? amount.amountMinor : -amount.amountMinor));
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n));
}

describe('A payout', () => {
  test('goes from the merchant to its partner bank, into transit, and out of our account', () => {
    const amount = rub(982_000n);
    const steps = [
      day.payoutDue(amount, META),
      day.payoutSent(amount, NOBODY),
      day.payoutConfirmed(amount, NOBODY),
    ];
    expect(steps.map((t) => [t.transferId, t.mid])).toEqual([
      [`payout_due:${META.reference}`, MID],
      [`payout_sent:${META.reference}`, null],
      [`payout_confirmed:${META.reference}`, null],
    ]);
    expect(net(...steps)).toEqual({
      [`merchant_payable:${MID} RUB`]: 982_000n,
      'nostro:40702810000000000001 RUB': -982_000n,
    });
  });

  test('that the bank sends back is owed again', () => {
    const amount = rub(5n);
    expect(net(day.payoutSent(amount, NOBODY), day.payoutReturned(amount, NOBODY))).toEqual({});
  });

  test('below zero is claimed, under the same key, so that a merchant’s net is booked once', () => {
    const claim = day.payoutDue(rub(-300n), META);
    expect(claim.transferId).toBe(day.payoutDue(rub(1n), META).transferId);
    expect(lines(claim)).toEqual([
      'debit partner_payable:amurbank 300 RUB',
      `credit merchant_payable:${MID} 300 RUB`,
    ]);
    expect(net(claim, day.claimReceived(rub(300n), NOBODY))).toEqual({
      'nostro:40702810000000000001 RUB': 300n,
      [`merchant_payable:${MID} RUB`]: -300n,
    });
  });

  test('of nothing is no transfer', () => {
    expect(() => day.payoutDue(rub(0n), META)).toThrow(InvariantError);
  });
});

describe('Of the discount', () => {
  test('the tax and the partner’s share come out of our income, and go back with a discount given back', () => {
    expect(lines(day.vatOnFee(rub(330n), 'within', META))).toEqual([
      'debit mdr_income:acquirer 330 RUB',
      'credit vat_payable:RU 330 RUB',
    ]);
    expect(lines(day.partnerShare(rub(100n), NOBODY))).toEqual([
      'debit mdr_income:acquirer 100 RUB',
      'credit partner_payable:amurbank 100 RUB',
    ]);
    expect(net(day.vatOnFee(rub(1n), 'within', META), day.vatOnFee(rub(-1n), 'within', META))).toEqual({});
    expect(net(day.partnerShare(rub(1n), META), day.partnerShare(rub(-1n), META))).toEqual({});
  });

  test('tax on top is the merchant’s to bear', () => {
    expect(lines(day.vatOnFee(rub(330n), 'on_top', META))[0]).toBe(`debit merchant_payable:${MID} 330 RUB`);
    expect(net(day.vatOnFee(rub(1n), 'on_top', META), day.vatOnFee(rub(-1n), 'on_top', META))).toEqual({});
  });

  test('a tier’s correction is charged or given back', () => {
    expect(lines(day.feeCorrection(rub(7n), META))[1]).toBe('credit mdr_income:acquirer 7 RUB');
    expect(net(day.feeCorrection(rub(7n), META), day.feeCorrection(rub(-7n), META))).toEqual({});
  });

  test('a reserve held comes back whole', () => {
    expect(net(day.reserveHeld(rub(9n), META))).toEqual({
      [`merchant_payable:${MID} RUB`]: 9n,
      [`merchant_reserve:${MID} RUB`]: -9n,
    });
    expect(net(day.reserveHeld(rub(9n), META), day.reserveReleased(rub(9n), META))).toEqual({});
  });
});

describe('A batch of the payer’s side', () => {
  const batch = { payments: cny(50_000n), refunds: cny(2_000n), fees: cny(300n), feesReturned: cny(12n) };

  test('takes what it matched off the receivable and waits in clearing, net of fees', () => {
    expect(net(day.walletSettled(batch, NOBODY))).toEqual({
      'wallet_receivable:alipay CNY': -48_000n,
      'wallet_clearing:alipay CNY': 47_712n,
      'wallet_fee:alipay CNY': 288n,
    });
    expect(net(day.cardSettled(batch, NOBODY))).toMatchObject({ 'bank_clearing:neva CNY': 47_712n });
  });

  test('of refunds alone is owed by us, and leaves our account', () => {
    const refunds = { payments: cny(0n), refunds: cny(2_000n), fees: cny(0n), feesReturned: cny(12n) };
    expect(net(day.walletSettled(refunds, NOBODY), day.walletReceived(cny(-1_988n), NOBODY))).toEqual({
      'wallet_receivable:alipay CNY': 2_000n,
      'wallet_fee:alipay CNY': -12n,
      'nostro:40702810000000000001 CNY': -1_988n,
    });
  });

  test('received clears it', () => {
    const { 'wallet_clearing:alipay CNY': waiting, ...rest } = net(
      day.walletSettled(batch, NOBODY),
      day.walletReceived(cny(47_712n), NOBODY),
    );
    expect(waiting).toBeUndefined();
    expect(rest).toMatchObject({ 'nostro:40702810000000000001 CNY': 47_712n });
    expect(net(day.cardReceived(cny(5n), NOBODY), day.cardReceived(cny(-5n), NOBODY))).toEqual({});
  });
});

describe('A donation', () => {
  test('is the charity’s whole: the merchant keeps none of it and pays no discount on it', () => {
    const given = day.donationTransfer(rub(1_000n), rub(18n), META);
    expect(net(given)).toEqual({
      [`merchant_payable:${MID} RUB`]: 982n,
      'charity_payable:children RUB': -1_000n,
      'mdr_income:acquirer RUB': 18n,
    });
    expect(net(given, day.donationReturned(rub(1_000n), rub(18n), META))).toEqual({});
    expect(net(given, day.charityDue(rub(1_000n), NOBODY))).toMatchObject({
      'partner_payable:amurbank RUB': -1_000n,
    });
    expect(net(day.charityDue(rub(1n), NOBODY), day.charityDue(rub(-1n), NOBODY))).toEqual({});
  });
});

describe('A chargeback', () => {
  const amounts = { order: cny(88_711n), price: rub(1_000_000n) };
  const dispute = { ...META, reference: 'CB-1' };

  test('touches no rate before it is decided', () => {
    expect(net(chargebackOpened(amounts, dispute))).toEqual({
      [`chargeback_dispute:${MID} CNY`]: 88_711n,
      'wallet_receivable:alipay CNY': -88_711n,
      [`merchant_payable:${MID} RUB`]: 1_000_000n,
      [`chargeback_held:${MID} RUB`]: -1_000_000n,
    });
  });

  test('won leaves no trace in any balance', () => {
    expect(net(chargebackOpened(amounts, dispute), chargebackReversed(amounts, dispute))).toEqual({});
  });

  test('accepted stands as a refund of the same amounts would', () => {
    const accepted = chargebackAccepted(amounts, rub(18_000n), dispute);
    expect(net(chargebackOpened(amounts, dispute), accepted)).toEqual({
      'fx_position:acquirer CNY': 88_711n,
      'wallet_receivable:alipay CNY': -88_711n,
      'fx_position:acquirer RUB': -1_000_000n,
      [`merchant_payable:${MID} RUB`]: 982_000n,
      'mdr_income:acquirer RUB': 18_000n,
    });
  });

  test('in one currency never comes near the position; a card’s is the bank’s', () => {
    const card = { reference: 'CB-2', mid: MID, bank: 'neva', businessDate: '2026-11-23', postedAt: 1 };
    const same = { order: rub(500n), price: rub(500n) };
    expect(net(chargebackOpened(same, card), chargebackAccepted(same, rub(0n), card))).toEqual({
      'bank_receivable:neva RUB': -500n,
      [`merchant_payable:${MID} RUB`]: 500n,
    });
    expect(net(chargebackOpened(same, card), chargebackReversed(same, card))).toEqual({});
  });
});

describe('The position', () => {
  test('sold: the currency leaves one account of ours and roubles come to another', () => {
    expect(lines(fxSold(cny(100_000n), rub(1_127_260n), NOBODY))).toEqual([
      'debit fx_position:acquirer 100000 CNY',
      'credit nostro:40702810000000000001 100000 CNY',
      'debit nostro:40702156000000000002 1127260 RUB',
      'credit fx_position:acquirer 1127260 RUB',
    ]);
  });

  test('a gain raises the roubles of the position and a loss lowers them', () => {
    expect(net(fxRealised(rub(5n), NOBODY))).toEqual({
      'fx_position:acquirer RUB': 5n,
      'fx_realised:acquirer RUB': -5n,
    });
    expect(net(fxRealised(rub(5n), NOBODY), fxRealised(rub(-5n), NOBODY))).toEqual({});
    for (const gain of [rub(7n), rub(-7n)]) {
      expect(net(fxRevalued(gain, NOBODY), fxRevaluationReversed(gain, NOBODY))).toEqual({});
    }
  });

  test('a wallet that takes back more than was booked costs us the difference', () => {
    expect(net(refundRateDifference(cny(3n), NOBODY))).toEqual({
      'fx_difference:alipay CNY': 3n,
      'wallet_receivable:alipay CNY': -3n,
    });
    expect(net(refundRateDifference(cny(3n), NOBODY), refundRateDifference(cny(-3n), NOBODY))).toEqual({});
  });
});

describe('What reconciliation books', () => {
  test('an adjustment is the merchant’s gain or loss', () => {
    expect(net(adjustment(rub(4n), META))).toEqual({
      'adjustments:acquirer RUB': 4n,
      [`merchant_payable:${MID} RUB`]: -4n,
    });
    expect(net(adjustment(rub(4n), META), adjustment(rub(-4n), META))).toEqual({});
  });

  test.each(['wallet_receivable', 'wallet_clearing'] as const)('a lack on %s is given up', (account) => {
    expect(net(walletWriteOff(account, cny(2n), NOBODY))).toEqual({
      'write_off:acquirer CNY': 2n,
      [`${account}:alipay CNY`]: -2n,
    });
    const both = [walletWriteOff(account, cny(2n), NOBODY), walletWriteOff(account, cny(-2n), NOBODY)];
    expect(net(...both)).toEqual({});
  });

  test.each(['bank_receivable', 'bank_clearing'] as const)('a lack on %s is given up', (account) => {
    const both = [bankWriteOff(account, cny(2n), NOBODY), bankWriteOff(account, cny(-2n), NOBODY)];
    expect(net(...both.slice(0, 1))).toMatchObject({ [`${account}:neva CNY`]: -2n });
    expect(net(...both)).toEqual({});
  });

  test('money nobody can name waits until it is named; a bank’s charge is a cost', () => {
    for (const moved of [rub(6n), rub(-6n)]) {
      expect(net(nostroUnidentified(moved, NOBODY), nostroIdentified(moved, NOBODY))).toEqual({});
    }
    expect(net(nostroUnidentified(rub(6n), NOBODY))).toMatchObject({
      'nostro_unidentified:40702810000000000001 RUB': -6n,
    });
    expect(net(nostroFee(rub(6n), NOBODY))).toMatchObject({ 'nostro_fee:40702810000000000001 RUB': 6n });
  });
});

describe('An account', () => {
  test('that names nobody, or a name that would break its id, is a bug', () => {
    expect(() => day.payoutDue(rub(1n), { ...META, partner: 'a:b' })).toThrow('no colon');
    const nobody = { ...META, mid: null as never };
    expect(() => day.payoutDue(rub(1n), nobody)).toThrow('names its merchant');
  });
});
