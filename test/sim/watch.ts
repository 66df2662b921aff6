/** What is checked while the world runs: nothing is told that is not durable, states only move on, one live attempt a
 *  sale, no refund over the sum, no quote past its end or twice. */
import type Database from 'better-sqlite3';
import type { Change, PaymentRecord, RefundRecord } from '../../gateway/payments/ports.ts';
import type { PaymentWire } from '../../gateway/wire/messages.ts';
import { CardWatch } from './cards/card-watch.ts';
import type { Census } from './census.ts';
import type { CommitWatch } from './gateway-disk.ts';
import { require, Violation } from './violation.ts';
import type { VirtualWorld } from './virtual-runtime.ts';

const FINAL = new Set(['approved', 'declined', 'cancelled', 'returned_late']);

interface Known {
  readonly state: string;
  readonly method: string;
  readonly version: number;
}

export class Watch implements CommitWatch {
  readonly violations: unknown[] = [];
  /** Attempts that a terminal was told are approved. */
  readonly toldApproved = new Set<string>();
  readonly #world: VirtualWorld;
  readonly #census: Census;
  readonly #cards: CardWatch;
  readonly #payments = new Map<string, Known>();
  readonly #refunds = new Map<string, Known>();
  #state: ((attemptId: string) => Known | undefined) | null = null;
  #live: ((tenderId: string) => number) | null = null;
  readonly #quotesUsed = new Set<string>();
  #quoteEnd: ((quoteId: string) => number | undefined) | null = null;
  #refunded: ((attemptId: string) => { asked: number; paid: number } | undefined) | null = null;

  constructor(world: VirtualWorld, census: Census) {
    this.#world = world;
    this.#census = census;
    this.#cards = new CardWatch(census);
  }

  /** The gateway's disk, to look at what is durable. */
  open(db: Database.Database): void {
    this.#cards.open(db);
    const state = db.prepare<[string], Known>(
      'SELECT state, method, version FROM payment WHERE attempt_id = ?',
    );
    this.#state = (attemptId) => state.get(attemptId);
    const live = db
      .prepare<[string], number>(
        "SELECT count(*) FROM payment WHERE tender_id = ? AND state IN ('intent', 'waiting', 'unknown', 'cancelling')",
      )
      .pluck();
    this.#live = (tenderId) => live.get(tenderId) ?? 0;
    const quoteEnd = db.prepare<[string], number>('SELECT expires_at FROM quote WHERE quote_id = ?').pluck();
    this.#quoteEnd = (quoteId) => quoteEnd.get(quoteId);
    const refunded = db.prepare<[string, string], { asked: number; paid: number }>(
      `SELECT (SELECT coalesce(sum(order_minor), 0) FROM refund WHERE attempt_id = ? AND state <> 'declined') AS asked,
         order_minor AS paid FROM payment WHERE attempt_id = ?`,
    );
    this.#refunded = (attemptId) => refunded.get(attemptId, attemptId);
  }

  fail(violation: unknown): void {
    this.violations.push(violation);
  }

  committed(unit: readonly Change[]): void {
    this.#guarded(() => {
      for (const change of unit) this.#look(change);
    });
  }

  cardHeard(packed: Uint8Array): void {
    this.#guarded(() => this.#cards.heard(packed));
  }

  cardTold(packed: Uint8Array): void {
    this.#guarded(() => this.#cards.told(packed));
  }

  #guarded(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.fail(error);
    }
  }

  /** A frame on its way to a terminal. */
  told(text: string): void {
    if (!text.includes('"state":"approved"')) return;
    const frame = JSON.parse(text) as { body?: Partial<PaymentWire> & { payments?: PaymentWire[] } };
    const payments = frame.body?.payments ?? [frame.body];
    for (const payment of payments) {
      if (payment?.state !== 'approved' || payment.tenderId === undefined) continue;
      const { attemptId = '', version = 0 } = payment;
      const durable = this.#state?.(attemptId);
      if (durable?.state !== 'approved' || durable.version < version) {
        this.fail(new Violation('approved is told before it is durable', { attemptId, version }));
      }
      this.toldApproved.add(attemptId);
    }
  }

  #look(change: Change): void {
    switch (change.kind) {
      case 'payment.insert':
        this.#opened(change.row);
        return;
      case 'payment.put':
        this.#moved(change.row);
        return;
      case 'refund.insert':
        this.#refundOpened(change.row);
        return;
      case 'refund.put':
        this.#refundMoved(change.row);
        return;
      case 'card.insert':
        this.#cards.opened(change.row);
        return;
      case 'card.put':
        this.#cards.moved(change.row);
        return;
      default:
        return;
    }
  }

  #opened(row: PaymentRecord): void {
    const { attemptId, tenderId, quoteId, state, method, version } = row;
    this.#payments.set(attemptId, { state, method, version });
    this.#census.took('payment', `(new) -> ${state}`);
    const live = this.#live?.(tenderId) ?? 0;
    require(live <= 1, 'a tender has two live attempts', { tenderId, attemptId, live });
    if (quoteId === null) return;
    const expiresAt = this.#quoteEnd?.(quoteId);
    const inTime = expiresAt !== undefined && this.#world.now() <= expiresAt;
    require(inTime, 'a quote is used after its end', { attemptId, quoteId });
    require(!this.#quotesUsed.has(quoteId), 'a quote is used twice', { attemptId, quoteId });
    this.#quotesUsed.add(quoteId);
  }

  #moved(row: PaymentRecord): void {
    const { attemptId, state, method, version } = row;
    const before = this.#payments.get(attemptId);
    if (before === undefined) throw new Violation('a payment moves that was never opened', { attemptId });
    require(version === before.version + 1, 'a version is skipped or repeated', { attemptId, version });
    this.#payments.set(attemptId, { state, method, version });
    if (before.state === state) return;
    this.#census.took('payment', `${before.state} -> ${state}`);
    const returns = state === 'returned_late' && before.state !== 'approved';
    const moves = !FINAL.has(before.state) || returns;
    require(moves, 'a final payment changes', { attemptId, from: before.state, to: state });
  }

  #refundOpened(row: RefundRecord): void {
    const { refundId, attemptId, state, cause, version } = row;
    this.#refunds.set(refundId, { state, method: cause, version });
    this.#census.took('refund', `(new) -> ${state} [${cause}]`);
    const sums = this.#refunded?.(attemptId);
    const within = sums !== undefined && sums.asked <= sums.paid;
    require(within, 'refunds exceed the paid sum', { attemptId, refundId, asked: sums?.asked ?? -1 });
  }

  #refundMoved(row: RefundRecord): void {
    const { refundId, state, cause, version } = row;
    const before = this.#refunds.get(refundId);
    if (before === undefined) throw new Violation('a refund moves that was never opened', { refundId });
    this.#refunds.set(refundId, { state, method: cause, version });
    if (before.state === state) return;
    this.#census.took('refund', `${before.state} -> ${state} [${cause}]`);
    const moves = before.state !== 'approved' && before.state !== 'declined';
    require(moves, 'a final refund changes', { refundId, from: before.state, to: state });
  }
}
