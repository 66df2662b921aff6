/** What stands in a leaf. The tree holds a salted digest only, so that whoever has the whole tree learns nothing of the
 *  payments in it; a partner bank is given content and salt of its own ones and finds their digests in the tree. */
import { createHash } from 'node:crypto';
import { type Hash, leafHash } from './tree.ts';

export const SALT_BYTES = 16;

/** A transfer as the books have it, every column as it lies there, so that any change of any of them shows. `seq` is the
 *  number it was stored by, `position` its place in the order of the ledger. */
export interface LoggedTransfer {
  readonly position: number;
  readonly seq: number;
  readonly transferId: string;
  readonly template: string;
  readonly templateVersion: number;
  readonly state: string;
  readonly endsTransferId: string | null;
  readonly reference: string;
  readonly mid: string | null;
  readonly businessDate: string;
  readonly postedAt: number;
  /** By line. */
  readonly entries: readonly LoggedEntry[];
}

export interface LoggedEntry {
  readonly line: number;
  readonly account: string;
  readonly side: string;
  readonly amountMinor: bigint;
  readonly currency: string;
}

/** A settlement that was sent or a file that was taken in or given out. */
export interface LoggedDocument {
  readonly kind: 'cycle' | 'file';
  /** Names it for ever. */
  readonly id: string;
  /** Facts about it, sorted by name when it is written down. */
  readonly facts: Readonly<Record<string, string>>;
}

/** A leaf before it has its salt: what it is about, and its content in parts. */
export interface LeafDraft {
  readonly kind: 'transfer' | 'cycle' | 'file';
  /** The transfer's id, or the document's. */
  readonly ref: string;
  readonly content: readonly string[];
}

export interface Leaf {
  readonly kind: string;
  readonly ref: string;
  readonly salt: Uint8Array;
  /** A short digest of each part of the content, to tell which part was changed; it proves nothing. */
  readonly digests: Uint8Array;
  readonly hash: Hash;
}

const DIGEST_BYTES = 8;

/** The one form of a transfer that is hashed: a line of JSON for the transfer and one for each entry, amounts as decimal
 *  strings, no spaces. */
export function transferContent(transfer: LoggedTransfer): readonly string[] {
  const head = [
    'amur-transfer-1',
    transfer.position,
    transfer.seq,
    transfer.transferId,
    transfer.template,
    transfer.templateVersion,
    transfer.state,
    transfer.endsTransferId,
    transfer.reference,
    transfer.mid,
    transfer.businessDate,
    transfer.postedAt,
    transfer.entries.length,
  ];
  return [
    JSON.stringify(head),
    ...transfer.entries.map(({ line, account, side, amountMinor, currency }) =>
      JSON.stringify([line, account, side, amountMinor.toString(), currency]),
    ),
  ];
}

export function transferDraft(transfer: LoggedTransfer): LeafDraft {
  return { kind: 'transfer', ref: transfer.transferId, content: transferContent(transfer) };
}

export function documentDraft({ kind, id, facts }: LoggedDocument): LeafDraft {
  const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return { kind, ref: id, content: [JSON.stringify(['amur-document-1', kind, id, sorted])] };
}

export function leafOf(draft: LeafDraft, salt: Uint8Array): Leaf {
  return {
    kind: draft.kind,
    ref: draft.ref,
    salt,
    digests: Buffer.concat(draft.content.map((part) => partDigest(salt, part))),
    hash: saltedLeafHash(salt, draft.content),
  };
}

/** The leaf itself is SHA-256 of salt and content: without the salt, guessing an amount does not confirm it. */
export function saltedLeafHash(salt: Uint8Array, content: readonly string[]): Hash {
  return leafHash(
    createHash('sha256')
      .update(salt)
      .update(`${content.join('\n')}\n`, 'utf8')
      .digest(),
  );
}

/** Indexes of the parts that are not what they were when the leaf was made; also of parts that came or went. */
export function changedParts(
  leaf: Pick<Leaf, 'salt' | 'digests'>,
  content: readonly string[],
): readonly number[] {
  const before = leaf.digests.length / DIGEST_BYTES;
  const places = Array.from({ length: Math.max(before, content.length) }, (_, at) => at);
  return places.filter((at) => {
    const part = content[at];
    if (part === undefined || at >= before) return true;
    const was = leaf.digests.subarray(at * DIGEST_BYTES, (at + 1) * DIGEST_BYTES);
    return Buffer.compare(was, partDigest(leaf.salt, part)) !== 0;
  });
}

function partDigest(salt: Uint8Array, part: string): Uint8Array {
  return createHash('sha256').update(salt).update(part, 'utf8').digest().subarray(0, DIGEST_BYTES);
}
