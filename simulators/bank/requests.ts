/** Sales, pre-authorisations, refunds and balances: one decision each, with everything it does to the books.
 *  Source  docs/bank-link.md, sections 2.1, 6 and 7 */
import { packAdditionalAmounts } from '../../gateway/iso8583/amounts.ts';
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { currencyOf } from '../../gateway/kernel/currency.ts';
import { AmurError } from '../../gateway/kernel/errors.ts';
import { localTime } from '../../gateway/kernel/time.ts';
import type { Choice } from './arming.ts';
import { type ChipRequest, chipOf, isCryptogramRight, issuerAnswer } from './chip.ts';
import { type Billing, billingFields, billingLike, billingOf } from './conversion.ts';
import { armedRefusal, type Decision, type Desk, refused } from './desk.ts';
import { echoedCard } from './echoed-card.ts';
import { credit, debit, endHolds } from './effects.ts';
import { identityOf, nameOf, readElements, text } from './messages.ts';
import { refusedPin } from './pin.ts';
import { isApproval, scenarioOf } from './scenarios.ts';
import type { CardTerms } from './terms.ts';
import type { NewTransaction, Transaction, TransactionKind } from './transactions.ts';

/** A request as far as it was understood. */
interface Ask {
  readonly message: IsoMessage;
  readonly kind: TransactionKind;
  readonly card: CardTerms | null;
  readonly chip: ChipRequest | null;
  readonly amountMinor: bigint;
  /** Letters. */
  readonly currency: string;
  readonly choice: Choice;
  /** The bank's calendar day. */
  readonly day: string;
}

/** What was decided, before it is written. */
interface Verdict {
  readonly code: string;
  readonly approvedMinor: bigint;
  readonly billing: Billing | null;
  readonly purchase: Transaction | null;
}

const KINDS: Readonly<Record<string, TransactionKind>> = {
  '0200 000000': 'sale',
  '0200 200000': 'refund',
  '0200 310000': 'balance',
  '0100 030000': 'preauthorisation',
};

export function decideRequest(desk: Desk, message: IsoMessage, choice: Choice): Decision {
  const kind = KINDS[`${message.mti} ${text(message, 3)}`];
  const currency = lettersOf(text(message, 49));
  const chip = chipOf(message);
  if (kind === undefined) return refused('12');
  if (currency === null || chip === 'malformed' || !isWhole(message)) return refused('30');
  const card = desk.cards.find(text(message, 2));
  const amountMinor = BigInt(text(message, 4));
  const ask: Ask = { message, kind, card, chip, amountMinor, currency, choice, day: today(desk) };
  const verdict = judge(desk, ask);
  const authCode = write(desk, ask, verdict);
  return { code: verdict.code, kept: true, values: answerValues(desk, ask, verdict, authCode) };
}

/** DE48 adds up, the track is of the same card, and what was shown at the till has its 72 characters. */
function isWhole(message: IsoMessage): boolean {
  const shown = text(message, 61);
  const track = text(message, 35);
  return (
    readElements(text(message, 48)) !== null &&
    (track === '' || track.split(/[=D]/)[0] === text(message, 2)) &&
    (shown === '' || /^1[0-9]{3}[0-9]{12}[0-9]{6}[0-9]{2}[0-9]{18}[0-9]{4}.{26}$/.test(shown))
  );
}

function judge(desk: Desk, ask: Ask): Verdict {
  const { message, kind, card, amountMinor } = ask;
  if (desk.transactions.isParked(nameOf(message))) return declined('21');
  const armed = armedRefusal(ask.choice);
  if (armed !== null) return declined(armed);
  if (kind === 'balance' ? amountMinor !== 0n : amountMinor === 0n) return declined('13');
  if (card === null) return declined('14');
  endHolds(desk, card.account);
  const code = refusedCard(desk, ask, card) ?? refusedProof(desk, ask, card);
  if (code !== null) return declined(code);
  if (kind === 'refund') return judgeRefund(desk, ask, card);
  const verdict: Verdict =
    kind === 'balance'
      ? { code: '00', approvedMinor: 0n, billing: null, purchase: null }
      : judgeDebit(desk, ask, card);
  return isApproval(verdict.code) && isSpent(desk, ask, card)
    ? declined(desk.terms.cryptogramWrong)
    : verdict;
}

