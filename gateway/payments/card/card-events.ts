/** What can happen to a card transaction, and what its machine then wants committed. */
import type { ErrorFacts } from '../../kernel/errors.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { BankAnswer, BankAnswered } from './ports.ts';
import type { AdviceRecord, CardRecord, ReversalCause } from './records.ts';

export type CardEvent =
  /** What the one request to the bank came to: an answer, nothing sent, or nothing known. */
  | { readonly kind: 'bank_answered'; readonly answer: BankAnswer }
  /** An answer that nobody waited for any more. */
  | { readonly kind: 'late_answer'; readonly answer: BankAnswered }
  /** The till gives it up. `emv`: the card's own data about the end. */
  | {
      readonly kind: 'reversal_requested';
      readonly cause: ReversalCause;
      readonly emv: Uint8Array | null;
      readonly left?: HoldLeft | null;
    }
  /** Its sale ended without it. */
  | { readonly kind: 'sale_closed' }
  /** The process that asked the bank is gone, and so is whatever was answered. */
  | { readonly kind: 'restart' }
  /** The bank has settled the reversal: undone, or never done. */
  | { readonly kind: 'reversal_acknowledged' };

/** What is left of a hold whose completion was taken back: nothing where its bank took the completion before, else all of it. */
export type HoldLeft = 'nothing' | 'all';

/** An advice to be queued in the same commit. */
export interface AdviceDraft {
  readonly bank: string;
  readonly kind: AdviceRecord['kind'];
  readonly cardId: string;
  readonly cause: ReversalCause | null;
  readonly emv: Uint8Array | null;
}

export type CardNoteName =
  /** The bank approved what we had given up or declined; its reversal is queued. */
  | 'late_approval'
  | 'late_answer'
  /** The bank approved something else than was asked. */
  | 'approval_differs'
  /** The bank refused the message, not the card: keys, format, identity. */
  | 'bank_refused_message'
  /** A reversal that would give money back twice. */
  | 'reversal_after_refund';

/** For the log, and for a person where it needs one. */
export interface CardNote {
  readonly note: CardNoteName;
  readonly facts: ErrorFacts;
}

/** One commit: everything in it stands together or not at all. */
export interface CardDecision {
  /** The same object when nothing changed; else its version is one more. */
  readonly record: CardRecord;
  /** The transaction that this one is about, where it changes too. */
  readonly original: CardRecord | null;
  readonly advice: AdviceDraft | null;
  readonly transfers: readonly Transfer[];
  /** DE39 of the answer to the message at hand: of the reversal's (0430) after `reversal_requested`, else of the
   *  transaction's own. Null when none is owed, or when the bank must be asked first. */
  readonly answerCode: string | null;
  readonly notes: readonly CardNote[];
}
