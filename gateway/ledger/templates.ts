/** Every way money is booked, as data: named, versioned templates whose lines are linear forms in the inputs. `proof.ts`
 *  shows for each that debits equal credits in every currency, whatever the inputs.
 *
 *  Where the acquirer converts, the receivable is in the order's currency, the merchant is owed the price, and the two
 *  meet in the FX position. Where the wallet converts there is no position: receivable, payable and MDR are all in the
 *  currency the wallet settles in, because nobody here has promised the merchant another one.
 *
 *  A card's issuer may convert too; then we know one currency only, the one the card was charged in. Conversion at the till
 *  is ours, and books like a wallet's order in yuan. A pre-authorisation books nothing: it is the issuer's hold on its own
 *  customer, and nobody owes us anything before the completion, which books a sale.
 *
 *  A refund goes back at the payment's rate, or, by contract, at that of its own day. Then the wallet takes back more than the
 *  refund is booked at, which is a `loss`, or less, a `gain`; one of the two is zero.
 *
 *  A template that changes gets a new version; transfers keep the version they were made with. */
import { CHARGEBACK_TEMPLATES } from './chargeback-templates.ts';
import { FX_TEMPLATES } from './fx-templates.ts';
import { RECONCILIATION_TEMPLATES } from './reconciliation-templates.ts';
import { SETTLEMENT_TEMPLATES } from './settlement-templates.ts';
import { credit, debit, type Template, type TemplateLine, undone } from './template.ts';

const CARD_SALE = [
  debit('bank_receivable', 'amount'),
  credit('merchant_payable', 'amount'),
  debit('merchant_payable', 'mdr'),
  credit('mdr_income', 'mdr'),
];
const CARD_SALE_DCC = [
  debit('bank_receivable', 'amount'),
  credit('fx_position', 'amount'),
  debit('fx_position', 'price'),
  credit('merchant_payable', 'price'),
  debit('merchant_payable', 'mdr'),
  credit('mdr_income', 'mdr'),
];
const CARD_INPUTS = { amount: 'settlement', mdr: 'settlement' } as const;
const CARD_DCC_INPUTS = { amount: 'order', price: 'price', mdr: 'price' } as const;

/** Of the wallet's receivable: the share that is booked, more by a loss, less by a gain. */
function takenBack(share: string): readonly TemplateLine[] {
  return [
    { ...credit('wallet_receivable'), amount: { [share]: 1n, loss: 1n, gain: -1n } },
    debit('fx_difference', 'loss'),
    credit('fx_difference', 'gain'),
  ];
}

const PAYMENT_TEMPLATES = {
  wallet_sale_acquirer_converts: {
    version: 1,
    books: 'wallet_sale',
    inputs: { order: 'order', price: 'price', mdr: 'price' },
    lines: [
      debit('wallet_receivable', 'order'),
      credit('fx_position', 'order'),
      debit('fx_position', 'price'),
      credit('merchant_payable', 'price'),
      debit('merchant_payable', 'mdr'),
      credit('mdr_income', 'mdr'),
    ],
  },
  wallet_sale_wallet_converts: {
    version: 1,
    books: 'wallet_sale',
    inputs: { settlement: 'settlement', mdr: 'settlement' },
    lines: [
      debit('wallet_receivable', 'settlement'),
      credit('merchant_payable', 'settlement'),
      debit('merchant_payable', 'mdr'),
      credit('mdr_income', 'mdr'),
    ],
  },
  wallet_refund_acquirer_converts: {
    version: 2,
    books: 'wallet_refund',
    inputs: { order: 'order', loss: 'order', gain: 'order', price: 'price', mdr: 'price' },
    lines: [
      debit('fx_position', 'order'),
      ...takenBack('order'),
      debit('merchant_payable', 'price'),
      credit('fx_position', 'price'),
      debit('mdr_income', 'mdr'),
      credit('merchant_payable', 'mdr'),
    ],
  },
  wallet_refund_wallet_converts: {
    version: 2,
    books: 'wallet_refund',
    inputs: { settlement: 'settlement', loss: 'settlement', gain: 'settlement', mdr: 'settlement' },
    lines: [
      debit('merchant_payable', 'settlement'),
      ...takenBack('settlement'),
      debit('mdr_income', 'mdr'),
      credit('merchant_payable', 'mdr'),
    ],
  },
  wallet_money_found: {
    version: 1,
    books: 'wallet_money_found',
    inputs: { received: 'settlement' },
    lines: [debit('wallet_receivable', 'received'), credit('suspense', 'received')],
  },
  wallet_money_returned: {
    version: 1,
    books: 'wallet_money_returned',
    inputs: { received: 'settlement' },
    lines: [debit('suspense', 'received'), credit('wallet_receivable', 'received')],
  },
  card_sale: {
    version: 1,
    books: 'card_sale',
    inputs: CARD_INPUTS,
    lines: CARD_SALE,
  },
  card_sale_dcc: {
    version: 1,
    books: 'card_sale',
    inputs: CARD_DCC_INPUTS,
    lines: CARD_SALE_DCC,
  },
  card_refund: {
    version: 1,
    books: 'card_refund',
    inputs: CARD_INPUTS,
    lines: undone(CARD_SALE),
  },
  card_refund_dcc: {
    version: 1,
    books: 'card_refund',
    inputs: CARD_DCC_INPUTS,
    lines: undone(CARD_SALE_DCC),
  },
  card_sale_reversal: {
    version: 1,
    books: 'card_sale_reversal',
    inputs: CARD_INPUTS,
    lines: undone(CARD_SALE),
  },
  card_sale_reversal_dcc: {
    version: 1,
    books: 'card_sale_reversal',
    inputs: CARD_DCC_INPUTS,
    lines: undone(CARD_SALE_DCC),
  },
  card_refund_reversal: {
    version: 1,
    books: 'card_refund_reversal',
    inputs: CARD_INPUTS,
    lines: CARD_SALE,
  },
  card_refund_reversal_dcc: {
    version: 1,
    books: 'card_refund_reversal',
    inputs: CARD_DCC_INPUTS,
    lines: CARD_SALE_DCC,
  },
  card_money_found: {
    version: 1,
    books: 'card_money_found',
    inputs: { received: 'settlement' },
    lines: [debit('bank_receivable', 'received'), credit('card_suspense', 'received')],
  },
  card_money_returned: {
    version: 1,
    books: 'card_money_returned',
    inputs: { received: 'settlement' },
    lines: [debit('card_suspense', 'received'), credit('bank_receivable', 'received')],
  },
} as const satisfies Record<string, Template>;

export const TEMPLATES = {
  ...PAYMENT_TEMPLATES,
  ...SETTLEMENT_TEMPLATES,
  ...FX_TEMPLATES,
  ...CHARGEBACK_TEMPLATES,
  ...RECONCILIATION_TEMPLATES,
};

export type TemplateName = keyof typeof TEMPLATES;

/** The inputs a template asks for, by name. */
export type InputName<T extends TemplateName> = keyof (typeof TEMPLATES)[T]['inputs'] & string;