/** A cryptogram serves one approval: at another the chip has counted on. */
function isSpent({ cards }: Desk, { chip }: Ask, card: CardTerms): boolean {
  return chip !== null && !cards.takeCounter(card.name, Buffer.from(chip.atc).readUInt16BE());
}

const STOPPED: Readonly<Record<Exclude<CardTerms['stopped'], 'no'>, string>> = {
  restricted: '62',
  lost: '41',
  stolen: '43',
  pick_up: '04',
};

function refusedCard(desk: Desk, { message, kind, day }: Ask, card: CardTerms): string | null {
  if (kind === 'refund') return null;
  const { stopped } = desk.cards.standing(card.name);
  if (stopped !== 'no') return STOPPED[stopped];
  const month = day.slice(2, 7).replace('-', '');
  const expiry = text(message, 14);
  return month > card.expiryYymm || (expiry !== '' && expiry !== card.expiryYymm) ? '54' : null;
}

/** Money back asks for no proof; a card that signs for it all the same must sign rightly. */
function refusedProof(desk: Desk, { message, kind, chip }: Ask, card: CardTerms): string | null {
  if (kind === 'refund') return null;
  const entry = text(message, 22).slice(0, 2);
  if ((entry === '05' || entry === '07') && chip === null) return '30';
  if (chip !== null && !isCryptogramRight(desk.hsm, card, chip, message)) return desk.terms.cryptogramWrong;
  return refusedPin(desk, card, message);
}

function judgeDebit(desk: Desk, ask: Ask, card: CardTerms): Verdict {
  const { books, terms, cards } = desk;
  const code = approvalCode(ask);
  const approvedMinor = code === '10' ? ask.amountMinor / 2n : ask.amountMinor;
  const billing = billingOf(terms.rates, approvedMinor, ask.currency, books.currencyOf(card.account));
  if (billing === null) return declined('57');
  const day = cards.day(card.name, ask.day);
  const { billingMinor } = billing;
  if (billingMinor <= 0n) return declined('13');
  if (card.perTransactionMinor !== null && billingMinor > card.perTransactionMinor) return declined('61');
  if (card.perDayMinor !== null && day.spentMinor + billingMinor > card.perDayMinor) return declined('61');
  if (card.perDayCount !== null && day.count >= BigInt(card.perDayCount)) return declined('65');
  if (billingMinor > books.funds(card.account).availableMinor) return declined('51');
  return { code, approvedMinor, billing, purchase: null };
}

/** Half of one kopeck is nothing: such a sale is approved whole. */
function approvalCode({ choice, amountMinor }: Ask): string {
  const chosen = choice.get('answer');
  const code = chosen === undefined ? '00' : (scenarioOf(chosen.name).code ?? '00');
  if (!isApproval(code)) return '00';
  return code === '10' && amountMinor < 2n ? '00' : code;
}

function judgeRefund(desk: Desk, ask: Ask, card: CardTerms): Verdict {
  const { message, amountMinor } = ask;
  const rrn = readElements(text(message, 48))?.get('OR') ?? '';
  const purchase = desk.transactions.purchase(text(message, 32), rrn, text(message, 38));
  if (purchase === null || purchase.card !== card.name) return declined('25');
  if (purchase.state !== 'approved') return declined('12');
  if (purchase.currency !== ask.currency) return declined('13');
  if (purchase.refundedMinor + amountMinor > purchase.approvedMinor) return declined('61');
  return {
    code: '00',
    approvedMinor: amountMinor,
    billing: billingLike(billedAs(purchase), amountMinor, ask.currency),
    purchase,
  };
}

function billedAs({ billingMinor, billingCurrency, currency, rate }: Transaction): Billing {
  return { billingMinor, billingCurrency: billingCurrency ?? currency, rate };
}

const declined = (code: string): Verdict => ({ code, approvedMinor: 0n, billing: null, purchase: null });

// ---------------------------------------------------------------- what it does

function write(desk: Desk, ask: Ask, verdict: Verdict): string | null {
  const approved = isApproval(verdict.code);
  const authCode = approved && ask.kind !== 'balance' ? nextAuthCode(desk) : null;
  const row = rowOf(desk, ask, verdict, authCode);
  const id = desk.transactions.add(row);
  if (!approved) return null;
  if (ask.kind === 'preauthorisation') {
    desk.books.hold(row.account ?? '', row.billingMinor);
    desk.cards.spend(row.card ?? '', row.day, row.billingMinor);
  }
  if (ask.kind === 'sale') debit(desk, id, row);
  if (ask.kind === 'refund' && verdict.purchase !== null) credit(desk, id, row, verdict.purchase.id);
  return authCode;
}

