/** The three sets of books side by side, as the end of a day finds them. */
import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3';
import type { PaymentRecord, RefundRecord } from '../../gateway/payments/ports.ts';
import type { Trade, Refund as WalletRefund } from '../../simulators/alipay/trades.ts';
import { Violation } from './violation.ts';
import type { SimWorld } from './world.ts';

export interface TillSale {
  readonly tid: string;
  readonly sale_id: string;
  readonly state: 'open' | 'paid' | 'cancelled' | 'set_aside';
  readonly means: 'cash' | 'wallet' | 'card' | null;
  readonly amount_minor: number | null;
  readonly attempt_id: string | null;
}

export interface TillRefund {
  readonly refund_id: string;
  readonly attempt_id: string;
  readonly amount_minor: number;
  readonly state: string;
}

export interface BooksOfAll {
  readonly payments: readonly PaymentRecord[];
  readonly refunds: readonly RefundRecord[];
  readonly trades: ReadonlyMap<string, Trade>;
  readonly returns: ReadonlyMap<string, readonly WalletRefund[]>;
  readonly sales: readonly TillSale[];
  readonly tillRefunds: readonly TillRefund[];
  readonly tillAttempts: ReadonlyMap<string, { readonly sale_id: string; readonly outcome: string | null }>;
}

export function readBooks(world: SimWorld): BooksOfAll {
  const { store } = world.gateway;
  const wallet = world.wallet.open;
  if (wallet === null) throw new Violation('the wallet is down in a calm', {});
  const { trades } = wallet.desk;
  const returns = new Map<string, WalletRefund[]>();
  for (const made of trades.allRefunds()) {
    const list = returns.get(made.outTradeNo);
    if (list === undefined) returns.set(made.outTradeNo, [made]);
    else list.push(made);
  }
  const attempts = new Map<string, { sale_id: string; outcome: string | null }>();
  const sales: TillSale[] = [];
  const tillRefunds: TillRefund[] = [];
  for (const { db, tid } of world.tills) {
    sales.push(
      ...db
        .prepare<[string], TillSale>(
          `SELECT ? AS tid, s.sale_id, s.state, s.means, t.amount_minor, t.attempt_id FROM sales s
           LEFT JOIN tenders t ON t.sale_id = s.sale_id`,
        )
        .all(tid),
    );
    tillRefunds.push(
      ...db
        .prepare<[], TillRefund>(
          'SELECT refund_id, attempt_id, amount_minor, state FROM refunds WHERE attempt_id IS NOT NULL',
        )
        .all(),
    );
    const rows = db
      .prepare<[], { attempt_id: string; sale_id: string; outcome: string | null }>(
        'SELECT attempt_id, sale_id, outcome FROM attempts',
      )
      .all();
    for (const { attempt_id: attemptId, ...row } of rows) attempts.set(attemptId, row);
  }
  return {
    payments: [...store.allPayments()],
    refunds: [...store.allRefunds()],
    trades: new Map(trades.all().map((trade) => [trade.outTradeNo, trade])),
    ...{ returns, sales, tillRefunds, tillAttempts: attempts },
  };
}

/** One number for all that every process has on its disk. */
export function booksHash(world: SimWorld): string {
  const hash = createHash('sha256');
  for (const db of [
    world.gateway.db,
    world.wallet.db,
    ...world.banks.map((bank) => bank.db),
    ...world.tills.map((till) => till.db),
  ])
    dump(db, hash);
  return hash.digest('hex');
}

function dump(db: Database.Database, hash: ReturnType<typeof createHash>): void {
  const tables = db
    .prepare<[], string>("SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  for (const table of tables) {
    hash.update(table);
    for (const row of db.prepare(`SELECT * FROM "${table}"`).safeIntegers().raw().iterate()) {
      hash.update((row as unknown[]).join('|'));
    }
  }
}
