/** The gateway's store behind a membrane: virtual time passes before a commit and after it, and the process may die on
 *  either side. What was committed stays; what follows from it in a dead process never happens. */
import type { Change, CommitResult, Lease, PaymentStore, Subject } from '../../gateway/payments/ports.ts';
import type { SqlitePaymentStore } from '../../gateway/store/sqlite/payment-store.ts';
import { type Living, never } from './living.ts';
import type { Weather } from './weather.ts';

const DISK_MOST_MS = 6;

/** Told of every unit that is durable, in the order of commits. */
export interface CommitWatch {
  committed(unit: readonly Change[]): void;
}

export type FoldingStore = PaymentStore & Pick<SqlitePaymentStore, 'foldEntries'>;

/** For `openPaymentStore`: a commit starts some time after its first unit came, unless the process has died. */
export function slowDisk(living: Living, weather: Weather): (run: () => void) => void {
  return (run) => living.after(weather.between(0, DISK_MOST_MS), run);
}

export function membraneStore(
  inner: SqlitePaymentStore,
  living: Living,
  weather: Weather,
  watch: CommitWatch,
): FoldingStore {
  const through = async <T>(
    ask: () => Promise<T>,
    done: (value: T) => void = () => undefined,
  ): Promise<T> => {
    if (!living.passes()) return never();
    const value = await ask();
    // The commit stands, whether or not anybody lives to hear of it.
    done(value);
    if (!living.alive) return never();
    await living.pause(weather.between(0, 2));
    return value;
  };
  const read = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (!living.passes()) return never();
    const value = await ask();
    return living.alive ? value : never();
  };
  return {
    now: () => inner.now(),
    commit: (unit) =>
      through<CommitResult>(
        () => inner.commit(unit),
        (result) => {
          if (result.ok) watch.committed(unit);
        },
      ),
    claimDue: (owner, leaseMs, most) => through<readonly Lease[]>(() => inner.claimDue(owner, leaseMs, most)),
    claim: (subject: Subject, owner, leaseMs) =>
      through<Lease | null>(() => inner.claim(subject, owner, leaseMs)),
    foldEntries: (most) => through(() => inner.foldEntries(most)),
    nextDueAt: () => read(() => inner.nextDueAt()),
    sale: (id) => read(() => inner.sale(id)),
    payment: (id) => read(() => inner.payment(id)),
    paymentsOfSale: (id) => read(() => inner.paymentsOfSale(id)),
    refund: (id) => read(() => inner.refund(id)),
    refundsOfPayment: (id) => read(() => inner.refundsOfPayment(id)),
    quote: (id) => read(() => inner.quote(id)),
    merchant: (mid) => read(() => inner.merchant(mid)),
    terminal: (tid) => read(() => inner.terminal(tid)),
    terminals: () => read(() => inner.terminals()),
    dayTotals: (tid, date) => read(() => inner.dayTotals(tid, date)),
    transfersOf: (reference) => read(() => inner.transfersOf(reference)),
    cards: {
      matters: {
        open: (waitingMs) => read(() => inner.cards.matters.open(waitingMs)),
        resolution: (id) => read(() => inner.cards.matters.resolution(id)),
        adviceOf: (cardId, kind) => read(() => inner.cards.matters.adviceOf(cardId, kind)),
        refusals: (tid, most) => read(() => inner.cards.matters.refusals(tid, most)),
      },
      card: (id) => read(() => inner.cards.card(id)),
      byIdentity: (identity) => read(() => inner.cards.byIdentity(identity)),
      byTerminal: (identity) => read(() => inner.cards.byTerminal(identity)),
      byBankReference: (reference) => read(() => inner.cards.byBankReference(reference)),
      byRrn: (mid, rrn) => read(() => inner.cards.byRrn(mid, rrn)),
      ofTerminalByRrn: (tid, rrn) => read(() => inner.cards.ofTerminalByRrn(tid, rrn)),
      ofSale: (id) => read(() => inner.cards.ofSale(id)),
      following: (id) => read(() => inner.cards.following(id)),
      unfinished: (most) => read(() => inner.cards.unfinished(most)),
      advices: (bank, most) => read(() => inner.cards.advices(bank, most)),
      batch: (tid, batch) => read(() => inner.cards.batch(tid, batch)),
      lastClosedBatch: (tid) => read(() => inner.cards.lastClosedBatch(tid)),
      batchTotals: (tid, batch) => read(() => inner.cards.batchTotals(tid, batch)),
      batchesBefore: (tid, batch) => read(() => inner.cards.batchesBefore(tid, batch)),
      ofBatch: (tid, batch) => read(() => inner.cards.ofBatch(tid, batch)),
      lastBankStan: (bank, date) => read(() => inner.cards.lastBankStan(bank, date)),
      bankDay: (bank) => read(() => inner.cards.bankDay(bank)),
      currenciesAtBank: (bank) => read(() => inner.cards.currenciesAtBank(bank)),
      bankFigures: (totals) => read(() => inner.cards.bankFigures(totals)),
      openAtBank: (bank) => read(() => inner.cards.openAtBank(bank)),
    },
    close: () => inner.close(),
  };
}
