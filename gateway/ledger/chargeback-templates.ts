/** Disputes. What was taken back from us waits in one account and what the merchant is debited provisionally in another,
 *  each in its own currency; no rate is touched before the dispute is decided. Won, both go back where they came from;
 *  accepted, they meet, through the position where two currencies are in it, and the contract may give the discount back. */
import { credit, debit, type Template, undone } from './template.ts';

const opened = (receivable: 'wallet_receivable' | 'bank_receivable') => [
  debit('chargeback_dispute', 'order'),
  credit(receivable, 'order'),
  debit('merchant_payable', 'price'),
  credit('chargeback_held', 'price'),
];
const INPUTS = { order: 'order', price: 'price' } as const;
const MDR_BACK = [debit('mdr_income', 'mdr'), credit('merchant_payable', 'mdr')];

export const CHARGEBACK_TEMPLATES = {
  wallet_chargeback: { version: 1, books: 'chargeback', inputs: INPUTS, lines: opened('wallet_receivable') },
  card_chargeback: { version: 1, books: 'chargeback', inputs: INPUTS, lines: opened('bank_receivable') },
  wallet_chargeback_reversed: {
    version: 1,
    books: 'chargeback_reversed',
    inputs: INPUTS,
    lines: undone(opened('wallet_receivable')),
  },
  card_chargeback_reversed: {
    version: 1,
    books: 'chargeback_reversed',
    inputs: INPUTS,
    lines: undone(opened('bank_receivable')),
  },
  chargeback_accepted: {
    version: 1,
    books: 'chargeback_accepted',
    inputs: { amount: 'settlement', mdr: 'settlement' },
    lines: [debit('chargeback_held', 'amount'), credit('chargeback_dispute', 'amount'), ...MDR_BACK],
  },
  chargeback_accepted_converted: {
    version: 1,
    books: 'chargeback_accepted',
    inputs: { order: 'order', price: 'price', mdr: 'price' },
    lines: [
      debit('fx_position', 'order'),
      credit('chargeback_dispute', 'order'),
      debit('chargeback_held', 'price'),
      credit('fx_position', 'price'),
      ...MDR_BACK,
    ],
  },
} as const satisfies Record<string, Template>;
