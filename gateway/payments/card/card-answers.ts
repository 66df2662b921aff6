/** What the bank's answer to the one request makes of a transaction that is `sent`. */
import { unreachable } from '../../kernel/errors.ts';
import { add, compare, equal } from '../../kernel/money.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { CardDecision } from './card-events.ts';
import { advanceCard, booksAsSale, decisionOf, isAttemptKind } from './card-record.ts';
import { giveUp, releaseOf } from './card-undoing.ts';
import type { BankAnswer, BankAnswered } from './ports.ts';
import { refundBooked, saleBooked } from './postings.ts';
import type { CardRecord } from './records.ts';
import { codeForTill, isAboutOurMessage, isApproval, OWN_CODES, PARTIAL_APPROVAL } from './response-codes.ts';

export function bankAnswered(
  record: CardRecord,
  answer: BankAnswer,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  switch (answer.kind) {
    case 'not_sent':
      return declined(record, OWN_CODES.bankUnavailable, now, original);
    case 'unknown':
      return giveUp(record, { cause: 'bank_timeout', emv: null }, now, original);
    case 'answered':
      return isApproval(answer.responseCode)
        ? approved(record, answer, now, original)
        : refused(record, answer, now, original);
    default:
      return unreachable(answer);
  }
}

function refused(
  record: CardRecord,
  { responseCode }: BankAnswered,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  const decision = declined(record, codeForTill(responseCode), now, original);
  if (!isAboutOurMessage(responseCode)) return decision;
  const facts = { reference: record.cardId, code: responseCode };
  return { ...decision, notes: [{ note: 'bank_refused_message', facts }] };
}

function declined(
  record: CardRecord,
  responseCode: string,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  return decisionOf(advanceCard(record, now, { state: 'declined', responseCode }), {
    original: releaseOf(record, now, original),
    answerCode: responseCode,
  });
}

function approved(
  record: CardRecord,
  answer: BankAnswered,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  if (!approvalFits(record, answer)) {
    const decision = giveUp(record, { cause: 'answer_invalid', emv: null }, now, original);
    const facts = { reference: record.cardId, code: answer.responseCode };
    return { ...decision, notes: [{ note: 'approval_differs', facts }] };
  }
  const { responseCode, authCode, billing } = answer;
  const part = responseCode === PARTIAL_APPROVAL ? answer.approved : null;
  const amounts = part === null ? {} : { amount: part, asked: record.amount };
  const stands = advanceCard(record, now, { state: 'approved', responseCode, authCode, billing, ...amounts });
  const booked = { answerCode: responseCode };
  if (booksAsSale(record.kind)) {
    return decisionOf(stands, { ...booked, transfers: saleBooked(stands, now) });
  }
  if (record.kind !== 'refund' || original === null) return decisionOf(stands, booked);
  return decisionOf(stands, {
    ...booked,
    original: advanceCard(original, now, { refundsBooked: add(original.refundsBooked, record.amount) }),
    transfers: refundBooked(stands, original, now),
  });
}

/** A bank may approve a part of a sale or a pre-authorisation (10). A customer who chose conversion at the till was shown
 *  both amounts, so there a part is not what was agreed to; nor is it where a gift is in the sum. */
function approvalFits(record: CardRecord, { responseCode, approved }: BankAnswered): boolean {
  if (record.kind === 'balance') return true;
  if (responseCode !== PARTIAL_APPROVAL) return approved === null || equal(approved, record.amount);
  return (
    isAttemptKind(record.kind) &&
    record.dcc === null &&
    record.gift === undefined &&
    approved !== null &&
    approved.currency === record.amount.currency &&
    approved.amountMinor > 0n &&
    compare(approved, record.amount) < 0
  );
}
