/** What is given out of the log that the books keep: hashes for tiles, the latest note, and leaves for whom they concern. */
import type Database from 'better-sqlite3';
import { documentDraft, type LoggedDocument } from '../../ledger/log/leaf.ts';
import { type Note, noteText, parseNote } from '../../ledger/log/note.ts';
import type { Disclosure } from '../../ledger/log/proof-file.ts';
import type { Hash } from '../../ledger/log/tree.ts';
import { blobOf, numberOf, prepare, prepareBlobs, textOf } from './columns.ts';
import { loggedTransferOf } from './log-tables.ts';

/** Whom a disclosure is for: transfers of these merchants, transfers that touch an account of these parties, and documents
 *  whose id begins with one of them. */
export interface Concerned {
  readonly mids: readonly string[];
  readonly parties: readonly string[];
}

/** Null before the first checkpoint. */
export function latestNote(db: Database.Database): { readonly size: number; readonly note: string } | null {
  const row = prepare(db, 'SELECT size, note FROM log_checkpoint ORDER BY size DESC LIMIT 1').get();
  return row === undefined ? null : { size: numberOf(row, 'size'), note: textOf(row, 'note') };
}

/** Leaves from this index up to `size`. */
export function leafHashesFrom(db: Database.Database, from: number, size: number): readonly Hash[] {
  const rows = prepareBlobs(
    db,
    'SELECT hash FROM log_leaf WHERE leaf_index >= ? AND leaf_index < ? ORDER BY leaf_index',
  ).all(from, size);
  return rows.map((row) => blobOf(row, 'hash'));
}

/** Adds a witness's lines to the checkpoint they are for; answers whether there is such a checkpoint.
 *  Errors  LOG_NOTE_INVALID */
export function addCosignatures(db: Database.Database, cosigned: string): boolean {
  const theirs = parseNote(cosigned);
  const size = Number(theirs.text.split('\n')[1]);
  const row = prepare(db, 'SELECT note FROM log_checkpoint WHERE size = ?').get(size);
  if (row === undefined) return false;
  const ours = parseNote(textOf(row, 'note'));
  if (ours.text !== theirs.text) return false;
  const merged: Note = { text: ours.text, signatures: [...ours.signatures] };
  const known = new Set(ours.signatures.map(({ bytes }) => Buffer.from(bytes).toString('base64')));
  const added = theirs.signatures.filter(({ bytes }) => !known.has(Buffer.from(bytes).toString('base64')));
  const note = noteText({ ...merged, signatures: [...merged.signatures, ...added] });
  prepare(db, 'UPDATE log_checkpoint SET note = ? WHERE size = ?').run(note, size);
  return true;
}

/** By index. */
export function* disclosuresOf(db: Database.Database, concerned: Concerned): Iterable<Disclosure> {
  const leaves = prepareBlobs(db, 'SELECT leaf_index, kind, ref, salt FROM log_leaf ORDER BY leaf_index');
  const documents = prepare(db, 'SELECT * FROM log_document WHERE kind = ? AND document_id = ?');
  const transferOf = loggedTransferOf(db);
  for (const row of leaves.iterate()) {
    const [kind, ref] = [textOf(row, 'kind'), textOf(row, 'ref')];
    const content =
      kind === 'transfer'
        ? transferOf(ref, (transfer) => concerns(concerned, transfer))
        : documentOf(kind, ref);
    if (content === null) continue;
    yield { index: numberOf(row, 'leaf_index'), kind, ref, salt: blobOf(row, 'salt'), content };
  }

  function documentOf(kind: string, id: string): readonly string[] | null {
    if (!concerned.parties.some((party) => id.startsWith(`${party}-`) || id.startsWith(`${party}/`)))
      return null;
    const row = documents.get(kind, id);
    if (row === undefined) return null;
    const facts = JSON.parse(textOf(row, 'facts')) as LoggedDocument['facts'];
    return documentDraft({ kind: kind as LoggedDocument['kind'], id, facts }).content;
  }
}

function concerns(
  { mids, parties }: Concerned,
  transfer: { readonly mid: string | null; readonly entries: readonly { readonly account: string }[] },
): boolean {
  if (transfer.mid !== null && mids.includes(transfer.mid)) return true;
  return transfer.entries.some(({ account }) => parties.includes(account.slice(account.indexOf(':') + 1)));
}
