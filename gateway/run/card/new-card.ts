/** Commits the first record of a transaction, or finds out that its message is known already. */
import { invariant } from '../../kernel/errors.ts';
import type { CardDecision } from '../../payments/card/card-events.ts';
import { judgeArrival } from '../../payments/card/card-opening.ts';
import { cardChanges } from '../../payments/card/card-unit.ts';
import type { CardRecord } from '../../payments/card/records.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import type { Change, Refusal } from '../../payments/ports.ts';
import { answerUnder } from './answer.ts';
import { answerTo, type CardAsk, preparedAnswerTo, valuesOf } from './ask.ts';
import { applyToCard, logNotes, suppliesOf, tell } from './card-steps.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';
import { refusalNote, refuse } from './refusing.ts';
import { isOfAmount } from './reversal.ts';

/** What is to be committed: decided anew after a collision. `beside`: other rows of the same commit, before the card's own. */
export interface Opening {
  readonly decision: CardDecision;
  readonly beside: readonly Change[];
  /** Why it is declined, a word, where its kind's rules do not say it. */
  readonly reason?: string;
}

export type Opened =
  /** Committed as `sent`: the bank is to be asked now. */
  | { readonly kind: 'ask'; readonly record: CardRecord }
  | { readonly kind: 'answered'; readonly answer: Uint8Array };

/** `open` is told when the message's PIN block had been used before: then it declines. */
export async function commitNew(
  context: CardContext,
  ask: CardAsk,
  open: (pinBlockUsed: boolean) => Promise<Opening>,
): Promise<Opened> {
  let pinBlockUsed = false;
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    const { decision, beside, reason = BY_RULE } = await open(pinBlockUsed);
    const { answerCode, record } = decision;
    const answer = answerCode === null ? null : preparedAnswerTo(context, ask, answerCode, valuesOf(record));
    const supplies = suppliesOf(context, decision, answer?.kept ?? null);
    const own = cardChanges(decision, null, supplies, context.store.now());
    const declined = answerCode !== null && record.state === 'declined';
    const note = declined ? [refusalNote(context, ask.message, { code: answerCode, reason })] : [];
    const result = await context.store.commit([...beside, ...own, ...note]);
    if (result.ok) {
      tell(context, decision);
      logNotes(context, decision);
      return answer === null ? { kind: 'ask', record } : { kind: 'answered', answer: await answer.sent };
    }
    const stored = await context.store.cards.byIdentity(ask.message.identity);
    if (stored !== null) return { kind: 'answered', answer: await answerAgain(context, ask, stored) };
    const refused = result.refusal.reason;
    if (refused === 'pin_block_used') {
      // A device uses each key once: whoever sends a PIN block again has it from somewhere, or the device is broken.
      pinBlockUsed = true;
      context.log.alarm('card_pin_block_used', { tid: ask.message.identity.tid });
    }
    const code = REFUSED_AS[refused];
    if (code === null) continue;
    return { kind: 'answered', answer: await refuse(context, ask, { code, reason: refused }) };
  }
  throw new Error('A card transaction could not be begun for collisions.');
}

/** What follows a transaction and may not: too much, too late, in another currency, of another terminal; the code says it. */
const BY_RULE = 'rule';

/** Null: somebody was faster with a row that this commit changes too; decide again. */
const REFUSED_AS: Readonly<Record<Refusal['reason'], string | null>> = {
  exists: null,
  version: null,
  lease: null,
  live_attempt: OWN_CODES.notAllowed,
  sale_closed: OWN_CODES.notAllowed,
  batch_closed: OWN_CODES.totalsDiffer,
  pin_block_used: null,
  quote_expired: OWN_CODES.reversedBefore,
  quote_used: OWN_CODES.reversedBefore,
  not_found: OWN_CODES.notAllowed,
  activation_invalid: null,
};

/** To a message whose identity is taken, by itself or by another. */
export async function answerAgain(
  context: CardContext,
  ask: CardAsk,
  stored: CardRecord,
): Promise<Uint8Array> {
  const arrival = judgeArrival(stored, ask.bodyHash);
  switch (arrival.kind) {
    case 'replay':
      return answerUnder(context, ask.key, arrival.answer);
    case 'refused': {
      const code = arrival.responseCode;
      if (stored.state === 'parked' && !isOfAmount(ask.message, stored)) {
        // It was told that this is undone: that stands, and a person is told that the two do not agree.
        const { tid } = ask.message.identity;
        context.log.alarm('card_reversal_refused', { tid, code, reason: 'parked_differs' });
        return refuse(context, ask, { code, reason: 'parked_differs' });
      }
      const reason = code === OWN_CODES.duplicate ? 'content_differs' : 'reversed';
      return refuse(context, ask, { code, reason });
    }
    case 'answer':
      return answerTo(context, ask, arrival.responseCode, valuesOf(stored));
    case 'in_flight': {
      // Nobody here works on it: whoever did could not commit what the bank said.
      const make = (decision: CardDecision) =>
        preparedAnswerTo(context, ask, codeOf(decision), valuesOf(decision.record));
      const { answer } = await applyToCard(context, stored.cardId, { kind: 'restart' }, make);
      invariant(answer !== null, 'Every step of a message makes its answer.');
      return answer.sent;
    }
  }
}

/** DE39 that the transaction's own message gets: an approval that was undone meanwhile is not shown. */
export function codeOf({ answerCode, record }: CardDecision): string {
  if (answerCode !== null) return answerCode;
  const arrival = judgeArrival({ ...record, answer: null }, record.bodyHash);
  return arrival.kind === 'refused' || arrival.kind === 'answer'
    ? arrival.responseCode
    : OWN_CODES.bankUnavailable;
}
