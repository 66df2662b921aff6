/** 0400, 0420 and their repeats: whatever the original came to, it is undone, and the till is told so once that is durable. */
import { parseOriginalData } from '../../iso8583/original-data.ts';
import { newUlid } from '../../kernel/identifiers.ts';
import { parkReversal } from '../../payments/card/card-opening.ts';
import { cardChanges } from '../../payments/card/card-unit.ts';
import type { CardIdentity, CardKind, CardRecord } from '../../payments/card/records.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import { answerTo, type CardAsk, termsOf } from './ask.ts';
import { applyToCard, suppliesOf } from './card-steps.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';
import { batchOf, bytesAt, causeOf, FactsError, factsOf, reading, textAt } from './facts.ts';
import type { TillMessage } from './till-message.ts';

/** Errors  FactsError; what the store throws */
export async function takeReversal(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  const { message } = ask;
  const identity = originalIdentity(message);
  const event = {
    kind: 'reversal_requested',
    cause: causeOf(message),
    emv: bytesAt(message.iso.fields[55]),
  } as const;
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    const stored = await findOriginal(context, identity);
    if (stored === null) {
      if (await park(context, ask, identity)) return answerTo(context, ask, OWN_CODES.approved);
      continue;
    }
    const { decision } = await applyToCard(context, stored.cardId, event, undefined, stored);
    return answerTo(context, ask, decision.answerCode ?? OWN_CODES.approved);
  }
  throw new Error('A reversal could not be placed for collisions.');
}

/** A terminal that was moved to another merchant still undoes what it sold before, whichever of the two it names. */
async function findOriginal({ store }: CardContext, identity: CardIdentity): Promise<CardRecord | null> {
  return (await store.cards.byIdentity(identity)) ?? store.cards.byTerminal(identity);
}

/** The terminal that reverses is the one that asked. */
function originalIdentity({ iso, identity }: TillMessage): CardIdentity {
  const text = textAt(iso.fields[90]);
  if (text === null) throw new FactsError('de90');
  const { mti, stan, transmissionDateTime } = reading(() => parseOriginalData(text));
  const messageClass = mti[1] ?? '';
  if (messageClass !== '1' && messageClass !== '2') throw new FactsError('de90');
  const { tid, mid } = identity;
  return { tid, mid, messageClass, stan, transmittedAt: transmissionDateTime };
}

/** False when the original came in between. */
async function park(context: CardContext, ask: CardAsk, identity: CardIdentity): Promise<boolean> {
  const cardId = newUlid(context.runtime.clock, context.runtime.random);
  const kind: CardKind = identity.messageClass === '1' ? 'preauthorisation' : 'sale';
  const { amount, attemptId, entryMode, cvm } = factsOf(ask.message, kind, cardId, ask.bodyHash);
  const facts = { cardId, identity, kind, attemptId, batch: batchOf(ask.message), amount, entryMode, cvm };
  const now = context.store.now();
  const decision = parkReversal(facts, termsOf(ask), causeOf(ask.message), now);
  const changes = cardChanges(decision, null, suppliesOf(context, decision, null), now);
  const result = await context.store.commit(changes);
  return result.ok;
}
