/** 0400, 0420 and their repeats: whatever the original came to, all of it is undone, and the till is told so once that is durable.
 *  What names a part of it, or another amount, is of something else, and undoes nothing. */
import { parseOriginalData } from '../../iso8583/original-data.ts';
import { currencyOf } from '../../kernel/currency.ts';
import { newUlid } from '../../kernel/identifiers.ts';
import { isZero } from '../../kernel/money.ts';
import type { HoldLeft } from '../../payments/card/card-events.ts';
import { parkReversal } from '../../payments/card/card-opening.ts';
import { cardChanges } from '../../payments/card/card-unit.ts';
import type { CardIdentity, CardKind, CardRecord } from '../../payments/card/records.ts';
import { adviceOutcome, OWN_CODES } from '../../payments/card/response-codes.ts';
import { answerTo, type CardAsk, termsOf } from './ask.ts';
import { batchNamed } from './batch-named.ts';
import { applyToCard, suppliesOf } from './card-steps.ts';
import { endOfChip, logDropped } from './chip-data.ts';
import { CARD_COMMIT_TRIES_MOST, type CardContext } from './context.ts';
import { bytesAt, causeOf, FactsError, factsOf, reading, textAt } from './facts.ts';
import { refuse, type Wrong } from './refusing.ts';
import type { TillMessage } from './till-message.ts';

/** Errors  FactsError; what the store throws */
export async function takeReversal(context: CardContext, ask: CardAsk): Promise<Uint8Array> {
  const { message } = ask;
  const identity = originalIdentity(message);
  if (message.iso.fields[95] !== undefined) return refuseLoudly(context, ask, OF_A_PART);
  const why = {
    kind: 'reversal_requested',
    cause: causeOf(message),
    emv: endOf(context, message),
  } as const;
  for (let tries = 0; tries < CARD_COMMIT_TRIES_MOST; tries += 1) {
    const stored = await findOriginal(context, identity);
    if (stored === null) {
      if (await park(context, ask, identity)) return answerTo(context, ask, OWN_CODES.approved);
      continue;
    }
    // A parked one is no original: what it names is compared when that comes.
    if (stored.state !== 'parked' && !isOfAmount(message, stored)) return refuseLoudly(context, ask, DIFFERS);
    const event = { ...why, left: await leftOfHold(context, stored) };
    const { decision } = await applyToCard(context, stored.cardId, event, undefined, stored);
    return answerTo(context, ask, decision.answerCode ?? OWN_CODES.approved);
  }
  throw new Error('A reversal could not be placed for collisions.');
}

/** Null of whatever is no hold that was completed, and of one whose completion stands. A completion that is still on its way
 *  to its bank is taken as if it were there. */
async function leftOfHold(
  { store }: CardContext,
  { cardId, kind, refunded }: CardRecord,
): Promise<HoldLeft | null> {
  if (kind !== 'preauthorisation' || isZero(refunded)) return null;
  const followers = await store.cards.following(cardId);
  const isTakenBack = ({ state }: CardRecord) => state === 'reversing' || state === 'reversed';
  const completion = followers.find((each) => each.kind === 'completion' && isTakenBack(each));
  if (completion === undefined) return null;
  const told = await store.cards.matters.adviceOf(completion.cardId, 'completion');
  if (told === null || told.doneAt === null) return 'nothing';
  const settled = told.responseCode !== null && adviceOutcome('completion', told.responseCode) === 'settled';
  return settled ? 'nothing' : 'all';
}

/** What the chip said about the end, as the bank is told and the advice keeps it. */
function endOf({ log }: CardContext, { iso, identity }: TillMessage): Uint8Array | null {
  const bytes = bytesAt(iso.fields[55]);
  if (bytes === null) return null;
  const { value, dropped } = endOfChip(bytes);
  logDropped(log, identity.tid, dropped);
  return value;
}

/** The original asked for what the message names by DE4 and DE49, where it names them. Of a partial approval the whole is undone
 *  by either amount: what was asked, or what was approved. */
export function isOfAmount({ iso }: TillMessage, { asked, amount }: CardRecord): boolean {
  const [digits, currency] = [textAt(iso.fields[4]), textAt(iso.fields[49])];
  const whole = [asked ?? amount, amount].map(({ amountMinor }) => amountMinor);
  return (
    (digits === null || whole.includes(BigInt(digits))) &&
    (currency === null || reading(() => currencyOf(currency).code) === amount.currency)
  );
}

const OF_A_PART: Wrong = { code: OWN_CODES.notAllowed, reason: 'reversal_of_part' };
const DIFFERS: Wrong = { code: OWN_CODES.originalDiffers, reason: 'reversal_differs' };

/** Its terminal takes the money for given back, and it is not. */
function refuseLoudly(context: CardContext, ask: CardAsk, wrong: Wrong): Promise<Uint8Array> {
  const { code, reason } = wrong;
  context.log.alarm('card_reversal_refused', { tid: ask.message.identity.tid, code, reason });
  return refuse(context, ask, wrong);
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
  // An original without its time is none that could be found: acknowledged, it would stand.
  if (Number(transmissionDateTime) === 0) throw new FactsError('de90');
  const { tid, mid } = identity;
  return { tid, mid, messageClass, stan, transmittedAt: transmissionDateTime };
}

/** False when the original came in between. */
async function park(context: CardContext, ask: CardAsk, identity: CardIdentity): Promise<boolean> {
  const cardId = newUlid(context.runtime.clock, context.runtime.random);
  const kind: CardKind = identity.messageClass === '1' ? 'preauthorisation' : 'sale';
  const said = factsOf(ask.message, kind, cardId, ask.bodyHash);
  const batch = await batchNamed(context, ask.message);
  const { amount, attemptId, entryMode, conditionCode, cvm } = said;
  const facts = { cardId, identity, kind, attemptId, batch, amount, entryMode, conditionCode, cvm };
  const now = context.store.now();
  const decision = parkReversal(facts, termsOf(ask), causeOf(ask.message), now);
  const changes = cardChanges(decision, null, suppliesOf(context, decision, null), now);
  const result = await context.store.commit(changes);
  return result.ok;
}
