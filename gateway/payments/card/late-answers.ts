/** An answer of the bank that comes when the transaction is no longer waiting for one. Nobody is shown it. */
import type { EpochMs } from '../../kernel/time.ts';
import { bankAnswered } from './card-answers.ts';
import type { CardDecision } from './card-events.ts';
import { unchangedCard } from './card-record.ts';
import { giveUp, reversalOf } from './card-undoing.ts';
import type { BankAnswered } from './ports.ts';
import type { CardRecord } from './records.ts';
import { isApproval } from './response-codes.ts';

/** Nobody waits and nobody has given it up yet. A decline is as good as in time; an approval is undone, because the terminal
 *  will not hear of it. */
export function lateWhileSent(
  record: CardRecord,
  answer: BankAnswered,
  now: EpochMs,
  original: CardRecord | null,
): CardDecision {
  if (!isApproval(answer.responseCode) || record.kind === 'balance') {
    return bankAnswered(record, answer, now, original);
  }
  const decision = giveUp(record, { cause: 'bank_timeout', emv: null }, now, original);
  const facts = { reference: record.cardId, state: record.state, code: answer.responseCode };
  return { ...decision, notes: [{ note: 'late_approval', facts }] };
}

export function lateAnswer(record: CardRecord, { responseCode }: BankAnswered): CardDecision {
  const facts = { reference: record.cardId, state: record.state, code: responseCode };
  if (record.kind === 'balance' || !isApproval(responseCode)) {
    return unchangedCard(record, { note: 'late_answer', facts });
  }
  switch (record.state) {
    case 'declined':
      // The bank gave two answers. The till was told the first one, so the money goes back; the record keeps its answer.
      if (record.bankReference === null) return unchangedCard(record, { note: 'late_approval', facts });
      return {
        ...unchangedCard(record, { note: 'late_approval', facts }),
        advice: reversalOf(record, { cause: 'answer_invalid', emv: null }),
      };
    case 'reversing':
    case 'reversed':
      return unchangedCard(record, { note: 'late_approval', facts });
    default:
      return unchangedCard(record, { note: 'late_answer', facts });
  }
}
