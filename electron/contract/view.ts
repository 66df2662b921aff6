/** What the screens show: one snapshot, pushed whole after every change. A screen holds no truth of its own. */
import type { DeviceState } from '../../drivers/contract/device.ts';
import type { VatCode } from '../../drivers/contract/fiscal.ts';
import type { PinPadPrompt } from '../../drivers/contract/pin-pad.ts';
import type { PrinterFault } from '../../drivers/contract/printer.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { ExactRateJson } from '../../gateway/kernel/rate.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type {
  BatchView,
  CardKeyView,
  CardOfferView,
  CardUnknownCause,
  CardView,
  CustomerChargeView,
  PinPadView,
  PreauthorisationView,
} from './card-view.ts';
import type { Language } from './commands.ts';

export interface Names {
  readonly ru: string;
  readonly zh: string;
  readonly en: string;
}

export interface GoodsView {
  readonly goodsId: string;
  readonly names: Names;
  readonly price: MoneyJson;
  readonly vat: VatCode;
  readonly unit: 'piece' | 'kg';
  readonly barcode: string;
}

export interface QuickGroupView {
  readonly groupId: string;
  readonly names: Names;
  readonly goods: readonly GoodsView[];
}

export interface LineView {
  readonly lineId: string;
  readonly goodsId: string;
  readonly names: Names;
  readonly vat: VatCode;
  readonly unit: 'piece' | 'kg';
  /** Thousandths: 1000 is one piece; 412 is 0.412 kg. */
  readonly quantityMilli: number;
  readonly unitPrice: MoneyJson;
  readonly sum: MoneyJson;
  readonly barcode: string;
}

export interface RateView {
  readonly rate: ExactRateJson;
  readonly sourceRate: ExactRateJson;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly expiresAt: EpochMs;
}

export interface CharityView {
  readonly charity: string;
  readonly names: Names;
}

export interface GiftView extends CharityView {
  readonly amount: MoneyJson;
  /** Whether the gateway knows it; only then may a wallet or a card be asked. */
  readonly told: boolean;
}

/** What the cashier may offer to the customer. */
export interface GiftOfferView {
  readonly charities: readonly CharityView[];
  /** Sums that round the goods up, smallest first. */
  readonly roundUps: readonly MoneyJson[];
  readonly most: MoneyJson;
}

export interface BasketView {
  readonly saleId: string;
  /** `214-0087`: shift and sequence. */
  readonly receiptNumber: string;
  readonly lines: readonly LineView[];
  readonly selectedLineId: string | null;
  /** Goods and gift: what the customer pays. */
  readonly total: MoneyJson;
  /** The goods alone. */
  readonly goods: MoneyJson;
  readonly gift: GiftView | null;
  /** Null where no gift can be made: no charity is known, or there are no goods. */
  readonly giftOffer: GiftOfferView | null;
  readonly vatIncluded: MoneyJson;
  /** The yuan equivalent at `rate`; null when there is no rate in effect. */
  readonly yuan: MoneyJson | null;
  readonly rate: RateView | null;
}

export type StepName =
  | 'sent'
  | 'qr_shown'
  | 'buyer_confirming'
  | 'checking'
  | 'cancelling'
  | 'approved'
  | 'declined'
  | 'cancelled'
  | 'money_found'
  | 'money_returned';

export interface PaymentView {
  readonly attemptId: string;
  /** What a person reads out to support. */
  readonly supportNumber: string;
  readonly method: 'scanned' | 'shown';
  readonly amount: MoneyJson;
  readonly yuan: MoneyJson | null;
  readonly codeTail: string | null;
  readonly qr: { readonly content: string; readonly shownAt: EpochMs; readonly expiresAt: EpochMs } | null;
  readonly steps: readonly { readonly step: StepName; readonly at: EpochMs }[];
  readonly startedAt: EpochMs;
  readonly inquiry: {
    readonly made: number;
    readonly most: number;
    readonly nextAt: EpochMs | null;
    readonly cancelAt: EpochMs | null;
  } | null;
  /** Whether the gateway is answering at all; when false the terminal itself asks again by and by. */
  readonly gatewayAnswering: boolean;
  /** When a supervisor may set the sale aside; past means now. */
  readonly setAsideFrom: EpochMs;
}

export type PrintView =
  | { readonly state: 'printing' }
  | { readonly state: 'printed' }
  | { readonly state: 'failed'; readonly fault: PrinterFault | 'unprintable' };

export type Means = 'cash' | 'wallet' | 'card';

export interface RefundSaleView {
  readonly saleId: string;
  readonly receiptNumber: string;
  readonly soldAt: EpochMs;
  readonly means: Means;
  readonly total: MoneyJson;
  readonly yuan: MoneyJson | null;
  readonly refunded: MoneyJson;
  /** Of the goods: a gift goes back with the whole sale only. */
  readonly remaining: MoneyJson;
  readonly gift: GiftView | null;
  /** Whether the whole sale may still go back, its gift with it. */
  readonly wholeAllowed: boolean;
  /** The card it was paid with, masked; null for other means. */
  readonly maskedPan: string | null;
  readonly lines: readonly (LineView & { readonly refundedMilli: number })[];
}

