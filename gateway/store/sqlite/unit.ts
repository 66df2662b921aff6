/** Applies one unit of changes inside an open transaction, or says why it is refused. What a refused unit did before its
 *  refused change is undone by the caller, with the unit's savepoint.
 *
 *  Refusals are looked for before each write, so that they carry their reason; the tables' own constraints stand behind
 *  them, and tripping one of those is a bug that fails the unit. */
import type Database from 'better-sqlite3';
import { unreachable } from '../../kernel/errors.ts';
import type { SaleId } from '../../kernel/identifiers.ts';
import type { EpochMs } from '../../kernel/time.ts';
import type { Change, CommitResult, Lease, PaymentRecord, Refusal } from '../../payments/ports.ts';
import { type CardTables, cardUnitApplier } from './card-unit.ts';
import { prepare } from './columns.ts';
import type { LeaseTable } from './lease-table.ts';
import type { LedgerTables } from './ledger-tables.ts';
import type { PartyTables } from './party-tables.ts';
import type { PaymentTable } from './payment-table.ts';
import type { QuoteTable } from './quote-table.ts';
import type { RefundTable } from './refund-table.ts';
import type { SaleTable } from './sale-table.ts';

export interface Tables {
  readonly sales: SaleTable;
  readonly payments: PaymentTable;
  readonly refunds: RefundTable;
  readonly quotes: QuoteTable;
  readonly parties: PartyTables;
  readonly leases: LeaseTable;
  readonly ledger: LedgerTables;
  readonly cards: CardTables;
}

type Reason = Exclude<Refusal['reason'], 'exists'>;
type ExistsRow = Extract<Refusal, { reason: 'exists' }>['row'];
/** Null lets the unit go on. */
type Verdict = { readonly reason: Reason } | { readonly reason: 'exists'; readonly row: ExistsRow } | null;

const OPEN = ['intent', 'waiting', 'unknown', 'cancelling'];

export type ApplyUnit = (unit: readonly Change[], now: EpochMs) => CommitResult;

