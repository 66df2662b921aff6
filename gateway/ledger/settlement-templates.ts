/** How a cycle is booked: what a merchant is owed goes to its partner bank, tax and shares come out of the discount, and
 *  the payout leaves our account; how a wallet's or a card bank's batch is matched and received; donations.
 *
 *  A batch may come to less than nothing, as may its fees, so payments and refunds are inputs of their own, each never
 *  below zero, and clearing has a line on either side. */
import { credit, debit, type Template, undone } from './template.ts';

/** One input, `amount`, from one family to another. */
const one = (books: string, lines: Template['lines']) => ({
  version: 1,
  books,
  inputs: { amount: 'settlement' } as const,
  lines,
});

const DONATION = [
  debit('merchant_payable', 'donation'),
  credit('charity_payable', 'donation'),
  debit('mdr_income', 'mdr'),
  credit('merchant_payable', 'mdr'),
];
const DONATION_INPUTS = { donation: 'price', mdr: 'price' } as const;

const BATCH_INPUTS = {
  payments: 'settlement',
  refunds: 'settlement',
  fees: 'settlement',
  feesReturned: 'settlement',
} as const;

const batch = (
  receivable: 'wallet_receivable' | 'bank_receivable',
  clearing: 'wallet_clearing' | 'bank_clearing',
  fee: 'wallet_fee' | 'scheme_fee',
): Template['lines'] => [
  debit(clearing, 'payments', 'feesReturned'),
  credit(clearing, 'refunds', 'fees'),
  debit(fee, 'fees'),
  credit(fee, 'feesReturned'),
  debit(receivable, 'refunds'),
  credit(receivable, 'payments'),
];

export const SETTLEMENT_TEMPLATES = {
  // Of the discount: the tax in it, or on top of it, and the partner bank's share.
  vat_on_fee: one('vat_on_fee', [debit('mdr_income', 'amount'), credit('vat_payable', 'amount')]),
  vat_on_fee_returned: one('vat_on_fee_returned', [
    debit('vat_payable', 'amount'),
    credit('mdr_income', 'amount'),
  ]),
  vat_charged: one('vat_on_fee', [debit('merchant_payable', 'amount'), credit('vat_payable', 'amount')]),
  vat_charged_returned: one('vat_on_fee_returned', [
    debit('vat_payable', 'amount'),
    credit('merchant_payable', 'amount'),
  ]),
  partner_share: one('partner_share', [debit('mdr_income', 'amount'), credit('partner_payable', 'amount')]),
  partner_share_returned: one('partner_share_returned', [
    debit('partner_payable', 'amount'),
    credit('mdr_income', 'amount'),
  ]),
  // What a tier comes to beyond, or below, the discount booked with each payment.
  fee_charged: one('fee_correction', [debit('merchant_payable', 'amount'), credit('mdr_income', 'amount')]),
  fee_returned: one('fee_correction', [debit('mdr_income', 'amount'), credit('merchant_payable', 'amount')]),
  reserve_held: one('reserve_held', [
    debit('merchant_payable', 'amount'),
    credit('merchant_reserve', 'amount'),
  ]),
  reserve_released: one('reserve_released', [
    debit('merchant_reserve', 'amount'),
    credit('merchant_payable', 'amount'),
  ]),
  // Of the cycle: due, ordered, paid; a net below zero is claimed of the partner bank, or carried.
  payout_due: one('payout_due', [debit('merchant_payable', 'amount'), credit('partner_payable', 'amount')]),
  claim_due: one('payout_due', [debit('partner_payable', 'amount'), credit('merchant_payable', 'amount')]),
  charity_due: one('charity_due', [debit('charity_payable', 'amount'), credit('partner_payable', 'amount')]),
  charity_claim_due: one('charity_due', [
    debit('partner_payable', 'amount'),
    credit('charity_payable', 'amount'),
  ]),
  payout_sent: one('payout_sent', [
    debit('partner_payable', 'amount'),
    credit('payout_in_transit', 'amount'),
  ]),
  payout_returned: one('payout_returned', [
    debit('payout_in_transit', 'amount'),
    credit('partner_payable', 'amount'),
  ]),
  payout_confirmed: one('payout_confirmed', [
    debit('payout_in_transit', 'amount'),
    credit('nostro', 'amount'),
  ]),
  // It had left and is back on our account: it is owed again.
  payout_came_back: one('payout_came_back', [debit('nostro', 'amount'), credit('partner_payable', 'amount')]),
  claim_received: one('claim_received', [debit('nostro', 'amount'), credit('partner_payable', 'amount')]),
  // From the payer's side.
  wallet_settled: {
    version: 1,
    books: 'wallet_settled',
    inputs: BATCH_INPUTS,
    lines: batch('wallet_receivable', 'wallet_clearing', 'wallet_fee'),
  },
  card_settled: {
    version: 1,
    books: 'card_settled',
    inputs: BATCH_INPUTS,
    lines: batch('bank_receivable', 'bank_clearing', 'scheme_fee'),
  },
  wallet_received: one('wallet_received', [debit('nostro', 'amount'), credit('wallet_clearing', 'amount')]),
  wallet_net_paid: one('wallet_received', [debit('wallet_clearing', 'amount'), credit('nostro', 'amount')]),
  card_received: one('card_received', [debit('nostro', 'amount'), credit('bank_clearing', 'amount')]),
  card_net_paid: one('card_received', [debit('bank_clearing', 'amount'), credit('nostro', 'amount')]),
  // A line of the sale that is the charity's, whole: the discount on it is given back.
  donation: { version: 1, books: 'donation', inputs: DONATION_INPUTS, lines: DONATION },
  donation_returned: {
    version: 1,
    books: 'donation_returned',
    inputs: DONATION_INPUTS,
    lines: undone(DONATION),
  },
} as const satisfies Record<string, Template>;
