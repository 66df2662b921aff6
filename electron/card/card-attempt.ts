/** One card transaction as the till knows it. What the card is stays in the PIN pad and in the gateway: here there is a
 *  masked number and what the bank answered.
 *
 *  `reading offering choosing authorising reentering`  nothing has been sent, or what was sent was declined for its PIN
 *  `sending`      a financial request has been, or may have been, sent; its reversal is journaled
 *  `completing`   approved and journaled; the card has not yet said yes
 *  `signing`      the card said yes; the cashier compares the signature
 *  `undoing`      whatever happened is being reversed until that is acknowledged
 *  `asking`       a void, completion or cancellation is repeated until it is answered
 *  `final`        `outcome` says how it ended */
import type { CardEntry, CardRead, Cvm } from '../../drivers/contract/pin-pad.ts';
import { CNY } from '../../gateway/kernel/currency.ts';
import type { Money } from '../../gateway/kernel/money.ts';
import type { ExactRate } from '../../gateway/kernel/rate.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { CardReason } from '../contract/card-reasons.ts';
import type { CardOperationName, CardUnknownCause } from '../contract/card-view.ts';

export type CardPhase =
  | 'reading'
  | 'offering'
  | 'choosing'
  | 'authorising'
  | 'reentering'
  | 'sending'
  | 'completing'
  | 'signing'
  | 'undoing'
  | 'asking'
  | 'final';

/** A message as both ends name it. */
export interface MessageName {
  readonly mti: string;
  readonly stan: string;
  /** DE7, MMDDhhmmss in UTC. */
  readonly transmittedAt: string;
}

/** The approved transaction that a void, refund, completion or cancellation is about. */
export interface CardOriginal extends MessageName {
  readonly attemptId: string;
  readonly operation: CardOperationName;
  readonly rrn: string;
  readonly authCode: string | null;
  readonly entryMode: string;
  readonly maskedPan: string;
  /** What the card was charged, in DE49 of it. */
  readonly charged: Money;
}

/** What was asked; never changes. */
export interface CardOrder {
  readonly attemptId: string;
  /** In the journal; null where no sale of this till is concerned. */
  readonly saleId: string | null;
  /** What the gateway is told: of a sale the sale, otherwise an id of its own. */
  readonly wireSaleId: string;
  readonly tenderId: string | null;
  readonly receiptNumber: string;
  readonly operation: CardOperationName;
  /** The price; zero for a balance. */
  readonly amount: Money;
  /** Fixed beforehand where an original has its currency; null where the price or an offer decides. */
  readonly charged: Money | null;
  readonly original: CardOriginal | null;
  readonly refundId: string | null;
  readonly batch: string;
  readonly operator: string;
  readonly startedAt: EpochMs;
}

export interface CardSummary {
  readonly entry: CardEntry;
  readonly maskedPan: string;
  readonly psn: string | null;
  readonly aid: string | null;
  readonly label: string | null;
  readonly scheme: string | null;
}

export interface CardConversion {
  readonly price: Money;
  readonly converted: Money;
  /** Units of the price for one of the card's. */
  readonly rate: ExactRate;
  readonly sourceRate: ExactRate;
  readonly source: string;
  readonly sourceDate: string;
  readonly markupBp: number;
  readonly quoteId: string;
  /** By this till's clock. */
  readonly expiresAt: EpochMs;
  /** Null until the customer has chosen. */
  readonly chosen: boolean | null;
}

/** The request that is, or was last, under way. */
export interface CardRequest extends MessageName {
  readonly processingCode: string;
  readonly conditionCode: string;
  readonly entryMode: string;
  readonly charged: Money;
  readonly sentAt: EpochMs;
}

/** An accepted answer: matched, whole, its MAC verified. */
export interface CardAnswer {
  readonly responseCode: string;
  readonly authCode: string | null;
  readonly rrn: string | null;
  /** DE4: less than asked after a partial approval. */
  readonly approved: Money;
  readonly billing: { readonly amount: Money; readonly rate: string } | null;
  readonly balances: readonly Money[];
}

export type CardOutcome =
  | { readonly kind: 'approved' }
  | { readonly kind: 'declined'; readonly reason: CardReason }
  /** Nothing stays charged. */
  | { readonly kind: 'cancelled'; readonly reason: CardReason };

export interface CardAttempt {
  readonly order: CardOrder;
  readonly phase: CardPhase;
  readonly card: CardSummary | null;
  /** Of a completion: that of its hold, with the price and the charge of its own; an older till kept none. */
  readonly conversion: CardConversion | null;
  readonly cvm: Cvm | null;
  readonly request: CardRequest | null;
  /** Financial requests that were handed out, PIN re-entries among them. */
  readonly sends: number;
  readonly answer: CardAnswer | null;
  readonly cryptogram: 'tc' | 'aac' | 'not_applicable' | null;
  /** The PIN pad wanted the holder to sign on paper (DF26): the cashier is asked and the papers say so by this alone, whatever `cvm` is. */
  readonly signatureAsked: boolean;
  /** DE55 of a reversal, hexadecimal (chip-end.ts): as of the first cryptogram, then of the second. Fixed once it is undone. */
  readonly chip: string | null;
  readonly cause: CardUnknownCause | null;
  readonly outcome: CardOutcome | null;
}

export function newCardAttempt(order: CardOrder): CardAttempt {
  return {
    order,
    phase: OPENS_AT[order.operation],
    card: null,
    conversion: null,
    cvm: null,
    request: null,
    sends: 0,
    answer: null,
    cryptogram: null,
    signatureAsked: false,
    chip: null,
    cause: null,
    outcome: null,
  };
}

/** Where no card is needed the first step is the message. */
const OPENS_AT: Readonly<Record<CardOperationName, CardPhase>> = {
  sale: 'reading',
  preauthorisation: 'reading',
  refund: 'reading',
  balance: 'reading',
  void: 'asking',
  completion: 'asking',
  cancellation: 'asking',
};

/** What DE4 and DE49 say, or will. */
export function chargedOf({ order, conversion }: CardAttempt): Money {
  if (order.charged !== null) return order.charged;
  return conversion?.chosen === true ? conversion.converted : order.amount;
}

/** What its account paid or was given in yuan, where the till or its bank converted; null where neither says so. */
export function yuanOfCard(attempt: CardAttempt): Money | null {
  const billed = attempt.answer?.billing?.amount ?? null;
  const sums = [chargedOf(attempt), ...(billed === null ? [] : [billed])];
  return sums.find(({ currency }) => currency === CNY) ?? null;
}

/** What the till may keep of a card that was read. */
export function summaryOf(read: CardRead, scheme: string | null): CardSummary {
  const { entry, maskedPan, psn, aid, label } = read;
  return { entry, maskedPan, psn, aid, label, scheme };
}
