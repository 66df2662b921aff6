/** Transactions about an earlier one: refund, completion, void. Each is decided against the original's row and committed
 *  together with it, so that two of them can never both take the same money. */
import { add, compare, cumulativeShare, type Money, scaleMoney, subtract, zero } from '../../kernel/money.ts';
import { sameRate } from '../../kernel/rate.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import { goodsLeft, undoesSale } from '../gift.ts';
import type { CardDecision } from './card-events.ts';
import { amountsFit, type CardFacts, type CardTerms, declineCard, newRecord } from './card-opening.ts';
import { advanceCard, bankOf, booksAsSale, decisionOf } from './card-record.ts';
import { giveUp } from './card-undoing.ts';
import { saleBooked } from './postings.ts';
import type { BankReference, CardRecord, DccTerms } from './records.ts';
import { OWN_CODES } from './response-codes.ts';

export interface CardPolicy {
  /** By how much a completion may exceed what was authorised, hundredths of a percent; partners usually allow nothing. */
  readonly completionOverBp: number;
}

export const DEFAULT_CARD_POLICY: CardPolicy = { completionOverBp: 0 };

type Rule = readonly [refuses: (facts: CardFacts, original: CardRecord) => boolean, responseCode: string];

const OTHER_CURRENCY: Rule = [
  (facts, original) => facts.amount.currency !== original.amount.currency,
  OWN_CODES.notAllowed,
];
const NO_AMOUNT: Rule = [(facts) => !amountsFit(facts), OWN_CODES.amountInvalid];
const NOT_APPROVED: Rule = [(_, original) => original.state !== 'approved', OWN_CODES.notAllowed];
const used = (_: CardFacts, original: CardRecord) => original.refunded.amountMinor > 0n;

/** In order; the first that refuses gives the answer. */
const REFUND_RULES: readonly Rule[] = [
  [(_, original) => !booksAsSale(original.kind), OWN_CODES.notAllowed],
  NOT_APPROVED,
  OTHER_CURRENCY,
  NO_AMOUNT,
  [
    (facts, original) => compare(add(original.refunded, facts.amount), original.amount) > 0,
    OWN_CODES.overLimit,
  ],
];
const COMPLETION_RULES: readonly Rule[] = [
  [(_, original) => original.kind !== 'preauthorisation', OWN_CODES.notAllowed],
  // Whether its completion had come before it was taken back, the till does not know: so it learns that the hold is gone.
  [used, OWN_CODES.reversedBefore],
  [(_, { state }) => state === 'reversing' || state === 'reversed', OWN_CODES.reversedBefore],
  NOT_APPROVED,
  OTHER_CURRENCY,
  [(facts, original) => !keepsTerms(facts, original), OWN_CODES.amountInvalid],
  [
    (facts, original) => !amountsFit({ ...facts, dcc: completedTerms(facts, original) }),
    OWN_CODES.amountInvalid,
  ],
];
/** Same terminal, same batch, in full, and nothing of it refunded; and of the same day. */
const VOID_RULES: readonly Rule[] = [
  [(_, original) => !booksAsSale(original.kind), OWN_CODES.notAllowed],
  [(facts, original) => facts.identity.tid !== original.identity.tid, OWN_CODES.notAllowed],
  [(facts, original) => facts.batch !== original.batch, OWN_CODES.notAllowed],
  NOT_APPROVED,
  [used, OWN_CODES.notAllowed],
  OTHER_CURRENCY,
  [(facts, original) => compare(facts.amount, original.amount) !== 0, OWN_CODES.amountInvalid],
];

/** A refund of all or a part, by way of the bank: `sent`, its amount held on the original, or declined. */
export function openRefund(
  facts: CardFacts,
  original: CardRecord | null,
  terms: CardTerms,
  reference: BankReference,
  now: EpochMs,
): CardDecision {
  const code = refusal([...REFUND_RULES, giftStays(now)], facts, original);
  if (original === null || code !== null) return declined(facts, original, terms, code, now);
  const record: CardRecord = {
    ...newRecord(facts, terms, now),
    state: 'sent',
    bankReference: reference,
    originalId: original.cardId,
    dcc: shareOfTerms(original, original.refunded, facts.amount),
  };
  const held = advanceCard(original, now, { refunded: add(original.refunded, facts.amount) });
  return decisionOf(record, { original: held });
}

/** A completion stands by what was authorised: approved and booked here, and the bank gets it by the advice queue.
 *  `reference`: of that advice. */
export function openCompletion(
  facts: CardFacts,
  original: CardRecord | null,
  terms: CardTerms,
  reference: Omit<BankReference, 'bank'>,
  now: EpochMs,
  policy: CardPolicy = DEFAULT_CARD_POLICY,
): CardDecision {
  const code = refusal([...COMPLETION_RULES, aboveAuthorised(policy)], facts, original);
  if (original === null || code !== null) return declined(facts, original, terms, code, now);
  const bank = bankOf(original);
  const record: CardRecord = {
    ...newRecord(facts, terms, now),
    state: 'approved',
    bankReference: { ...reference, bank },
    originalId: original.cardId,
    // The bank is told of the merchant as it was told with the hold.
    acceptor: original.acceptor,
    card: facts.card ?? original.card,
    dcc: completedTerms(facts, original),
    responseCode: OWN_CODES.approved,
    authCode: original.authCode,
  };
  return {
    record,
    original: advanceCard(original, now, { refunded: facts.amount }),
    advice: { bank, kind: 'completion', cardId: record.cardId, cause: null, emv: null },
    transfers: saleBooked(record, now),
    answerCode: OWN_CODES.approved,
    notes: [],
  };
}