function rowOf(desk: Desk, ask: Ask, verdict: Verdict, authCode: string | null): NewTransaction {
  const { message, kind, card } = ask;
  const now = desk.runtime.clock.now();
  const approved = isApproval(verdict.code);
  return {
    ...whoSent(message),
    kind,
    card: card?.name ?? null,
    account: card?.account ?? null,
    amountMinor: ask.amountMinor,
    currency: ask.currency,
    approvedMinor: verdict.approvedMinor,
    billingMinor: verdict.billing?.billingMinor ?? 0n,
    billingCurrency: verdict.billing?.billingCurrency ?? null,
    rate: verdict.billing?.rate ?? null,
    authCode,
    code: verdict.code,
    state: approved ? 'approved' : 'declined',
    originalId: verdict.purchase?.id ?? null,
    heldUntil: approved && kind === 'preauthorisation' ? now + desk.terms.holdMs : null,
    day: ask.day,
    businessDate: desk.books.businessDate,
    at: now,
  };
}

/** The columns that say which message a row is of. */
export function whoSent(message: IsoMessage) {
  return {
    identity: identityOf(message),
    named: nameOf(message),
    mti: message.mti,
    acquirer: text(message, 32),
    tid: text(message, 41),
    mid: text(message, 42),
    stan: text(message, 11),
    sent: text(message, 7),
    rrn: text(message, 37),
  };
}

/** The bank's calendar day. */
export function today({ runtime, terms }: Desk): string {
  return localTime(runtime.clock.now(), terms.dayOffsetMinutes).date;
}

const AUTH_CODES = 36n ** 6n;

/** Each number once, in an order that does not look like counting. */
function nextAuthCode({ books }: Desk): string {
  const row = books.sql('SELECT coalesce(max(id), 0) + 1 AS next FROM transactions').get() as {
    next: bigint;
  };
  const scattered = (row.next * 1_000_003n + 123_456_789n) % AUTH_CODES;
  return scattered.toString(36).toUpperCase().padStart(6, '0');
}

function answerValues(desk: Desk, ask: Ask, verdict: Verdict, authCode: string | null) {
  const { card, chip, kind } = ask;
  const approved = isApproval(verdict.code);
  const chosen = ask.choice.get('answer')?.name;
  const script = chosen === 'approval_with_script' && approved;
  const values = {
    4: verdict.code === '10' ? verdict.approvedMinor.toString().padStart(12, '0') : ask.message.fields[4],
    38: authCode ?? undefined,
    54: approved && kind === 'balance' && card !== null ? balanceField(desk, card) : undefined,
    55:
      chip === null
        ? undefined
        : issuerAnswer(desk.hsm, card ?? strangerOf(desk, ask), chip, {
            code: verdict.code,
            approved,
            script,
          }),
    ...(approved && verdict.billing !== null ? billingFields(verdict.billing) : {}),
  };
  return chosen === 'card_echoed' ? { ...values, ...echoedCard(text(ask.message, 2), values[55]) } : values;
}

/** A card that is not the bank's has a proof made with the bank's own key all the same, which it will not believe. */
function strangerOf({ cards }: Desk, { message }: Ask): CardTerms {
  const [any] = cards.all();
  if (any === undefined) throw new AmurError('INTERNAL', { bank: 'without cards' });
  return { ...any, pan: text(message, 2) };
}

function balanceField({ books }: Desk, { account }: CardTerms): string {
  const { balanceMinor, availableMinor } = books.funds(account);
  const currency = currencyOf(books.currencyOf(account)).numeric;
  const one = (amountType: string, amountMinor: bigint) => ({
    accountType: '00',
    amountType,
    currency,
    amountMinor,
  });
  return packAdditionalAmounts([one('01', balanceMinor), one('02', availableMinor)]);
}

/** Letters of an ISO 4217 number, or null. */
export function lettersOf(numeric: string): string | null {
  try {
    return currencyOf(numeric).code;
  } catch (error) {
    if (error instanceof AmurError) return null;
    throw error;
  }
}