export function unitApplier(db: Database.Database, tables: Tables): ApplyUnit {
  const otherLive = prepare(
    db,
    `SELECT 1 AS found FROM payment WHERE sale_id = ? AND attempt_id <> ?
     AND state IN ('intent', 'waiting', 'unknown', 'cancelling')`,
  );
  const otherApproved = prepare(
    db,
    `SELECT 1 AS found FROM payment WHERE sale_id = ? AND tender_id = ? AND attempt_id <> ? AND state = 'approved'`,
  );
  const walletAttempt = prepare(
    db,
    `SELECT 1 AS found FROM payment WHERE sale_id = ?
     AND state IN ('intent', 'waiting', 'unknown', 'cancelling', 'approved')`,
  );
  const collides = (p: PaymentRecord): boolean =>
    (OPEN.includes(p.state) && otherLive.get(p.saleId, p.attemptId) !== undefined) ||
    (p.state === 'approved' && otherApproved.get(p.saleId, p.tenderId, p.attemptId) !== undefined) ||
    ((OPEN.includes(p.state) || p.state === 'approved') &&
      tables.cards.transactions.liveOf(p.saleId) !== null);
  const isClosed = ({ saleId }: { readonly saleId: SaleId }): boolean =>
    (tables.sales.find(saleId)?.disposition ?? null) !== null;
  const cards = cardUnitApplier(tables.cards, {
    isClosed,
    hasWalletAttempt: (saleId) => walletAttempt.get(saleId) !== undefined,
  });

  return (unit, now) => {
    const leases: Lease[] = [];
    const salesOwed = new Map<SaleId, number>();
    let activatedTid: Extract<CommitResult, { ok: true }>['activatedTid'] = null;

    const apply = (change: Change, index: number): Verdict => {
      switch (change.kind) {
        case 'sale.insert':
          return insert(tables.sales.find(change.row.saleId), () => tables.sales.insert(change.row));
        case 'sale.put':
          return put(tables.sales.find(change.row.saleId), change.row, () => {
            tables.sales.update(change.row);
            return null;
          });
        case 'payment.insert': {
          const { row } = change;
          const stored = tables.payments.find(row.attemptId);
          if (stored !== null) return { reason: 'exists', row: stored };
          if (OPEN.includes(row.state) && isClosed(row)) return { reason: 'sale_closed' };
          if (collides(row)) return { reason: 'live_attempt' };
          tables.payments.insert(row);
          salesOwed.set(row.saleId, index);
          return null;
        }
        case 'payment.put': {
          if (!leaseHolds(change.lease)) return { reason: 'lease' };
          const stored = tables.payments.find(change.row.attemptId);
          return put(stored, change.row, () => {
            if (collides(change.row)) return { reason: 'live_attempt' };
            if (becomesApproved(stored, change.row) && isClosed(change.row)) return { reason: 'sale_closed' };
            tables.payments.update(change.row);
            return null;
          });
        }
        case 'refund.insert':
          if (tables.payments.find(change.row.attemptId) === null) return { reason: 'not_found' };
          return insert(tables.refunds.find(change.row.refundId), () => tables.refunds.insert(change.row));
        case 'refund.put': {
          if (!leaseHolds(change.lease)) return { reason: 'lease' };
          const stored = tables.refunds.find(change.row.refundId);
          return put(stored, change.row, () => {
            tables.refunds.update(change.row);
            return null;
          });
        }
        case 'lease.take': {
          const lease = tables.leases.take(change.subject, change.owner, now, change.leaseMs);
          if (lease === null) return { reason: 'lease' };
          leases.push(lease);
          return null;
        }
        case 'lease.release':
          return tables.leases.release(change.lease) ? null : { reason: 'lease' };
        case 'quote.insert':
          if (tables.quotes.find(change.row.quoteId) !== null) return { reason: 'exists', row: null };
          tables.quotes.insert(change.row);
          return null;
        case 'quote.use':
          return quoteTaken(tables, change, now);
        case 'transfer.insert': {
          const stored = tables.ledger.find(change.transfer.transferId);
          return insert(stored, () => tables.ledger.insert(change.transfer));
        }
        case 'card.insert': {
          const verdict = cards.insert(change.row);
          if (verdict === null && change.row.saleId !== null) salesOwed.set(change.row.saleId, index);
          return verdict;
        }
        case 'card.put':
          return cards.put(change.row);
        case 'card_message.claim':
          return cards.claimMessage(change.row);
        case 'advice.insert':
          return cards.insertAdvice(change.row);
        case 'advice.put':
          return cards.putAdvice(change.row);
        case 'batch.put':
          return cards.putBatch(change.row);
        case 'bank_totals.close':
          return cards.closePeriod(change.row, now);
        case 'bank_totals.try':
          return cards.tryTotals(change.row, now);
        case 'bank_totals.put':
          return cards.putTotals(change.row, change.countsAsOf ?? null, now);
        case 'bank_day.wish':
          tables.cards.periods.wish(change.row);
          return null;
        case 'resolution.propose':
          return cards.proposeResolution(change.row);
        case 'resolution.decide':
          return cards.decideResolution(change.row);
        case 'card_refusal.note':
          tables.cards.matters.note(change.row);
          return null;
        case 'merchant.put':
          tables.parties.putMerchant(change.row);
          return null;
        case 'terminal.put':
          if (tables.parties.merchant(change.row.mid) === null) return { reason: 'not_found' };
          tables.parties.putTerminal(change.row);
          return null;
        case 'activation.insert':
          if (tables.parties.terminal(change.tid) === null) return { reason: 'not_found' };
          return tables.parties.insertCode(change.codeHash, change.tid, change.expiresAt)
            ? null
            : { reason: 'exists', row: null };
        case 'activation.use':
          activatedTid = tables.parties.redeem(change.codeHash, change.publicKey, now);
          return activatedTid === null ? { reason: 'activation_invalid' } : null;
        default:
          return unreachable(change);
      }
    };
    const leaseHolds = (lease: Lease | undefined): boolean =>
      lease === undefined || tables.leases.isCurrent(lease, now);

    for (const [index, change] of unit.entries()) {
      const verdict = apply(change, index);
      if (verdict !== null) return { ok: false, refusal: { ...verdict, change: index } };
    }
    for (const [saleId, index] of salesOwed) {
      if (tables.sales.find(saleId) === null) {
        return { ok: false, refusal: { reason: 'not_found', change: index } };
      }
    }
    return { ok: true, leases, activatedTid };
  };
}

/** The same user again passes, but for a card's: what it inserts beside tells whether it is a replay. */
function quoteTaken(
  { quotes, cards }: Tables,
  { quoteId, tid, by, cardSale }: Extract<Change, { kind: 'quote.use' }>,
  now: EpochMs,
): Verdict {
  const quote = quotes.find(quoteId);
  if (quote === null || quote.tid !== tid) return { reason: 'not_found' };
  const usedBy = quotes.usedBy(quoteId);
  if (usedBy !== null && usedBy !== by) return { reason: 'quote_used' };
  if (usedBy !== null && cardSale !== undefined) {
    const priced = cards.transactions.ofSale(cardSale).filter(({ dcc }) => dcc?.quoteId === quoteId);
    const free = priced.length > 0 && priced.every(({ state }) => state === 'declined');
    if (!free) return { reason: 'quote_used' };
    const held = quote.expiresAt - quote.issuedAt;
    return quote.expiresAt + held <= now ? { reason: 'quote_expired' } : null;
  }
  if (quote.expiresAt <= now) return { reason: 'quote_expired' };
  if (usedBy === null) quotes.use(quoteId, by, now);
  return null;
}

function becomesApproved(stored: PaymentRecord | null, row: PaymentRecord): boolean {
  return row.state === 'approved' && stored?.state !== 'approved';
}

function insert(stored: ExistsRow, write: () => void): Verdict {
  if (stored !== null) return { reason: 'exists', row: stored };
  write();
  return null;
}

function put(
  stored: { readonly version: number } | null,
  row: { readonly version: number },
  write: () => Verdict,
): Verdict {
  if (stored === null) return { reason: 'not_found' };
  if (stored.version !== row.version - 1) return { reason: 'version' };
  return write();
}
