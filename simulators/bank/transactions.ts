/** What came over the link and what was decided about it, a row a message; and what was answered, by identity. */
import type { EpochMs } from '../../gateway/kernel/time.ts';
import type { Books } from './books.ts';

export type TransactionKind = 'sale' | 'preauthorisation' | 'refund' | 'balance' | 'completion' | 'reversal';
export type TransactionState = 'approved' | 'declined' | 'reversed' | 'completed' | 'expired';

/** Amounts in minor units: `amount` as asked and `approved` in DE49's currency, `billing` in the account's. */
export interface Transaction {
  readonly id: bigint;
  readonly identity: string;
  /** What DE90 and DE41 of another message name this one by. */
  readonly named: string;
  readonly kind: TransactionKind;
  readonly mti: string;
  readonly acquirer: string;
  readonly tid: string;
  readonly mid: string;
  readonly stan: string;
  /** DE7. */
  readonly sent: string;
  readonly rrn: string;
  /** The card's name; null when no card has that number. */
  readonly card: string | null;
  readonly account: string | null;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly approvedMinor: bigint;
  readonly billingMinor: bigint;
  readonly billingCurrency: string | null;
  /** DE10. */
  readonly rate: string | null;
  readonly authCode: string | null;
  readonly code: string;
  readonly state: TransactionState;
  readonly originalId: bigint | null;
  readonly refundedMinor: bigint;
  readonly heldUntil: bigint | null;
  /** The bank's calendar day, for limits. */
  readonly day: string;
  readonly businessDate: string;
  readonly at: bigint;
}

export type NewTransaction = Omit<Transaction, 'id' | 'refundedMinor' | 'at' | 'heldUntil'> & {
  readonly heldUntil: EpochMs | null;
  readonly at: EpochMs;
};

const COLUMNS = `id, identity, named, kind, mti, acquirer, tid, mid, stan, sent, rrn, card, account,
  amount_minor AS amountMinor, currency, approved_minor AS approvedMinor, billing_minor AS billingMinor,
  billing_currency AS billingCurrency, rate, auth_code AS authCode, code, state, original_id AS originalId,
  refunded_minor AS refundedMinor, held_until AS heldUntil, day, business_date AS businessDate, at`;

/** Of an insert. */
const MARKS = Array(26).fill('?').join(', ');

export class Transactions {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  add(row: NewTransaction): bigint {
    const result = this.#books
      .sql(
        // By position: binding that many names costs more than the insert.
        `INSERT INTO transactions (identity, named, kind, mti, acquirer, tid, mid, stan, sent, rrn, card, account, amount_minor,
           currency, approved_minor, billing_minor, billing_currency, rate, auth_code, code, state, original_id, held_until,
           day, business_date, at) VALUES (${MARKS})`,
      )
      .run(
        ...[row.identity, row.named, row.kind, row.mti, row.acquirer, row.tid, row.mid, row.stan, row.sent],
        ...[row.rrn, row.card, row.account, row.amountMinor, row.currency, row.approvedMinor],
        ...[row.billingMinor, row.billingCurrency, row.rate, row.authCode, row.code, row.state],
        ...[row.originalId, row.heldUntil, row.day, row.businessDate, row.at],
      );
    return BigInt(result.lastInsertRowid);
  }

  named(named: string): Transaction | null {
    return this.#one('named = ?', named);
  }

  byId(id: bigint): Transaction | null {
    return this.#one('id = ?', id);
  }

  /** A sale or completion that a refund may be about, by its RRN and authorisation code. A pre-authorisation stands for its
   *  completion. */
  purchase(acquirer: string, rrn: string, authCode: string): Transaction | null {
    const found = this.#one(
      "rrn = ? AND acquirer = ? AND auth_code = ? AND kind IN ('sale', 'preauthorisation', 'completion') AND state <> 'declined' ORDER BY kind = 'preauthorisation', id DESC",
      rrn,
      acquirer,
      authCode,
    );
    if (found?.kind !== 'preauthorisation') return found;
    return this.#one("original_id = ? AND kind = 'completion' AND state = 'approved'", found.id);
  }

  /** Holds of an account whose time has passed. */
  expired(account: string, now: EpochMs): readonly Transaction[] {
    return this.#books
      .sql(
        `SELECT ${COLUMNS} FROM transactions WHERE account = ? AND kind = 'preauthorisation' AND state = 'approved' AND held_until <= ?`,
      )
      .all(account, now) as Transaction[];
  }

  setState(id: bigint, state: TransactionState, reversedBy: bigint | null = null): void {
    this.#books
      .sql('UPDATE transactions SET state = ?, reversed_by = coalesce(?, reversed_by) WHERE id = ?')
      .run(state, reversedBy, id);
  }

  addRefunded(id: bigint, amountMinor: bigint): void {
    this.#books
      .sql('UPDATE transactions SET refunded_minor = refunded_minor + ? WHERE id = ?')
      .run(amountMinor, id);
  }

  /** All of them in the order they came, or the last ones. */
  list(last: number | null): readonly Transaction[] {
    const rows = this.#books
      .sql(`SELECT ${COLUMNS} FROM transactions ORDER BY id DESC LIMIT ?`)
      .all(last ?? -1) as Transaction[];
    return rows.reverse();
  }

  // ------------------------------------------------------------ identity and what is kept for later

  answered(identity: string): { readonly content: Uint8Array; readonly answer: Uint8Array } | null {
    const row = this.#books.sql('SELECT content, answer FROM answered WHERE identity = ?').get(identity);
    return (row as { content: Uint8Array; answer: Uint8Array } | undefined) ?? null;
  }

  keepAnswer(identity: string, content: Uint8Array, answer: Uint8Array): void {
    this.#books.sql('INSERT INTO answered VALUES (?, ?, ?)').run(identity, content, answer);
  }

  /** A reversal came for a message that has not. */
  park(named: string, now: EpochMs): void {
    this.#books.sql('INSERT INTO parked VALUES (?, ?) ON CONFLICT DO NOTHING').run(named, now);
  }

  isParked(named: string): boolean {
    return this.#books.sql('SELECT 1 FROM parked WHERE named = ?').get(named) !== undefined;
  }

  #one(where: string, ...values: readonly (string | bigint)[]): Transaction | null {
    const row = this.#books.sql(`SELECT ${COLUMNS} FROM transactions WHERE ${where} LIMIT 1`).get(...values);
    return (row as Transaction | undefined) ?? null;
  }
}