/** A void undoes its original here and now, and the bank by the advice queue. `sentOffsetMinutes`: of the clock by which its
 *  identity says when it was sent; DE7's is UTC. */
export function openVoid(
  facts: CardFacts,
  original: CardRecord | null,
  terms: CardTerms,
  now: EpochMs,
  sentOffsetMinutes = 0,
): CardDecision {
  const code = refusal([...VOID_RULES, otherDay(now, sentOffsetMinutes)], facts, original);
  if (original === null || code !== null) return declined(facts, original, terms, code, now);
  const undoing = giveUp(original, { cause: 'void', emv: null }, now, null);
  const record: CardRecord = {
    ...newRecord(facts, terms, now),
    state: 'approved',
    originalId: original.cardId,
    dcc: original.dcc,
    responseCode: OWN_CODES.approved,
    authCode: original.authCode,
  };
  return { ...undoing, record, original: undoing.record, answerCode: OWN_CODES.approved };
}

function refusal(rules: readonly Rule[], facts: CardFacts, original: CardRecord | null): string | null {
  if (original === null || original.identity.mid !== facts.identity.mid) return OWN_CODES.noOriginal;
  return rules.find(([refuses]) => refuses(facts, original))?.[1] ?? null;
}

function aboveAuthorised({ completionOverBp }: CardPolicy): Rule {
  const most = (amount: Money): Money =>
    scaleMoney(amount, 10_000n + BigInt(completionOverBp), 10_000n, 'down');
  return [(facts, original) => compare(facts.amount, most(original.amount)) > 0, OWN_CODES.overLimit];
}

const DAY_MS = 86_400_000;

/** A void that was first sent on the day of its sale (DE7, or its terminal's own clock) and comes the day after was made in time: its terminal repeats it until
 *  it is answered, and its line may have been down over midnight. */
function otherDay(now: EpochMs, sentOffsetMinutes: number): Rule {
  return [
    ({ identity: { transmittedAt } }, { businessDate }) =>
      businessDate !== moscowDate(now) &&
      !(
        businessDate === moscowDate(now - DAY_MS) && isSentOn(transmittedAt, sentOffsetMinutes, businessDate)
      ),
    OWN_CODES.notAllowed,
  ];
}

function isSentOn(transmittedAt: string, offsetMinutes: number, date: string): boolean {
  const [month, day, hour, minute, second] = transmittedAt.match(/../g) ?? [];
  const said = Date.parse(`${date.slice(0, 4)}-${month}-${day}T${hour}:${minute}:${second}Z`);
  const sentAt = said - offsetMinutes * 60_000;
  // DE7 says no year, and in the first hours of one in Moscow it is the one before in UTC: month and day tell.
  return !Number.isNaN(sentAt) && moscowDate(sentAt).slice(5) === date.slice(5);
}

function moscowDate(at: EpochMs): string {
  return localTime(at, MOSCOW_OFFSET_MINUTES).date;
}

/** A gift goes back only with the whole sale, on its day. */
function giftStays(now: EpochMs): Rule {
  const today = moscowDate(now);
  return [
    ({ amount }, original) => {
      const { gift, dcc, refunded, businessDate } = original;
      if (gift === undefined) return false;
      const charged = original.amount;
      const paid = { charged, price: dcc?.price ?? charged, gift, refunded, businessDate };
      return !undoesSale(paid, amount, today) && compare(amount, goodsLeft(paid)) > 0;
    },
    OWN_CODES.overLimit,
  ];
}

/** By the hold's terms. What is sold has a price to the kopeck, of which yuan keep less: said, it stands (see `keepsTerms`). */
function completedTerms({ amount, dcc: said }: CardFacts, original: CardRecord): DccTerms | null {
  const share = shareOfTerms(original, zero(amount.currency), amount);
  return share === null || said === null ? share : { ...share, price: said.price };
}

/** Whether the terms that a completion says, where it says any, are those of its hold, with a price that goes with its charge. */
function keepsTerms({ amount, dcc: said }: CardFacts, { amount: held, dcc }: CardRecord): boolean {
  if (said === null) return true;
  if (dcc === null || said.quoteId !== dcc.quoteId || said.markupBp !== dcc.markupBp) return false;
  if (said.price.currency !== dcc.price.currency || !sameRate(said.rate, dcc.rate)) return false;
  const aboveHold = compare(amount, held) <= 0 && compare(said.price, dcc.price) > 0;
  return !aboveHold && isWithinOneUnit(said.price, dcc.price, amount, held);
}

/** Whether `part` of `whole`, in units of the charge, is `charged` of `held` to within one: the rounding of one conversion. */
function isWithinOneUnit(part: Money, whole: Money, charged: Money, held: Money): boolean {
  const off = part.amountMinor * held.amountMinor - charged.amountMinor * whole.amountMinor;
  return off <= whole.amountMinor && off >= -whole.amountMinor;
}

/** Another merchant's transaction is not named, not even as an original. */
function declined(
  facts: CardFacts,
  original: CardRecord | null,
  terms: CardTerms,
  code: string | null,
  now: EpochMs,
): CardDecision {
  const own = original !== null && original.identity.mid === facts.identity.mid;
  return declineCard(facts, terms, code ?? OWN_CODES.noOriginal, now, own ? original.cardId : null);
}

/** Conversion at the till holds for what follows: the part of the price that goes with a part of the charge. */
function shareOfTerms({ amount, dcc }: CardRecord, already: Money, part: Money): DccTerms | null {
  if (dcc === null) return null;
  if (compare(part, subtract(amount, already)) > 0) {
    return { ...dcc, price: scaleMoney(dcc.price, part.amountMinor, amount.amountMinor, 'half_up') };
  }
  return { ...dcc, price: cumulativeShare(dcc.price, amount, already, part) };
}
