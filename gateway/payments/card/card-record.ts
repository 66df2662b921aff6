/** Small facts about a card record that several steps need. */
import { invariant } from '../../kernel/errors.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { CardDecision, CardNote } from './card-events.ts';
import type { CardKind, CardRecord } from './records.ts';

export type CardChanges = Partial<
  Pick<
    CardRecord,
    | 'state'
    | 'amount'
    | 'asked'
    | 'responseCode'
    | 'authCode'
    | 'billing'
    | 'refunded'
    | 'refundsBooked'
    | 'reversalCause'
  >
>;

export function advanceCard(record: CardRecord, now: EpochMs, changes: CardChanges): CardRecord {
  return { ...record, ...changes, version: record.version + 1, updatedAt: now };
}

export function unchangedCard(record: CardRecord, ...notes: readonly CardNote[]): CardDecision {
  return { record, original: null, advice: null, transfers: [], answerCode: null, notes };
}

export function decisionOf(record: CardRecord, changes: Partial<CardDecision> = {}): CardDecision {
  return { ...unchangedCard(record), ...changes };
}

/** A sale's attempt to be paid by a card: one of these may be live or approved. */
export function isAttemptKind(kind: CardKind): boolean {
  return kind === 'sale' || kind === 'preauthorisation';
}

/** Posted when approved. */
export function booksAsSale(kind: CardKind): boolean {
  return kind === 'sale' || kind === 'completion';
}

/** The partner bank of a transaction that was sent to one. */
export function bankOf(record: CardRecord): string {
  const { bankReference } = record;
  invariant(bankReference !== null, 'A transaction that a bank was asked about has a reference there.');
  return bankReference.bank;
}

/** DE25 of what a bank is asked or told of it: 06 of a pre-authorisation and what completes it, whatever the terminal said. */
export function conditionOf({ kind, conditionCode }: CardRecord): string {
  return kind === 'preauthorisation' || kind === 'completion' ? '06' : conditionCode;
}
