/** What stands in a leaf. The tree holds a salted digest only, so that whoever has the whole tree learns nothing of the
 *  payments in it; a partner bank is given content and salt of its own ones and finds their digests in the tree. */
import { createHash } from 'node:crypto';
import type { Transfer } from '../transfer.ts';
import { type Hash, leafHash } from './tree.ts';

export const SALT_BYTES = 16;

/** A transfer as the books have it, with both its numbers: `seq` by which it was stored, `position` in the order of the log. */
export interface LoggedTransfer extends Transfer {
  readonly seq: number;
  readonly position: number;
}

/** A settlement that was sent or a file that was taken in or given out. */
export interface LoggedDocument {
  /** `cycle` or `file`. */
  readonly kind: string;
  /** Names it for ever. */
  readonly id: string;
  /** Facts about it, sorted by name when it is written down. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The one form of a transfer that is hashed: a JSON array in a fixed order, amounts as decimal strings, no spaces. */
export function transferContent(transfer: LoggedTransfer): string {
  return JSON.stringify([
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
    transfer.entries.map(({ account, side, amount }) => [
      account,
      side,
      amount.amountMinor.toString(),
      amount.currency,
    ]),
  ]);
}

export function documentContent({ kind, id, facts }: LoggedDocument): string {
  const sorted = Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(['amur-document-1', kind, id, sorted]);
}

/** The leaf itself is SHA-256 of salt and content: without the salt, guessing an amount does not confirm it. */
export function saltedLeafHash(salt: Uint8Array, content: string): Hash {
  return leafHash(createHash('sha256').update(salt).update(content, 'utf8').digest());
}
