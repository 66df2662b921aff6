/** Reads a partner's detail file, as the partner would: lines that come to their nets, and a TOTAL that is their sum.
 *
 *  Errors  FILE_* : the whole file, with the place */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { type Money, money } from '../../kernel/money.ts';
import type { PayeeKind } from '../contract.ts';
import {
  amount,
  type CellLine,
  cellsOf,
  count,
  currency,
  fault,
  filled,
  isoDate,
  matching,
  oneOf,
  text,
} from './cells.ts';
import { splitCsv, withoutGuard } from './csv.ts';
import { headingOf } from './heading.ts';
import {
  comesToItsNet,
  DETAIL_AMOUNTS,
  DETAIL_COLUMNS,
  DETAIL_COUNTS,
  DETAIL_FORMAT,
  DETAIL_HEAD,
  type DetailAmounts,
  type PartnerDetailHead,
} from './partner-detail.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type FileSource, refusal } from './source.ts';

export interface PartnerDetailRow extends DetailAmounts {
  /** Of the file. */
  readonly lineNumber: number;
  readonly kind: PayeeKind;
  readonly id: string;
  readonly name: string;
  readonly inn: string;
  readonly account: string;
  readonly salesCount: number;
  readonly refundsCount: number;
}

export interface PartnerDetailSummary extends PartnerDetailHead {
  readonly rows: number;
  /** The sum of what is due: what the payment beside the file pays. */
  readonly totals: readonly Money[];
}

export function readPartnerDetail(source: FileSource): Reading<PartnerDetailRow, PartnerDetailSummary> {
  return readingOf(source, new Detail(source));
}

class Detail implements LineGrammar<PartnerDetailRow, PartnerDetailSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #sums = new Map<string, bigint>();
  readonly #counts = new Map<string, number>();
  #head: PartnerDetailHead | null = null;
  #heading = false;
  #ended = false;
  #rows = 0;

  constructor(source: FileSource) {
    this.#source = source;
  }

  line(raw: string, number: number): PartnerDetailRow | null {
    const file = this.#source.name;
    if (this.#head === null) {
      this.#head = headOf(cellsOf(file, number, DETAIL_HEAD, splitCsv(raw, file, number)));
      return null;
    }
    if (!this.#heading) {
      headingOf(raw, [DETAIL_COLUMNS], ',', file, number);
      this.#heading = true;
      return null;
    }
    const at = cellsOf(file, number, DETAIL_COLUMNS, splitCsv(raw, file, number).map(withoutGuard));
    if (this.#ended) throw fault(at, 'kind', 'A line stands after the TOTAL.');
    if (at.cells.get('kind') === 'TOTAL') {
      this.#total(at, this.#head.currency);
      return null;
    }
    return this.#row(at, this.#head.currency);
  }

  end(lines: number): PartnerDetailSummary {
    if (this.#head === null || !this.#ended) {
      const place = { line: lines, column: '' };
      throw refusal('FILE_TRUNCATED', this.#source.name, place, 'The TOTAL line is missing.');
    }
    const due = money(this.#sums.get('due') ?? 0n, this.#head.currency);
    return { ...this.#head, rows: this.#rows, totals: [due] };
  }

  #row(at: CellLine, of: CurrencyCode): PartnerDetailRow {
    const amounts = Object.fromEntries(
      DETAIL_AMOUNTS.map(([column, field]) => [field, amount(at, column, of).amountMinor]),
    ) as DetailAmounts;
    if (!comesToItsNet(amounts))
      throw fault(at, 'net', 'The line does not come to its net.', 'FILE_TOTALS_WRONG');
    for (const [column, field] of DETAIL_AMOUNTS)
      this.#sums.set(column, (this.#sums.get(column) ?? 0n) + amounts[field]);
    for (const column of DETAIL_COUNTS)
      this.#counts.set(column, (this.#counts.get(column) ?? 0) + count(at, column));
    this.#rows += 1;
    return {
      lineNumber: at.line,
      kind: oneOf(at, 'kind', ['merchant', 'charity']),
      id: filled(at, 'id', 64),
      name: filled(at, 'name'),
      inn: text(at, 'inn', 12),
      account: text(at, 'account', 34),
      salesCount: count(at, 'sales_count'),
      refundsCount: count(at, 'refunds_count'),
      ...amounts,
    };
  }

  #total(at: CellLine, of: CurrencyCode): void {
    const rows = { ...at, cells: new Map([['rows', at.cells.get('id') ?? '']]) };
    if (count(rows, 'rows') !== this.#rows)
      throw fault(at, 'id', 'Another number of lines than the TOTAL says.', 'FILE_TOTALS_WRONG');
    const wrongCount = DETAIL_COUNTS.find((column) => count(at, column) !== (this.#counts.get(column) ?? 0));
    const wrongSum = DETAIL_AMOUNTS.find(
      ([column]) => amount(at, column, of).amountMinor !== (this.#sums.get(column) ?? 0n),
    );
    const wrong = wrongCount ?? wrongSum?.[0];
    if (wrong !== undefined)
      throw fault(at, wrong, 'The TOTAL is not the sum of the lines above.', 'FILE_TOTALS_WRONG');
    this.#ended = true;
  }
}

function headOf(at: CellLine): PartnerDetailHead {
  if (at.cells.get('format') !== DETAIL_FORMAT || at.cells.get('version') !== '1')
    throw fault(at, 'format', `Not ${DETAIL_FORMAT} of version 1.`, 'FILE_KIND_UNKNOWN');
  return {
    partner: matching(at, 'partner', /^[a-z0-9]{1,16}$/, 'the name of a partner'),
    cycleId: matching(at, 'cycle', /^[A-Za-z0-9-]{1,35}$/, 'the id of a cycle'),
    currency: currency(at, 'currency'),
    businessDate: isoDate(at, 'business_date'),
    valueDate: isoDate(at, 'value_date'),
  };
}
