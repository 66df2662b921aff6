/** Alipay's settlement of a day as it comes: a zip of one batch file and one settlement file for each of its batches.
 *
 *  Neither proves itself whole; together they do: each settlement file must come to its batch, and no file or batch is left over.
 *  Errors  FILE_* : the whole archive, with the file in it and the place
 *  Source  Antom documentation, "Settlement file format": MID_settle_YYYYMMDD_BatchID.csv */
import { readAlipayBatches } from './alipay-batch.ts';
import { type AlipaySettlementRow, readAlipaySettlement, type SettlementBatch } from './alipay-settlement.ts';
import { readWhole, type WholeFile } from './reading.ts';
import type { SchemeSummary } from './scheme-rows.ts';
import { type FileSource, refusal, sourceOf } from './source.ts';
import { readZip, type ZipEntry } from './zip.ts';

export interface PackageSummary extends SchemeSummary {
  readonly batches: readonly SettlementBatch[];
}

export interface PackageRow extends AlipaySettlementRow {
  readonly batchNo: string;
}

/** Rows have the archive's id and the lines of their own settlement file. */
export function readAlipayPackage(
  source: FileSource,
  bytes: Uint8Array,
): WholeFile<PackageRow, PackageSummary> {
  const entries = readZip(source.name, bytes);
  const batchFiles = entries.filter((entry) => firstLine(entry).startsWith('Settle_batch_no'));
  const [batchFile] = batchFiles;
  if (batchFile === undefined || batchFiles.length > 1)
    throw wrong(source, `The archive holds ${batchFiles.length} batch files.`);
  const batches = readWhole(readAlipayBatches(inner(source, batchFile)), [batchFile.bytes]);
  const rest = entries.filter((entry) => entry !== batchFile);
  if (rest.length !== batches.rows.length)
    throw wrong(source, `${batches.rows.length} batches, but ${rest.length} settlement files.`);
  const rows: PackageRow[] = [];
  for (const batch of batches.rows) {
    const entry = rest.find(({ name }) => name.replace(/\.[a-z]+$/, '').endsWith(`_${batch.batchNo}`));
    if (entry === undefined) throw wrong(source, 'A batch has no settlement file of its number.');
    const file = readWhole(readAlipaySettlement(inner(source, entry), batch), [entry.bytes]);
    for (const row of file.rows) rows.push({ ...row, fileId: source.fileId, batchNo: batch.batchNo });
  }
  const summary: PackageSummary = {
    rows: rows.length,
    totals: batches.summary.totals,
    proof: 'batch',
    batches: batches.rows,
  };
  return { rows, summary, bytes: bytes.length };
}

function firstLine(entry: ZipEntry): string {
  return new TextDecoder('latin1').decode(entry.bytes.subarray(0, 64)).replace(/^ï»¿/, '');
}

function inner(source: FileSource, entry: ZipEntry): FileSource {
  return sourceOf(`${source.name}/${entry.name}`, entry.bytes);
}

function wrong(source: FileSource, reason: string) {
  return refusal('FILE_MALFORMED', source.name, { line: 0, column: '' }, reason);
}
