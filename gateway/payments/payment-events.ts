/** What can happen to a payment attempt, and what its machine then wants done. */
import type { ErrorFacts } from '../kernel/errors.ts';
import type { PaymentRecord } from './ports.ts';
import type { CancelAnswer, PayAnswer, PrecreateAnswer, QueryAnswer } from './wallet-port.ts';

/** Why the wallet is asked: by plan, because a person wants to know now, or because a cancel was refused. */
export type InquiryPurpose = 'planned' | 'check' | 'cancel_refused';

export type PaymentEvent =
  /** The intent has just been committed by the process that will call the wallet. */
  | { readonly kind: 'started' }
  /** `nextActionAt` has come, or a process takes up what another left. */
  | { readonly kind: 'due' }
  | { readonly kind: 'pay_answered'; readonly answer: PayAnswer }
  | { readonly kind: 'precreate_answered'; readonly answer: PrecreateAnswer }
  | {
      readonly kind: 'query_answered';
      readonly answer: QueryAnswer;
      readonly purpose: InquiryPurpose;
    }
  | { readonly kind: 'cancel_answered'; readonly answer: CancelAnswer }
  | { readonly kind: 'check_requested' }
  | { readonly kind: 'cancel_requested' }
  | { readonly kind: 'sale_closed' }
  /** The wallet notified us; only ever a reason to ask. */
  | { readonly kind: 'notified' }
  /** A refund that we made by ourselves is back with the buyer. */
  | { readonly kind: 'return_settled' };

/** One request to the wallet. */
export type PaymentCall =
  | { readonly call: 'pay' }
  | { readonly call: 'precreate' }
  | { readonly call: 'query'; readonly purpose: InquiryPurpose }
  | { readonly call: 'cancel' };

export type PaymentPosting = 'sale' | 'money_found' | 'money_returned';

/** `post` and `auto_return` commit with the record; `call` is made after that commit. At most one call a step. */
export type PaymentEffect =
  | { readonly kind: 'call'; readonly call: PaymentCall }
  | { readonly kind: 'post'; readonly posting: PaymentPosting }
  /** Give back all that is left of this payment, by a refund of our own. */
  | { readonly kind: 'auto_return' }
  | { readonly kind: 'alarm'; readonly alarm: PaymentAlarm; readonly facts: ErrorFacts };

export type PaymentAlarm =
  /** The wallet collected another amount or currency than was ordered. */
  | 'trade_differs_from_order'
  /** The wallet converts, but did not say what it will settle in the agreed currency. */
  | 'settlement_amount_missing'
  /** The wallet has not settled a cancel by its fifth try, or for hours since. */
  | 'cancel_not_settled'
  /** The wallet's state of a final payment contradicts ours. */
  | 'wallet_contradicts_final_state';

export interface PaymentDecision {
  /** The same object when nothing changed; else its version is one more. */
  readonly record: PaymentRecord;
  readonly effects: readonly PaymentEffect[];
}
