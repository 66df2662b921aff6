/** Everything the till holds in memory. Immutable: a transition that fails leaves the one before it. */

import type { Money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CharityWire, QuoteWire, ReplyBody } from '../../gateway/wire/messages.ts';
import type { CardAttempt } from '../card/card-attempt.ts';
import type { Language } from '../contract/commands.ts';
import type { Means, NoticeView, PrintView } from '../contract/view.ts';
import { type HeldGift, NO_GIFT } from '../journal/gifts.ts';
import type { ReceiptFault, ReceiptRecord } from '../journal/receipts.ts';
import type { SaleHead } from '../journal/sales.ts';
import type { RefundPlan } from '../refund/plan.ts';
import type { Refund } from '../refund/step.ts';
import { type Basket, EMPTY_BASKET } from '../sale/basket.ts';
import type { Shift } from '../shift/shift.ts';
import type { StaffRecord } from '../shift/staff.ts';
import type { Attempt } from '../tender/attempt.ts';

/** A quote with its end by this till's own clock, so that a wrong clock does not make every quote look expired. */
export interface HeldQuote {
  readonly quote: QuoteWire;
  readonly expiresAt: EpochMs;
}

export type Screen =
  | { readonly name: 'sign_in' }
  | { readonly name: 'sale' }
  | { readonly name: 'cash' }
  | { readonly name: 'wallet' }
  /** Which of the three wallet screens it is follows from the attempt and the time. */
  | { readonly name: 'payment' }
  /** Which of the card screens it is follows from the attempt and the time. */
  | { readonly name: 'card_payment' }
  | { readonly name: 'card_done' }
  | { readonly name: 'preauthorisations' }
  | {
      readonly name: 'paid';
      readonly means: Means;
      readonly tendered: Money | null;
      readonly change: Money | null;
    }
  | {
      readonly name: 'not_paid';
      readonly outcome: 'declined' | 'cancelled';
      readonly reasonCode: string;
    }
  | { readonly name: 'set_aside' }
  | { readonly name: 'refund_find' }
  | { readonly name: 'refund_choose'; readonly saleId: string }
  | { readonly name: 'refund_confirm'; readonly saleId: string; readonly plan: RefundPlan }
  | { readonly name: 'refund_progress'; readonly refundId: string }
  | { readonly name: 'refund_done'; readonly refund: Refund; readonly receiptId: number | null }
  | {
      readonly name: 'today';
      readonly businessDate: string;
      readonly gateway: ReplyBody<'day.totals'> | null;
    };

/** A paper on its way, and the act it belongs to: one card transaction has several papers, shown and printed again together. */
export interface Print {
  readonly act: string | null;
  readonly view: PrintView;
}

/** What did not print of the act that failed last. */
export interface Unprinted {
  readonly act: string | null;
  /** Oldest first. */
  readonly papers: readonly Pick<ReceiptRecord, 'receiptId' | 'kind' | 'saleId'>[];
  /** Of the sale they belong to, where there is one. */
  readonly receiptNumber: string | null;
  readonly fault: ReceiptFault;
}

export interface TillState {
  readonly cashier: StaffRecord | null;
  readonly language: Language;
  readonly customerLanguage: Language;
  readonly shift: Shift | null;
  /** The sale at the counter, or the one that has just ended, until `next`. */
  readonly head: SaleHead | null;
  /** Whether the head is in the journal; an empty basket is not. */
  readonly stored: boolean;
  readonly basket: Basket;
  /** Of the sale at the counter. */
  readonly gift: HeldGift;
  /** To whom customers may give, as the gateway said last. */
  readonly charities: readonly CharityWire[];
  readonly quote: HeldQuote | null;
  readonly quoteWanted: boolean;
  readonly screen: Screen;
  /** The attempt the screen speaks of. */
  readonly attempt: Attempt | null;
  /** The card transaction the screen speaks of; a sale has one or the other. */
  readonly card: CardAttempt | null;
  /** Payments of sales set aside that the gateway has not settled, by attempt. */
  readonly aside: ReadonlyMap<string, Attempt>;
  /** Card transactions of sales set aside that are not undone yet, with their sales. */
  readonly cardsAside: ReadonlyMap<string, string>;
  /** Refunds without a definite answer. */
  readonly refunds: ReadonlyMap<string, Refund>;
  readonly prints: ReadonlyMap<number, Print>;
  /** The paper of the sale on the screen. */
  readonly receiptId: number | null;
  readonly unprinted: Unprinted | null;
  readonly notice: NoticeView | null;
  readonly noticesMade: number;
}

export const INITIAL_STATE: TillState = {
  cashier: null,
  language: 'ru',
  customerLanguage: 'zh',
  shift: null,
  head: null,
  stored: false,
  basket: EMPTY_BASKET,
  gift: NO_GIFT,
  charities: [],
  quote: null,
  quoteWanted: false,
  screen: { name: 'sign_in' },
  attempt: null,
  card: null,
  aside: new Map(),
  cardsAside: new Map(),
  refunds: new Map(),
  prints: new Map(),
  receiptId: null,
  unprinted: null,
  notice: null,
  noticesMade: 0,
};
