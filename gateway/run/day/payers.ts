/** Those who owe us: wallets and card banks, whose settlement files and payments the books are held against. */
import type { FileKindIn } from '../../settlement/contract.ts';

export interface PayerRecord {
  /** `alipay`, or a card bank's short name: it names accounts, and the folder its files arrive in. */
  readonly party: string;
  readonly kind: 'wallet' | 'bank';
  /** Kinds of file whose rows are money, each row once. */
  readonly settlementKinds: readonly FileKindIn[];
  /** Of its day: minutes east of Greenwich. */
  readonly offsetMinutes: number;
  /** Its business days. */
  readonly calendar: string;
  /** Business days after an operation by which its settlement file should have shown it. */
  readonly fileDays: number;
  /** Business days after a file by which its money should have come. */
  readonly paymentDays: number;
  /** Who looks into what does not agree. */
  readonly owner: string;
}

/** Templates that settle, correct or give up what stands on the account: they are no operations of their own. */
export const SETTLING_TEMPLATES: Readonly<Record<'receivable' | 'clearing', readonly string[]>> = {
  receivable: [
    'wallet_settled',
    'card_settled',
    'wallet_receivable_lack',
    'wallet_receivable_surplus',
    'bank_receivable_lack',
    'bank_receivable_surplus',
    'refund_rate_loss',
    'refund_rate_gain',
  ],
  clearing: [
    'wallet_received',
    'wallet_net_paid',
    'card_received',
    'card_net_paid',
    'wallet_clearing_lack',
    'wallet_clearing_surplus',
    'bank_clearing_lack',
    'bank_clearing_surplus',
  ],
};

export function receivableOf({ kind, party }: PayerRecord): string {
  return `${kind}_receivable:${party}`;
}

export function clearingOf({ kind, party }: PayerRecord): string {
  return `${kind}_clearing:${party}`;
}
