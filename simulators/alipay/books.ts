/** The wallet's money: balanced movements between the buyers, the merchant, the exchange desk and the world outside. */
import type Database from 'better-sqlite3';
import type { CurrencyCode } from '../../gateway/kernel/currency.ts';
import { invariant } from '../../gateway/kernel/errors.ts';
import { BEIJING_OFFSET_MINUTES, type EpochMs, localTime } from '../../gateway/kernel/time.ts';
import { createSchema } from './schema.ts';

export type MovementKind = 'opening' | 'top_up' | 'withdrawal' | 'pay' | 'refund' | 'cancel';

export interface Leg {
  /** `buyer/<id>`, `merchant`, `exchange` or `world`. */
  readonly account: string;
  readonly currency: CurrencyCode;
  readonly amountMinor: bigint;
}

export interface Movement extends Leg {
  readonly seq: number;
  readonly entry: number;
  readonly at: EpochMs;
  readonly kind: MovementKind;
  readonly reference: string;
}

export const MERCHANT = 'merchant';
export const EXCHANGE = 'exchange';
export const WORLD = 'world';

export function buyerAccount(buyerId: string): string {
  return `buyer/${buyerId}`;
}

interface MovementRow {
  seq: bigint;
  entry: bigint;
  at: bigint;
  kind: MovementKind;
  account: string;
  currency: CurrencyCode;
  amount_minor: bigint;
  reference: string;
}

export class Books {
  readonly db: Database.Database;
  readonly #insert;
  readonly #adjust;
  readonly #balance;
  readonly #bump;
  readonly #spend;
  readonly #spent;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #list;

  constructor(db: Database.Database) {
    createSchema(db);
    this.db = db;
    this.#insert = db.prepare(
      'INSERT INTO movement (entry, at, kind, account, currency, amount_minor, reference) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.#adjust = db.prepare(
      'INSERT INTO balance VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET amount_minor = amount_minor + excluded.amount_minor',
    );
    this.#balance = db
      .prepare('SELECT amount_minor FROM balance WHERE account = ? AND currency = ?')
      .pluck()
      .safeIntegers();
    this.#bump = db
      .prepare(
        'INSERT INTO counter VALUES (?, 1) ON CONFLICT DO UPDATE SET value = value + 1 RETURNING value',
      )
      .pluck();
    this.#spend = db.prepare(
      'INSERT INTO spent VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET fen = fen + excluded.fen',
    );
    this.#spent = db.prepare('SELECT fen FROM spent WHERE account = ? AND period = ?').pluck().safeIntegers();
    this.#list = db.prepare('SELECT * FROM movement ORDER BY seq').safeIntegers();
  }

  /** A prepared statement, kept for the next use of the same text. */
  sql(text: string): Database.Statement {
    const known = this.#statements.get(text) ?? this.db.prepare(text);
    this.#statements.set(text, known);
    return known;
  }

  /** Runs `work` in one transaction; a throw undoes everything it wrote. */
  transaction<T>(work: () => T): T {
    return this.db.transaction(work).immediate();
  }

  next(counter: string): number {
    return this.#bump.get(counter) as number;
  }

  /** Posts one balanced entry. Buyers and the merchant never go below zero: callers check first. */
  post(kind: MovementKind, reference: string, legs: readonly Leg[], at: EpochMs): void {
    const sums = new Map<string, bigint>();
    for (const leg of legs) sums.set(leg.currency, (sums.get(leg.currency) ?? 0n) + leg.amountMinor);
    for (const sum of sums.values())
      invariant(sum === 0n, 'A wallet entry must sum to zero in each currency.');
    const entry = this.next('entry');
    for (const leg of legs) {
      this.#insert.run(entry, at, kind, leg.account, leg.currency, leg.amountMinor, reference);
      this.#adjust.run(leg.account, leg.currency, leg.amountMinor);
      if (kind === 'pay' && leg.amountMinor < 0n && leg.account.startsWith('buyer/')) this.#count(leg, at);
      const mayOwe = leg.account === EXCHANGE || leg.account === WORLD;
      invariant(
        mayOwe || this.balance(leg.account, leg.currency) >= 0n,
        'Nobody at the wallet spends what he does not have.',
      );
    }
  }

  #count(leg: Leg, at: EpochMs): void {
    const { date } = localTime(at, BEIJING_OFFSET_MINUTES);
    for (const period of [date, date.slice(0, 4), 'life'])
      this.#spend.run(leg.account, period, -leg.amountMinor);
  }

  balance(account: string, currency: CurrencyCode): bigint {
    return (this.#balance.get(account, currency) as bigint | undefined) ?? 0n;
  }

  /** What a buyer paid in a period, in fen: a Beijing date, a year, or `life`. Refunds do not give a limit back. */
  spentFen(buyerId: string, period: string): bigint {
    return (this.#spent.get(buyerAccount(buyerId), period) as bigint | undefined) ?? 0n;
  }

  movements(): readonly Movement[] {
    return (this.#list.all() as MovementRow[]).map((row) => ({
      seq: Number(row.seq),
      entry: Number(row.entry),
      at: Number(row.at),
      kind: row.kind,
      account: row.account,
      currency: row.currency,
      amountMinor: row.amount_minor,
      reference: row.reference,
    }));
  }

  /** Sentences about what does not balance; empty when all is well. */
  audit(): readonly string[] {
    const faults: string[] = [];
    const entries = this.db
      .prepare('SELECT entry FROM movement GROUP BY entry, currency HAVING SUM(amount_minor) <> 0')
      .pluck()
      .all();
    for (const entry of entries) faults.push(`entry ${String(entry)} does not sum to zero`);
    const drift = this.db
      .prepare(
        `SELECT b.account FROM balance b LEFT JOIN
           (SELECT account, currency, SUM(amount_minor) AS folded FROM movement GROUP BY account, currency) m
           ON m.account = b.account AND m.currency = b.currency
         WHERE b.amount_minor <> COALESCE(m.folded, 0)`,
      )
      .pluck()
      .all();
    for (const account of drift)
      faults.push(`the balance of ${String(account)} is not the sum of its movements`);
    return faults;
  }
}
