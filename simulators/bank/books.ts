/** The bank's accounts. A posting's legs add up to nothing in each currency; an amount above zero is in the holder's favour.
 *  Balances of customers are kept beside the entries, those of the bank's own accounts are sums of entries. */
import type Database from 'better-sqlite3';
import { InvariantError } from '../../gateway/kernel/errors.ts';
import { type EpochMs, localTime } from '../../gateway/kernel/time.ts';
import type { AccountTerms } from './terms.ts';

/** Where opening balances come from. */
export const WORLD = 'world';
/** What the bank has bought of one currency and sold of another. */
export const POSITION = 'position';
/** What the bank owes an acquirer. */
export const owedTo = (acquirer: string): string => `acquirer:${acquirer}`;

export interface Leg {
  readonly account: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

export interface Funds {
  readonly balanceMinor: bigint;
  readonly heldMinor: bigint;
  readonly availableMinor: bigint;
}

export interface StatementLine {
  readonly kind: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly businessDate: string;
  readonly rrn: string | null;
  readonly at: bigint;
}

export class Books {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();
  readonly #customers: ReadonlyMap<string, AccountTerms>;
  #businessDate: string | null = null;

  constructor(db: Database.Database, accounts: readonly AccountTerms[]) {
    this.#db = db;
    this.#customers = new Map(accounts.map((terms) => [terms.account, terms]));
  }

  /** Whole numbers come out as bigint. */
  sql(text: string): Database.Statement {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#db.prepare(text).safeIntegers();
    this.#prepared.set(text, statement);
    return statement;
  }

  atomically(run: () => void): void {
    this.#db.transaction(run).immediate();
  }

  reload(): void {
    this.#businessDate = null;
  }

  /** Accounts that are new get their opening balance; known ones stay as they are. */
  open(now: EpochMs, dayOffsetMinutes: number): void {
    this.sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING').run(
      'business_date',
      localTime(now, dayOffsetMinutes).date,
    );
    for (const { account, holder, currency, openingMinor } of this.#customers.values()) {
      const opened = this.sql('INSERT INTO accounts VALUES (?, ?, ?, 0, 0) ON CONFLICT DO NOTHING').run(
        account,
        holder,
        currency,
      );
      if (opened.changes === 0 || openingMinor === 0n) continue;
      this.post(null, 'opening', legs(WORLD, account, currency, openingMinor), now);
    }
  }

  /** `YYYY-MM-DD`, as the last cut-over left it. */
  get businessDate(): string {
    this.#businessDate ??= this.meta('business_date') ?? '';
    return this.#businessDate;
  }

  setBusinessDate(date: string): void {
    this.sql("UPDATE meta SET value = ? WHERE name = 'business_date'").run(date);
    this.#businessDate = date;
  }

  meta(name: string): string | null {
    const row = this.sql('SELECT value FROM meta WHERE name = ?').get(name) as { value: string } | undefined;
    return row?.value ?? null;
  }

  setMeta(name: string, value: string): void {
    this.sql('INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value').run(
      name,
      value,
    );
  }

  currencyOf(account: string): string {
    const terms = this.#customers.get(account);
    if (terms === undefined) throw new InvariantError('A card names an account that is not there.');
    return terms.currency;
  }

  funds(account: string): Funds {
    const row = this.sql('SELECT balance_minor, held_minor FROM accounts WHERE account = ?').get(account) as
      | { balance_minor: bigint; held_minor: bigint }
      | undefined;
    if (row === undefined) throw new InvariantError('A card names an account that is not there.');
    const { balance_minor: balanceMinor, held_minor: heldMinor } = row;
    return { balanceMinor, heldMinor, availableMinor: balanceMinor - heldMinor };
  }

  /** Above zero holds, below releases. */
  hold(account: string, amountMinor: bigint): void {
    this.sql('UPDATE accounts SET held_minor = held_minor + ? WHERE account = ?').run(amountMinor, account);
  }

