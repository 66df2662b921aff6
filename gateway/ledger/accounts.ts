/** The chart of accounts: which families there are, what each means, and whose account one is. */
import type { Mid } from '../kernel/identifiers.ts';
import type { AccountId } from './transfer.ts';

export type AccountFamily =
  | 'wallet_receivable'
  | 'merchant_payable'
  | 'fx_position'
  | 'mdr_income'
  | 'suspense';

type PartyKind = 'wallet' | 'merchant' | 'acquirer';

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

/** The parties of one transfer. */
export interface Parties {
  readonly wallet: 'alipay';
  readonly mid: Mid;
}

/** `family:party`; the currency is the entry's own. */
export function accountId(family: AccountFamily, parties: Parties): AccountId {
  const names: Readonly<Record<PartyKind, string>> = {
    wallet: parties.wallet,
    merchant: parties.mid,
    acquirer: 'acquirer',
  };
  return `${family}:${names[CHART[family].party]}`;
}
