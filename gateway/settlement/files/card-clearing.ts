/** The clearing file that a card bank sends us: what it settles for each transaction. The form is ours; see docs/settlement-files.md.
 *
 *  Shape   AMUR-CARD-CLEARING,1,<bank, as its folder is called>,<business date>,<currency>
 *          rrn,stan,tid,local_time,kind,amount,fee,settlement,bank_reference
 *          one line for each transaction
 *          TOTAL,<rows>,<amount>,<fee>,<settlement>
 *  Units   decimals of the file's currency; amounts above zero, fee and settlement signed (settlement = amount less fee, of a
 *          refund, cancel or chargeback the negative); time of Moscow; UTF-8, CRLF; the TOTAL adds what is signed
 *  Errors  FILE_* : the whole file, with the place */
import type { CurrencyCode } from '../../kernel/currency.ts';
import { parseRrn, parseStan, parseTid, type Rrn, type Stan, type Tid } from '../../kernel/identifiers.ts';
import { equal, formatDecimal, isZero, type Money, money } from '../../kernel/money.ts';
import { localTime, MOSCOW_OFFSET_MINUTES } from '../../kernel/time.ts';
import type { SchemeRow } from '../contract.ts';
import {
  amount,
  type CellLine,
  cellsOf,
  count,
  currency,
  fault,
  identifier,
  isoDate,
  localInstant,
  matching,
  oneOf,
} from './cells.ts';
import { csvLine, splitCsv, withoutGuard } from './csv.ts';
import { headingOf } from './heading.ts';
import { encodedPieces } from './pieces.ts';
import { type LineGrammar, type Reading, readingOf } from './reading.ts';
import { type SchemeKind, type SchemeSummary, signedAmount } from './scheme-rows.ts';
import { type FileSource, refusal } from './source.ts';
import { Sums } from './sums.ts';

export interface CardClearingRow extends SchemeRow {
  readonly rrn: Rrn;
  readonly stan: Stan;
  readonly tid: Tid;
  readonly fee: Money;
  readonly settlement: Money;
}

export interface CardClearingHead {
  readonly bank: string;
  readonly businessDate: string;
  readonly currency: CurrencyCode;
}

export interface CardClearingSummary extends SchemeSummary, CardClearingHead {}

const FORMAT = 'AMUR-CARD-CLEARING';
const HEAD = ['format', 'version', 'bank', 'business_date', 'currency'];
const TOTAL = ['total', 'rows', 'amount', 'fee', 'settlement'];
const COLUMNS = ['rrn', 'stan', 'tid', 'local_time', 'kind', 'amount', 'fee', 'settlement', 'bank_reference'];
const KINDS = ['payment', 'refund', 'cancel', 'chargeback', 'adjustment'] as const;

export function readCardClearing(source: FileSource): Reading<CardClearingRow, CardClearingSummary> {
  return readingOf(source, new Clearing(source));
}

class Clearing implements LineGrammar<CardClearingRow, CardClearingSummary> {
  readonly encoding = 'utf-8';
  readonly lastLineNeedsEnd = true;
  readonly #source: FileSource;
  readonly #amounts = new Sums();
  readonly #fees = new Sums();
  readonly #settled = new Sums();
  #head: CardClearingHead | null = null;
  #columns: readonly string[] | null = null;
  #rows = 0;
  #ended = false;

  constructor(source: FileSource) {
    this.#source = source;
  }

