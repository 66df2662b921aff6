/** The `card_batch` table, and the figures of a batch, summed from the transactions themselves. */
import type Database from 'better-sqlite3';
import type { Tid } from '../../kernel/identifiers.ts';
import type { BatchClaim, BatchRecord, BatchTotals } from '../../payments/card/records.ts';
import {
  bigintOf,
  numberOf,
  numberOrNull,
  prepare,
  prepareNamed,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';

export type CardBatches = ReturnType<typeof cardBatches>;

/** What counts: sales and completions that stand, refunds that stand, and what is not final yet. A pre-authorisation
 *  moves nothing until it is completed, and a voided sale is not there. */
const SALES = "kind IN ('sale', 'completion')";
const REFUNDS = "kind = 'refund'";
const BY_CURRENCY = 'GROUP BY amount_currency HAVING sales + refunds + open > 0 ORDER BY amount_currency';

const sums = (name: string, condition: string) =>
  `sum(iif(${condition}, 1, 0)) AS ${name}, sum(iif(${condition}, amount_minor, 0)) AS ${name}_minor`;

const OF_BATCH = `SELECT amount_currency AS currency, ${sums('sales', `${SALES} AND state = 'approved'`)},
    ${sums('refunds', `${REFUNDS} AND state = 'approved'`)},
    sum(iif(kind <> 'balance' AND state = 'sent', 1, 0)) AS open
  FROM card_transaction WHERE tid = ? AND batch = ? ${BY_CURRENCY}`;

/** `000000` is of terminals without batches, and comes before none. */
const BEFORE = `SELECT batch FROM card_batch WHERE tid = @tid AND batch < @batch AND batch > '000000' AND state <> 'closed'
  UNION SELECT * FROM (SELECT max(batch) AS last FROM card_transaction
    WHERE tid = @tid AND batch < @batch AND batch > '000000') WHERE last IS NOT NULL
  ORDER BY batch`;

export function cardBatches(db: Database.Database) {
  const put = prepareNamed(
    db,
    `INSERT INTO card_batch (tid, batch, state, claimed, counted, agreed, closed_at, version)
       VALUES (@tid, @batch, @state, @claimed, @counted, @agreed, @closed_at, @version)
     ON CONFLICT (tid, batch) DO UPDATE SET state = excluded.state, claimed = excluded.claimed,
       counted = excluded.counted, agreed = excluded.agreed, closed_at = excluded.closed_at, version = excluded.version`,
  );
  const byKey = prepare(db, 'SELECT * FROM card_batch WHERE tid = ? AND batch = ?');
  const closed = prepare(
    db,
    "SELECT 1 AS found FROM card_batch WHERE tid = ? AND batch = ? AND state = 'closed'",
  );
  const lastClosed = prepare(
    db,
    "SELECT * FROM card_batch WHERE tid = ? AND state = 'closed' ORDER BY batch DESC LIMIT 1",
  );
  const different = prepare(db, 'SELECT * FROM card_batch WHERE agreed = 0 ORDER BY closed_at, tid, batch');
  const ofBatch = prepare(db, OF_BATCH);
  const before = prepareNamed(db, BEFORE);
  const lastStan = (table: string, prefix: string) =>
    prepare(
      db,
      `SELECT ${prefix}stan AS stan FROM ${table}
       WHERE bank = ? AND substr(${prefix}transmitted_at, 1, 4) = ? ORDER BY ${prefix}stan DESC LIMIT 1`,
    );
  const lastOfRequests = lastStan('card_transaction', 'bank_');
  const lastOfAdvices = lastStan('card_advice', '');
  const lastReference = prepare(
    db,
    `SELECT substr(bank_rrn, 7) AS stan FROM card_transaction
     WHERE bank_rrn BETWEEN ? AND ? ORDER BY bank_rrn DESC LIMIT 1`,
  );
  return {
    find(tid: Tid, batch: string): BatchRecord | null {
      const row = byKey.get(tid, batch);
      return row === undefined ? null : batchOf(row);
    },
    put(row: BatchRecord): void {
      put.run({
        tid: row.tid,
        batch: row.batch,
        state: row.state,
        claimed: figuresText(row.claimed),
        counted: row.counted === null ? null : figuresText(row.counted),
        agreed: row.agreed === null ? null : row.agreed ? 1 : 0,
        closed_at: row.closedAt,
        version: row.version,
      });
    },
    /** Closed with a difference, whether it was explained since or not. */
    different: (): readonly BatchRecord[] => different.all().map(batchOf),
    totals: (tid: Tid, batch: string): readonly BatchTotals[] => ofBatch.all(tid, batch).map(totalsOf),
    lastClosed(tid: Tid): BatchRecord | null {
      const row = lastClosed.get(tid);
      return row === undefined ? null : batchOf(row);
    },
    isClosed: (tid: Tid, batch: string): boolean => closed.get(tid, batch) !== undefined,
    /** What it is closed with is what its transactions say now. */
    isCounted: ({ tid, batch, counted }: BatchRecord): boolean =>
      figuresText(ofBatch.all(tid, batch).map(totalsOf)) === figuresText(counted ?? []),
    before: (tid: Tid, batch: string): readonly string[] =>
      before.all({ tid, batch }).map((row) => textOf(row, 'batch')),
    lastBankStan(bank: string | null, under: string): string | null {
      const rows =
        bank === null
          ? [lastReference.get(`${under}000000`, `${under}999999`)]
          : [lastOfRequests.get(bank, under), lastOfAdvices.get(bank, under)];
      const found = rows.filter((row) => row !== undefined).map((row) => textOf(row, 'stan'));
      return found.sort().at(-1) ?? null;
    },
  };
}

function totalsOf(row: Row): BatchTotals {
  return {
    currency: textOf(row, 'currency'),
    sales: numberOf(row, 'sales'),
    salesMinor: bigintOf(row, 'sales_minor'),
    refunds: numberOf(row, 'refunds'),
    refundsMinor: bigintOf(row, 'refunds_minor'),
    open: numberOf(row, 'open'),
  };
}

type TotalsJson = Omit<BatchTotals, 'salesMinor' | 'refundsMinor'> & {
  readonly salesMinor: string;
  readonly refundsMinor: string;
  /** Of claims; absent of those from before this was kept. */
  readonly done?: boolean;
  readonly name?: string;
};

function figuresText(figures: readonly BatchTotals[]): string {
  const rows = figures.map(
    (c): TotalsJson => ({
      ...c,
      salesMinor: c.salesMinor.toString(),
      refundsMinor: c.refundsMinor.toString(),
    }),
  );
  return JSON.stringify(rows);
}

function figuresOf(text: string): readonly BatchTotals[] {
  return claimsOf(text).map(({ done, name, ...figures }) => figures);
}

function claimsOf(text: string): readonly BatchClaim[] {
  const rows = JSON.parse(text) as readonly TotalsJson[];
  return rows.map((c) => ({
    ...c,
    salesMinor: BigInt(c.salesMinor),
    refundsMinor: BigInt(c.refundsMinor),
    done: c.done ?? false,
  }));
}

function batchOf(row: Row): BatchRecord {
  const counted = textOrNull(row, 'counted');
  const agreed = numberOrNull(row, 'agreed');
  return {
    tid: textOf(row, 'tid') as BatchRecord['tid'],
    batch: textOf(row, 'batch'),
    state: textOf(row, 'state') as BatchRecord['state'],
    claimed: claimsOf(textOf(row, 'claimed')),
    counted: counted === null ? null : figuresOf(counted),
    agreed: agreed === null ? null : agreed === 1,
    closedAt: numberOrNull(row, 'closed_at'),
    version: numberOf(row, 'version'),
  };
}
