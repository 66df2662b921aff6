/** The shapes of the double-entry ledger. Entries are never changed; posting, voiding and reversing are rows of their own. */
import type { Mid } from '../kernel/identifiers.ts';
import type { Money } from '../kernel/money.ts';
import type { EpochMs } from '../kernel/time.ts';

/** `family:party[:currency]`, e.g. `wallet_receivable:alipay`, `merchant_payable:100000000000001`. The currency of an entry is its amount's. */
export type AccountId = string;

export interface Entry {
  readonly account: AccountId;
  readonly side: 'debit' | 'credit';
  /** Always above zero. */
  readonly amount: Money;
}

export interface Transfer {
  /** Deterministic: the template's name and the operation it books, so that booking twice is refused by the key. */
  readonly transferId: string;
  readonly template: string;
  readonly templateVersion: number;
  /** `pending` reserves; `posted` counts. A `posted` or `voided` row names the pending one it ends. */
  readonly state: 'pending' | 'posted' | 'voided';
  readonly endsTransferId: string | null;
  /** Attempt or refund that caused it; in the bank's day the cycle, file or case, and what of it. */
  readonly reference: string;
  /** Null where it concerns no merchant. */
  readonly mid: Mid | null;
  readonly businessDate: string;
  readonly postedAt: EpochMs;
  readonly entries: readonly Entry[];
}
