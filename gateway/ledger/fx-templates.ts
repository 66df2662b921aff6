/** What the acquirer's exchange position books beside payments. Currency bought stands in credit, the roubles given for it
 *  in debit; a gain raises the roubles to what the currency is worth. */
import { credit, debit, type Template, type TemplateLine } from './template.ts';

const gain = (account: 'fx_unrealised' | 'fx_realised') => [
  debit('fx_position', 'amount'),
  credit(account, 'amount'),
];
const loss = (account: 'fx_unrealised' | 'fx_realised') => [
  debit(account, 'amount'),
  credit('fx_position', 'amount'),
];

const one = (books: string, lines: readonly TemplateLine[]) => ({
  version: 1,
  books,
  inputs: { amount: 'settlement' } as const,
  lines,
});

/** Into the account in the currency bought. */
const received: TemplateLine = { ...debit('nostro', 'bought'), of: 'nostro_bought' };

export const FX_TEMPLATES = {
  fx_sold: {
    version: 1,
    books: 'fx_sold',
    inputs: { sold: 'sold', bought: 'bought' },
    lines: [
      debit('fx_position', 'sold'),
      credit('nostro', 'sold'),
      received,
      credit('fx_position', 'bought'),
    ],
  },
  fx_realised_gain: one('fx_realised', gain('fx_realised')),
  fx_realised_loss: one('fx_realised', loss('fx_realised')),
  fx_revalued_gain: one('fx_revalued', gain('fx_unrealised')),
  fx_revalued_loss: one('fx_revalued', loss('fx_unrealised')),
  // The next day's first act, so that each day is measured from what was paid.
  fx_revalued_gain_reversed: one('fx_revalued_reversed', loss('fx_unrealised')),
  fx_revalued_loss_reversed: one('fx_revalued_reversed', gain('fx_unrealised')),
  // The wallet took back more, or less, than the refund was booked at.
  refund_rate_loss: one('refund_rate_difference', [
    debit('fx_difference', 'amount'),
    credit('wallet_receivable', 'amount'),
  ]),
  refund_rate_gain: one('refund_rate_difference', [
    debit('wallet_receivable', 'amount'),
    credit('fx_difference', 'amount'),
  ]),
} as const satisfies Record<string, Template>;
