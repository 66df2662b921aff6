/** How today's attempts ended. An attempt that has ended stays as it is, so each is counted once; those under way are looked at
 *  again. Rows are found by their place in the table, which is the order they came in. */
import type Database from 'better-sqlite3';
import { numberOf, prepare, prepareNamed, type Row, textOf } from './columns.ts';

export interface OutcomeCounts {
  approved: number;
  declined: number;
  cancelled: number;
}

const ENDS: Readonly<Record<string, keyof OutcomeCounts>> = {
  approved: 'approved',
  declined: 'declined',
  cancelled: 'cancelled',
  returned_late: 'cancelled',
  reversed: 'cancelled',
};

const ENDED = `state IN (${Object.keys(ENDS)
  .map((state) => `'${state}'`)
  .join(', ')})`;
const PART = 20_000;
const SLACK = 1_000;
const DAY_MS = 86_400_000;

export class OutcomeTally {
  readonly #counts = new Map<string, OutcomeCounts>();
  readonly #tables: readonly AttemptTable[];
  #dayStart = -1;

  constructor(db: Database.Database) {
    this.#tables = [
      new AttemptTable(db, 'payment', ''),
      new AttemptTable(db, 'card_transaction', "AND (kind = 'sale' OR kind = 'preauthorisation')"),
    ];
  }

  /** By MID. */
  get counts(): ReadonlyMap<string, OutcomeCounts> {
    return this.#counts;
  }

  /** Takes one part in; true while there is more. */
  advance(dayStart: number): boolean {
    if (dayStart !== this.#dayStart) {
      this.#dayStart = dayStart;
      this.#counts.clear();
      for (const table of this.#tables) table.restart(dayStart);
    }
    const count = (row: Row): boolean => this.#count(row);
    return this.#tables.map((table) => table.advance(count)).includes(true);
  }

  /** False while it is under way. */
  #count(row: Row): boolean {
    const end = ENDS[textOf(row, 'state')];
    if (end === undefined) return false;
    const mid = textOf(row, 'mid');
    const counts = this.#counts.get(mid) ?? { approved: 0, declined: 0, cancelled: 0 };
    counts[end] += numberOf(row, 'count');
    this.#counts.set(mid, counts);
    return true;
  }
}

class AttemptTable {
  readonly #ended: ReturnType<typeof prepareNamed>;
  readonly #open: ReturnType<typeof prepareNamed>;
  readonly #one: ReturnType<typeof prepare>;
  readonly #first: (at: number) => number;
  readonly #last: () => number;
  #underWay: readonly number[] = [];
  #rowid = 0;
  #dayStart = 0;

  constructor(db: Database.Database, table: string, only: string) {
    const ours = `FROM ${table} WHERE rowid > @after AND rowid <= @upTo AND created_at >= @start AND created_at < @end ${only}`;
    this.#ended = prepareNamed(
      db,
      `SELECT mid, state, count(*) AS count ${ours} AND ${ENDED} GROUP BY mid, state`,
    );
    this.#open = prepareNamed(db, `SELECT rowid AS place ${ours} AND NOT ${ENDED}`);
    this.#one = prepare(db, `SELECT mid, state, 1 AS count FROM ${table} WHERE rowid = ?`);
    this.#first = firstSince(db, table);
    this.#last = lastRow(db, table);
  }

  restart(dayStart: number): void {
    this.#dayStart = dayStart;
    this.#underWay = [];
    this.#rowid = Math.max(0, this.#first(dayStart) - SLACK);
  }

  advance(count: (row: Row) => boolean): boolean {
    const last = this.#last();
    this.#underWay = this.#underWay.filter((place) => {
      const row = this.#one.get(place);
      return row !== undefined && !count(row);
    });
    const upTo = Math.min(last, this.#rowid + PART);
    const start = this.#dayStart;
    const part = { after: this.#rowid, upTo, start, end: start + DAY_MS };
    for (const row of this.#ended.all(part)) count(row);
    this.#underWay = [...this.#underWay, ...this.#open.all(part).map((row) => numberOf(row, 'place'))];
    this.#rowid = upTo;
    return upTo < last;
  }
}

export function lastRow(db: Database.Database, table: string): () => number {
  const last = prepare(db, `SELECT coalesce(max(rowid), 0) AS place FROM ${table}`);
  return () => numberOf(last.get() ?? {}, 'place');
}

/** The first row that was made at an instant or after it, by halving; one above the last when there is none. */
export function firstSince(db: Database.Database, table: string): (at: number) => number {
  const next = prepare(
    db,
    `SELECT rowid AS place, created_at FROM ${table} WHERE rowid >= ? ORDER BY rowid LIMIT 1`,
  );
  const last = lastRow(db, table);
  return (at) => {
    let low = 0;
    let high = last() + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = next.get(middle);
      if (row === undefined || numberOf(row, 'created_at') >= at) high = middle;
      else low = numberOf(row, 'place') + 1;
    }
    return low;
  };
}
