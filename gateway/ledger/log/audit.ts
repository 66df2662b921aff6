/** Holds the books against the log: every transfer has its leaf, every leaf its transfer with nothing changed, and the
 *  leaves make the root that each checkpoint signs. Reads everything once and keeps nothing. */
import { type Checkpoint, openCheckpoint } from './checkpoint.ts';
import { EMPTY_FRONTIER, type Frontier, frontierBytes, frontierRoot, grown } from './frontier.ts';
import {
  changedParts,
  documentDraft,
  type Leaf,
  type LoggedDocument,
  type LoggedTransfer,
  saltedLeafHash,
  transferContent,
} from './leaf.ts';
import type { NoteKey } from './note.ts';

export interface AuditSources {
  /** By index, from 0. */
  readonly leaves: Iterable<Leaf & { readonly index: number }>;
  /** By position, from 1. A position whose transfer is gone is left out. */
  readonly transfers: Iterable<LoggedTransfer>;
  /** By number. */
  readonly documents: Iterable<LoggedDocument>;
  /** The checkpoints that the books keep, by size; `frontier` as it is stored. */
  readonly kept: Iterable<{ readonly size: number; readonly note: string; readonly frontier: Uint8Array }>;
  /** Notes from elsewhere, which a witness or a copy of the log brings. */
  readonly brought: readonly string[];
  readonly key: NoteKey;
}

export type AuditFaultKind =
  | 'entry_changed'
  | 'transfer_changed'
  | 'transfer_missing'
  | 'document_changed'
  | 'document_missing'
  | 'leaf_changed'
  | 'leaf_missing'
  | 'checkpoint_invalid'
  | 'checkpoint_false';

export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** The transfer, document, leaf or checkpoint that is meant. */
  readonly ref: string;
  /** Lines of the transfer's entries that changed, came or went. */
  readonly lines?: readonly number[];
  readonly leafIndex?: number;
}

export interface AuditReport {
  readonly faults: readonly AuditFault[];
  /** Whether there were more faults than are listed. */
  readonly more: boolean;
  readonly leaves: number;
  readonly transfers: number;
  readonly entries: number;
  /** Transfers that have a position and no checkpoint yet. */
  readonly unlogged: number;
  /** Checkpoints whose signature and root hold. */
  readonly checkpoints: number;
  /** Leaves under the last of them. */
  readonly proved: number;
}

const FAULTS_MOST = 100;

export function auditLog(sources: AuditSources): AuditReport {
  const faults: AuditFault[] = [];
  const books = booksReader(sources, (fault) => faults.push(fault));
  try {
    return compared(sources, books, faults);
  } finally {
    // A page that cannot be read ends the reading of one source; the others are not to keep the database busy.
    books.leave();
  }
}

function compared(
  sources: AuditSources,
  books: ReturnType<typeof booksReader>,
  faults: AuditFault[],
): AuditReport {
  const add = (fault: AuditFault) => faults.push(fault);
  const notes = notesBySize(sources, add);
  let frontier: Frontier = EMPTY_FRONTIER;
  let checkpoints = 0;
  let proved = 0;
  const weigh = () => {
    const edge = notes.frontiers.get(frontier.size);
    if (edge !== undefined && Buffer.compare(edge, frontierBytes(frontier)) !== 0) {
      add({ kind: 'checkpoint_false', ref: `${frontier.size}` });
    }
    for (const { size, root } of notes.bySize.get(frontier.size) ?? []) {
      if (Buffer.compare(root, frontierRoot(frontier)) === 0) {
        checkpoints += 1;
        proved = size;
      } else {
        add({ kind: 'checkpoint_false', ref: `${size}` });
      }
    }
    notes.bySize.delete(frontier.size);
  };
  weigh();
  for (const leaf of sources.leaves) {
    if (leaf.index !== frontier.size) {
      add({ kind: 'leaf_missing', ref: `${frontier.size}`, leafIndex: frontier.size });
      break;
    }
    books.compare(leaf);
    frontier = grown(frontier, [leaf.hash]);
    weigh();
  }
  for (const size of notes.bySize.keys())
    add({ kind: 'leaf_missing', ref: `${size - 1}`, leafIndex: size - 1 });
  const unlogged = books.end();
  return {
    faults: faults.slice(0, FAULTS_MOST),
    more: faults.length > FAULTS_MOST,
    leaves: frontier.size,
    transfers: books.counts.transfers,
    entries: books.counts.entries,
    unlogged,
    checkpoints,
    proved,
  };
}

