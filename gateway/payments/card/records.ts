/** What the gateway keeps of card transactions. No PAN in clear, no track, no PIN: `card` is the HSM's ciphertext. */
import type { AttemptId, Mid, QuoteId, SaleId, Tid } from '../../kernel/identifiers.ts';
import type { Money } from '../../kernel/money.ts';
import type { ExactRate } from '../../kernel/rate.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { FeeTerms } from '../../ledger/fee-rate.ts';
import type { Gift } from '../ports.ts';

export type CardKind = 'sale' | 'preauthorisation' | 'completion' | 'void' | 'refund' | 'balance';

/** `sent`: committed, and the bank is being asked, once. `reversing`: undone from the shop's side; the bank has not yet
 *  acknowledged it. `reversed declined approved` are final, but for an approved one that is reversed later.
 *  `parked`: a reversal that came before its original; the original is declined on arrival. */
export type CardState = 'sent' | 'approved' | 'declined' | 'reversing' | 'reversed' | 'parked';

/** Why a transaction was undone; the bank is told by DE95's neighbour, the reason of the 1993 edition (see iso8583). */
export type ReversalCause =
  | 'till_timeout'
  | 'bank_timeout'
  | 'customer_cancelled'
  | 'card_declined_after_approval'
  | 'signature_refused'
  | 'answer_invalid'
  | 'void'
  | 'sale_closed'
  | 'restart';

/** What a message is told apart by. Same identity and same body: a replay; another body: 94. */
export interface CardIdentity {
  readonly tid: Tid;
  readonly mid: Mid;
  /** Second digit of the MTI: 1, 2, 3, 4, 5, 8. */
  readonly messageClass: string;
  readonly stan: string;
  /** DE7, MMDDhhmmss in UTC; DE13 and DE12, of the terminal's own clock, where it sends no DE7. */
  readonly transmittedAt: string;
}

/** A message of class 3, 4 or 5, which makes no transaction of its own: what it said, by what it is told apart by. */
export interface ClaimedMessage {
  readonly identity: CardIdentity;
  readonly bodyHash: string;
}

/** The card as stored: encrypted under the HSM port (PAN, expiry, PSN), and a keyed hash to search by. */
export interface StoredCard {
  readonly masked: string;
  readonly bin: string;
  readonly scheme: string;
  readonly panHash: string;
  readonly encrypted: Uint8Array;
}

/** How the bank's host knows our request: what a reversal names it by (DE90), and what matches answers. */
export interface BankReference {
  readonly bank: string;
  readonly mti: string;
  readonly stan: string;
  readonly transmittedAt: string;
  readonly rrn: string;
}

/** The merchant as a bank is told of it, with the transaction and with all that follows from it. */
export interface CardAcceptor {
  /** DE43 as the contract has it; a bank's link puts it into the bank's letters. */
  readonly name: string;
  /** Null where the partner bank's own term holds. */
  readonly town: string | null;
  /** DE18, four digits. */
  readonly categoryCode: string;
}

export interface DccTerms {
  readonly price: Money;
  readonly rate: ExactRate;
  readonly markupBp: number;
  readonly quoteId: QuoteId;
}

export interface CardRecord {
  /** A ULID of the gateway's own. */
  readonly cardId: string;
  readonly identity: CardIdentity;
  readonly kind: CardKind;
  readonly state: CardState;
  readonly version: number;
  /** Null from foreign terminals, which send no sale. */
  readonly saleId: SaleId | null;
  readonly attemptId: AttemptId | null;
  readonly batch: string;
  /** DE4 in DE49: the price, or yuan where the customer chose conversion at the till. */
  readonly amount: Money;
  /** What the bank was asked for, where it approved a part (10): its reversal names this. */
  readonly asked: Money | null;
  readonly dcc: DccTerms | null;
  /** The part of the price that is a charity's, as its sale had it, where there is one. */
  readonly gift?: Gift;
  /** Contract at the time: MDR, and whether a refund gives it back. */
  readonly mdrBp: number;
  /** Its fixed sum, floor, cap and tiers, where the contract has them. */
  readonly fee?: FeeTerms;
  readonly mdrReturned: boolean;
  readonly acceptor: CardAcceptor;
  readonly card: StoredCard | null;
  /** Of the PIN block, hexadecimal digits; null without one, and where it was refused for having been used. */
  readonly pinKsn: string | null;
  readonly entryMode: string;
  /** DE25 as its terminal said it, `00` where it did not. */
  readonly conditionCode: string;
  readonly cvm: 'online_pin' | 'other';
  readonly bankReference: BankReference | null;
  /** The transaction a void, refund, completion or reversal is about. */
  readonly originalId: string | null;
  readonly responseCode: string | null;
  readonly authCode: string | null;
  /** DE6, DE10, DE51: what the issuer charges, where it converts. */
  readonly billing: { readonly amount: Money; readonly rate: string } | null;
  /** Sums of refunds (or completions) that are approved or open, in the currency of `amount`. */
  readonly refunded: Money;
  /** The part of it whose refunds are approved and booked: what shares of MDR and price are cut from. */
  readonly refundsBooked: Money;
  /** SHA-256 of the message without its MAC and MAC KSN. */
  readonly bodyHash: string;
  /** The answer as it went out, but for its MAC, to be replayed; null while there is none. */
  readonly answer: Uint8Array | null;
  readonly reversalCause: ReversalCause | null;
  readonly businessDate: string;
  readonly createdAt: EpochMs;
  readonly updatedAt: EpochMs;
}

/** A message the bank must get, in order, until it acknowledges. */
export interface AdviceRecord {
  readonly adviceId: string;
  readonly bank: string;
  /** Rises by one within a bank; the lowest not done goes first. */
  readonly position: number;
  readonly kind: 'reversal' | 'completion';
  readonly cardId: string;
  /** Of the advice itself; kept through all repeats. */
  readonly stan: string;
  readonly transmittedAt: string;
  readonly cause: ReversalCause | null;
  /** Data of the card's own about the end: DE55 of a chip reversal. */
  readonly emv: Uint8Array | null;
  readonly tries: number;
  readonly nextAt: EpochMs;
  readonly doneAt: EpochMs | null;
  readonly responseCode: string | null;
  /** What the bank says that it undid, in minor units, where it had approved a part: that answer may have been lost. */
  readonly undoneMinor: bigint | null;
  readonly version: number;
}

/** Counts and sums of one batch in one currency, by which 0500 is judged. */
export interface BatchTotals {
  readonly currency: string;
  readonly sales: number;
  readonly salesMinor: bigint;
  readonly refunds: number;
  readonly refundsMinor: bigint;
  readonly open: number;
}

/** What a till said of one currency in 0500. */
export interface BatchClaim extends BatchTotals {
  /** It agreed, or was said after an upload: the till says no more of this currency. */
  readonly done: boolean;
  /** STAN and DE7 of the 0500, which a repeat has too; absent of claims from before this was kept. */
  readonly name?: string;
}

export interface BatchRecord {
  readonly tid: Tid;
  readonly batch: string;
  readonly state: 'open' | 'uploading' | 'closed';
  /** The latest of each currency. */
  readonly claimed: readonly BatchClaim[];
  /** What the gateway counted when it was closed. Null before, and of batches closed before this was kept. */
  readonly counted: readonly BatchTotals[] | null;
  /** True when both sides agreed; false for a batch that was closed with a difference for an operator. */
  readonly agreed: boolean | null;
  readonly closedAt: EpochMs | null;
  readonly version: number;
}
