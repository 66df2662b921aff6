/** Alipay's settlement summary, version 2.0.4: what each kind of transaction came to, and the total.
 *
 *  Shape   type,settlementTime,count,settlementAmount,settlementCurrency,commission,referenceId,merchantId; the last line is TOTAL
 *  Units   amounts decimal in the settlement currency, net of the commission
 *  Errors  FILE_* : the whole file, with the place
 *  Source  Antom documentation, "Settlement File - Summary" 2.0.4 */
import { equal, type Money } from '../../kernel/money.ts';
import {
  amount,
  type CellLine,
  cellsOf,
  count,
  currency,
  fault,
  oneOf,
  text,
  zonedInstant,
} from './cells.ts';
import { splitCsv } from './csv.ts';
import { headingOf } from './heading.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import type { SchemeSummary } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

export interface SummaryRow {
  readonly line: number;
  readonly type: 'PAYMENT' | 'REFUND' | 'CANCEL' | 'TOTAL';
  readonly settledAt: string;
  readonly count: number;
  readonly settlement: Money;
  readonly commission: Money;
  readonly referenceId: string;
  readonly merchantId: string;
}

const COLUMNS = [
  'type',
  'settlementTime',
  'count',
  'settlementAmount',
  'settlementCurrency',
  'commission',
  'referenceId',
  'merchantId',
];
const TYPES = ['PAYMENT', 'REFUND', 'CANCEL', 'TOTAL'] as const;

/** Rows without the TOTAL, which is checked; its sums are the summary's. */
export function readAlipaySummary(source: FileSource): Reading<SummaryRow, SchemeSummary> {
  return readingOf(source, new Summary(source));
}

class Summary implements LineGrammar<SummaryRow, SchemeSummary> {
  readonly encoding = 'utf-8';
  // The TOTAL is the mark of the end, and is checked against the rows.
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #settled = new Sums();
  readonly #commissions = new Sums();
  #columns: readonly string[] | null = null;
  #count = 0;
  #rows = 0;
  #total: SummaryRow | null = null;

  constructor(source: FileSource) {
    this.#source = source;
  }

  line(text: string, number: number): SummaryRow | null {
    const file = this.#source.name;
    if (this.#columns === null) {
      this.#columns = headingOf(text, [COLUMNS], ',', file, number);
      return null;
    }
    const at = cellsOf(file, number, this.#columns, splitCsv(text, file, number));
    if (this.#total !== null) throw fault(at, 'type', 'A line stands after the TOTAL.');
    const row = rowOf(at);
    if (row.type === 'TOTAL') {
      this.#check(at, row);
      this.#total = row;
      return null;
    }
    this.#rows += 1;
    this.#count += row.count;
    this.#settled.add(row.settlement);
    this.#commissions.add(row.commission);
    return row;
  }

  end(lines: number): SchemeSummary {
    if (this.#total === null)
      throw refusal('FILE_TRUNCATED', this.#source.name, { line: lines, column: 'type' }, 'No TOTAL line.');
    return { rows: this.#rows, totals: [this.#total.settlement], proof: 'totals' };
  }

  #check(at: CellLine, total: SummaryRow): void {
    const of = total.settlement.currency;
    if (this.#settled.all().some((sum) => sum.currency !== of))
      throw fault(at, 'settlementCurrency', 'The rows speak of another currency.', 'FILE_TOTALS_WRONG');
    const wrong =
      total.count !== this.#count
        ? 'count'
        : !equal(total.settlement, this.#settled.of(of))
          ? 'settlementAmount'
          : !equal(total.commission, this.#commissions.of(of))
            ? 'commission'
            : null;
    if (wrong !== null)
      throw fault(at, wrong, 'The TOTAL is not the sum of the lines above.', 'FILE_TOTALS_WRONG');
  }
}

function rowOf(at: CellLine): SummaryRow {
  const of = currency(at, 'settlementCurrency');
  return {
    line: at.line,
    type: oneOf(at, 'type', TYPES),
    settledAt: zonedInstant(at, 'settlementTime'),
    count: count(at, 'count'),
    settlement: amount(at, 'settlementAmount', of),
    commission: amount(at, 'commission', of),
    referenceId: text(at, 'referenceId', 64),
    merchantId: text(at, 'merchantId', 64),
  };
}
