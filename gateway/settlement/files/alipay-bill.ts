/** The trade bill that the Open Platform gives out for a day or a month: a zip of two GBK tables, detail and summary.
 *
 *  Shape   *_业务明细.csv: one row for each payment and refund, sums after it; *_业务明细(汇总).csv: sums by store and in all
 *  Units   yuan with two decimals; times of Beijing
 *  Errors  FILE_* : the whole archive, with the file in it and the place
 *  Source  Open Platform, alipay.data.dataservice.bill.downloadurl.query */
import { equal } from '../../kernel/money.ts';
import type { SchemeRow } from '../contract.ts';
import { type BillSums, readBillDetail, readBillSummary } from './alipay-bill-lines.ts';
import { readWhole, type WholeFile } from './reading.ts';
import type { SchemeSummary } from './scheme-rows.ts';
import { type FileSource, refusal, sourceOf } from './source.ts';
import { readZip, type ZipEntry } from './zip.ts';

/** Rows have the archive's id and the detail file's lines. */
export function readAlipayBill(
  source: FileSource,
  bytes: Uint8Array,
): WholeFile<SchemeRow, SchemeSummary & BillSums> {
  const entries = readZip(source.name, bytes);
  const summaryFile = only(source, entries, /\(汇总\)\.csv$/, 'the summary');
  const detailFile = only(source, entries, /_业务明细\.csv$/, 'the detail');
  const detail = readWhole(readBillDetail(innerOf(source, detailFile)), [detailFile.bytes]);
  const summary = readWhole(readBillSummary(innerOf(source, summaryFile)), [summaryFile.bytes]);
  const rows = detail.rows.map((row) => ({ ...row, fileId: source.fileId }));
  const [of, all] = [detail.summary, summary.summary];
  const same =
    of.payments === all.payments &&
    of.refunds === all.refunds &&
    equal(of.paid, all.paid) &&
    equal(of.returned, all.returned);
  if (!same)
    throw refusal('FILE_TOTALS_WRONG', source.name, { line: 0, column: '' }, 'Detail and summary disagree.');
  const net = { ...of.paid, amountMinor: of.paid.amountMinor - of.returned.amountMinor };
  return {
    rows,
    bytes: bytes.length,
    summary: { ...of, rows: rows.length, totals: [net], proof: 'totals' },
  };
}

function only(source: FileSource, entries: readonly ZipEntry[], name: RegExp, what: string): ZipEntry {
  const found = entries.filter((entry) => name.test(entry.name));
  const [entry] = found;
  if (entry === undefined || found.length > 1) {
    const reason = `The archive holds ${what} ${found.length} times.`;
    throw refusal('FILE_MALFORMED', source.name, { line: 0, column: '' }, reason);
  }
  return entry;
}

function innerOf(source: FileSource, entry: ZipEntry): FileSource {
  return sourceOf(`${source.name}/${entry.name}`, entry.bytes);
}
