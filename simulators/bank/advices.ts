/** Completions and reversals: told, not asked, and found by DE90 and DE41.
 *  Source  docs/bank-link.md, sections 2.2 and 6 */
import type { IsoMessage } from '../../gateway/iso8583/message.ts';
import { type Billing, billingLike } from './conversion.ts';
import { type Decision, type Desk, refused } from './desk.ts';
import { debit, endHolds, undo } from './effects.ts';
import { nameOf, originalNamed, text, writeElements } from './messages.ts';
import { lettersOf, today, whoSent } from './requests.ts';
import type { NewTransaction, Transaction, TransactionKind } from './transactions.ts';

const done = (
  code: string,
  authCode: string | null = null,
  own: string | undefined = undefined,
): Decision => ({
  code,
  kept: true,
  values: { 38: authCode ?? undefined, 48: own },
});

/** Charges what was authorised, or less, and frees the rest of the hold. */
export function decideCompletion(desk: Desk, message: IsoMessage): Decision {
  const named = originalNamed(message);
  if (text(message, 3) !== '000000' || named === null) return refused('30');
  const { transactions, books } = desk;
  if (transactions.isParked(nameOf(message))) return noted(desk, message, null, '21');
  const original = originalOf(desk, message, named);
  if (original !== null && !tells(message, original, '000000')) return refused('30');
  const known = original?.kind === 'preauthorisation' && original.state !== 'declined';
  if (original === null || !known) return noted(desk, message, null, '25');
  const code = completionRefused(desk, message, original);
  if (code !== null) return noted(desk, message, original, code);
  const amountMinor = BigInt(text(message, 4));
  const billed: Billing = {
    billingMinor: original.billingMinor,
    billingCurrency: original.billingCurrency ?? original.currency,
    rate: original.rate,
  };
  const { billingMinor } = billingLike(billed, amountMinor, original.currency);
  const row: NewTransaction = {
    ...rowOf(desk, message, original, '00'),
    approvedMinor: amountMinor,
    billingMinor,
    billingCurrency: original.billingCurrency,
    rate: original.rate,
    authCode: original.authCode,
    state: 'approved',
  };
  const id = transactions.add(row);
  books.hold(original.account ?? '', -original.billingMinor);
  transactions.setState(original.id, 'completed');
  debit(desk, id, row);
  return done('00', original.authCode);
}

function completionRefused(desk: Desk, message: IsoMessage, original: Transaction): string | null {
  if (original.state !== 'approved') return '12';
  const amountMinor = BigInt(text(message, 4));
  const most = (original.approvedMinor * (10_000n + BigInt(desk.terms.completionOverBp))) / 10_000n;
  if (amountMinor === 0n || amountMinor > most || lettersOf(text(message, 49)) !== original.currency)
    return '13';
  return desk.cards.find(text(message, 2))?.name === original.card ? null : '12';
}

/** Undoes the original, once. One that has not come is kept in mind, so that it has no effect when it does. */
export function decideReversal(desk: Desk, message: IsoMessage): Decision {
  const named = originalNamed(message);
  if (named === null) return refused('30');
  const { transactions, runtime } = desk;
  const original = originalOf(desk, message, named);
  if (original === null) {
    transactions.park(named, runtime.clock.now());
    return noted(desk, message, null, '25');
  }
  const { kind } = original;
  if (kind !== 'reversal' && !tells(message, original, PROCESSING[kind])) return refused('30');
  const code = reversalCode(desk, message, original);
  const id = transactions.add({
    ...rowOf(desk, message, original, code),
    state: code === '00' ? 'approved' : 'declined',
  });
  if (code === '00' && original.state === 'approved') undo(desk, id, original);
  const inPart = code === '00' && original.approvedMinor < original.amountMinor;
  return done(code, null, inPart ? undoneAmount(original) : undefined);
}

const PROCESSING: Readonly<Record<Exclude<TransactionKind, 'reversal'>, string>> = {
  sale: '000000',
  completion: '000000',
  preauthorisation: '030000',
  refund: '200000',
  balance: '310000',
};
/** Of a hold, and of what became of it. */
const HELD: readonly TransactionKind[] = ['preauthorisation', 'completion'];
const REASONS = ['', '4000', '4020', '4021', '4351'];

/** Whether an advice says of its original what the bank has of it: of the answer, what the acquirer has heard of it. */
function tells(message: IsoMessage, original: Transaction, processingCode: string): boolean {
  const [authCode, code] = [text(message, 38), text(message, 39)];
  return (
    text(message, 3) === processingCode &&
    text(message, 42) === original.mid &&
    (authCode === '' || authCode === original.authCode) &&
    (code === '' || code === original.code) &&
    (text(message, 25) === '06' || !HELD.includes(original.kind)) &&
    REASONS.includes(text(message, 56))
  );
}

/** As it stands by now. */
function originalOf(desk: Desk, message: IsoMessage, named: string): Transaction | null {
  const card = desk.cards.find(text(message, 2));
  if (card !== null) endHolds(desk, card.account);
  return desk.transactions.named(named);
}

/** The acquirer may never have heard that a part was approved. */
function undoneAmount({ approvedMinor }: Transaction): string {
  return writeElements({ UA: approvedMinor.toString().padStart(12, '0') });
}

function reversalCode(desk: Desk, message: IsoMessage, original: Transaction): string {
  if (original.kind === 'reversal') return '12';
  if (original.state === 'declined' || original.state === 'expired' || original.kind === 'balance')
    return '25';
  if (original.state === 'reversed') return '00';
  if (original.state === 'completed' || original.refundedMinor > 0n) return '12';
  if (desk.cards.find(text(message, 2))?.name !== original.card) return '12';
  const same =
    BigInt(text(message, 4)) === original.amountMinor && lettersOf(text(message, 49)) === original.currency;
  return same ? '00' : '13';
}

/** A message that changes nothing has its row as well. */
function noted(desk: Desk, message: IsoMessage, original: Transaction | null, code: string): Decision {
  desk.transactions.add(rowOf(desk, message, original, code));
  return done(code);
}

function rowOf(desk: Desk, message: IsoMessage, original: Transaction | null, code: string): NewTransaction {
  const card = desk.cards.find(text(message, 2));
  return {
    ...whoSent(message),
    kind: message.mti.startsWith('04') ? 'reversal' : 'completion',
    mti: message.mti.slice(0, 3).concat('0'),
    card: card?.name ?? null,
    account: original?.account ?? card?.account ?? null,
    amountMinor: BigInt(text(message, 4)),
    currency: lettersOf(text(message, 49)) ?? text(message, 49),
    approvedMinor: 0n,
    billingMinor: 0n,
    billingCurrency: null,
    rate: null,
    authCode: null,
    code,
    state: 'declined',
    originalId: original?.id ?? null,
    heldUntil: null,
    day: today(desk),
    businessDate: desk.books.businessDate,
    at: desk.runtime.clock.now(),
  };
}
