/** Alipay's settlement file of in-store payments, of the mainland wallet and of AlipayHK.
 *
 *  Shape   a heading, then one line for each payment or refund settled; separated by `|`, or by `,` where the heading is.
 *          The mainland's ends after Order_scene or after Trans_forex_rate; Hong Kong's has no yuan and no rate
 *  Units   amounts decimal in the settlement currency, yuan with two decimals, the rate in yuan per unit; times of Beijing
 *  Errors  FILE_* : the whole file, with the place. The file itself cannot show that it is whole: hand in its batch
 *  Source  Antom documentation, in-store payment, "Settlement file" */
import { CNY } from '../../kernel/currency.ts';
import { equal, type Money } from '../../kernel/money.ts';
import { convert, type ExactRate } from '../../kernel/rate.ts';
import type { SchemeRow } from '../contract.ts';
import { amount, type CellLine, cellsOf, currency, fault, identifier, localInstant, oneOf } from './cells.ts';
import { headingOf } from './heading.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type SchemeKind, type SchemeSummary, sidesOf, signedAmount } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

/** What the batch file says of one settlement file: its sums, with the signs of the file. */
export interface SettlementBatch {
  readonly batchNo: string;
  readonly settledAt: string;
  readonly amount: Money;
  readonly fee: Money;
  readonly settlement: Money;
}

export interface AlipaySettlementRow extends SchemeRow {
  readonly settlement: Money;
  readonly settledAt: string;
  /** Null in Hong Kong's files. */
  readonly rmb: {
    readonly amount: Money;
    readonly settlement: Money;
    readonly rate: ExactRate | null;
  } | null;
}

export interface SettlementSummary extends SchemeSummary {
  readonly amounts: readonly Money[];
  readonly fees: readonly Money[];
}

const MAINLAND = [
  'Partner_transaction_id',
  'Transaction_id',
  'Amount',
  'Rmb_amount',
  'Fee',
  'Settlement',
  'Rmb_settlement',
  'Currency',
  'Rate',
  'Payment_time',
  'Settlement_time',
  'Type',
  'Status',
  'Remarks',
  'Secondary_merchant_industry',
];
const HONG_KONG = MAINLAND.filter((column) => !['Rmb_amount', 'Rmb_settlement', 'Rate'].includes(column));
const NAMES = ['Secondary_merchant_name', 'Operator_name', 'Order_scene'];
const PRICE = ['Trans_currency', 'Trans_amount', 'Trans_forex_rate'];
const HEADINGS = [MAINLAND, HONG_KONG].flatMap((head) => [
  [...head, ...NAMES, ...PRICE],
  [...head, ...NAMES],
  head,
]);

/** `batch`: the file's own line of the batch file; null takes the file without a proof that it is whole. */
export function readAlipaySettlement(
  source: FileSource,
  batch: SettlementBatch | null,
): Reading<AlipaySettlementRow, SettlementSummary> {
  return readingOf(source, new Settlement(source, batch));
}

