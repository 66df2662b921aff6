/** Sale, pre-authorisation and balance: everything that can be refused is refused first, then one unit makes the intent
 *  durable, and only then is the bank asked. */

import { RUB } from '../../kernel/currency.ts';
import { compare, equal } from '../../kernel/money.ts';
import { convert } from '../../kernel/rate.ts';
import { type CardFacts, declineCard, openCard } from '../../payments/card/card-opening.ts';
import { tillConverts } from '../../payments/card/contract.ts';
import type { BinRoute } from '../../payments/card/ports.ts';
import type { CardKind, DccTerms } from '../../payments/card/records.ts';
import { OWN_CODES } from '../../payments/card/response-codes.ts';
import { newSale } from '../../payments/payment-opening.ts';
import type { Change } from '../../payments/ports.ts';
import { isOurs } from '../quotes.ts';
import { type CardAsk, termsOf } from './ask.ts';
import { askBank } from './bank-asking.ts';
import { batchNamed } from './batch-named.ts';
import type { CardContext } from './context.ts';
import { FactsError, factsOf } from './facts.ts';
import type { LateAnswers } from './late-watch.ts';
import { commitNew, type Opening } from './new-card.ts';
import { refuse, type Wrong } from './refusing.ts';

export const CODES = {
  format: '30',
  noIssuer: '15',
  bankUnknown: '31',
  security: '88',
} as const;

const NO_ISSUER: Wrong = { code: CODES.noIssuer, reason: 'no_route' };
const BANK_UNKNOWN: Wrong = { code: CODES.bankUnknown, reason: 'bank_unknown' };
const NOT_OFFERED: Wrong = { code: OWN_CODES.notAllowed, reason: 'currency_not_offered' };
/** They do not open under the terminal's key to the card that they are said to be. */
export const ACCOUNT_DATA: Wrong = { code: CODES.security, reason: 'account_data' };

/** Errors  FactsError; what the store throws */
export async function takeFinancial(
  context: CardContext,
  late: LateAnswers,
  ask: CardAsk,
  kind: Extract<CardKind, 'sale' | 'preauthorisation' | 'balance'>,
): Promise<Uint8Array> {
  if (ask.card === null) throw new FactsError('de59');
  const { cardId, taken } = ask.card;
  if (taken === null) return refuse(context, ask, ACCOUNT_DATA);
  const { route } = taken;
  const batch = await batchNamed(context, ask.message);
  const said = factsOf(ask.message, kind, cardId, ask.bodyHash);
  const facts: CardFacts = { ...said, batch, card: taken.stored };
  const opened = await commitNew(context, ask, (pinBlockUsed) =>
    pinBlockUsed ? declineForPin(context, ask, facts) : open(context, ask, facts, route),
  );
  if (opened.kind === 'answered') return opened.answer;
  return askBank(context, late, ask, { record: opened.record, card: taken.captured, original: null });
}

async function open(
  context: CardContext,
  ask: CardAsk,
  facts: CardFacts,
  route: BinRoute | null,
): Promise<Opening> {
  const { store } = context;
  const sale = facts.saleId === null ? null : await store.sale(facts.saleId);
  const wrong =
    unrouted(context, route) ?? (await wrongTerms(context, ask, facts, route)) ?? wrongSale(sale, facts);
  const now = store.now();
  const terms = termsOf(ask);
  // What is wrong is recorded apart from the sale: another merchant's sale is not touched, nor is one made for nothing.
  if (wrong !== null) {
    const decision = declineCard({ ...facts, saleId: null }, terms, wrong.code, now);
    return { decision, beside: [], reason: wrong.reason };
  }
  const { stan, transmittedAt, rrn } = context.numbers().next(now);
  const bank = route?.bank ?? '';
  const mti = facts.kind === 'preauthorisation' ? '0100' : '0200';
  const decision = openCard(withGiftOf(sale, facts), terms, { bank, mti, stan, transmittedAt, rrn }, now);
  return { decision, beside: [...quoteChecks(facts), ...saleChanges(sale, facts)] };
}

function unrouted({ banks }: CardContext, route: BinRoute | null): Wrong | null {
  if (route === null) return NO_ISSUER;
  return banks.has(route.bank) ? null : BANK_UNKNOWN;
}