export type ScreenView =
  | { readonly name: 'sign_in' }
  | { readonly name: 'sale'; readonly basket: BasketView }
  | { readonly name: 'cash'; readonly basket: BasketView; readonly suggestions: readonly MoneyJson[] }
  /** Choosing: scan the customer's code, or show the QR. */
  | { readonly name: 'wallet'; readonly basket: BasketView }
  /** Request under way for less than the time after which it counts as unknown. */
  | { readonly name: 'wallet_sending'; readonly basket: BasketView; readonly payment: PaymentView }
  | { readonly name: 'wallet_qr'; readonly basket: BasketView; readonly payment: PaymentView }
  /** The buyer confirms on the phone, or there is no definite answer: owns the screen either way. */
  | {
      readonly name: 'wallet_unknown';
      readonly cause: 'buyer_confirming' | 'no_answer' | 'cancelling';
      readonly basket: BasketView;
      readonly payment: PaymentView;
    }
  /** The PIN pad has the word: its prompt is mirrored. `basket` is null where no sale is concerned, `refund` null where
   *  it is none. `card_cancel` is possible on `card` and `card_offer` only: later it would be a reversal. */
  | ({ readonly name: 'card' } & CardScreen)
  | ({ readonly name: 'card_offer'; readonly offer: CardOfferView } & CardScreen)
  /** Sent to the bank, or the card is completing: nobody can stop it. */
  | ({ readonly name: 'card_sending' } & CardScreen)
  /** Owns the screen until the reversal (or the answer) is acknowledged or the sale is set aside. */
  | ({ readonly name: 'card_unknown'; readonly cause: CardUnknownCause } & CardScreen)
  /** The slip with its signature line is out; the cashier compares and says yes or no. */
  | ({ readonly name: 'card_signature'; readonly print: PrintView } & CardScreen)
  /** The end of a card operation that is no sale's and no refund's. */
  | {
      readonly name: 'card_done';
      readonly outcome: 'approved' | 'declined' | 'cancelled';
      readonly reasonCode: string | null;
      readonly card: CardView;
      /** Of a balance inquiry; empty otherwise. */
      readonly balances: readonly MoneyJson[];
      readonly print: PrintView | null;
    }
  | {
      readonly name: 'preauthorisations';
      /** The sale a completion would pay; its total must not exceed what was authorised. */
      readonly basket: BasketView;
      readonly rows: readonly PreauthorisationView[];
    }
  | {
      readonly name: 'paid';
      readonly basket: BasketView;
      readonly means: Means;
      readonly payment: PaymentView | null;
      readonly card: CardView | null;
      readonly tendered: MoneyJson | null;
      readonly change: MoneyJson | null;
      readonly print: PrintView;
    }
  /** `declined` by the wallet, `cancelled` with certainty: nothing was charged, or it went back. */
  | {
      readonly name: 'not_paid';
      readonly outcome: 'declined' | 'cancelled';
      readonly reasonCode: string;
      readonly basket: BasketView;
      readonly payment: PaymentView | null;
      readonly card: CardView | null;
    }
  | {
      readonly name: 'set_aside';
      readonly basket: BasketView;
      /** One of the two. */
      readonly payment: PaymentView | null;
      readonly card: CardView | null;
      readonly print: PrintView;
    }
  | { readonly name: 'refund_find' }
  | { readonly name: 'refund_choose'; readonly sale: RefundSaleView }
  | {
      readonly name: 'refund_confirm';
      readonly sale: RefundSaleView;
      readonly amount: MoneyJson;
      readonly yuan: MoneyJson | null;
      /** `card_void`: the whole sale of a batch that is still open, without the card; `card_refund`: the card is read. */
      readonly how: 'cash' | 'wallet' | 'card_void' | 'card_refund';
    }
  | {
      readonly name: 'refund_progress';
      readonly sale: RefundSaleView;
      readonly amount: MoneyJson;
      readonly supportNumber: string;
      readonly startedAt: EpochMs;
      readonly state: 'sending' | 'unknown' | 'awaiting_funds';
    }
  | {
      readonly name: 'refund_done';
      readonly sale: RefundSaleView;
      readonly amount: MoneyJson;
      readonly outcome: 'approved' | 'declined';
      readonly reasonCode: string | null;
      readonly supportNumber: string;
      readonly print: PrintView | null;
    }
  | {
      readonly name: 'today';
      readonly businessDate: string;
      readonly rows: readonly TodayRowView[];
      readonly totals: TodayTotalsView;
    };

export type ScreenName = ScreenView['name'];

export interface CardScreen {
  readonly basket: BasketView | null;
  readonly card: CardView;
  /** Of a refund or void: the sale that goes back. */
  readonly refund: RefundSaleView | null;
}

export interface TodayRowView {
  readonly saleId: string;
  readonly receiptNumber: string;
  readonly at: EpochMs;
  readonly means: Means | null;
  readonly maskedPan: string | null;
  /** `returned`: set aside or cancelled, and money that was found has gone back. */
  readonly state: 'paid' | 'refunded' | 'partly_refunded' | 'set_aside' | 'returned' | 'cancelled';
  readonly total: MoneyJson;
  readonly refunded: MoneyJson;
  readonly yuan: MoneyJson | null;
}

