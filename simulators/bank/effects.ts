/** What an approval does to accounts, limits and totals, and the same the other way round. */
import type { EpochMs } from '../../gateway/kernel/time.ts';
import { type Leg, legs, owedTo, POSITION } from './books.ts';
import type { Desk } from './desk.ts';
import type { NewTransaction, Transaction } from './transactions.ts';

type Moved = Pick<
  NewTransaction,
  | 'acquirer'
  | 'account'
  | 'card'
  | 'currency'
  | 'approvedMinor'
  | 'billingMinor'
  | 'billingCurrency'
  | 'kind'
  | 'day'
> & { readonly at: EpochMs };

/** The card pays and the acquirer is owed. */
export function debit(desk: Desk, id: bigint, moved: Moved): void {
  desk.books.post(id, moved.kind, chargeLegs(moved, 1n), moved.at);
  desk.periods.add(moved.acquirer, moved.currency, 'debit', moved.approvedMinor);
  // A completion was counted when its amount was held.
  if (moved.kind === 'sale') desk.cards.spend(moved.card ?? '', moved.day, moved.billingMinor);
}

/** Part of a purchase goes back. */
export function credit(desk: Desk, id: bigint, moved: Moved, purchaseId: bigint): void {
  desk.books.post(id, moved.kind, chargeLegs(moved, -1n), moved.at);
  desk.periods.add(moved.acquirer, moved.currency, 'credit', moved.approvedMinor);
  desk.transactions.addRefunded(purchaseId, moved.approvedMinor);
}

/** Holds of an account whose time has passed: over before anything else is decided about it. */
export function endHolds({ books, transactions, runtime }: Desk, account: string): void {
  for (const hold of transactions.expired(account, runtime.clock.now())) {
    transactions.setState(hold.id, 'expired');
    books.hold(account, -hold.billingMinor);
  }
}

/** Everything the original did is done the other way. */
export function undo(desk: Desk, reversalId: bigint, original: Transaction): void {
  const { books, periods, transactions, cards, runtime } = desk;
  const now = runtime.clock.now();
  const side = original.kind === 'refund' ? 'creditReversal' : 'debitReversal';
  if (original.kind === 'preauthorisation') {
    books.hold(original.account ?? '', -original.billingMinor);
  } else {
    const sign = original.kind === 'refund' ? 1n : -1n;
    const moved = { ...original, at: now };
    books.post(reversalId, `${original.kind}_reversed`, chargeLegs(moved, sign), now);
    periods.add(original.acquirer, original.currency, side, original.approvedMinor);
  }
  if (original.kind === 'refund' && original.originalId !== null)
    transactions.addRefunded(original.originalId, -original.approvedMinor);
  if (original.kind === 'sale' || original.kind === 'preauthorisation')
    cards.spend(original.card ?? '', original.day, -original.billingMinor);
  transactions.setState(original.id, 'reversed', reversalId);
}

/** With another currency between, the bank buys one and sells the other. */
function chargeLegs(moved: Moved, sign: bigint): readonly Leg[] {
  const owed = owedTo(moved.acquirer);
  const account = moved.account ?? '';
  const { currency, billingCurrency } = moved;
  if (billingCurrency === null || billingCurrency === currency)
    return legs(account, owed, currency, sign * moved.approvedMinor);
  return [
    ...legs(account, POSITION, billingCurrency, sign * moved.billingMinor),
    ...legs(POSITION, owed, currency, sign * moved.approvedMinor),
  ];
}
