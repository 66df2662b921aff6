/** Tells what a file that arrived is, by its content, and reads it with the reader of its kind: once to see it through, and
 *  again to take its rows. Nothing of a file counts before its last byte has been read, nor out of another party's folder. */

import type { Money } from '../../kernel/money.ts';
import type { AcquirerRecord, FileKindIn, SchemeRow, StatementRow } from '../../settlement/contract.ts';
import { readAlipayBill } from '../../settlement/files/alipay-bill.ts';
import { type PackageRow, readAlipayPackage } from '../../settlement/files/alipay-package.ts';
import { readAlipayReport } from '../../settlement/files/alipay-report.ts';
import { readAlipaySummary } from '../../settlement/files/alipay-summary.ts';
import { readAlipayTransactions } from '../../settlement/files/alipay-transactions.ts';
import { readCamt } from '../../settlement/files/camt.ts';
import { readCardClearing } from '../../settlement/files/card-clearing.ts';
import type { Reading } from '../../settlement/files/reading.ts';
import { PUBLISHED_LAYOUTS } from '../../settlement/files/report-layout.ts';
import type { Proof } from '../../settlement/files/scheme-rows.ts';
import { type FileSource, type Place, refusal, sourceOf } from '../../settlement/files/source.ts';
import { readStatement1c } from '../../settlement/files/statement-1c.ts';
import type { StatementSummary } from '../../settlement/files/statement-summary.ts';
import { readZip } from '../../settlement/files/zip.ts';
import type { DayChange } from '../../settlement/ports.ts';

/** A file that was read to its end and found sound. */
export interface SoundFile {
  readonly fileId: string;
  readonly kind: FileKindIn;
  readonly rows: number;
  readonly totals: readonly Money[];
  /** Its rows as changes, read again. */
  readonly changes: () => Iterable<DayChange>;
}

/** Lines of one file of an archive, so that the lines of several do not meet. */
const ARCHIVE_LINES = 10_000_000;
const CHUNK_BYTES = 65_536;
/** Its files bear no name of their sender's. */
const WALLET = 'alipay';
const WHOLE: Place = { line: 0, column: '' };

/** Whose word counts for our money: the bank that keeps our accounts, and these. */
export type OurBank = Pick<AcquirerRecord, 'bank' | 'accounts'>;

/** `party`: whose folder it was put into.
 *  Errors  FILE_* : the whole file, with the place */
export function readFile(us: OurBank, party: string, name: string, bytes: Uint8Array): SoundFile {
  const source = sourceOf(name, bytes);
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return archive(source, party, bytes);
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 2_048)).replace(/^ï»¿/, '');
  if (start.startsWith('1CClientBankExchange')) {
    requireSender(source, us.bank, party);
    return statement1c(source, us, bytes, () => readStatement1c(source, party));
  }
  const camt = /urn:iso:std:iso:20022:tech:xsd:camt\.(053|054)\./.exec(start)?.[1];
  if (camt !== undefined) {
    requireSender(source, us.bank, party);
    const whole = readCamt(source, bytes, party);
    // A notification has no balances, so its entries say whose account it is.
    for (const { account } of whole.rows) requireOurs(source, us, account);
    return statementFile(source, us, camt === '053' ? 'camt053' : 'camt054', whole.summary, () => whole.rows);
  }
  return schemeLines(source, party, bytes, start);
}

function schemeLines(source: FileSource, party: string, bytes: Uint8Array, start: string): SoundFile {
  const scheme = <Row extends SchemeRow, S extends SchemeTotals>(
    kind: FileKindIn,
    make: () => Reading<Row, S>,
  ): SoundFile => {
    const summary = seenThrough(make(), bytes);
    if (summary.bank === undefined) requireSender(source, WALLET, party);
    else requireSender(source, summary.bank, party, { line: 1, column: 'bank' });
    if (summary.proof === 'none') throw unproved(source);
    return schemeFile(source, party, kind, summary, () => rowsOf(make(), bytes));
  };
  if (start.startsWith('AMUR-CARD-CLEARING')) return scheme('card_clearing', () => readCardClearing(source));
  if (/^Partner\s*:/.test(start)) {
    return scheme('alipay_transactions', () => readAlipayTransactions(source));
  }
  if (start.startsWith('type,settlementTime')) {
    requireSender(source, WALLET, party);
    const summary = seenThrough(readAlipaySummary(source), bytes);
    return schemeFile(source, party, 'alipay_settlement_summary', { ...summary, rows: 0 }, () => []);
  }
  const heading = start.split(/\r?\n/, 1)[0] ?? '';
  const layout = PUBLISHED_LAYOUTS.find(({ separator, columns }) => {
    const cells = heading.split(separator).map((cell) => cell.replaceAll('"', '').trim());
    return [columns.type, columns.ours, columns.theirs, columns.amount].every((column) =>
      cells.includes(column),
    );
  });
  if (layout !== undefined) {
    const kind = layout.columns.settlement === null ? 'alipay_transactions' : 'alipay_settlement';
    return scheme(kind, () => readAlipayReport(source, layout, null));
  }
  // A settlement or batch file alone does not show that it is whole; the two come in one archive.
  if (/^(Settle_batch_no|Partner_transaction_id)/.test(heading)) throw unproved(source);
  throw refusal('FILE_KIND_UNKNOWN', source.name, { line: 1, column: '' }, 'Nobody here reads such a file.');
}

