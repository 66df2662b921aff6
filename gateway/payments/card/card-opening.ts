/** The first record of a card transaction: what a verified message of the till's leg says, on the merchant's terms. */
import type { AttemptId, SaleId } from '../../kernel/identifiers.ts';
import { type Money, zero } from '../../kernel/money.ts';
import { type EpochMs, localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { FeeTerms } from '../../ledger/fee-rate.ts';
import type { Gift } from '../ports.ts';
import type { CardDecision } from './card-events.ts';
import { decisionOf } from './card-record.ts';
import type {
  BankReference,
  CardAcceptor,
  CardIdentity,
  CardKind,
  CardRecord,
  DccTerms,
  ReversalCause,
  StoredCard,
} from './records.ts';
import { isApproval, OWN_CODES } from './response-codes.ts';

/** What the message says, after its MAC was verified. */
export interface CardFacts {
  /** A new ULID. */
  readonly cardId: string;
  readonly identity: CardIdentity;
  readonly kind: CardKind;
  /** Null from a foreign terminal. */
  readonly saleId: SaleId | null;
  readonly attemptId: AttemptId | null;
  readonly batch: string;
  readonly amount: Money;
  readonly dcc: DccTerms | null;
  /** Of the sale that is paid, where it has one. */
  readonly gift?: Gift;
  readonly card: StoredCard | null;
  readonly pinKsn: string | null;
  readonly entryMode: string;
  readonly conditionCode: string;
  readonly cvm: CardRecord['cvm'];
  readonly bodyHash: string;
}

/** The part of a merchant's contract that a card transaction keeps. */
export interface CardTerms {
  readonly mdrBp: number;
  readonly fee?: FeeTerms;
  readonly mdrReturned: boolean;
  readonly acceptor: CardAcceptor;
}

/** A sale, a pre-authorisation or a balance: `sent` when its amount is one, and then the bank is to be asked once the record
 *  is committed; else declined. */
export function openCard(
  facts: CardFacts,
  terms: CardTerms,
  reference: BankReference,
  now: EpochMs,
): CardDecision {
  if (facts.kind !== 'balance' && !amountsFit(facts)) {
    return declineCard(facts, terms, OWN_CODES.amountInvalid, now);
  }
  return decisionOf({ ...newRecord(facts, terms, now), state: 'sent', bankReference: reference });
}

/** A transaction that the gateway declines by itself: no route, no original, not allowed. */
export function declineCard(
  facts: CardFacts,
  terms: CardTerms,
  responseCode: string,
  now: EpochMs,
  originalId: string | null = null,
): CardDecision {
  const record: CardRecord = {
    ...newRecord(facts, terms, now),
    state: 'declined',
    originalId,
    responseCode,
  };
  return decisionOf(record, { answerCode: responseCode });
}

/** A reversal that came before its original, kept under the original's identity, so that the original finds it there.
 *  The bank was never asked, so nothing is owed to it. */
export function parkReversal(
  facts: Omit<CardFacts, 'bodyHash' | 'card' | 'dcc' | 'pinKsn' | 'saleId'>,
  terms: CardTerms,
  cause: ReversalCause,
  now: EpochMs,
): CardDecision {
  const unknown = { bodyHash: '', card: null, dcc: null, pinKsn: null, saleId: null };
  const record: CardRecord = {
    ...newRecord({ ...facts, ...unknown }, terms, now),
    state: 'parked',
    reversalCause: cause,
  };
  return decisionOf(record, { answerCode: OWN_CODES.approved });
}

export type Arrival =
  /** The first answer again, byte for byte. */
  | { readonly kind: 'replay'; readonly answer: Uint8Array }
  /** Being decided: its answer is to be waited for. */
  | { readonly kind: 'in_flight' }
  /** Decided, but its answer was never made: from the record's response code. */
  | { readonly kind: 'answer'; readonly responseCode: string }
  | { readonly kind: 'refused'; readonly responseCode: string };

/** A message whose identity is taken: by itself, by another message, or by its own reversal. */
export function judgeArrival(stored: CardRecord, bodyHash: string): Arrival {
  if (stored.state === 'parked') return { kind: 'refused', responseCode: OWN_CODES.reversedBefore };
  if (stored.bodyHash !== bodyHash) return { kind: 'refused', responseCode: OWN_CODES.duplicate };
  const responseCode = answerOwed(stored);
  if (responseCode === null) return { kind: 'in_flight' };
  if (responseCode !== stored.responseCode) return { kind: 'refused', responseCode };
  return stored.answer === null
    ? { kind: 'answer', responseCode }
    : { kind: 'replay', answer: stored.answer };
}

/** DE39 that the transaction's own message is answered with now; null while it is not decided. An approval that was undone
 *  since is not shown any more. */
export function answerOwed({ state, responseCode }: CardRecord): string | null {
  const undone = state === 'reversing' || state === 'reversed';
  return undone && isApproval(responseCode) ? OWN_CODES.reversedBefore : responseCode;
}

/** A gift is a part of the price, and not the whole. */
export function amountsFit({ amount, dcc, gift }: Pick<CardFacts, 'amount' | 'dcc' | 'gift'>): boolean {
  if (amount.amountMinor <= 0n || (dcc !== null && dcc.price.amountMinor <= 0n)) return false;
  const price = dcc?.price ?? amount;
  if (gift === undefined) return true;
  return gift.amount.currency === price.currency && gift.amount.amountMinor < price.amountMinor;
}

export function newRecord(facts: CardFacts, terms: CardTerms, now: EpochMs): CardRecord {
  return {
    cardId: facts.cardId,
    identity: facts.identity,
    kind: facts.kind,
    state: 'declined',
    version: 1,
    saleId: facts.saleId,
    attemptId: facts.attemptId,
    batch: facts.batch,
    amount: facts.amount,
    asked: null,
    dcc: facts.dcc,
    ...(facts.gift === undefined ? {} : { gift: facts.gift }),
    mdrBp: terms.mdrBp,
    ...(terms.fee === undefined ? {} : { fee: terms.fee }),
    mdrReturned: terms.mdrReturned,
    acceptor: terms.acceptor,
    card: facts.card,
    pinKsn: facts.pinKsn,
    entryMode: facts.entryMode,
    conditionCode: facts.conditionCode,
    cvm: facts.cvm,
    bankReference: null,
    originalId: null,
    responseCode: null,
    authCode: null,
    billing: null,
    refunded: zero(facts.amount.currency),
    refundsBooked: zero(facts.amount.currency),
    bodyHash: facts.bodyHash,
    answer: null,
    reversalCause: null,
    businessDate: localTime(now, MOSCOW_OFFSET_MINUTES).date,
    createdAt: now,
    updatedAt: now,
  };
}
