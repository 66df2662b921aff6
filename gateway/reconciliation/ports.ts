/** What reconciliation keeps between two runs: movements of ours that are still open, and what was matched with what. */
import type { Earlier, Item, Pass } from './item.ts';

/** `receivable`: each operation against the wallet's or card bank's file. `clearing`: each batch of such a file against the
 *  statement of the account it is paid to. */
export type Book = 'receivable' | 'clearing';

/** A source of items: every entry on the account but those that settle it or write it off. */
export interface IntakeAccount {
  readonly book: Book;
  readonly party: string;
  /** `wallet_receivable:alipay` … */
  readonly account: string;
  /** Templates whose entries on the account are no movements of an operation. */
  readonly except: readonly string[];
  /** Of the party's day: minutes east of Greenwich. */
  readonly offsetMinutes: number;
}

/** An item with the party it is with. Its key is the transfer's id; a row's key is `<fileId>:<line>`. */
export interface OpenItem extends Item {
  readonly party: string;
  readonly position: number;
}

export interface Pairing {
  readonly book: Book;
  /** Of the item. */
  readonly position: number;
  readonly row: string;
  readonly pass: Pass;
}

/** Closed by a person's approved decision: neither side is looked for again. */
export interface Settling {
  readonly book: Book;
  /** Keys of the items. */
  readonly ours: readonly string[];
  readonly rows: readonly string[];
}

export interface ReconStore {
  /** Takes in what the ledger has on the account up to this position, at most so many positions; answers where it stopped.
   *  A sale and its reversal that are both open annul each other. */
  takeIn(from: IntakeAccount, upTo: number, most: number): Promise<number>;
  /** Open items of a party by position, a part at a time. */
  open(book: Book, party: string): AsyncIterable<readonly OpenItem[]>;
  /** Rows of imported settlement files of the party that stand open, a part at a time, dated where the party lives. */
  openSchemeRows(
    party: string,
    fileKinds: readonly string[],
    offsetMinutes: number,
  ): AsyncIterable<readonly Item[]>;
  /** Rows of imported statements that stand open and name no payment of ours. */
  openStatementRows(): AsyncIterable<readonly Item[]>;
  /** Of rows of theirs that bear our id, those whose operation was matched with another row before; by the rows' keys. */
  matchedBefore(book: Book, party: string, rows: readonly Item[]): Promise<ReadonlyMap<string, Earlier>>;
  /** References that operations of ours with this payer may be booked under, by any id that a row of theirs bears. */
  operationOf(
    payer: { readonly party: string; readonly kind: 'wallet' | 'bank' },
    ids: readonly string[],
  ): Promise<readonly string[]>;
  /** Whether the contract of a wallet refund lets the wallet take it back at another rate than the payment's. */
  goesBackAtAnotherRate(refundId: string): Promise<boolean>;
  /** Whether the item of ours was matched with a row of theirs, by a run that may still be under way. */
  isMatched(book: Book, ours: string): Promise<boolean>;
  /** In one commit; what was paired before stays as it is. The row of an item that was ended otherwise meanwhile stays open. */
  pair(pairings: readonly Pairing[]): Promise<void>;
  settle(settling: Settling): Promise<void>;
}
