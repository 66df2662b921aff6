/** Today's turnover, folded from the ledger as it grows. Transfers are only ever added, so each is read once: a page that asks
 *  every few seconds costs the rows that came in between. The first of the day is found by halving, without an index that
 *  every payment would have to pay for. */
import type Database from 'better-sqlite3';
import type { TenderKey } from '../../console/contract/views.ts';
import { bigintOf, numberOf, prepare, prepareNamed, type Row, textOf } from './columns.ts';

export interface TallyCell {
  readonly mid: string;
  readonly hour: number;
  readonly tender: TenderKey;
  readonly kind: 'sale' | 'refund';
  readonly currency: string;
  amountMinor: bigint;
  count: number;
}

const DAY_MS = 86_400_000;
/** Transfers of one step: others of this process have their turn between two. */
const PART = 5_000;
/** Commits are nearly in the order of their instants; so many rows earlier none is of the day. */
const SLACK = 2_000;

/** Added up where the rows lie: of each transfer the price, on the merchant's side that means it, and what the payer owes. */
const SUMS = `SELECT t.mid, (t.posted_at - @start) / 3600000 AS hour, t.template,
    iif(e.account = 'merchant_payable:' || t.mid, 'merchant', 'payer') AS whose, e.currency,
    sum(e.amount_minor) AS minor, count(*) AS count
  FROM transfer t CROSS JOIN entry e ON e.transfer_id = t.transfer_id
    AND ((e.account = 'merchant_payable:' || t.mid AND e.side = iif(t.template GLOB '*_sale_reversal*'
        OR (t.template GLOB '*_refund*' AND t.template NOT GLOB '*_refund_reversal*'), 'debit', 'credit'))
      OR e.account GLOB 'wallet_receivable:*' OR e.account GLOB 'bank_receivable:*')
  WHERE t.seq > @after AND t.seq <= @upTo AND t.state = 'posted' AND t.posted_at >= @start AND t.posted_at < @end
    AND (t.template GLOB 'wallet_sale_*' OR t.template GLOB 'card_sale*' OR t.template GLOB 'wallet_refund_*'
      OR t.template GLOB 'card_refund*')
  GROUP BY t.mid, hour, t.template, whose, e.currency`;

export class TurnoverTally {
  readonly #cells = new Map<string, TallyCell>();
  readonly #charged = new Map<string, bigint>();
  readonly #range: ReturnType<typeof prepareNamed>;
  readonly #at: ReturnType<typeof prepare>;
  readonly #last: ReturnType<typeof prepare>;
  #dayStart = -1;
  #seq = 0n;

  constructor(db: Database.Database) {
    this.#last = prepare(db, 'SELECT coalesce(max(seq), 0) AS seq FROM transfer');
    this.#at = prepare(db, 'SELECT seq, posted_at FROM transfer WHERE seq >= ? ORDER BY seq LIMIT 1');
    this.#range = prepareNamed(db, SUMS);
  }

  get cells(): Iterable<TallyCell> {
    return this.#cells.values();
  }

  /** What payers were charged in other currencies than the merchants', by `<mid> <currency>`. */
  get charged(): ReadonlyMap<string, bigint> {
    return this.#charged;
  }

  /** Takes one part in; true while there is more. */
  advance(dayStart: number): boolean {
    const last = bigintOf(this.#last.get() ?? {}, 'seq');
    if (dayStart !== this.#dayStart) this.#restart(dayStart, last);
    const upTo = this.#seq + BigInt(PART) < last ? this.#seq + BigInt(PART) : last;
    if (upTo <= this.#seq) return false;
    // As an integer: a number would be bound as a real, and hours would have parts.
    const start = BigInt(this.#dayStart);
    const groups = new Map<string, Row[]>();
    for (const row of this.#range.all({ after: this.#seq, upTo, start, end: start + BigInt(DAY_MS) })) {
      const key = `${textOf(row, 'mid')} ${numberOf(row, 'hour')} ${textOf(row, 'template')}`;
      groups.set(key, [...(groups.get(key) ?? []), row]);
    }
    for (const rows of groups.values()) this.#take(rows);
    this.#seq = upTo;
    return upTo < last;
  }

  #restart(dayStart: number, last: bigint): void {
    this.#dayStart = dayStart;
    this.#cells.clear();
    this.#charged.clear();
    let low = 0n;
    let high = last + 1n;
    while (low < high) {
      const middle = (low + high) / 2n;
      const row = this.#at.get(middle);
      if (row === undefined || numberOf(row, 'posted_at') >= dayStart) high = middle;
      else low = bigintOf(row, 'seq') + 1n;
    }
    this.#seq = low > BigInt(SLACK) ? low - BigInt(SLACK) : 0n;
  }

  /** Rows of one merchant, hour and template. */
  #take(rows: readonly Row[]): void {
    const [head] = rows;
    const meaning = head === undefined ? null : meaningOf(textOf(head, 'template'));
    if (head === undefined || meaning === null) return;
    const mid = textOf(head, 'mid');
    const hour = numberOf(head, 'hour');
    const { kind, tender } = meaning;
    const sign = BigInt(meaning.count);
    const paid = rows.filter((row) => textOf(row, 'whose') === 'merchant');
    for (const row of paid) {
      const currency = textOf(row, 'currency');
      const key = `${mid} ${hour} ${tender} ${kind} ${currency}`;
      const cell = this.#cells.get(key) ?? { mid, hour, tender, kind, currency, amountMinor: 0n, count: 0 };
      cell.amountMinor += bigintOf(row, 'minor') * sign;
      cell.count += numberOf(row, 'count') * meaning.count;
      this.#cells.set(key, cell);
    }
    if (kind !== 'sale') return;
    const priced = new Set(paid.map((row) => textOf(row, 'currency')));
    for (const row of rows) {
      const currency = textOf(row, 'currency');
      if (textOf(row, 'whose') === 'merchant' || priced.has(currency)) continue;
      const key = `${mid} ${currency}`;
      this.#charged.set(key, (this.#charged.get(key) ?? 0n) + bigintOf(row, 'minor') * sign);
    }
  }
}

interface Meaning {
  readonly kind: 'sale' | 'refund';
  readonly tender: TenderKey;
  readonly count: 1 | -1;
}

function meaningOf(template: string): Meaning | null {
  const match = /^(wallet|card)_(sale|refund)(_reversal)?(_dcc)?/.exec(template);
  if (match === null) return null;
  const [, by, kind, undone, dcc] = match;
  const tender = by === 'wallet' ? 'alipay' : dcc === undefined ? 'card_local' : 'card_abroad';
  return { kind: kind as Meaning['kind'], tender, count: undone === undefined ? 1 : -1 };
}
