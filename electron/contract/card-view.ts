/** What the screens show of a card: the PIN pad's prompts mirrored, the card masked, the conversion offered, the batch. */
import type { DeviceState } from '../../drivers/contract/device.ts';
import type { CardEntry, Cvm, PinPadPrompt } from '../../drivers/contract/pin-pad.ts';
import type { MoneyJson } from '../../gateway/kernel/money.ts';
import type { ExactRateJson } from '../../gateway/kernel/rate.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CardKeyReason, CardReason } from './card-reasons.ts';

/** `cancellation` is of a pre-authorisation. */
export const CARD_OPERATIONS = [
  'sale',
  'preauthorisation',
  'completion',
  'cancellation',
  'refund',
  'void',
  'balance',
] as const;
export type CardOperationName = (typeof CARD_OPERATIONS)[number];

/** Conversion at the till. Both sums are shown with equal weight, to the cashier and to the customer, before the card signs. */
export interface CardOfferView {
  /** What the shop asks. */
  readonly price: MoneyJson;
  /** What the card would be charged instead. */
  readonly converted: MoneyJson;
  /** Units of `price` for one of `converted`. */
  readonly rate: ExactRateJson;
  readonly sourceRate: ExactRateJson;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly expiresAt: EpochMs;
}

/** What a card payment takes, before the customer. */
export interface CustomerChargeView {
  /** In the card's currency after an accepted conversion, in the shop's otherwise. */
  readonly charged: MoneyJson;
  /** The conversion the customer accepted. */
  readonly conversion: CardOfferView | null;
  /** What the issuer takes for it where the issuer converts; null until it is paid. */
  readonly billed: MoneyJson | null;
}

export interface CardView {
  readonly attemptId: string;
  /** What a person reads out to support. */
  readonly supportNumber: string;
  readonly operation: CardOperationName;
  /** The price in the shop's currency; zero for a balance. */
  readonly amount: MoneyJson;
  /** What the card is charged: differs from `amount` where conversion was chosen. */
  readonly charged: MoneyJson;
  readonly startedAt: EpochMs;
  /** From when the screen counts as waiting for the bank; null before anything was sent. */
  readonly sentAt: EpochMs | null;
  readonly prompt: PinPadPrompt;
  /** The prompt was made before in this transaction: of a PIN that was wrong, of a card that was tapped for another sum. */
  readonly promptAgain: boolean;
  /** First six and last four digits at most; null before the card was read. */
  readonly maskedPan: string | null;
  readonly entry: CardEntry | null;
  readonly scheme: string | null;
  readonly label: string | null;
  readonly cvm: Cvm | null;
  /** Null where no choice was offered. */
  readonly conversion: (CardOfferView & { readonly chosen: boolean | null }) | null;
  /** DE39 of the answer. */
  readonly responseCode: string | null;
  readonly authCode: string | null;
  readonly rrn: string | null;
  /** What the issuer charges where the issuer converts. */
  readonly billing: { readonly amount: MoneyJson; readonly rate: string } | null;
  /** The reversal that is owed, or the message that is repeated, while it is. */
  readonly reversal: CardOwedView | null;
  readonly gatewayAnswering: boolean;
  readonly pinPad: DeviceState;
  /** When a supervisor may set the sale aside; past means now. Null where there is no sale to set aside. */
  readonly setAsideFrom: EpochMs | null;
}

/** What the gateway is still to acknowledge. */
export interface CardOwedView {
  readonly tries: number;
  /** When it is said again; null while it is on its way, waits for link or PIN pad, or was refused. */
  readonly nextAt: EpochMs | null;
  /** DE39 of the last answer, which did not end it. */
  readonly responseCode: string | null;
  /** For good: it is not repeated by itself any more, and somebody must see to it. */
  readonly refused: boolean;
}

/** Why a transaction is being undone. */
export type CardUnknownCause =
  | 'no_answer'
  | 'answer_invalid'
  | 'card_refused'
  | 'signature_refused'
  | 'partial_only'
  | 'interrupted'
  /** A void or a completion: asked again, not undone. */
  | 'asked_again';

export interface PreauthorisationView {
  readonly attemptId: string;
  readonly at: EpochMs;
  readonly amount: MoneyJson;
  readonly charged: MoneyJson;
  readonly maskedPan: string;
  readonly authCode: string | null;
  readonly rrn: string | null;
  readonly state: 'open' | 'completed' | 'cancelling' | 'cancelled';
}

export interface BatchCurrencyView {
  readonly sales: number;
  readonly salesSum: MoneyJson;
  readonly refunds: number;
  readonly refundsSum: MoneyJson;
}

export interface BatchView {
  readonly batch: string;
  readonly openedAt: EpochMs;
  readonly state: 'open' | 'closing' | 'uploading' | 'closed';
  /** Per currency of the cards' amounts; never added up over currencies. */
  readonly currencies: readonly BatchCurrencyView[];
  /** Whether the gateway and, through it, the bank agreed; null until the batch was closed. */
  readonly agreed: boolean | null;
  readonly closedAt: EpochMs | null;
}

/** The card key: shown wherever the wallet's is, disabled with its reason. */
export interface CardKeyView {
  readonly enabled: boolean;
  readonly reason: CardKeyReason | null;
  readonly reversalsOpen: number;
  /** Owed, and refused for good: what support is told. */
  readonly refused: { readonly responseCode: string; readonly supportNumber: string } | null;
}

export interface PinPadView {
  readonly state: DeviceState;
  readonly prompt: PinPadPrompt;
  readonly serial: string | null;
  readonly model: string | null;
}

export type { CardReason };
