/** The transparency log in the books' own database: leaves and checkpoints, added only. */
import type Database from 'better-sqlite3';
import { type Frontier, frontierBytes, frontierOf } from '../../ledger/log/frontier.ts';
import {
  documentDraft,
  type Leaf,
  type LeafDraft,
  type LoggedDocument,
  type LoggedEntry,
  type LoggedTransfer,
  transferContent,
  transferDraft,
} from '../../ledger/log/leaf.ts';
import type { KeptCheckpoint, LogReach, LogStore, Unlogged } from '../../ledger/log/ports.ts';
import {
  bigintOf,
  blobOf,
  numberOf,
  prepare,
  prepareBlobs,
  type Row,
  textOf,
  textOrNull,
} from './columns.ts';

/** Transfers by position, each row one entry; a transfer without entries has nulls in their place. */
const TRANSFERS_WHERE = (condition: string) => `
  SELECT p.position, t.seq, t.transfer_id, t.template, t.template_version, t.state, t.ends_transfer_id, t.reference, t.mid,
    t.business_date, t.posted_at, e.line, e.account, e.side, e.amount_minor, e.currency
  FROM ledger_position p CROSS JOIN transfer t ON t.seq = p.transfer_seq LEFT JOIN entry e ON e.transfer_id = t.transfer_id
  WHERE ${condition} ORDER BY p.position, e.line`;
const TRANSFERS = TRANSFERS_WHERE('p.position > ? AND p.position <= ?');

export function openLogStore(db: Database.Database): LogStore {
  const lastReach = prepareBlobs(db, 'SELECT * FROM log_checkpoint ORDER BY size DESC LIMIT 1');
  const lastPosition = prepare(db, 'SELECT coalesce(max(position), 0) AS position FROM ledger_position');
  const transfers = prepare(db, TRANSFERS);
  const documents = prepare(
    db,
    'SELECT * FROM log_document WHERE document_number > ? ORDER BY document_number LIMIT ? + 0',
  );
  const insertLeaf = prepare(
    db,
    'INSERT INTO log_leaf (leaf_index, kind, ref, salt, digests, hash) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertCheckpoint = prepare(
    db,
    `INSERT INTO log_checkpoint (size, frontier, note, position, document_number, signed_at)
     VALUES (?, ?, ?, ?, ?, ?)`,
  );

  const reachOf = (): LogReach & { readonly size: number } => {
    const row = lastReach.get();
    if (row === undefined) return { size: 0, position: 0, documentNumber: 0 };
    return {
      size: numberOf(row, 'size'),
      position: numberOf(row, 'position'),
      documentNumber: numberOf(row, 'document_number'),
    };
  };
  const unlogged = (most: number): Unlogged => {
    const from = reachOf();
    const end = lastPosition.get();
    const upto = Math.min(end === undefined ? 0 : numberOf(end, 'position'), from.position + most);
    const drafts: LeafDraft[] = [];
    for (const transfer of transfersOf(() => transfers.iterate(from.position, upto))) {
      drafts.push(transferDraft(transfer));
    }
    let { documentNumber } = from;
    for (const row of documents.all(documentNumber, most - drafts.length)) {
      drafts.push(documentDraft(documentOf(row)));
      documentNumber = numberOf(row, 'document_number');
    }
    return { drafts, reach: { position: upto, documentNumber } };
  };
  const append = (leaves: readonly Leaf[], checkpoint: KeptCheckpoint, reach: LogReach): boolean => {
    const { size } = reachOf();
    if (size + leaves.length !== checkpoint.frontier.size) return false;
    for (const [at, leaf] of leaves.entries()) {
      insertLeaf.run(size + at, leaf.kind, leaf.ref, leaf.salt, leaf.digests, leaf.hash);
    }
    const { frontier, note, signedAt } = checkpoint;
    insertCheckpoint.run(
      frontier.size,
      frontierBytes(frontier),
      note,
      reach.position,
      reach.documentNumber,
      signedAt,
    );
    return true;
  };
  const appendInOne = db.transaction(append);

  return {
    unlogged: async (most) => unlogged(most),
    last: async () => {
      const row = lastReach.get();
      if (row === undefined) return null;
      const frontier: Frontier = frontierOf(numberOf(row, 'size'), blobOf(row, 'frontier'));
      return { frontier, note: textOf(row, 'note'), signedAt: numberOf(row, 'signed_at') };
    },
    append: async (leaves, checkpoint, reach) => appendInOne.immediate(leaves, checkpoint, reach),
  };
}

