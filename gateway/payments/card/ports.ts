/** What card payments need of the world: partner banks and the edges' way in. The store's part stands in `../ports.ts`. */
import type { Tid } from '../../kernel/identifiers.ts';
import type { Money } from '../../kernel/money.ts';
import type { Secret } from '../../kernel/secret.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { AccountData } from '../../keys/account-data.ts';
import type { PinTarget } from '../../keys/hsm.ts';
import type { BankFigures } from './bank-totals.ts';
import type { BankReference, CardKind, DccTerms, ReversalCause, StoredCard } from './records.ts';

// ---------------------------------------------------------------- partner banks

/** Ciphertext under DUKPT as it came from a terminal. */
export interface DukptCiphertext {
  readonly algorithm: 'tdes' | 'aes';
  readonly ksn: Uint8Array;
  readonly bytes: Uint8Array;
}

/** The card of a request on its way through, opened by the HSM port once: for its stored form, and for the bank's message
 *  as soon as that is durable. The PIN is never opened here. */
export interface CapturedCard {
  readonly account: Secret<AccountData>;
  readonly pin: (DukptCiphertext & { readonly format: 0 | 3 | 4 }) | null;
  /** The PIN as it was translated with the card, for the key the bank had then; null where it was not. */
  readonly bankPin: { readonly block: Secret<Uint8Array>; readonly to: PinTarget } | null;
}

interface BankMessage {
  /** Of the row it is about. The context under which the HSM port keeps the row's PAN: `StoredCard.encrypted` is the ASCII
   *  of the HSM's `storedPan`, kept with this as its context. */
  readonly cardId: string;
  readonly reference: BankReference;
  readonly tid: string;
  readonly mid: string;
  readonly merchantName: string;
  /** Null where the bank's own term holds. */
  readonly merchantTown: string | null;
  /** DE18. */
  readonly categoryCode: string;
  readonly amount: Money;
  readonly entryMode: string;
  readonly conditionCode: string;
  readonly psn: string | null;
  readonly emv: Uint8Array | null;
  readonly at: EpochMs;
}

/** 0100 or 0200, sent once. */
export interface BankRequest extends BankMessage {
  readonly kind: Exclude<CardKind, 'void' | 'completion'>;
  readonly card: CapturedCard;
  readonly dcc: DccTerms | null;
  readonly original: { readonly rrn: string; readonly authCode: string | null } | null;
}

/** 0420 or 0220; repeats as 0421 or 0221. */
export interface BankAdvice extends BankMessage {
  readonly kind: 'reversal' | 'completion';
  readonly repeat: boolean;
  readonly card: StoredCard;
  /** What is undone or completed: DE90 of a reversal. */
  readonly original: BankReference;
  /** Gives a reversal its original's DE3; a sale, or by its MTI a pre-authorisation, unless said. */
  readonly originalKind?: CardKind;
  readonly authCode: string | null;
  readonly responseCode: string | null;
  readonly cause: ReversalCause | null;
}

export interface BankAnswered {
  readonly kind: 'answered';
  readonly responseCode: string;
  readonly authCode: string | null;
  readonly rrn: string | null;
  /** DE55 of the answer, for the card. */
  readonly issuerData: Uint8Array | null;
  /** DE4 of the answer: less than asked after a partial approval (10). */
  readonly approved: Money | null;
  readonly billing: { readonly amount: Money; readonly rate: string } | null;
  /** Of a reversal's answer: what was undone, where the bank had approved less than the reversal names (DE48, UA). */
  readonly undone?: Money;
  /** DE54 as it came, for a balance. */
  readonly balances: string | null;
}

/** `not_sent`: not a byte left, the transaction does not exist at the bank. `unknown`: it may. */
export type BankAnswer =
  | BankAnswered
  | { readonly kind: 'not_sent'; readonly cause: string }
  | { readonly kind: 'unknown'; readonly cause: string };

/** `balanced` and `different` are answers 00 of a bank that has compared. */
export type TotalsAnswer =
  | BankAnswer
  | { readonly kind: 'balanced' }
  | { readonly kind: 'different'; readonly theirs?: BankFigures | undefined };

/** 0500: counts and sums since the last one, in one currency. */
export interface BankTotals extends BankFigures {
  readonly bank: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly settlementDate: string;
  readonly currency: string;
}

/** A link to one partner bank. Never rejects for what a bank or a network does. */
export interface BankPort {
  readonly bank: string;
  /** Signed on and usable now. */
  readonly up: boolean;
  /** Under what a PIN goes to it now; null while no key is agreed. */
  readonly pinTarget: PinTarget | null;
  onUp(listener: () => void): () => void;
  request(request: BankRequest): Promise<BankAnswer>;
  advise(advice: BankAdvice): Promise<BankAnswer>;
  totals(totals: BankTotals): Promise<TotalsAnswer>;
  /** The bank's new business date, MMDD; absent where a bank does not say. */
  onCutOver?(listener: (date: string) => void): () => void;
  /** An answer nobody waits for any more; for the log, and to reverse a late approval that nobody reversed. */
  onLate(listener: (reference: BankReference, answer: BankAnswered) => void): () => void;
}

/** Which partner a BIN goes to: the longest prefix decides. */
export interface BinRoute {
  readonly prefix: string;
  readonly scheme: string;
  readonly bank: string;
  /** Currency of the cards, for the DCC offer. */
  readonly currency: string;
  /** Who converts when that is not the price's currency. */
  readonly converter: 'issuer' | 'till';
}

// ---------------------------------------------------------------- edges

/** How a card message came: over an enrolled terminal's link, or from a foreign terminal's TCP connection. */
export type CardOrigin =
  | { readonly kind: 'link'; readonly tid: Tid }
  | { readonly kind: 'tcp'; readonly profile: 'ascii' | 'bcd'; readonly peer: string };

/** `verified`: its MAC was right. `refused`: its MAC was wrong, or it was nothing whose MAC could be checked. */
export type CardJudgement = 'verified' | 'refused';

/** The way in for packed ISO 8583 messages of the till's leg. `gateway/run/card` implements it. */
export interface CardService {
  /** The packed answer, or null for what must not be answered (not a message, or an answer sent as a request).
   *  Nothing is answered before it is durable. Rejects only when the store fails or the security module gives no answer: then
   *  nothing may be said, and the terminal reverses or asks again.
   *  `judged` is told once, as soon as it is known; not of an echo without a MAC, which says nothing of who sent it. */
  message(
    origin: CardOrigin,
    packed: Uint8Array,
    judged?: (judgement: CardJudgement) => void,
  ): Promise<Uint8Array | null>;
  start(): Promise<void>;
  /** From now on nothing new is taken: what comes is answered at once that nothing was done (91), as when the service is full.
   *  What is under way goes on. For the time in which the edges let their terminals go. */
  close(): void;
  stop(): Promise<void>;
}
