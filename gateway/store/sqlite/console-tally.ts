/** Today's turnover, folded from the ledger as it grows. Transfers are only ever added, so each is read once: a page that asks
 *  every few seconds costs the rows that came in between. The first of the day is found by halving, without an index that
 *  every payment would have to pay for. */
import type Database from 'better-sqlite3';
import type { TenderKey } from '../../console/contract/views.ts';
import { bigintOf, numberOf, prepare, type Row, textOf } from './columns.ts';

export interface TallyCell {
  readonly mid: string;
  readonly hour: number;
  readonly tender: TenderKey;
  readonly kind: 'sale' | 'refund';
  readonly currency: string;
  amountMinor: bigint;
  count: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Transfers of one step: some 50 ms. */
const PART = 10_000;
/** Commits are nearly in the order of their instants; so many rows earlier none is of the day. */
const SLACK = 2_000;

export class TurnoverTally {
  readonly #cells = new Map<string, TallyCell>();
  readonly #charged = new Map<string, bigint>();
  readonly #range: ReturnType<typeof prepare>;
  readonly #at: ReturnType<typeof prepare>;
  readonly #last: ReturnType<typeof prepare>;
  #dayStart = -1;
  #seq = 0n;

  constructor(db: Database.Database) {
    this.#last = prepare(db, 'SELECT coalesce(max(seq), 0) AS seq FROM transfer');
    this.#at = prepare(db, 'SELECT seq, posted_at FROM transfer WHERE seq >= ? ORDER BY seq LIMIT 1');
    this.#range = prepare(
      db,
      `SELECT t.seq, t.template, t.mid, t.posted_at, e.account, e.side, e.amount_minor, e.currency
       FROM transfer t CROSS JOIN entry e ON e.transfer_id = t.transfer_id
       WHERE t.seq > ? AND t.seq <= ? AND t.state = 'posted' AND t.mid IS NOT NULL
       ORDER BY t.seq, e.line`,
    );
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
    let transfer: Row[] = [];
    for (const row of this.#range.iterate(this.#seq, upTo)) {
      if (transfer[0] !== undefined && transfer[0].seq !== row.seq) {
        this.#take(transfer);
        transfer = [];
      }
      transfer.push(row);
    }
    this.#take(transfer);
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

  #take(transfer: readonly Row[]): void {
    const [head] = transfer;
    if (head === undefined) return;
    const sign = meaningOf(textOf(head, 'template'));
    const since = numberOf(head, 'posted_at') - this.#dayStart;
    if (sign === null || since < 0 || since >= DAY_MS) return;
    const mid = textOf(head, 'mid');
    const sale = sign.kind === 'sale';
    const side = (sale ? sign.count > 0 : sign.count < 0) ? 'credit' : 'debit';
    const paid = transfer.find(
      (row) => textOf(row, 'account').startsWith('merchant_payable:') && row.side === side,
    );
    if (paid === undefined) return;
    const currency = textOf(paid, 'currency');
    const hour = Math.floor(since / HOUR_MS);
    const key = `${mid} ${hour} ${sign.tender} ${sign.kind} ${currency}`;
    const cell = this.#cells.get(key) ?? {
      ...{ mid, hour, tender: sign.tender, kind: sign.kind, currency, amountMinor: 0n, count: 0 },
    };
    cell.amountMinor += bigintOf(paid, 'amount_minor') * BigInt(sign.count);
    cell.count += sign.count;
    this.#cells.set(key, cell);
    if (sale) this.#charge(mid, currency, transfer, sign.count);
  }

  #charge(mid: string, currency: string, transfer: readonly Row[], count: 1 | -1): void {
    for (const row of transfer) {
      if (!/^(wallet|bank)_receivable:/.test(textOf(row, 'account'))) continue;
      const paidIn = textOf(row, 'currency');
      if (paidIn === currency) continue;
      const key = `${mid} ${paidIn}`;
      this.#charged.set(key, (this.#charged.get(key) ?? 0n) + bigintOf(row, 'amount_minor') * BigInt(count));
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
