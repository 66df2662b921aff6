/** A report of Alipay+ or Antom, read by a layout: one heading, one line for each transaction, and the mark of its end.
 *
 *  Errors  FILE_* : the whole file, with the place; without its `<END>` it is truncated, whatever else it holds
 *  Source  Antom documentation, "Settlement details report", "Transaction Items"; Alipay+ documentation, "Reconcile" */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { equal, type Money, money, negate } from '../../kernel/money.ts';
import type { SchemeRow } from '../contract.ts';
import {
  amount,
  type CellLine,
  cellsOf,
  currency,
  fault,
  identifier,
  localInstant,
  matching,
  oneOf,
  zonedInstant,
} from './cells.ts';
import { splitCsv } from './csv.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import type { ReportColumns, ReportLayout } from './report-layout.ts';
import { type SchemeKind, type SchemeSummary, sidesOf, signedAmount } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

/** What a batch or summary beside a report without an end mark says it comes to. */
export interface ReportControl {
  readonly rows: number;
  /** Of what is settled; of the amounts where the report has no settlement column. */
  readonly total: Money;
}

export function readAlipayReport(
  source: FileSource,
  layout: ReportLayout,
  control: ReportControl | null,
): Reading<SchemeRow, SchemeSummary> {
  return readingOf(source, new Report(source, layout, control));
}

