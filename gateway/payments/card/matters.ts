/** What of cards waits for a person, how it was settled, and why a terminal was refused. */
import type { Mid, Tid } from '../../kernel/identifiers.ts';
import type { Money } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { AdviceRecord, BatchTotals, CardKind } from './records.ts';

/** `..._waiting`: told or asked for long without an answer that ends it. `..._refused`: the bank never will.
 *  `money_to_return`: a bank settles what its customer is to get back. */
export type CardMatterKind =
  | 'reversal_waiting'
  | 'reversal_refused'
  | 'completion_waiting'
  | 'completion_refused'
  | 'money_to_return'
  | 'bank_day_waiting'
  | 'bank_day_different'
  /** A till's batch was closed although its figures and ours differed, after an upload too, or was left without a claim. */
  | 'batch_different';

export interface BatchDifference {
  readonly tid: Tid;
  readonly batch: string;
  readonly claimed: BatchTotals;
  /** As of the closing. */
  readonly counted: BatchTotals;
}

export interface CardMatter {
  readonly kind: CardMatterKind;
  /** Null of a batch, which concerns no bank of its own. */
  readonly bank: string | null;
  /** The card transaction's id, `bank/currency/period`, or `tid/batch/currency`. */
  readonly subject: string;
  readonly since: EpochMs;
  /** Of a day or a batch: the sum of what differs, or of all that was asked about. */
  readonly atRisk: Money;
  readonly tries: number;
  readonly responseCode: string | null;
  /** What a person knows the transaction by; null of a day and of a batch. */
  readonly card: {
    readonly kind: CardKind;
    readonly tid: Tid;
    readonly mid: Mid;
    readonly rrn: string | null;
    readonly masked: string | null;
  } | null;
  /** Both sides' figures of one currency; null of everything else. */
  readonly batch: BatchDifference | null;
  /** What was proposed and is not decided. */
  readonly proposed: CardResolution | null;
}

/** What two persons may agree on. None of them makes a sale paid.
 *  `bank_undid`: the bank has undone it by hand. `bank_pays`: it will not; it settles the money, which its customer is to get
 *  back. `returned`: the customer has it. `given_up`: a completion is taken back from the shop. `bank_accepts`: the bank charges
 *  a completion after all. `explained`: why a day or a batch differed is known, and settled where it belongs. */
export type ResolutionOutcome =
  | 'bank_undid'
  | 'bank_pays'
  | 'returned'
  | 'given_up'
  | 'bank_accepts'
  | 'explained';

export interface NewResolution {
  /** A ULID. */
  readonly resolutionId: string;
  readonly subject: string;
  readonly outcome: ResolutionOutcome;
  /** What was agreed and where it is written: a letter, a case number at the bank. */
  readonly agreement: string;
  readonly proposedBy: string;
  readonly proposedAt: EpochMs;
}

export interface CardResolution extends NewResolution {
  readonly decision: 'approved' | 'rejected' | null;
  readonly decidedBy: string | null;
  readonly decidedAt: EpochMs | null;
}

export interface ResolutionDecision {
  readonly resolutionId: string;
  readonly decision: 'approved' | 'rejected';
  /** Never who proposed it, where it is approved. */
  readonly decidedBy: string;
  readonly decidedAt: EpochMs;
}

/** Why a message was refused that left no transaction, or one that does not say. */
export interface CardRefusal {
  readonly at: EpochMs;
  readonly tid: Tid;
  readonly mid: Mid;
  readonly mti: string;
  readonly stan: string;
  readonly transmittedAt: string;
  /** DE3, and DE4 in DE49, where the message had them. */
  readonly processingCode: string | null;
  readonly amount: Money | null;
  readonly responseCode: string;
  /** A word; `bank` where the bank refused. */
  readonly reason: string;
}

/** Reads for persons, not for payments. */
export interface CardMatters {
  /** Oldest first. What is told or asked counts as waiting after `waitingMs`. */
  open(waitingMs: number): Promise<readonly CardMatter[]>;
  resolution(resolutionId: string): Promise<CardResolution | null>;
  adviceOf(cardId: string, kind: AdviceRecord['kind']): Promise<AdviceRecord | null>;
  /** Latest first, the bank's own among them. */
  refusals(tid: Tid, most: number): Promise<readonly CardRefusal[]>;
}
