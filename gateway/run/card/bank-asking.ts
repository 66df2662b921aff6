/** The one request to the bank, sent after its record is durable, and what its answer makes of the record. */
import { failureName, invariant } from '../../kernel/errors.ts';
import { openSecret } from '../../kernel/secret.ts';
import type { CardDecision } from '../../payments/card/card-events.ts';
import { conditionOf } from '../../payments/card/card-record.ts';
import type { BankAnswer, BankRequest, CapturedCard } from '../../payments/card/ports.ts';
import type { CardRecord } from '../../payments/card/records.ts';
import type { AnswerValues } from './answer.ts';
import { type CardAsk, preparedAnswerTo, valuesOf } from './ask.ts';
import { applyToCard } from './card-steps.ts';
import { balancesOf, issuerDataForChip, logDropped } from './chip-data.ts';
import type { CardContext } from './context.ts';
import { bytesAt, textAt } from './facts.ts';
import type { LateAnswers } from './late-watch.ts';
import { codeOf } from './new-card.ts';

export interface Asking {
  readonly record: CardRecord;
  readonly card: CapturedCard;
  /** Of a refund. */
  readonly original: CardRecord | null;
}

/** The answer to the till, durable. Errors  what the store throws: then what the bank did is not known here, and the
 *  transaction is to be taken up as after a restart */
export async function askBank(
  context: CardContext,
  late: LateAnswers,
  ask: CardAsk,
  asking: Asking,
): Promise<Uint8Array> {
  late.asking(asking.record);
  try {
    return await askAndTake(context, ask, asking);
  } finally {
    late.asked(asking.record);
  }
}

async function askAndTake(context: CardContext, ask: CardAsk, asking: Asking): Promise<Uint8Array> {
  const answer = await requestOnce(context, ask, asking);
  const { record } = asking;
  const said = issuerValues(context, asking, answer);
  const make = (decision: CardDecision) =>
    preparedAnswerTo(context, ask, codeOf(decision), {
      ...valuesOf(decision.record),
      // Not of an answer that came for nothing.
      ...(decision.answerCode === null ? {} : said),
    });
  const step = await applyToCard(context, record.cardId, { kind: 'bank_answered', answer }, make, record);
  invariant(step.answer !== null, 'Every step of a message makes its answer.');
  return step.answer.sent;
}

/** What only the bank's answer says, and the card waits for: no more than that goes on to the till and into the store. */
function issuerValues({ log }: CardContext, { record, card }: Asking, answer: BankAnswer): AnswerValues {
  if (answer.kind !== 'answered') return {};
  const { pan } = openSecret(card.account);
  const { issuerData, balances } = answer;
  const chip = issuerData === null ? NOTHING : issuerDataForChip(issuerData, pan);
  const ofBalance = record.kind === 'balance' && balances !== null ? balancesOf(balances, pan) : NOTHING;
  const { tid } = record.identity;
  logDropped(log, tid, [...chip.dropped, ...ofBalance.dropped]);
  return { 54: ofBalance.value ?? undefined, 55: chip.value ?? undefined };
}

const NOTHING = { value: null, dropped: [] } as const;

async function requestOnce(context: CardContext, ask: CardAsk, asking: Asking): Promise<BankAnswer> {
  const { bankReference } = asking.record;
  invariant(bankReference !== null, 'What is sent to a bank has its reference.');
  const bank = context.banks.get(bankReference.bank);
  invariant(bank !== undefined, 'A route leads to a bank that is there.');
  const request = bankRequest(ask, asking);
  const answered = bank.request(request).catch((error: unknown): BankAnswer => {
    context.log.alarm('bank_port_threw', { bank: bank.bank, error: failureName(error) });
    return { kind: 'unknown', cause: 'port_threw' };
  });
  return context.bound.within(answered, (): BankAnswer => ({ kind: 'unknown', cause: 'gateway_bound' }));
}

function bankRequest(ask: CardAsk, { record, card, original }: Asking): BankRequest {
  const { bankReference, kind } = record;
  invariant(
    bankReference !== null && kind !== 'void' && kind !== 'completion',
    'A bank is asked about money only.',
  );
  const { fields } = ask.message.iso;
  const psn = textAt(fields[23]);
  return {
    cardId: record.cardId,
    reference: bankReference,
    tid: record.identity.tid,
    mid: record.identity.mid,
    merchantName: record.acceptor.name,
    merchantTown: record.acceptor.town,
    categoryCode: record.acceptor.categoryCode,
    amount: record.amount,
    entryMode: record.entryMode,
    conditionCode: conditionOf(record),
    psn: psn === null ? null : psn.slice(-2),
    emv: bytesAt(fields[55]),
    at: record.createdAt,
    kind,
    card,
    dcc: record.dcc,
    original: original === null ? null : originalOf(original),
  };
}

function originalOf({ bankReference, authCode }: CardRecord): BankRequest['original'] {
  return bankReference === null ? null : { rrn: bankReference.rrn, authCode };
}
