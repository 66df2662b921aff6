/** The chart of accounts: which families there are, what each means, and whose account one is. */
import { invariant } from '../kernel/errors.ts';
import type { Mid } from '../kernel/identifiers.ts';
import type { AccountId } from './transfer.ts';

export type AccountFamily =
  | 'wallet_receivable'
  | 'bank_receivable'
  | 'merchant_payable'
  | 'fx_position'
  | 'mdr_income'
  | 'suspense';

type PartyKind = 'wallet' | 'bank' | 'merchant' | 'acquirer';

interface AccountRow {
  readonly kind: 'asset' | 'liability' | 'income' | 'position';
  /** Who the account is with; it names the account after the family. */
  readonly party: PartyKind;
  readonly meaning: string;
}

/** All of these only record. None limits a payment, so all are folded by the sequencer and none is locked by a sale. */
export const CHART: Readonly<Record<AccountFamily, AccountRow>> = {
  wallet_receivable: {
    kind: 'asset',
    party: 'wallet',
    meaning: 'What a wallet has collected and owes us, in the currency it settles in.',
  },
  bank_receivable: {
    kind: 'asset',
    party: 'bank',
    meaning: 'What a partner bank owes us for its cards, in the currency the card was charged in.',
  },
  merchant_payable: {
    kind: 'liability',
    party: 'merchant',
    meaning:
      'What we owe a merchant: in the price currency where we convert, else in the settlement currency.',
  },
  fx_position: {
    kind: 'position',
    party: 'acquirer',
    meaning:
      'Currency bought from customers and roubles given for it; the pair of balances is the open exchange risk.',
  },
  mdr_income: { kind: 'income', party: 'acquirer', meaning: 'Merchant discount earned.' },
  suspense: {
    kind: 'liability',
    party: 'wallet',
    meaning: 'Money a wallet collected for no sale, until it has gone back.',
  },
};

/** The parties of one transfer: whoever collected from the customer, and the merchant. */
export interface Parties {
  readonly wallet?: 'alipay';
  /** The partner bank that issued the card. */
  readonly bank?: string;
  readonly mid: Mid;
}

/** `family:party`; the currency is the entry's own. */
export function accountId(family: AccountFamily, parties: Parties): AccountId {
  const names: Readonly<Record<PartyKind, string | undefined>> = {
    wallet: parties.wallet,
    bank: parties.bank,
    merchant: parties.mid,
    acquirer: 'acquirer',
  };
  const name = names[CHART[family].party];
  invariant(name !== undefined, `A transfer with ${family} names its ${CHART[family].party}.`);
  return `${family}:${name}`;
}
