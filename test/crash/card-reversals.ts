/** However often a reversal was repeated, it has one effect: read off the bank's own entries. */

import { query } from '../../build/book-file.ts';
import { bankFile } from '../../build/card-config.ts';
import { PARTNERS } from '../../build/partners.ts';

/** What is undone was done once and undone once, entry by entry; what stands was never touched; and each account is the sum
 *  of its entries. Charges that were never done have no entries at all. */
export const REVERSAL_FAULTS = `
  SELECT 'transaction ' || t.id || ' (' || t.kind || ', ' || t.state || ') is left with ' || e.account || ' ' || SUM(e.amount_minor)
      || ' ' || e.currency AS fault
    FROM transactions t JOIN entries e ON e.transaction_id IN (t.id, t.reversed_by)
    WHERE t.state = 'reversed' GROUP BY t.id, e.account, e.currency HAVING SUM(e.amount_minor) <> 0
  UNION ALL
  SELECT 'transaction ' || t.id || ' was undone by ' || COUNT(DISTINCT r.id) || ' reversals'
    FROM transactions t JOIN transactions r ON r.original_id = t.id AND r.kind = 'reversal'
      AND EXISTS (SELECT 1 FROM entries e WHERE e.transaction_id = r.id)
    GROUP BY t.id HAVING COUNT(DISTINCT r.id) > 1
  UNION ALL
  SELECT 'transaction ' || t.id || ' stands and was undone' FROM transactions t JOIN entries e ON e.transaction_id = t.reversed_by
    WHERE t.state <> 'reversed' GROUP BY t.id
  UNION ALL
  SELECT 'transaction ' || t.id || ' was declined and has entries' FROM transactions t JOIN entries e ON e.transaction_id = t.id
    WHERE t.state = 'declined' GROUP BY t.id
  UNION ALL
  SELECT 'account ' || a.account || ' has ' || a.balance_minor || ', its entries make ' || COALESCE(SUM(e.amount_minor), 0)
    FROM accounts a LEFT JOIN entries e ON e.account = a.account GROUP BY a.account
    HAVING a.balance_minor <> COALESCE(SUM(e.amount_minor), 0)
  UNION ALL
  SELECT 'the entries in ' || currency || ' add up to ' || SUM(amount_minor) FROM entries GROUP BY currency
    HAVING SUM(amount_minor) <> 0`;

export function reversalFaults(directory: string): readonly string[] {
  return PARTNERS.flatMap(({ bank }) =>
    query(bankFile(directory, bank), REVERSAL_FAULTS).map(({ fault }) => `${bank}: ${String(fault)}`),
  );
}
