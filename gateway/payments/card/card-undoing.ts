/** Giving a transaction up: its bookings are undone and its bank is told, in one commit. */
import { invariant } from '../../kernel/errors.ts';
import { isZero, subtract } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { Transfer } from '../../ledger/transfer.ts';
import type { AdviceDraft, CardDecision, HoldLeft } from './card-events.ts';
import { advanceCard, bankOf, booksAsSale, decisionOf, unchangedCard } from './card-record.ts';
import { refundUnbooked, saleUnbooked } from './postings.ts';
import type { CardRecord, ReversalCause } from './records.ts';
import { NOTHING_TO_UNDO, OWN_CODES } from './response-codes.ts';

export interface GivingUp {
  readonly cause: ReversalCause;
  readonly emv: Uint8Array | null;
  readonly left?: HoldLeft | null;
}

/** What may be given up at any time, but for money that went back already and a pre-authorisation whose completion stands. */
export function giveUpUnlessUsed(
  record: CardRecord,
  why: GivingUp,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  if (record.state !== 'sent' && record.state !== 'approved') {
    return decisionOf(record, { answerCode: OWN_CODES.approved });
  }
  if (why.left === 'nothing') return decisionOf(record, { answerCode: OWN_CODES.reversedBefore });
  if (!isZero(record.refunded) && why.left !== 'all') {
    return decisionOf(record, {
      answerCode: OWN_CODES.notAllowed,
      notes: [{ note: 'reversal_after_refund', facts: { reference: record.cardId, cause: why.cause } }],
    });
  }
  return { ...giveUp(record, why, now, original), answerCode: OWN_CODES.approved };
}

/** From `sent` or `approved`. A balance has no effect anywhere: it only ends. The answer that the terminal is owed for a
 *  transaction in flight says that the bank was not reached. */
export function giveUp(
  record: CardRecord,
  why: GivingUp,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  invariant(record.state === 'sent' || record.state === 'approved', 'Only what may stand is given up.');
  const responseCode = record.responseCode ?? OWN_CODES.bankUnavailable;
  const answerCode = record.state === 'sent' ? responseCode : null;
  if (record.kind === 'balance') {
    if (record.state === 'approved') return unchangedCard(record);
    return decisionOf(advanceCard(record, now, { state: 'declined', responseCode }), { answerCode });
  }
  return {
    record: advanceCard(record, now, { state: 'reversing', responseCode, reversalCause: why.cause }),
    original: originalUnbooked(record, now, original),
    advice: reversalOf(record, why),
    transfers: record.state === 'approved' ? unbooked(record, now, original) : [],
    answerCode,
    notes: [],
  };
}

export function reversalOf(record: CardRecord, { cause, emv }: GivingUp): AdviceDraft {
  return { bank: bankOf(record), kind: 'reversal', cardId: record.cardId, cause, emv };
}

/** The bank has settled the reversal: a refund no longer holds a part of its original. */
export function reversed(record: CardRecord, now: EpochMs, original: CardRecord | null): CardDecision {
  return decisionOf(advanceCard(record, now, { state: 'reversed' }), {
    original: releaseOf(record, now, original),
  });
}

/** The hold of a completion that its bank never had, as there was nothing to undo of it: the bank keeps it still, and no completion of
 *  it is taken any more, so it is lifted. Null where that is not so. */
export function holdLifted(
  { kind }: CardRecord,
  original: CardRecord | null,
  bankCode: string | null,
  now: EpochMs,
): CardDecision | null {
  if (kind !== 'completion' || original === null || bankCode !== NOTHING_TO_UNDO) return null;
  return giveUpUnlessUsed(original, { cause: 'sale_closed', emv: null, left: 'all' }, now, null);
}

/** What a refund held of its original is free again. */
export function releaseOf(record: CardRecord, now: EpochMs, original: CardRecord | null): CardRecord | null {
  if (record.kind !== 'refund' || original === null) return null;
  return advanceCard(original, now, { refunded: subtract(original.refunded, record.amount) });
}

function originalUnbooked(record: CardRecord, now: EpochMs, original: CardRecord | null): CardRecord | null {
  if (record.kind !== 'refund' || record.state !== 'approved' || original === null) return null;
  return advanceCard(original, now, { refundsBooked: subtract(original.refundsBooked, record.amount) });
}

function unbooked(record: CardRecord, now: EpochMs, original: CardRecord | null): readonly Transfer[] {
  if (booksAsSale(record.kind)) return saleUnbooked(record, now);
  return record.kind === 'refund' && original !== null ? refundUnbooked(record, original, now) : [];
}