/** Reads transfers and documents beside the leaves that are about them. */
function booksReader(sources: AuditSources, add: (fault: AuditFault) => void) {
  const counts = { transfers: 0, entries: 0 };
  const transfers = peekable(sources.transfers);
  const documents = peekable(sources.documents);
  let position = 0;

  const compareTransfer = (leaf: Leaf & { readonly index: number }) => {
    position += 1;
    const transfer = transfers.peek();
    if (transfer === null || transfer.position > position) {
      add({ kind: 'transfer_missing', ref: leaf.ref, leafIndex: leaf.index });
      return;
    }
    transfers.next();
    counts.transfers += 1;
    counts.entries += transfer.entries.length;
    const content = transferContent(transfer);
    const parts = changedParts(leaf, content);
    const unchanged = isUnchanged(leaf, content);
    if (unchanged && parts.length === 0) return;
    const lines = linesOf(parts, transfer);
    const at = { ref: leaf.ref, leafIndex: leaf.index };
    // The digests of the parts name what was changed; the leaf's hash decides whether anything was.
    if (unchanged || parts.length === 0) add({ kind: 'leaf_changed', ...at });
    else if (lines.length === 0) add({ kind: 'transfer_changed', ...at });
    else add({ kind: 'entry_changed', ...at, lines });
  };
  const compareDocument = (leaf: Leaf & { readonly index: number }) => {
    const document = documents.next();
    const at = { ref: leaf.ref, leafIndex: leaf.index };
    if (document === null) add({ kind: 'document_missing', ...at });
    else if (!isUnchanged(leaf, documentDraft(document).content)) add({ kind: 'document_changed', ...at });
  };
  return {
    counts,
    compare: (leaf: Leaf & { readonly index: number }) =>
      leaf.kind === 'transfer' ? compareTransfer(leaf) : compareDocument(leaf),
    /** Answers how many transfers are left. */
    end: () => {
      let left = 0;
      while (transfers.next() !== null) left += 1;
      return left;
    },
    leave: () => {
      transfers.leave();
      documents.leave();
    },
  };
}

function isUnchanged(leaf: Leaf, content: readonly string[]): boolean {
  return Buffer.compare(saltedLeafHash(leaf.salt, content), leaf.hash) === 0;
}

/** Part 0 is the transfer itself; the parts after it are its entries in their order. */
function linesOf(parts: readonly number[], transfer: LoggedTransfer): readonly number[] {
  return parts.filter((part) => part > 0).map((part) => transfer.entries[part - 1]?.line ?? part - 1);
}

interface Notes {
  readonly bySize: Map<number, Checkpoint[]>;
  /** What the books keep to go on from, by size. */
  readonly frontiers: ReadonlyMap<number, Uint8Array>;
}

function notesBySize(sources: AuditSources, add: (fault: AuditFault) => void): Notes {
  const bySize = new Map<number, Checkpoint[]>();
  const frontiers = new Map<number, Uint8Array>();
  const open = (note: string): number | null => {
    try {
      const { checkpoint } = openCheckpoint(note, sources.key);
      bySize.set(checkpoint.size, [...(bySize.get(checkpoint.size) ?? []), checkpoint]);
      return checkpoint.size;
    } catch {
      add({ kind: 'checkpoint_invalid', ref: note.split('\n')[1] ?? '' });
      return null;
    }
  };
  for (const { size, note, frontier } of sources.kept) {
    frontiers.set(size, frontier);
    const signed = open(note);
    if (signed !== null && signed !== size) add({ kind: 'checkpoint_false', ref: `${size}` });
  }
  for (const note of sources.brought) open(note);
  return { bySize, frontiers };
}

function peekable<T>(source: Iterable<T>) {
  const iterator = source[Symbol.iterator]();
  let ahead: IteratorResult<T> | null = null;
  const peek = (): T | null => {
    ahead ??= iterator.next();
    return ahead.done === true ? null : ahead.value;
  };
  const next = (): T | null => {
    const value = peek();
    if (value !== null) ahead = null;
    return value;
  };
  const leave = () => iterator.return?.();
  return { peek, next, leave };
}
