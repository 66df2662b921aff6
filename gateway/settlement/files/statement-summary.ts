/** What a statement says of one account, proved: opening balance plus what came in less what went out is the closing balance. */
import type { Money } from '../../kernel/money.ts';

export interface AccountStatement {
  readonly account: string;
  readonly from: string;
  readonly to: string;
  readonly opening: Money;
  readonly closing: Money;
  readonly cameIn: Money;
  readonly wentOut: Money;
  readonly rows: number;
}

export interface StatementSummary {
  /** Empty for a notification without balances (camt.054). */
  readonly accounts: readonly AccountStatement[];
  readonly rows: number;
}