export interface TodayTotalsView {
  readonly sales: number;
  readonly cash: MoneyJson;
  readonly wallet: MoneyJson;
  readonly card: MoneyJson;
  readonly refunds: number;
  readonly refunded: MoneyJson;
  /** The gateway's figures for the same day and whether they agree; null while it cannot be asked. */
  readonly gateway: {
    readonly wallet: MoneyJson;
    readonly refunded: MoneyJson;
    readonly agrees: boolean;
  } | null;
  /** The batch that is open, and those closed on the day, newest first: cards agree by batch, not by day. */
  readonly batch: BatchView | null;
  readonly closedBatches: readonly BatchView[];
}

export interface SaleDetailView {
  readonly row: TodayRowView;
  readonly lines: readonly LineView[];
  readonly gift: GiftView | null;
  readonly payments: readonly PaymentView[];
  readonly cards: readonly CardView[];
  readonly refunds: readonly {
    readonly refundId: string;
    readonly amount: MoneyJson;
    readonly state: string;
    readonly at: EpochMs;
  }[];
}

/** A visible reaction: a refused scan, a wrong key, something that went right. Stays until dismissed or replaced. */
export interface NoticeView {
  readonly noticeId: number;
  readonly tone: 'refused' | 'warning' | 'info';
  readonly code: string;
  readonly facts: Readonly<Record<string, string | number | boolean>>;
}

export interface StaffView {
  readonly staffId: string;
  readonly name: string;
  readonly supervisor: boolean;
}

export interface CashierView {
  readonly revision: number;
  /** Host time when the snapshot was made; a screen counts down from it with its own monotonic clock. */
  readonly at: EpochMs;
  readonly till: {
    readonly tid: string;
    readonly name: string;
    readonly shift: number;
    readonly utcOffsetMinutes: number;
  };
  readonly cashier: StaffView | null;
  readonly staff: readonly StaffView[];
  readonly language: Language;
  readonly devices: {
    readonly scanner: DeviceState | null;
    readonly printer: {
      readonly state: DeviceState;
      readonly fault: PrinterFault | null;
      readonly paperNearEnd: boolean;
    } | null;
    readonly fiscal: DeviceState | null;
    /** Null where the counter was configured without one. */
    readonly pinPad: PinPadView | null;
    readonly gateway: 'up' | 'slow' | 'down' | 'refused';
  };
  readonly screen: ScreenView;
  readonly cardKey: CardKeyView;
  readonly notice: NoticeView | null;
  /** Sales set aside whose payment the gateway has not settled yet. */
  readonly setAsideOpen: number;
  readonly unprinted: UnprintedView | null;
}

/** The act whose papers failed last; all that are not out are printed again together. */
export interface UnprintedView {
  readonly paper: 'receipt' | 'refund' | 'set_aside' | 'slip' | 'report';
  /** Of the sale the papers belong to, where there is one. */
  readonly receiptNumber: string | null;
  readonly fault: PrinterFault | 'unprintable';
}

/** What is done with the customer at the counter; a void is a refund, a completion a payment. */
export type CustomerAct = 'payment' | 'refund' | 'preauthorisation' | 'cancellation' | 'balance';

export interface CustomerView {
  readonly revision: number;
  readonly at: EpochMs;
  readonly language: Language;
  readonly shop: { readonly ru: string; readonly zh: string };
  /** Whether there is a PIN pad at this counter. */
  readonly takesCards: boolean;
  readonly state:
    | 'welcome'
    | 'basket'
    | 'present_code'
    | 'qr'
    | 'confirm_on_phone'
    /** What the PIN pad asks stands in `cardPrompt`. */
    | 'card'
    /** `cardOffer` stands beside the sum; the customer says which to the cashier. */
    | 'card_offer'
    | 'sign'
    | 'please_wait'
    | 'paid'
    | 'not_paid'
    /** The ends of what is no payment. */
    | 'done'
    | 'not_done';
  readonly doing: CustomerAct;
  readonly lines: readonly LineView[];
  readonly total: MoneyJson | null;
  /** What goes back, is held or is set free; null of a payment and of a balance. */
  readonly actAmount: MoneyJson | null;
  /** A line of its own, within the total. */
  readonly gift: GiftView | null;
  /** What a wallet takes, and at which rate; null where a card is the means: `charge` says it then. */
  readonly yuan: MoneyJson | null;
  readonly rate: RateView | null;
  readonly charge: CustomerChargeView | null;
  readonly qr: { readonly content: string; readonly shownAt: EpochMs; readonly expiresAt: EpochMs } | null;
  readonly change: MoneyJson | null;
  /** In other states than `card` only that the card is still to be taken out. */
  readonly cardPrompt: PinPadPrompt | null;
  /** The PIN pad asks for the same once more. */
  readonly promptAgain: boolean;
  readonly cardOffer: CardOfferView | null;
}
