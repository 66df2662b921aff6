/** Alipay's daily transaction file of in-store payments.
 *
 *  Shape   Partner:2088…|Payment_time: 2026-11-22|Total_count:4, a heading, then one line for each transaction; the
 *          heading ends after Remark, Order_scene or Trans_forex_rate
 *  Units   amounts in the settlement currency, decimal; times of Beijing
 *  Errors  FILE_* : the whole file, with the place
 *  Source  Antom documentation, in-store payment, "Transaction file" */
import { isZero, money } from '../../kernel/money.ts';
import type { SchemeRow } from '../contract.ts';
import { amount, type CellLine, cellsOf, currency, fault, identifier, localInstant, oneOf } from './cells.ts';
import { headingOf } from './heading.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type SchemeKind, type SchemeSummary, sidesOf, signedAmount } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

export interface TransactionsSummary extends SchemeSummary {
  /** 2088…, 16 digits. */
  readonly partner: string;
  /** The Beijing day. */
  readonly businessDate: string;
}

const HEAD = [
  'Partner_transaction_id',
  'Transaction_id',
  'Transaction_amount',
  'Charge_amount',
  'Currency',
  'Payment_time',
  'Transaction_type',
  'Remark',
] as const;
const SCENE = ['Secondary_merchant_industry', 'Secondary_merchant_name', 'Operator_name', 'Order_scene'];
const PRICE = ['Trans_currency', 'Trans_amount', 'Trans_forex_rate'];
const HEADINGS: readonly (readonly string[])[] = [HEAD, [...HEAD, ...SCENE], [...HEAD, ...SCENE, ...PRICE]];

const KINDS: Readonly<Record<'PAYMENT' | 'REVERSAL' | 'REFUND' | 'CANCEL', SchemeKind>> = {
  PAYMENT: 'payment',
  REVERSAL: 'cancel',
  REFUND: 'refund',
  CANCEL: 'cancel',
};
const TYPES = ['PAYMENT', 'REVERSAL', 'REFUND', 'CANCEL'] as const;

export function readAlipayTransactions(source: FileSource): Reading<SchemeRow, TransactionsSummary> {
  return readingOf(source, new Transactions(source));
}

interface Promised {
  readonly partner: string;
  readonly businessDate: string;
  readonly count: number;
}

class Transactions implements LineGrammar<SchemeRow, TransactionsSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #sums = new Sums();
  #promised: Promised | null = null;
  #columns: readonly string[] | null = null;
  #rows = 0;

  constructor(source: FileSource) {
    this.#source = source;
  }

  line(text: string, number: number): SchemeRow | null {
    if (this.#promised === null) {
      this.#promised = this.#first(text);
      return null;
    }
    if (this.#columns === null) {
      this.#columns = headingOf(text, HEADINGS, '|', this.#source.name, number);
      return null;
    }
    this.#rows += 1;
    return this.#row(cellsOf(this.#source.name, number, this.#columns, text.split('|')), number);
  }

  end(lines: number): TransactionsSummary {
    const promised = this.#promised;
    if (promised === null || this.#columns === null || this.#rows < promised.count)
      throw this.#refused('FILE_TRUNCATED', lines, `${this.#rows} of the rows that the first line promises.`);
    if (this.#rows > promised.count)
      throw this.#refused('FILE_TOTALS_WRONG', lines, 'More rows than the first line promises.');
    const { partner, businessDate } = promised;
    return { rows: this.#rows, totals: this.#sums.all(), proof: 'count', partner, businessDate };
  }

  #first(text: string): Promised {
    const shape =
      /^Partner: ?(2088\d{8,12})\|Payment_time: ?(\d{4}-\d{2}-\d{2})\|Total_count: ?(0|[1-9]\d{0,8})$/;
    const match = shape.exec(text.trimEnd());
    if (match === null)
      throw this.#refused('FILE_MALFORMED', 1, 'The first line is not Partner|Payment_time|Total_count.');
    return { partner: match[1] ?? '', businessDate: match[2] ?? '', count: Number(match[3]) };
  }

  #row(at: CellLine, line: number): SchemeRow {
    const kind = KINDS[oneOf(at, 'Transaction_type', TYPES)];
    const of = currency(at, 'Currency');
    const written = amount(at, 'Transaction_amount', of);
    if (isZero(written)) throw fault(at, 'Transaction_amount', 'The amount is zero.');
    const fee = at.cells.get('Charge_amount') === '' ? money(0n, of) : amount(at, 'Charge_amount', of);
    const sides = sidesOf(at, kind, { amount: written, fee, settlement: null }, 'Charge_amount');
    this.#sums.add(signedAmount(kind, sides.amount));
    return {
      source: 'alipay',
      fileId: this.#source.fileId,
      line,
      kind,
      ids: { ours: identifier(at, 'Partner_transaction_id'), theirs: identifier(at, 'Transaction_id') },
      amount: sides.amount,
      fee: sides.fee,
      settlement: null,
      at: localInstant(at, 'Payment_time', '+08:00'),
    };
  }

  #refused(code: Parameters<typeof refusal>[0], line: number, reason: string) {
    return refusal(code, this.#source.name, { line, column: '' }, reason);
  }
}
