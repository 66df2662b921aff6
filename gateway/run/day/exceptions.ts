/** What does not agree, as rows that keep their name from run to run: found again it is the same row, and gone it is resolved. */
import { localTime } from '../../kernel/time.ts';
import { type Discrepancy, type Item, signedMinor } from '../../reconciliation/item.ts';
import type { Book } from '../../reconciliation/ports.ts';
import type { ExceptionRecord } from '../../settlement/contract.ts';
import type { DayChange } from '../../settlement/ports.ts';
import { proposalFacts } from './chargeback-proposal.ts';
import { commitAll } from './commits.ts';
import type { PayerRecord } from './payers.ts';
import type { ReconContext } from './reconcile.ts';

interface Found {
  readonly book: Book;
  readonly payer: PayerRecord;
  readonly faults: readonly Discrepancy[];
}

/** Signed: what our account has more than theirs would have it, by this. It is what a write-off would book.
 *
 *  Of a duplicate, ours was matched with the other row. Rows that bear each other's ids are two, and together come to nothing. */
export function lackOf(book: Book, { type, ours, theirs, also, atRisk }: Discrepancy): bigint {
  const rows = [...(theirs === null ? [] : [theirs]), ...also]
    .filter(({ amount }) => amount.currency === atRisk.currency)
    .reduce((sum, item) => sum + signedMinor(item), 0n);
  if (type === 'late' || type === 'date') return 0n;
  // A line of a statement that is nobody's was booked nowhere yet.
  if (book === 'clearing') return ours === null ? 0n : signedMinor(ours);
  return (ours === null || type === 'duplicate' ? 0n : signedMinor(ours)) - rows;
}

/** Answers how many are open. */
export async function recordExceptions(context: ReconContext, found: readonly Found[]): Promise<number> {
  const { store } = context;
  const now = store.now();
  const open = await store.exceptions({ states: ['open'] });
  const changes: DayChange[] = [];
  const standing = new Set<string>();
  const isOpen = new Set(open.map(({ exceptionId }) => exceptionId));
  for (const one of found) {
    for (const fault of one.faults) {
      const row = rowOf(one, fault, now);
      standing.add(row.exceptionId);
      if (isOpen.has(row.exceptionId)) continue;
      // One that was ended before stays so: the store looks for it by its name.
      const named = await withFileName(context, row);
      changes.push({ kind: 'exception.ensure', row: await withProposal(context, one, fault, named) });
    }
  }
  const books = new Set(found.map(({ book, payer }) => `${book} ${payer.party}`));
  const inDoubt = new Set(found.flatMap(({ faults }) => faults.flatMap(({ ours }) => ours?.key ?? [])));
  for (const row of open) {
    if (standing.has(row.exceptionId) || !books.has(`${row.facts.book} ${row.party}`)) continue;
    changes.push({ kind: 'exception.put', row: resolvedRow(row, now) });
    if (row.type === 'missing_theirs' && !inDoubt.has(row.subject)) {
      changes.push({ kind: 'exception.ensure', row: lateRow(row, now) });
    }
  }
  await commitAll(
    context,
    changes.map((change) => [change]),
  );
  return (await store.exceptions({ states: ['open'] })).length;
}

/** What was late is matched already: it is told, and nobody has to do anything. */
function rowOf({ book, payer }: Found, fault: Discrepancy, now: number): ExceptionRecord {
  const { type, ours, theirs, atRisk } = fault;
  const subject = ours?.key ?? theirs?.key ?? '';
  const isOver = type === 'late' || type === 'date';
  const place = theirs === null ? null : placeOf(theirs);
  return {
    exceptionId: `${book}/${payer.party}/${type}/${subject}${ours !== null && theirs !== null ? `/${theirs.key}` : ''}`,
    type,
    party: payer.party,
    owner: payer.owner,
    state: isOver ? 'resolved' : 'open',
    version: 1,
    atRisk,
    subject,
    fileId: place?.fileId ?? null,
    line: place?.line ?? null,
    facts: {
      ...factsOf(fault),
      book,
      lackMinor: `${lackOf(book, fault)}`,
      ...(fault.also.length === 0 ? {} : { also: fault.also.map(({ key }) => key).join(' ') }),
    },
    businessDate: localTime(now, payer.offsetMinutes).date,
    foundAt: now,
    resolvedAt: isOver ? now : null,
    proposedBy: null,
    approvedBy: null,
    reason: isOver ? 'matched' : null,
    transferId: null,
  };
}

/** Of a duplicate: the file and line that has its place. */
function factsOf({ facts }: Discrepancy): Readonly<Record<string, string>> {
  const { matchedWith, ...others } = facts;
  if (matchedWith === undefined) return facts;
  const { fileId, line } = placeOf({ key: matchedWith });
  return { ...others, matchedFileId: fileId, matchedLine: `${line}` };
}

/** A person knows the earlier file by its name. */
async function withFileName({ store }: ReconContext, row: ExceptionRecord): Promise<ExceptionRecord> {
  const { matchedFileId } = row.facts;
  const file = matchedFileId === undefined ? null : await store.file(matchedFileId);
  return file === null ? row : { ...row, facts: { ...row.facts, matchedFile: file.name } };
}

/** A row about a dispute comes with what it would book. */
async function withProposal(
  context: ReconContext,
  { book, payer }: Found,
  { type, theirs }: Discrepancy,
  row: ExceptionRecord,
): Promise<ExceptionRecord> {
  if (book !== 'receivable' || type !== 'missing_ours') return row;
  return { ...row, facts: { ...row.facts, ...(await proposalFacts(context, payer, theirs)) } };
}

function resolvedRow(row: ExceptionRecord, now: number): ExceptionRecord {
  return { ...row, state: 'resolved', version: row.version + 1, resolvedAt: now, reason: 'matched' };
}

/** It was missed when it was due and is there now, under the date it always had. */
function lateRow(row: ExceptionRecord, now: number): ExceptionRecord {
  const { businessDate, facts } = row;
  return {
    ...resolvedRow(row, now),
    exceptionId: `${facts.book}/${row.party}/late/${row.subject}`,
    type: 'late',
    version: 1,
    atRisk: { ...row.atRisk, amountMinor: 0n },
    facts: { ...facts, lackMinor: '0', missedOn: businessDate },
    foundAt: now,
  };
}

function placeOf({ key }: Pick<Item, 'key'>): { readonly fileId: string; readonly line: number } {
  const at = key.lastIndexOf(':');
  return { fileId: key.slice(0, at), line: Number(key.slice(at + 1)) };
}
