/** What a person with another's approval books when books and files differ: an adjustment of a merchant, a difference given
 *  up, money on our account that nobody could name and its finding a home. */
import type { AccountFamily } from './accounts.ts';
import { credit, debit, type Template } from './template.ts';

const one = (books: string, from: AccountFamily, to: AccountFamily) => ({
  version: 1,
  books,
  inputs: { amount: 'settlement' } as const,
  lines: [debit(from, 'amount'), credit(to, 'amount')],
});

export const RECONCILIATION_TEMPLATES = {
  adjustment_to_merchant: one('adjustment', 'adjustments', 'merchant_payable'),
  adjustment_from_merchant: one('adjustment', 'merchant_payable', 'adjustments'),
  // A lack is a loss to us, a surplus the other way.
  wallet_receivable_lack: one('write_off', 'write_off', 'wallet_receivable'),
  wallet_receivable_surplus: one('write_off', 'wallet_receivable', 'write_off'),
  bank_receivable_lack: one('write_off', 'write_off', 'bank_receivable'),
  bank_receivable_surplus: one('write_off', 'bank_receivable', 'write_off'),
  wallet_clearing_lack: one('write_off', 'write_off', 'wallet_clearing'),
  wallet_clearing_surplus: one('write_off', 'wallet_clearing', 'write_off'),
  bank_clearing_lack: one('write_off', 'write_off', 'bank_clearing'),
  bank_clearing_surplus: one('write_off', 'bank_clearing', 'write_off'),
  nostro_received_unidentified: one('nostro_unidentified', 'nostro', 'nostro_unidentified'),
  nostro_paid_unidentified: one('nostro_unidentified', 'nostro_unidentified', 'nostro'),
  // Named after all: the same line of the statement is then booked as what it was.
  nostro_received_identified: one('nostro_identified', 'nostro_unidentified', 'nostro'),
  nostro_paid_identified: one('nostro_identified', 'nostro', 'nostro_unidentified'),
  nostro_fee_taken: one('nostro_fee', 'nostro_fee', 'nostro'),
} as const satisfies Record<string, Template>;