function archive(source: FileSource, party: string, bytes: Uint8Array): SoundFile {
  requireSender(source, WALLET, party);
  const isBill = readZip(source.name, bytes).some(({ name }) => name.endsWith('_业务明细.csv'));
  if (isBill) {
    const whole = readAlipayBill(source, bytes);
    return schemeFile(source, party, 'alipay_bill', whole.summary, () => whole.rows);
  }
  const whole = readAlipayPackage(source, bytes);
  const numbers = whole.summary.batches.map(({ batchNo }) => batchNo);
  const rows = () => whole.rows.map((row) => inArchive(row, numbers));
  return schemeFile(source, party, 'alipay_settlement', whole.summary, rows);
}

function inArchive(row: PackageRow, batches: readonly string[]): SchemeRow {
  return { ...row, batch: row.batchNo, line: batches.indexOf(row.batchNo) * ARCHIVE_LINES + row.line };
}

interface SchemeTotals {
  readonly rows: number;
  readonly totals: readonly Money[];
  readonly proof: Proof;
  /** Whose file it says it is; a wallet's says nothing. */
  readonly bank?: string;
}

function schemeFile(
  { fileId }: FileSource,
  party: string,
  kind: FileKindIn,
  { rows, totals }: Pick<SchemeTotals, 'rows' | 'totals'>,
  read: () => Iterable<SchemeRow>,
): SoundFile {
  const changes = function* (): Iterable<DayChange> {
    for (const row of apart(read())) yield { kind: 'scheme_row.ensure', row: { ...row, source: party } };
  };
  return { fileId, kind, rows, totals, changes };
}

function statement1c(
  source: FileSource,
  us: OurBank,
  bytes: Uint8Array,
  make: () => Reading<StatementRow, StatementSummary>,
): SoundFile {
  return statementFile(source, us, 'statement_1c', seenThrough(make(), bytes), () => rowsOf(make(), bytes));
}

function statementFile(
  source: FileSource,
  us: OurBank,
  kind: FileKindIn,
  { rows, accounts }: StatementSummary,
  read: () => Iterable<StatementRow>,
): SoundFile {
  const { fileId } = source;
  for (const { account } of accounts) requireOurs(source, us, account);
  const changes = function* (): Iterable<DayChange> {
    for (const row of apart(read())) yield { kind: 'statement_row.ensure', row };
  };
  return { fileId, kind, rows, totals: accounts.map(({ closing }) => closing), changes };
}

/** Two rows may stand on one line, as in a message of XML without line ends; then the later is given the next number. */
function* apart<Row extends { readonly line: number }>(rows: Iterable<Row>): Iterable<Row> {
  let last = 0;
  for (const row of rows) {
    last = Math.max(row.line, last + 1);
    yield { ...row, line: last };
  }
}

function seenThrough<Row, Summary>(reading: Reading<Row, Summary>, bytes: Uint8Array): Summary {
  for (const chunk of chunksOf(bytes)) reading.push(chunk);
  return reading.end().summary;
}

function* rowsOf<Row, Summary>(reading: Reading<Row, Summary>, bytes: Uint8Array): Iterable<Row> {
  for (const chunk of chunksOf(bytes)) yield* reading.push(chunk);
  yield* reading.end().rows;
}

function* chunksOf(bytes: Uint8Array): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}

/** Anyone can write a file that says it is another's: only the folder tells who sent it. */
function requireSender(source: FileSource, sender: string, party: string, place = WHOLE): void {
  if (sender === party) return;
  const reason = 'The file is of another party than the folder that it was put into.';
  throw refusal('FILE_SENDER_WRONG', source.name, place, reason);
}

function requireOurs(source: FileSource, { accounts }: OurBank, account: string): void {
  if (Object.values(accounts).some((ours) => plain(ours) === plain(account))) return;
  throw refusal('FILE_ACCOUNT_FOREIGN', source.name, WHOLE, 'An account of the statement is none of ours.');
}

/** Banks set an account in groups, and an IBAN in either case. */
function plain(account: string): string {
  return account.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
}

function unproved(source: FileSource) {
  const reason = 'The file does not show that it is whole, and no batch stands beside it.';
  return refusal('FILE_TRUNCATED', source.name, { line: 0, column: '' }, reason);
}