  line(text: string, number: number): CardClearingRow | null {
    const file = this.#source.name;
    if (this.#head === null) {
      this.#head = headOf(cellsOf(file, number, HEAD, splitCsv(text, file, number)));
      return null;
    }
    if (this.#columns === null) {
      this.#columns = headingOf(text, [COLUMNS], ',', file, number);
      return null;
    }
    const cells = splitCsv(text, file, number).map(withoutGuard);
    if (this.#ended)
      throw refusal('FILE_MALFORMED', file, { line: number, column: '' }, 'A line stands after the TOTAL.');
    if (cells[0] === 'TOTAL') {
      this.#total(cellsOf(file, number, TOTAL, cells), this.#head.currency);
      return null;
    }
    this.#rows += 1;
    return this.#row(cellsOf(file, number, this.#columns, cells), this.#head);
  }

  end(lines: number): CardClearingSummary {
    if (this.#head === null || !this.#ended) {
      const place = { line: lines, column: '' };
      throw refusal('FILE_TRUNCATED', this.#source.name, place, 'The TOTAL line is missing.');
    }
    return { ...this.#head, rows: this.#rows, totals: this.#settled.all(), proof: 'totals' };
  }

  #total(at: CellLine, of: CurrencyCode): void {
    const wrong =
      count(at, 'rows') !== this.#rows
        ? 'rows'
        : !equal(amount(at, 'amount', of), this.#amounts.of(of))
          ? 'amount'
          : !equal(amount(at, 'fee', of), this.#fees.of(of))
            ? 'fee'
            : !equal(amount(at, 'settlement', of), this.#settled.of(of))
              ? 'settlement'
              : null;
    if (wrong !== null)
      throw fault(at, wrong, 'The TOTAL is not that of the lines above.', 'FILE_TOTALS_WRONG');
    this.#ended = true;
  }

  #row(at: CellLine, head: CardClearingHead): CardClearingRow {
    const kind: SchemeKind = oneOf(at, 'kind', KINDS);
    const sum = amount(at, 'amount', head.currency);
    if (sum.amountMinor <= 0n) throw fault(at, 'amount', 'Not above zero.');
    const fee = amount(at, 'fee', head.currency);
    const settlement = amount(at, 'settlement', head.currency);
    requireSides(at, kind, sum, fee, settlement);
    this.#amounts.add(signedAmount(kind, sum));
    this.#fees.add(fee);
    this.#settled.add(settlement);
    const rrn = parseRrn(matching(at, 'rrn', /^[0-9A-Za-z]{12}$/, 'an RRN of 12 letters and digits'));
    return {
      source: head.bank,
      fileId: this.#source.fileId,
      line: at.line,
      kind,
      ids: { ours: rrn, theirs: identifier(at, 'bank_reference') },
      amount: sum,
      fee,
      settlement,
      at: localInstant(at, 'local_time', '+03:00'),
      rrn,
      stan: parseStan(matching(at, 'stan', /^(?!000000)[0-9]{6}$/, 'a STAN of six digits')),
      tid: parseTid(matching(at, 'tid', /^[0-9]{8}$/, 'a TID of eight digits')),
    };
  }
}

function requireSides(at: CellLine, kind: SchemeKind, sum: Money, fee: Money, settlement: Money): void {
  const net = signedAmount(kind, sum).amountMinor - fee.amountMinor;
  const either = kind === 'adjustment' && settlement.amountMinor === -sum.amountMinor - fee.amountMinor;
  if (settlement.amountMinor !== net && !either)
    throw fault(at, 'settlement', 'Not the signed amount less the fee.', 'FILE_TOTALS_WRONG');
}

function headOf(at: CellLine): CardClearingHead {
  if (at.cells.get('format') !== FORMAT || at.cells.get('version') !== '1')
    throw fault(at, 'format', `Not ${FORMAT} of version 1.`, 'FILE_KIND_UNKNOWN');
  return {
    bank: matching(at, 'bank', /^[a-z0-9_-]{1,32}$/, 'the name of a bank'),
    businessDate: isoDate(at, 'business_date'),
    currency: currency(at, 'currency'),
  };
}

/** One transaction as the bank settles it; `settlement` is worked out. */
export interface CardClearingLine {
  readonly rrn: Rrn;
  readonly stan: Stan;
  readonly tid: Tid;
  readonly at: number;
  readonly kind: SchemeKind;
  /** Above zero. */
  readonly amount: Money;
  readonly fee: Money;
  readonly bankReference: string;
}

/** The file in pieces, as its lines come. Errors  FILE_VALUE_UNFIT */
export function writeCardClearing(
  head: CardClearingHead,
  lines: Iterable<CardClearingLine>,
): Generator<Uint8Array, void> {
  return encodedPieces(clearingText(head, lines));
}

function* clearingText(head: CardClearingHead, lines: Iterable<CardClearingLine>): Generator<string, void> {
  const file = `${head.bank}-clearing`;
  const textOf = (cells: readonly string[]) => csvLine(cells, file);
  yield textOf([FORMAT, '1', head.bank, head.businessDate, head.currency]);
  yield textOf(COLUMNS);
  let [rows, gross, fees, settled] = [0, 0n, 0n, 0n];
  for (const line of lines) {
    if (
      line.amount.currency !== head.currency ||
      line.fee.currency !== head.currency ||
      isZero(line.amount)
    ) {
      const reason = 'An amount is zero or of another currency than the file.';
      throw refusal('FILE_VALUE_UNFIT', file, { line: rows + 3, column: 'amount' }, reason);
    }
    const signed = signedAmount(line.kind, line.amount);
    const settlement = money(signed.amountMinor - line.fee.amountMinor, head.currency);
    rows += 1;
    gross += signed.amountMinor;
    fees += line.fee.amountMinor;
    settled += settlement.amountMinor;
    const local = localTime(line.at, MOSCOW_OFFSET_MINUTES);
    const amounts = [line.amount, line.fee, settlement].map(formatDecimal);
    yield textOf([
      line.rrn,
      line.stan,
      line.tid,
      `${local.date} ${local.time}`,
      line.kind,
      ...amounts,
      line.bankReference,
    ]);
  }
  const totals = [gross, fees, settled].map((minor) => formatDecimal(money(minor, head.currency)));
  yield textOf(['TOTAL', String(rows), ...totals]);
}
