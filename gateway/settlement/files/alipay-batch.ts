/** Alipay's settlement batch file: what each settlement file of a day comes to.
 *
 *  Shape   Settle_batch_no,Settle_date,Amount,Fee,Settlement,Currency; spaces may stand before the commas
 *  Units   amounts decimal in the batch's currency; times of Beijing
 *  Errors  FILE_* : the whole file, with the place. It has no total of its own: the settlement files beside it prove it
 *  Source  Antom documentation, "Settlement file format" (zip with one batch file and its settlement files) */

import type { SettlementBatch } from './alipay-settlement.ts';
import { amount, type CellLine, cellsOf, currency, localInstant, matching } from './cells.ts';
import { headingOf } from './heading.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type SchemeSummary, sidesOf } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

const COLUMNS = ['Settle_batch_no', 'Settle_date', 'Amount', 'Fee', 'Settlement', 'Currency'];

export function readAlipayBatches(source: FileSource): Reading<SettlementBatch, SchemeSummary> {
  return readingOf(source, new Batches(source));
}

class Batches implements LineGrammar<SettlementBatch, SchemeSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #sums = new Sums();
  readonly #seen = new Set<string>();
  #columns: readonly string[] | null = null;

  constructor(source: FileSource) {
    this.#source = source;
  }

  line(text: string, number: number): SettlementBatch | null {
    if (this.#columns === null) {
      this.#columns = headingOf(text, [COLUMNS], ',', this.#source.name, number);
      return null;
    }
    const cells = text.split(',').map((cell) => cell.trim());
    return this.#batch(cellsOf(this.#source.name, number, this.#columns, cells));
  }

  end(lines: number): SchemeSummary {
    if (this.#seen.size === 0)
      throw refusal('FILE_TRUNCATED', this.#source.name, { line: lines, column: '' }, 'There is no batch.');
    return { rows: this.#seen.size, totals: this.#sums.all(), proof: 'none' };
  }

  #batch(at: CellLine): SettlementBatch {
    const batchNo = matching(at, 'Settle_batch_no', /^[0-9A-Za-z]{1,64}$/, 'a batch number');
    if (this.#seen.has(batchNo))
      throw refusal('FILE_MALFORMED', at.file, { line: at.line, column: 'Settle_batch_no' }, 'Stands twice.');
    this.#seen.add(batchNo);
    const of = currency(at, 'Currency');
    const sums = {
      amount: amount(at, 'Amount', of),
      fee: amount(at, 'Fee', of),
      settlement: amount(at, 'Settlement', of),
    };
    sidesOf(at, 'adjustment', sums, 'Settlement');
    this.#sums.add(sums.settlement);
    return { batchNo, settledAt: localInstant(at, 'Settle_date', '+08:00'), ...sums };
  }
}
