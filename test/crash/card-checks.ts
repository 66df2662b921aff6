/** What must hold of cards once the dead are back and have settled: the three books agree, every reversal had one effect, and
 *  nobody was told what is not so. */
import { compareCardBooks } from '../../build/card-books.ts';
import { reversalFaults } from './card-reversals.ts';
import { openSetAsides, paidSales, papers, refunds } from './checks.ts';
import { giftFaults } from './gifts.ts';
import { readJournal } from './journal-reader.ts';
import type { Memory } from './memory.ts';

export function cardViolations(directory: string, memory: Memory): readonly string[] {
  return [
    ...compareCardBooks(directory).violations,
    ...reversalFaults(directory),
    ...giftFaults(directory),
    ...paidSales(directory, memory),
    ...refunds(directory, memory),
    ...papers(directory),
    ...slips(directory),
    ...openSetAsides(directory),
  ];
}

/** Of every sale paid by card the shop and the customer have exactly one slip each. */
function slips(directory: string): readonly string[] {
  return readJournal<{ attempt_id: string; kind: string }>(
    directory,
    `SELECT t.card_attempt_id AS attempt_id, k.kind FROM tenders t,
       (SELECT 'card_merchant' AS kind UNION ALL SELECT 'card_customer') k
     WHERE t.card_attempt_id IS NOT NULL AND 1 <>
       (SELECT COUNT(*) FROM receipts r WHERE r.card_attempt_id = t.card_attempt_id AND r.kind = k.kind)`,
  ).map(({ attempt_id, kind }) => `card ${attempt_id} has not exactly one slip of kind ${kind}`);
}