/** The PIN block that was used before stays with the message it came with first. */
export async function declineForPin(
  { store }: CardContext,
  ask: CardAsk,
  facts: CardFacts,
): Promise<Opening> {
  const apart = { ...facts, saleId: null, pinKsn: null };
  const decision = declineCard(apart, termsOf(ask), CODES.security, store.now());
  return { decision, beside: [], reason: 'pin_block_used' };
}

/** A sale is charged in its price's currency, unless the contracts leave it to the till and the customer chose the card's by
 *  an offer of ours for that card. */
async function wrongTerms(
  context: CardContext,
  { merchant }: CardAsk,
  facts: CardFacts,
  route: BinRoute | null,
): Promise<Wrong | null> {
  if (facts.kind === 'balance') return null;
  const { dcc, amount, card } = facts;
  if (dcc === null) return amount.currency === RUB ? null : NOT_OFFERED;
  const converts = route?.converter === 'till' && tillConverts(merchant);
  if (!converts || amount.currency !== route.currency) return NOT_OFFERED;
  const quote = await context.store.quote(dcc.quoteId);
  const named = quote !== null && quote.tid === facts.identity.tid && dcc.markupBp === quote.markupBp;
  if (!named || quote.cardBin !== card?.bin || !isOurs(quote, context.quoteKey, context.log)) {
    return { code: OWN_CODES.notAllowed, reason: 'quote_not_ours' };
  }
  return isQuoted(dcc, quote.rate) && equal(convert(dcc.price, quote.rate, 'half_up'), amount)
    ? null
    : { code: OWN_CODES.amountInvalid, reason: 'quote_differs' };
}

function isQuoted({ rate, price }: DccTerms, quoted: DccTerms['rate']): boolean {
  const same = rate.base === quoted.base && rate.quote === quoted.quote;
  const exact = rate.value * 10n ** BigInt(quoted.scale) === quoted.value * 10n ** BigInt(rate.scale);
  return same && exact && price.currency === quoted.quote;
}

type Sale = Awaited<ReturnType<CardContext['store']['sale']>>;

function wrongSale(sale: Sale, facts: CardFacts): Wrong | null {
  if (sale === null) return null;
  if (sale.mid !== facts.identity.mid || sale.tid !== facts.identity.tid) {
    return { code: OWN_CODES.notAllowed, reason: 'sale_of_another' };
  }
  const price = facts.dcc?.price ?? facts.amount;
  if (sale.total === null) return null;
  if (sale.total.currency !== price.currency) {
    return { code: OWN_CODES.notAllowed, reason: 'sale_currency' };
  }
  return compare(price, sale.total) > 0 ? { code: OWN_CODES.amountInvalid, reason: 'sale_total' } : null;
}

/** What the till told of the sale before it asked for the card: a sale's card pays the whole of it. */
function withGiftOf(sale: Sale, facts: CardFacts): CardFacts {
  const gift = facts.kind === 'sale' ? (sale?.gift ?? null) : null;
  return gift === null ? facts : { ...facts, gift };
}

/** Expiry, and whether it was used, are judged by the store, in the commit of the sale. A PIN that is entered again is asked about
 *  in another message of the same attempt, by the rate that its customer agreed to. */
function quoteChecks({ dcc, identity, cardId, saleId, attemptId }: CardFacts): readonly Change[] {
  if (dcc === null) return [];
  const use = { kind: 'quote.use', quoteId: dcc.quoteId, tid: identity.tid } as const;
  if (saleId === null || attemptId === null) return [{ ...use, by: cardId }];
  return [{ ...use, by: attemptId, cardSale: saleId }];
}

/** A known sale is written too: its version keeps its attempts, and its closing, in one order. */
function saleChanges(sale: Sale, { saleId, identity }: CardFacts): readonly Change[] {
  if (saleId === null) return [];
  if (sale !== null) return [{ kind: 'sale.put', row: { ...sale, version: sale.version + 1 } }];
  const { tid, mid } = identity;
  return [{ kind: 'sale.insert', row: newSale({ saleId, tid, mid }, null) }];
}
