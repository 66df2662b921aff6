/** The two tables of an Open Platform trade bill: `#` lines before, a heading, rows, `#` lines after with the sums.
 *  Order numbers end in a tab, so that a spreadsheet does not turn them into numbers. */
import { CNY } from '../../kernel/currency.ts';
import { equal, type Money, money } from '../../kernel/money.ts';
import type { SchemeRow } from '../contract.ts';
import { amount, type CellLine, cellsOf, count, fault, identifier, localInstant, oneOf } from './cells.ts';
import { splitCsv } from './csv.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type SchemeKind, signedAmount } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

export interface BillSums {
  readonly payments: number;
  readonly refunds: number;
  readonly paid: Money;
  /** Above zero. */
  readonly returned: Money;
}

export interface StoreSums extends BillSums {
  readonly line: number;
  readonly store: string;
}

const DETAIL = [
  '支付宝交易号',
  '商户订单号',
  '业务类型',
  '完成时间',
  '商家实收（元）',
  '退款批次号/请求号',
  '服务费（元）',
];
const SUMMARY = ['门店编号', '交易订单总笔数', '退款订单总笔数', '订单金额（元）', '商家实收（元）'];
const KINDS: Readonly<Record<string, SchemeKind>> = { 交易: 'payment', 退款: 'refund' };

abstract class BillTable<Row, Summary> implements LineGrammar<Row, Summary> {
  readonly encoding = 'gb18030';
  readonly lastLineNeedsEnd = true;
  protected readonly source: FileSource;
  readonly #wanted: readonly string[];
  #columns: readonly string[] | null = null;
  #closed = false;

  constructor(source: FileSource, wanted: readonly string[]) {
    this.source = source;
    this.#wanted = wanted;
  }

  protected abstract row(at: CellLine): Row | null;
  /** A `#` line after the rows. */
  protected abstract footer(text: string, line: number): void;
  abstract end(lines: number): Summary;