  post(transactionId: bigint | null, kind: string, posted: readonly Leg[], now: EpochMs): void {
    requireBalance(posted);
    this.sql(entriesSql(posted.length)).run(
      ...posted.flatMap(({ account, currency, amountMinor }) => [
        transactionId,
        kind,
        account,
        currency,
        amountMinor,
        this.businessDate,
        now,
      ]),
    );
    for (const { account, amountMinor } of posted) {
      if (this.#customers.has(account))
        this.sql('UPDATE accounts SET balance_minor = balance_minor + ? WHERE account = ?').run(
          amountMinor,
          account,
        );
    }
  }

  accounts(): readonly (Funds & { account: string; holder: string; currency: string })[] {
    const rows = this.sql('SELECT account, holder, currency FROM accounts ORDER BY account').all() as {
      account: string;
      holder: string;
      currency: string;
    }[];
    return rows.map((row) => ({ ...row, ...this.funds(row.account) }));
  }

  /** What the bank owes each acquirer, by currency. */
  owed(): readonly Leg[] {
    return this.sql(
      "SELECT account, currency, sum(amount_minor) AS amountMinor FROM entries WHERE account LIKE 'acquirer:%' GROUP BY account, currency ORDER BY account, currency",
    ).all() as Leg[];
  }

  /** Of one account and business date, oldest first. */
  statement(account: string, businessDate: string): readonly StatementLine[] {
    return this.sql(
      `SELECT e.kind, e.amount_minor AS amountMinor, e.currency, e.business_date AS businessDate, t.rrn, e.at
       FROM entries e LEFT JOIN transactions t ON t.id = e.transaction_id
       WHERE e.account = ? AND e.business_date = ? ORDER BY e.id`,
    ).all(account, businessDate) as StatementLine[];
  }

  /** What does not add up, in sentences; nothing when the books are sound. */
  audit(): readonly string[] {
    const faults: string[] = [];
    const sums = this.sql('SELECT currency, sum(amount_minor) AS total FROM entries GROUP BY currency');
    for (const { currency, total } of sums.all() as { currency: string; total: bigint }[])
      if (total !== 0n) faults.push(`The entries in ${currency} do not add up: ${total}.`);
    const kept = this.sql(
      `SELECT a.account, a.balance_minor AS kept, coalesce((SELECT sum(amount_minor) FROM entries e WHERE e.account = a.account), 0) AS summed,
         a.held_minor AS held, coalesce((SELECT sum(billing_minor) FROM transactions t
           WHERE t.account = a.account AND kind = 'preauthorisation' AND state = 'approved'), 0) AS holds
       FROM accounts a ORDER BY a.account`,
    ).all() as Record<'kept' | 'summed' | 'held' | 'holds', bigint>[];
    for (const row of kept) {
      if (row.kept !== row.summed) faults.push(`A balance of ${row.kept} has entries of ${row.summed}.`);
      if (row.held !== row.holds) faults.push(`Held are ${row.held}, and the holds are ${row.holds}.`);
    }
    return faults;
  }
}

/** All legs of a posting in one statement, two or four. */
function entriesSql(legs: number): string {
  const rows = Array(legs).fill('(?, ?, ?, ?, ?, ?, ?)').join(', ');
  return `INSERT INTO entries (transaction_id, kind, account, currency, amount_minor, business_date, at) VALUES ${rows}`;
}

/** From one account to another in one currency. */
export function legs(from: string, to: string, currency: string, amountMinor: bigint): readonly Leg[] {
  return [
    { account: from, currency, amountMinor: -amountMinor },
    { account: to, currency, amountMinor },
  ];
}

function requireBalance(posted: readonly Leg[]): void {
  const totals = new Map<string, bigint>();
  for (const { currency, amountMinor } of posted)
    totals.set(currency, (totals.get(currency) ?? 0n) + amountMinor);
  for (const total of totals.values()) if (total !== 0n) throw new InvariantError('A posting must balance.');
}
