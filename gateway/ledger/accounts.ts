/** The chart of accounts: which families there are, what each means, and whose account one is. */
import { invariant } from '../kernel/errors.ts';
import type { Mid } from '../kernel/identifiers.ts';
import type { AccountId } from './transfer.ts';

export type AccountFamily =
  | 'wallet_receivable'
  | 'wallet_clearing'
  | 'wallet_fee'
  | 'bank_receivable'
  | 'bank_clearing'
  | 'scheme_fee'
  | 'merchant_payable'
  | 'merchant_reserve'
  | 'chargeback_dispute'
  | 'chargeback_held'
  | 'partner_payable'
  | 'payout_in_transit'
  | 'charity_payable'
  | 'nostro'
  | 'nostro_unidentified'
  | 'nostro_fee'
  | 'fx_position'
  | 'fx_unrealised'
  | 'fx_realised'
  | 'fx_difference'
  | 'mdr_income'
  | 'vat_payable'
  | 'adjustments'
  | 'write_off'
  | 'suspense'
  | 'card_suspense';

/** `nostro_bought` is the second of our accounts in a transfer between two of them. */
export type PartyKind =
  | 'wallet'
  | 'bank'
  | 'merchant'
  | 'partner'
  | 'charity'
  | 'nostro'
  | 'nostro_bought'
  | 'tax'
  | 'acquirer';

interface AccountRow {
  readonly kind: 'asset' | 'liability' | 'income' | 'expense' | 'position';
  /** Who the account is with; it names the account after the family. */
  readonly party: PartyKind;
  readonly meaning: string;
}

const row = (kind: AccountRow['kind'], party: PartyKind, meaning: string): AccountRow => ({
  kind,
  party,
  meaning,
});

/** All of these only record. None limits a payment, so all are folded by the sequencer and none is locked by a sale. */
export const CHART: Readonly<Record<AccountFamily, AccountRow>> = {
  wallet_receivable: row(
    'asset',
    'wallet',
    'What a wallet has collected and owes us, in the currency it settles in; less what its settlement files have matched.',
  ),
  wallet_clearing: row(
    'asset',
    'wallet',
    'Batches a wallet has announced, net, until the bank statement shows them.',
  ),
  wallet_fee: row('expense', 'wallet', 'What a wallet keeps of a batch for itself.'),
  bank_receivable: row(
    'asset',
    'bank',
    'What a partner bank owes us for its cards, in the currency the card was charged in; less what its files have matched.',
  ),
  bank_clearing: row(
    'asset',
    'bank',
    'Batches a card bank has announced, net, until the bank statement shows them.',
  ),
  scheme_fee: row('expense', 'bank', 'What a card bank keeps of a batch: interchange and scheme fees.'),
  merchant_payable: row(
    'liability',
    'merchant',
    'What we owe a merchant: in the price currency where we convert, else in the settlement currency.',
  ),
  merchant_reserve: row('liability', 'merchant', 'Held back of what we owe a merchant, for its days.'),
  chargeback_dispute: row(
    'asset',
    'merchant',
    'Taken back from us by a wallet or a card bank in a dispute that nobody has borne yet.',
  ),
  chargeback_held: row(
    'liability',
    'merchant',
    'Debited to a merchant provisionally, until its dispute is decided.',
  ),
  partner_payable: row(
    'liability',
    'partner',
    'What we owe a partner bank: net of its merchants, its share of the discount; below zero it is a claim.',
  ),
  payout_in_transit: row('liability', 'partner', 'Ordered to be paid, not yet on a statement.'),
  charity_payable: row('liability', 'charity', 'Donations, until they are due to the charity’s bank.'),
  nostro: row('asset', 'nostro', 'Our money in an account of ours at a bank.'),
  nostro_unidentified: row('liability', 'nostro', 'Moved on an account of ours, nobody knows yet for what.'),
  nostro_fee: row('expense', 'nostro', 'What a bank took for keeping an account of ours.'),
  fx_position: row(
    'position',
    'acquirer',
    'Currency bought from customers and roubles given for it; the pair of balances is the open exchange risk.',
  ),
  fx_unrealised: row('income', 'acquirer', 'Gain, or loss, on the position as it stands at the day’s rate.'),
  fx_realised: row('income', 'acquirer', 'Gain, or loss, on currency that was sold.'),
  fx_difference: row(
    'income',
    'wallet',
    'Between the rate of a payment and the rate its refund went back at.',
  ),
  mdr_income: row('income', 'acquirer', 'Merchant discount earned.'),
  vat_payable: row('liability', 'tax', 'Value added tax on our fees, owed to the tax authority.'),
  adjustments: row('expense', 'acquirer', 'Given to merchants, or taken from them, by approved adjustment.'),
  write_off: row('expense', 'acquirer', 'Differences that reconciliation has given up, by approval.'),
  suspense: row('liability', 'wallet', 'Money a wallet collected for no sale, until it has gone back.'),
  card_suspense: row(
    'liability',
    'bank',
    'Money that a card bank settles for no sale, until its customer has it back.',
  ),
};

/** The parties of one transfer: whoever collected from the customer, the merchant, and whoever else it concerns. */
export interface Parties {
  readonly wallet?: 'alipay';
  /** The partner bank that issued the card. */
  readonly bank?: string;
  /** Null where the transfer concerns no merchant. */
  readonly mid: Mid | null;
  /** The partner bank that keeps the merchant's account. */
  readonly partner?: string;
  readonly charity?: string;
  /** Our own account at a bank, by its number or name. */
  readonly nostro?: string;
  /** Of two accounts of ours, the one in the currency bought. */
  readonly nostroBought?: string;
  /** Whose tax: `RU`. */
  readonly tax?: string;
}

/** `family:party`; the currency is the entry's own. `of` names another party of the transfer than the family's usual one. */
export function accountId(family: AccountFamily, parties: Parties, of?: PartyKind): AccountId {
  const kind = of ?? CHART[family].party;
  const name = partyName(kind, parties);
  invariant(name !== undefined && name !== null, `A transfer with ${family} names its ${kind}.`);
  invariant(/^[^\s:]{1,64}$/.test(name), `The name of a ${kind} has no colon and no space.`);
  return `${family}:${name}`;
}

function partyName(kind: PartyKind, parties: Parties): string | null | undefined {
  switch (kind) {
    case 'merchant':
      return parties.mid;
    case 'nostro_bought':
      return parties.nostroBought;
    case 'acquirer':
      return 'acquirer';
    default:
      return parties[kind];
  }
}