/** Everything the audit reads, by cursors that keep one row in memory. */
export function logSources(db: Database.Database) {
  const leaves = prepareBlobs(db, 'SELECT * FROM log_leaf ORDER BY leaf_index');
  const transfers = prepare(db, TRANSFERS);
  const documents = prepare(db, 'SELECT * FROM log_document ORDER BY document_number');
  const notes = prepareBlobs(db, 'SELECT size, note, frontier FROM log_checkpoint ORDER BY size');
  return {
    leaves: mapped(
      () => leaves.iterate(),
      (row) => ({
        index: numberOf(row, 'leaf_index'),
        kind: textOf(row, 'kind'),
        ref: textOf(row, 'ref'),
        salt: blobOf(row, 'salt'),
        digests: blobOf(row, 'digests'),
        hash: blobOf(row, 'hash'),
      }),
    ),
    transfers: transfersOf(() => transfers.iterate(0, Number.MAX_SAFE_INTEGER)),
    documents: mapped(() => documents.iterate(), documentOf),
    kept: mapped(
      () => notes.iterate(),
      (row) => ({
        size: numberOf(row, 'size'),
        note: textOf(row, 'note'),
        frontier: blobOf(row, 'frontier'),
      }),
    ),
  };
}

/** Reads one transfer's content by its id; null when it is not there or is not `wanted`. */
export function loggedTransferOf(db: Database.Database) {
  const byId = prepare(
    db,
    TRANSFERS_WHERE('t.transfer_id = ?').replace(
      'FROM ledger_position p CROSS JOIN transfer t ON t.seq = p.transfer_seq',
      'FROM transfer t CROSS JOIN ledger_position p ON p.transfer_seq = t.seq',
    ),
  );
  return (transferId: string, wanted: (transfer: LoggedTransfer) => boolean): readonly string[] | null => {
    const [transfer] = transfersOf(() => byId.all(transferId));
    return transfer === undefined || !wanted(transfer) ? null : transferContent(transfer);
  };
}

/** The cursor is opened by the first look, and closed at the end or when the reader leaves off. */
function* mapped<From, To>(rows: () => Iterable<From>, make: (row: From) => To): Iterable<To> {
  for (const row of rows()) yield make(row);
}

function* transfersOf(rows: () => Iterable<Row>): Iterable<LoggedTransfer> {
  let open: { head: Row; entries: LoggedEntry[] } | null = null;
  for (const row of rows()) {
    if (open !== null && bigintOf(open.head, 'position') !== bigintOf(row, 'position')) {
      yield transferOf(open.head, open.entries);
      open = null;
    }
    open ??= { head: row, entries: [] };
    if (row.line !== null) open.entries.push(entryOf(row));
  }
  if (open !== null) yield transferOf(open.head, open.entries);
}

function transferOf(row: Row, entries: readonly LoggedEntry[]): LoggedTransfer {
  return {
    position: numberOf(row, 'position'),
    seq: numberOf(row, 'seq'),
    transferId: textOf(row, 'transfer_id'),
    template: textOf(row, 'template'),
    templateVersion: numberOf(row, 'template_version'),
    state: textOf(row, 'state'),
    endsTransferId: textOrNull(row, 'ends_transfer_id'),
    reference: textOf(row, 'reference'),
    mid: textOrNull(row, 'mid'),
    businessDate: textOf(row, 'business_date'),
    postedAt: numberOf(row, 'posted_at'),
    entries,
  };
}

function entryOf(row: Row): LoggedEntry {
  return {
    line: numberOf(row, 'line'),
    account: textOf(row, 'account'),
    side: textOf(row, 'side'),
    amountMinor: bigintOf(row, 'amount_minor'),
    currency: textOf(row, 'currency'),
  };
}

function documentOf(row: Row): LoggedDocument {
  return {
    kind: textOf(row, 'kind') as LoggedDocument['kind'],
    id: textOf(row, 'document_id'),
    facts: JSON.parse(textOf(row, 'facts')) as Record<string, string>,
  };
}
