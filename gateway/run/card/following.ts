/** Refund, completion and void: transactions about an earlier one, which the till names by its RRN. */
import { newUlid, parseSaleId } from '../../kernel/identifiers.ts';
import { openCompletion, openRefund, openVoid } from '../../payments/card/card-following.ts';
import { type CardFacts, declineCard } from '../../payments/card/card-opening.ts';
import type { CapturedCard } from '../../payments/card/ports.ts';
import type { CardKind, CardRecord } from '../../payments/card/records.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import type { Gift } from '../../payments/ports.ts';
import { answerTo, type CardAsk, termsOf } from './ask.ts';
import { askBank } from './bank-asking.ts';
import { batchNamed } from './batch-named.ts';
import type { CardContext } from './context.ts';
import { FactsError, factsOf, originalRrn, reading, textAt } from './facts.ts';
import { ACCOUNT_DATA, CODES, declineForPin } from './financial.ts';
import type { LateAnswers } from './late-watch.ts';
import { underItsMerchant } from './moved-terminal.ts';
import { commitNew, type Opening } from './new-card.ts';
import { refuse } from './refusing.ts';

type FollowingKind = Extract<CardKind, 'void' | 'refund' | 'completion'>;

/** Errors  FactsError; what the store throws */
export async function takeFollowing(
  context: CardContext,
  late: LateAnswers,
  asked: CardAsk,
  kind: FollowingKind,
): Promise<Uint8Array> {
  if (kind === 'refund') return takeRefund(context, late, asked);
  const ask = await underItsMerchant(context, asked);
  const cardId = newUlid(context.runtime.clock, context.runtime.random);
  const batch = await batchNamed(context, ask.message);
  const facts: CardFacts = { ...factsOf(ask.message, kind, cardId, ask.bodyHash), batch, card: null };
  const opened = await commitNew(context, ask, (pinBlockUsed) => {
    if (pinBlockUsed) return declineForPin(context, ask, facts);
    return kind === 'void' ? undo(context, ask, facts) : complete(context, ask, facts);
  });
  return opened.kind === 'answered' ? opened.answer : answerTo(context, ask, OWN_CODES.malfunction);
}

async function undo(context: CardContext, ask: CardAsk, facts: CardFacts): Promise<Opening> {
  const original = await findOriginal(context, ask);
  const { sentOffsetMinutes } = ask.message;
  const decision = openVoid(facts, original, termsOf(ask), context.store.now(), sentOffsetMinutes);
  return { decision, beside: [] };
}

async function complete(context: CardContext, ask: CardAsk, facts: CardFacts): Promise<Opening> {
  const original = await findOriginal(context, ask);
  const now = context.store.now();
  const { stan, transmittedAt, rrn } = context.numbers().next(now);
  const reference = { mti: '0220', stan, transmittedAt, rrn };
  const gift = await giftOfSale(context, ask);
  const authCode = textAt(ask.message.iso.fields[38]);
  if (original?.authCode != null && authCode !== null && authCode !== original.authCode) {
    const decision = declineCard(facts, termsOf(ask), OWN_CODES.noOriginal, now, original.cardId);
    return { decision, beside: [], reason: 'other_auth_code' };
  }
  const ofSale = { ...facts, saleId: original?.saleId ?? null, ...(gift === null ? {} : { gift }) };
  return { decision: openCompletion(ofSale, original, termsOf(ask), reference, now), beside: [] };
}

async function takeRefund(context: CardContext, late: LateAnswers, ask: CardAsk): Promise<Uint8Array> {
  if (ask.card === null) throw new FactsError('de59');
  const { cardId, taken } = ask.card;
  if (taken === null) return refuse(context, ask, ACCOUNT_DATA);
  const batch = await batchNamed(context, ask.message);
  const said = factsOf(ask.message, 'refund', cardId, ask.bodyHash);
  const facts: CardFacts = { ...said, batch, card: taken.stored };
  // As last read for the commit that stood.
  let original: CardRecord | null = null;
  const opened = await commitNew(context, ask, async (pinBlockUsed) => {
    original = await findOriginal(context, ask);
    if (pinBlockUsed) return declineForPin(context, ask, facts);
    return openOneRefund(context, ask, facts, original);
  });
  return opened.kind === 'answered'
    ? opened.answer
    : askRefund(context, late, ask, opened.record, taken.captured, original);
}

function askRefund(
  context: CardContext,
  late: LateAnswers,
  ask: CardAsk,
  record: CardRecord,
  card: CapturedCard,
  original: CardRecord | null,
): Promise<Uint8Array> {
  return askBank(context, late, ask, { record, card, original });
}

/** Money goes back to the card it came from, by the bank that took it. */
function openOneRefund(
  context: CardContext,
  ask: CardAsk,
  facts: CardFacts,
  original: CardRecord | null,
): Opening {
  const now = context.store.now();
  const terms = termsOf(ask);
  const bank = original?.bankReference?.bank ?? '';
  const otherCard = original?.card != null && original.card.panHash !== facts.card?.panHash;
  if (original !== null && (otherCard || !context.banks.has(bank))) {
    const code = otherCard ? OWN_CODES.notAllowed : CODES.bankUnknown;
    const decision = declineCard(facts, terms, code, now, original.cardId);
    return { decision, beside: [], reason: otherCard ? 'other_card' : 'bank_unknown' };
  }
  const { stan, transmittedAt, rrn } = context.numbers().next(now);
  const reference = { bank, mti: '0200', stan, transmittedAt, rrn };
  return { decision: openRefund(facts, original, terms, reference, now), beside: [] };
}

/** Of the sale that a completion pays, which is another than the one its hold was made for. */
async function giftOfSale({ store }: CardContext, { message }: CardAsk): Promise<Gift | null> {
  const { data, identity } = message;
  if (data?.sale == null) return null;
  const sale = await store.sale(reading(() => parseSaleId(data.sale?.saleId ?? '')));
  return sale !== null && sale.tid === identity.tid && sale.mid === identity.mid ? sale.gift : null;
}

async function findOriginal({ store }: CardContext, { message }: CardAsk): Promise<CardRecord | null> {
  const rrn = originalRrn(message);
  return rrn === null ? null : store.cards.byRrn(message.identity.mid, rrn);
}
