/** Batches of card transactions in the journal, and their totals from the transactions themselves. */
import { type CurrencyCode, parseCurrencyCode } from '../../gateway/kernel/currency.ts';
import { type Money, money } from '../../gateway/kernel/money.ts';
import type { EpochMs } from '../../gateway/kernel/time.ts';
import { fromCardJson, toCardJson } from './card-json.ts';
import type { Journal } from './journal.ts';

/** How far a close has come: currencies left, and of the one under way the upload. */
export interface BatchProgress {
  readonly currency: string;
  readonly left: readonly string[];
  readonly step: 'totals' | 'upload' | 'trailer';
  /** Attempts still to be uploaded. */
  readonly uploads: readonly string[];
  readonly agreed: boolean;
  /** The gateway had closed it before: it is asked which it has the terminal in now. An older till wrote nothing of it. */
  readonly behind?: boolean | undefined;
  // Of the message under way, kept through its repeats.
  readonly stan: string;
  readonly transmittedAt: string;
  readonly at: EpochMs;
  readonly tries: number;
}

export interface CardBatch {
  readonly batch: string;
  readonly state: 'open' | 'closing' | 'uploading' | 'closed';
  readonly openedAt: EpochMs;
  readonly progress: BatchProgress | null;
  readonly agreed: boolean | null;
  readonly closedAt: EpochMs | null;
}

export interface BatchCurrencyTotals {
  readonly currency: CurrencyCode;
  readonly sales: number;
  readonly salesSum: Money;
  readonly refunds: number;
  readonly refundsSum: Money;
}

interface Row {
  readonly batch: string;
  readonly state: CardBatch['state'];
  readonly opened_at: number;
  readonly progress_json: string | null;
  readonly agreed: number | null;
  readonly closed_at: number | null;
}

const BATCH_MAX = 999_999;

/** The batch that transactions now belong to; the first is opened by asking. Part of a transition. */
export function currentBatch(journal: Journal): CardBatch {
  return knownBatch(journal) ?? openBatch(journal, 1);
}

/** Null before the first card transaction of a till. */
export function knownBatch(journal: Journal): CardBatch | null {
  const row = journal.get<Row>("SELECT * FROM card_batches WHERE state <> 'closed'");
  return row === undefined ? null : batchOf(row);
}

function openBatch(journal: Journal, number: number): CardBatch {
  const batch = String(number).padStart(6, '0');
  const openedAt = journal.now();
  journal.run("INSERT INTO card_batches (batch, state, opened_at) VALUES (?, 'open', ?)", batch, openedAt);
  return { batch, state: 'open', openedAt, progress: null, agreed: null, closedAt: null };
}

export function saveBatchProgress(
  journal: Journal,
  batch: string,
  state: 'open' | 'closing' | 'uploading',
  progress: BatchProgress | null,
): void {
  journal.run(
    'UPDATE card_batches SET state = ?, progress_json = ? WHERE batch = ?',
    state,
    progress === null ? null : toCardJson(progress),
    batch,
  );
}

/** Closes it and opens the next. */
export function closeBatch(journal: Journal, batch: string, agreed: boolean, businessDate: string): void {
  journal.run(
    `UPDATE card_batches SET state = 'closed', progress_json = NULL, agreed = ?, closed_at = ?, business_date = ?
     WHERE batch = ?`,
    agreed ? 1 : 0,
    journal.now(),
    businessDate,
    batch,
  );
  openBatch(journal, Number(batch) >= BATCH_MAX ? 1 : Number(batch) + 1);
}

/** The gateway is further: a batch without transactions takes the number it names. */
export function renumberEmptyBatch(journal: Journal, batch: string): void {
  const current = currentBatch(journal);
  const used =
    journal.get('SELECT 1 FROM card_attempts WHERE batch = ? LIMIT 1', current.batch) !== undefined;
  const taken = journal.get('SELECT 1 FROM card_batches WHERE batch = ?', batch) !== undefined;
  if (used || taken || current.state !== 'open') return;
  journal.run('UPDATE card_batches SET batch = ? WHERE batch = ?', batch, current.batch);
}

export function closedBatches(journal: Journal, businessDate: string): readonly CardBatch[] {
  return journal
    .all<Row>(
      "SELECT * FROM card_batches WHERE state = 'closed' AND business_date = ? ORDER BY closed_at DESC, batch DESC LIMIT 50",
      businessDate,
    )
    .map(batchOf);
}

/** What counts in a batch: approved sales and completions that no approved void has undone, and approved refunds. */
const COUNTED = `FROM card_attempts a WHERE a.batch = ? AND a.outcome = 'approved'
  AND a.operation IN ('sale', 'completion', 'refund')
  AND NOT EXISTS (SELECT 1 FROM card_attempts v WHERE v.original_id = a.attempt_id AND v.operation = 'void'
    AND v.outcome = 'approved')`;

/** One row a currency, in the order of their codes. Never netted over currencies. */
export function batchTotals(journal: Journal, batch: string): readonly BatchCurrencyTotals[] {
  const rows = journal.all<{ currency: string; refund: number; n: number; minor: number }>(
    `SELECT a.charged_currency AS currency, a.operation = 'refund' AS refund, COUNT(*) AS n,
       SUM(a.charged_minor) AS minor ${COUNTED} GROUP BY 1, 2 ORDER BY 1, 2`,
    batch,
  );
  return [...new Set(rows.map((row) => row.currency))].map((text) => {
    const currency = parseCurrencyCode(text);
    const of = (refund: number) => rows.find((row) => row.currency === text && row.refund === refund);
    return {
      currency,
      sales: of(0)?.n ?? 0,
      salesSum: money(BigInt(of(0)?.minor ?? 0), currency),
      refunds: of(1)?.n ?? 0,
      refundsSum: money(BigInt(of(1)?.minor ?? 0), currency),
    };
  });
}

/** The transactions behind the totals, oldest first. */
export function batchAttempts(journal: Journal, batch: string, currency: string): readonly string[] {
  return journal
    .all<{ id: string }>(
      `SELECT a.attempt_id AS id ${COUNTED} AND a.charged_currency = ? ORDER BY a.started_at, a.attempt_id`,
      batch,
      currency,
    )
    .map((row) => row.id);
}

function batchOf(row: Row): CardBatch {
  return {
    batch: row.batch,
    state: row.state,
    openedAt: row.opened_at,
    progress: row.progress_json === null ? null : fromCardJson<BatchProgress>(row.progress_json),
    agreed: row.agreed === null ? null : row.agreed === 1,
    closedAt: row.closed_at,
  };
}