class Report implements LineGrammar<SchemeRow, SchemeSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd: boolean;
  readonly #source: FileSource;
  readonly #layout: ReportLayout;
  readonly #control: ReportControl | null;
  readonly #sums = new Sums();
  #columns: readonly string[] | null = null;
  #ended = false;
  #rows = 0;

  constructor(source: FileSource, layout: ReportLayout, control: ReportControl | null) {
    this.#source = source;
    this.#layout = layout;
    this.#control = control;
    this.lastLineNeedsEnd = layout.endMark === null;
  }

  line(text: string, number: number): SchemeRow | null {
    const file = this.#source.name;
    if (this.#ended)
      throw this.#refused('FILE_MALFORMED', number, 'A line stands after the mark of the end.');
    if (this.#columns === null) {
      this.#columns = this.#heading(splitCsv(text, file, number, this.#layout.separator), number);
      return null;
    }
    if (this.#layout.endMark !== null && text.trim() === this.#layout.endMark) {
      this.#ended = true;
      return null;
    }
    this.#rows += 1;
    const cells = splitCsv(text, file, number, this.#layout.separator).map((cell) => cell.trim());
    return this.#row(cellsOf(file, number, this.#columns, cells), number);
  }

  end(lines: number): SchemeSummary {
    const { endMark } = this.#layout;
    if (this.#columns === null) throw this.#refused('FILE_TRUNCATED', lines, 'There is no heading.');
    if (endMark !== null && !this.#ended)
      throw this.#refused('FILE_TRUNCATED', lines, `The last line is not ${endMark}.`);
    const wanted = this.#control;
    if (wanted !== null) {
      const others = this.#sums.all().some((sum) => sum.currency !== wanted.total.currency);
      const same = wanted.rows === this.#rows && equal(this.#sums.of(wanted.total.currency), wanted.total);
      if (others || !same)
        throw this.#refused('FILE_TOTALS_WRONG', lines, 'The rows are not those of the summary beside it.');
    }
    const proof = endMark !== null ? 'end_mark' : wanted !== null ? 'totals' : 'none';
    return { rows: this.#rows, totals: this.#sums.all(), proof };
  }

  #heading(cells: readonly string[], line: number): readonly string[] {
    const columns = cells.map((cell) => cell.trim());
    for (const [role, name] of Object.entries(this.#layout.columns)) {
      if (name === null) continue;
      const times = columns.filter((column) => column === name).length;
      if (times !== 1) {
        const reason = `The column for ${role} stands ${times} times in the heading of ${this.#layout.name}.`;
        throw refusal('FILE_MALFORMED', this.#source.name, { line, column: name }, reason);
      }
    }
    return columns;
  }

  #row(at: CellLine, line: number): SchemeRow {
    const { columns, types } = this.#layout;
    const kind = types[oneOf(at, columns.type, Object.keys(types))] ?? 'adjustment';
    const written = this.#amounts(at, columns);
    const sides = this.#sides(at, kind, written);
    this.#sums.add(sides.settlement ?? signedAmount(kind, sides.amount));
    const ids = { ours: identifier(at, columns.ours), theirs: identifier(at, columns.theirs) };
    return {
      source: 'alipay',
      fileId: this.#source.fileId,
      line,
      kind,
      // The number overloaded for a cancelled trade: ours is not in the file.
      ids: kind === 'cancel' && ids.ours === ids.theirs ? { ours: null, theirs: ids.theirs } : ids,
      ...sides,
      at: this.#time(at, columns.at),
    };
  }

  #amounts(at: CellLine, columns: ReportColumns) {
    const of = currency(at, columns.currency);
    const settledIn = columns.settlementCurrency === null ? of : currency(at, columns.settlementCurrency);
    const settlement = columns.settlement === null ? null : this.#amount(at, columns.settlement, settledIn);
    const feeEmpty = columns.fee !== null && at.cells.get(columns.fee) === '';
    const stated = columns.fee === null || feeEmpty ? null : this.#amount(at, columns.fee, settledIn);
    const fee = stated !== null && this.#layout.feesAs === 'effect' ? negate(stated) : stated;
    return { amount: this.#amount(at, columns.amount, of), fee, settlement };
  }

  /** In one currency the settlement must be the amount less the fee; in two the report alone knows its rate. */
  #sides(
    at: CellLine,
    kind: SchemeKind,
    written: { readonly amount: Money; readonly fee: Money | null; readonly settlement: Money | null },
  ): Pick<SchemeRow, 'amount' | 'fee' | 'settlement'> {
    const { settlement, fee } = written;
    const of = written.amount.currency;
    if (settlement === null || settlement.currency === of) {
      const column = this.#layout.columns.settlement ?? this.#layout.columns.amount;
      const sides = sidesOf(at, kind, { ...written, fee: fee ?? money(0n, of), settlement }, column);
      return { ...sides, fee: fee === null ? null : sides.fee, settlement: settlement && sides.settlement };
    }
    // Two currencies: no arithmetic holds across them, so only the signs are brought to one.
    const taken = signedAmount(kind, money(1n, of)).amountMinor < 0n;
    const turned = taken && written.amount.amountMinor > 0n;
    const amountMinor =
      written.amount.amountMinor < 0n ? -written.amount.amountMinor : written.amount.amountMinor;
    return {
      amount: money(amountMinor, of),
      fee: turned && fee !== null ? negate(fee) : fee,
      settlement: turned && settlement.amountMinor > 0n ? negate(settlement) : settlement,
    };
  }

  #amount(at: CellLine, column: string, of: CurrencyCode): Money {
    if (this.#layout.amountsIn === 'major') return amount(at, column, of);
    const digits = matching(at, column, /^-?(0|[1-9][0-9]{0,17})$/, 'a whole number of minor units');
    return money(BigInt(digits), of);
  }

  #time(at: CellLine, column: string): string {
    if (this.#layout.timesAs === 'zoned') return zonedInstant(at, column);
    if (this.#layout.timesAs === 'beijing') return localInstant(at, column, '+08:00');
    const shape = /^(\d{2})\/(\d{2})\/(\d{4}) (\d{2}:\d{2}:\d{2})$/;
    const match = shape.exec(at.cells.get(column) ?? '');
    if (match === null) throw fault(at, column, 'Not a time like 11/22/2026 18:30:05.');
    const iso = `${match[3]}-${match[1]}-${match[2]} ${match[4]}`;
    return localInstant({ ...at, cells: new Map([[column, iso]]) }, column, '+08:00');
  }

  #refused(code: Parameters<typeof refusal>[0], line: number, reason: string) {
    return refusal(code, this.#source.name, { line, column: '' }, reason);
  }
}