class Settlement implements LineGrammar<AlipaySettlementRow, SettlementSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #batch: SettlementBatch | null;
  readonly #amounts = new Sums();
  readonly #fees = new Sums();
  readonly #settled = new Sums();
  #columns: readonly string[] | null = null;
  #separator = '|';
  #rows = 0;

  constructor(source: FileSource, batch: SettlementBatch | null) {
    this.#source = source;
    this.#batch = batch;
  }

  line(text: string, number: number): AlipaySettlementRow | null {
    if (this.#columns === null) {
      this.#separator = text.includes('|') ? '|' : ',';
      this.#columns = headingOf(text, HEADINGS, this.#separator, this.#source.name, number);
      return null;
    }
    this.#rows += 1;
    const cells = text.split(this.#separator).map((cell) => cell.trim());
    return this.#row(cellsOf(this.#source.name, number, this.#columns, cells), number);
  }

  end(lines: number): SettlementSummary {
    if (this.#columns === null) throw this.#refused('FILE_TRUNCATED', lines, 'There is no heading.');
    if (this.#batch !== null) this.#compare(this.#batch, lines);
    return {
      rows: this.#rows,
      totals: this.#settled.all(),
      amounts: this.#amounts.all(),
      fees: this.#fees.all(),
      proof: this.#batch === null ? 'none' : 'batch',
    };
  }

  #compare(batch: SettlementBatch, lines: number): void {
    const pairs = [
      ['Amount', this.#amounts, batch.amount],
      ['Fee', this.#fees, batch.fee],
      ['Settlement', this.#settled, batch.settlement],
    ] as const;
    for (const [column, sums, wanted] of pairs) {
      const others = sums.all().some((sum) => sum.currency !== wanted.currency);
      if (others || !equal(sums.of(wanted.currency), wanted)) {
        const reason = 'The rows do not add up to the batch: rows are lost, added or changed.';
        throw refusal('FILE_TOTALS_WRONG', this.#source.name, { line: lines, column }, reason);
      }
    }
  }

  #row(at: CellLine, line: number): AlipaySettlementRow {
    oneOf(at, 'Status', ['L']);
    const ids = { ours: identifier(at, 'Partner_transaction_id'), theirs: identifier(at, 'Transaction_id') };
    const type = oneOf(at, 'Type', ['P', 'R']);
    const kind = kindOf(type, ids);
    const of = currency(at, 'Currency');
    const written = {
      amount: amount(at, 'Amount', of),
      fee: amount(at, 'Fee', of),
      settlement: amount(at, 'Settlement', of),
    };
    const sides = sidesOf(at, kind, written, 'Settlement');
    this.#amounts.add(signedAmount(kind, sides.amount));
    this.#fees.add(sides.fee);
    this.#settled.add(sides.settlement);
    return {
      source: 'alipay',
      fileId: this.#source.fileId,
      line,
      kind,
      // Of a cancelled trade the first column repeats Alipay's number, and ours is not in the file.
      ids: ids.ours === ids.theirs ? { ours: null, theirs: ids.theirs } : ids,
      ...sides,
      at: localInstant(at, 'Payment_time', '+08:00'),
      settledAt: localInstant(at, 'Settlement_time', '+08:00'),
      rmb: at.cells.has('Rmb_amount') ? rmbOf(at, written.amount) : null,
    };
  }

  #refused(code: Parameters<typeof refusal>[0], line: number, reason: string) {
    return refusal(code, this.#source.name, { line, column: '' }, reason);
  }
}

function kindOf(type: 'P' | 'R', ids: { readonly ours: string; readonly theirs: string }): SchemeKind {
  if (type === 'P') return 'payment';
  return ids.ours === ids.theirs ? 'cancel' : 'refund';
}

function rmbOf(at: CellLine, written: Money): AlipaySettlementRow['rmb'] {
  const rmb = amount(at, 'Rmb_amount', CNY);
  const rate = rateOf(at, written.currency);
  const exact = rate === null ? written : convert(written, rate, 'half_up');
  const off = rmb.amountMinor - exact.amountMinor;
  // The way of rounding is not documented: one fen either way is theirs, more is a contradiction.
  if (off > 1n || off < -1n)
    throw fault(at, 'Rmb_amount', 'The yuan are not the amount at the rate.', 'FILE_TOTALS_WRONG');
  return { amount: rmb, settlement: amount(at, 'Rmb_settlement', CNY), rate };
}

function rateOf(at: CellLine, of: Money['currency']): ExactRate | null {
  const match = /^(\d{1,8})(?:\.(\d{1,12}))?$/.exec(at.cells.get('Rate') ?? '');
  const value = match === null ? 0n : BigInt(`${match[1]}${match[2] ?? ''}`);
  if (match === null || value === 0n) throw fault(at, 'Rate', 'Not a rate above zero.');
  if (of === CNY) return null;
  return { base: of, quote: CNY, value, scale: (match[2] ?? '').length };
}
