/** What the gateway owes the merchant of a card payment, before its fee, is what the till took: also where the card paid in yuan,
 *  which keep less of a price than kopecks do. Read off the entries, not off the gateway's own account of the sale. */
import type Database from 'better-sqlite3';
import { require } from '../violation.ts';

interface Disk {
  readonly db: Database.Database;
}
interface Taken {
  readonly attempt_id: string;
  readonly amount_minor: bigint;
}
interface Owed extends Taken {
  readonly currency: string;
}

const TAKEN =
  'SELECT card_attempt_id AS attempt_id, amount_minor FROM tenders WHERE card_attempt_id IS NOT NULL';
const OWED = `SELECT c.attempt_id, e.amount_minor, e.currency FROM transfer t
  JOIN entry e ON e.transfer_id = t.transfer_id AND e.account LIKE 'merchant_payable:%' AND e.side = 'credit'
  JOIN card_transaction c ON c.card_id = t.reference
  WHERE t.template IN ('card_sale', 'card_sale_dcc') AND c.attempt_id IS NOT NULL`;

/** A sale that is voided later was taken and booked like any other. */
export function checkPrices({
  gateway,
  tills,
}: {
  readonly gateway: Disk;
  readonly tills: readonly Disk[];
}): void {
  const owed = Map.groupBy(
    gateway.db.prepare<[], Owed>(OWED).safeIntegers().iterate(),
    ({ attempt_id: attemptId }) => attemptId,
  );
  for (const { db } of tills) {
    for (const { attempt_id: attemptId, amount_minor: taken } of db
      .prepare<[], Taken>(TAKEN)
      .safeIntegers()
      .all()) {
      const booked = owed.get(attemptId) ?? [];
      const facts = { attemptId, taken: `${taken} RUB`, owed: wordsOf(booked) };
      require(wordsOf(booked) === facts.taken, 'a merchant is not owed what its till took', facts);
    }
  }
}

/** Once and in roubles: nothing else is a price. */
function wordsOf(booked: readonly Owed[]): string {
  return booked.map(({ amount_minor: amount, currency }) => `${amount} ${currency}`).join(', ');
}