  line(text: string, number: number): Row | null {
    if (text.startsWith('#')) {
      if (/^#-+.*结束-+$/.test(text)) this.#closed = true;
      if (this.#closed) this.footer(text, number);
      return null;
    }
    const cells = splitCsv(text, this.source.name, number).map((cell) => cell.trim());
    if (this.#columns === null) {
      this.#columns = this.#heading(cells, number);
      return null;
    }
    if (this.#closed)
      throw this.refused('FILE_MALFORMED', number, 'A row stands after the end of the table.');
    return this.row(cellsOf(this.source.name, number, this.#columns, cells));
  }

  protected closed(lines: number): void {
    if (!this.#closed)
      throw this.refused('FILE_TRUNCATED', lines, 'The line that ends the table is missing.');
  }

  protected refused(code: Parameters<typeof refusal>[0], line: number, reason: string) {
    return refusal(code, this.source.name, { line, column: '' }, reason);
  }

  #heading(columns: readonly string[], line: number): readonly string[] {
    for (const name of this.#wanted)
      if (columns.filter((column) => column === name).length !== 1)
        throw refusal('FILE_MALFORMED', this.source.name, { line, column: name }, 'Not once in the heading.');
    return columns;
  }
}

export function readBillDetail(source: FileSource): Reading<SchemeRow, BillSums> {
  return readingOf(source, new Detail(source));
}

class Detail extends BillTable<SchemeRow, BillSums> {
  readonly #paid = new Sums();
  readonly #returned = new Sums();
  #payments = 0;
  #refunds = 0;
  #checked = { payments: false, refunds: false, exported: false };

  constructor(source: FileSource) {
    super(source, DETAIL);
  }

  protected row(at: CellLine): SchemeRow {
    const kind = KINDS[oneOf(at, '业务类型', Object.keys(KINDS))] ?? 'payment';
    const written = amount(at, '商家实收（元）', CNY);
    const positive = written.amountMinor < 0n ? money(-written.amountMinor, CNY) : written;
    if ((kind === 'payment') !== written.amountMinor > 0n)
      throw fault(at, '商家实收（元）', 'A payment is above zero in a bill, a refund below.');
    if (kind === 'payment') this.#payments += 1;
    else this.#refunds += 1;
    (kind === 'payment' ? this.#paid : this.#returned).add(positive);
    const ours = identifier(at, kind === 'payment' ? '商户订单号' : '退款批次号/请求号');
    return {
      source: 'alipay',
      fileId: this.source.fileId,
      line: at.line,
      kind,
      ids: { ours, theirs: identifier(at, '支付宝交易号') },
      amount: positive,
      fee: amount(at, '服务费（元）', CNY),
      settlement: null,
      at: localInstant(at, '完成时间', '+08:00'),
    };
  }

  protected footer(text: string, line: number): void {
    const paid = /^#交易合计：(\d{1,9})笔，商家实收共(-?[0-9.]{1,20})元/.exec(text);
    const returned = /^#退款合计：(\d{1,9})笔，商家实收退款共(-?[0-9.]{1,20})元/.exec(text);
    if (paid !== null) {
      this.#compare(paid, line, this.#payments, this.#paid.of(CNY), 1n);
      this.#checked.payments = true;
    } else if (returned !== null) {
      this.#compare(returned, line, this.#refunds, this.#returned.of(CNY), -1n);
      this.#checked.refunds = true;
    } else if (/^#导出时间：\[[^\]]+\]$/.test(text)) this.#checked.exported = true;
  }

  end(lines: number): BillSums {
    this.closed(lines);
    const { payments, refunds, exported } = this.#checked;
    if (!payments || !refunds || !exported)
      throw this.refused('FILE_TRUNCATED', lines, 'The sums after the table are missing.');
    return {
      payments: this.#payments,
      refunds: this.#refunds,
      paid: this.#paid.of(CNY),
      returned: this.#returned.of(CNY),
    };
  }

  #compare(match: RegExpExecArray, line: number, rows: number, sum: Money, sign: bigint): void {
    const at: CellLine = { file: this.source.name, line, cells: new Map([['合计', match[2] ?? '']]) };
    const stated = amount(at, '合计', CNY).amountMinor;
    const agrees = stated === sum.amountMinor || stated === sign * sum.amountMinor;
    if (Number(match[1]) !== rows || !agrees)
      throw fault(at, '合计', 'The sums after the table are not those of its rows.', 'FILE_TOTALS_WRONG');
  }
}

export function readBillSummary(source: FileSource): Reading<StoreSums, BillSums> {
  return readingOf(source, new Stores(source));
}

class Stores extends BillTable<StoreSums, BillSums> {
  readonly #net = new Sums();
  #gross = 0n;
  #payments = 0;
  #refunds = 0;
  #total: StoreSums | null = null;
  #exported = false;

  constructor(source: FileSource) {
    super(source, SUMMARY);
  }

  protected row(at: CellLine): StoreSums | null {
    if (this.#total !== null) throw fault(at, '门店编号', 'A row stands after the total.');
    const gross = amount(at, '订单金额（元）', CNY);
    const net = amount(at, '商家实收（元）', CNY);
    const sums: StoreSums = {
      line: at.line,
      store: at.cells.get('门店编号') ?? '',
      payments: count(at, '交易订单总笔数'),
      refunds: count(at, '退款订单总笔数'),
      paid: gross,
      returned: money(gross.amountMinor - net.amountMinor, CNY),
    };
    if (sums.store !== '合计') {
      this.#net.add(signedAmount('payment', net));
      this.#gross += gross.amountMinor;
      this.#payments += sums.payments;
      this.#refunds += sums.refunds;
      return sums;
    }
    const same =
      sums.payments === this.#payments &&
      sums.refunds === this.#refunds &&
      gross.amountMinor === this.#gross &&
      equal(net, this.#net.of(CNY));
    if (!same) throw fault(at, '门店编号', 'The total is not the sum of the stores.', 'FILE_TOTALS_WRONG');
    this.#total = sums;
    return null;
  }

  protected footer(text: string): void {
    if (/^#导出时间：\[[^\]]+\]$/.test(text)) this.#exported = true;
  }

  end(lines: number): BillSums {
    this.closed(lines);
    const total = this.#total;
    if (total === null || !this.#exported)
      throw this.refused('FILE_TRUNCATED', lines, 'The total or what follows it is missing.');
    return { payments: total.payments, refunds: total.refunds, paid: total.paid, returned: total.returned };
  }
}
