/** What must hold once the dead are back and have settled: the books agree, and nobody was told what is not so. */
import { compareBooks } from '../../build/books.ts';
import { readJournal } from './journal-reader.ts';
import type { Memory } from './memory.ts';

export function violations(directory: string, memory: Memory): readonly string[] {
  const { rows, violations: differences } = compareBooks(directory);
  const paidAtWallet = new Set(rows.filter((row) => row.wallet?.paidMinor).map((row) => row.attemptId));
  const lost = [...memory.paidOnPhone].filter((attemptId) => !paidAtWallet.has(attemptId));
  return [
    ...differences,
    ...lost.map((attemptId) => `a phone showed ${attemptId} paid, the wallet has forgotten it`),
    ...paidSales(directory, memory),
    ...refunds(directory, memory),
    ...papers(directory),
    ...openSetAsides(directory),
  ];
}

export function paidSales(directory: string, memory: Memory): readonly string[] {
  const journaled = new Map(
    readJournal<{ sale_id: string; means: string }>(
      directory,
      "SELECT sale_id, means FROM sales WHERE state = 'paid'",
    ).map((row) => [row.sale_id, row.means]),
  );
  return [...memory.paid]
    .filter(([saleId, means]) => journaled.get(saleId) !== means)
    .map(([saleId]) => `a screen showed sale ${saleId} paid, the journal does not know it`);
}

export function refunds(directory: string, memory: Memory): readonly string[] {
  const journaled = new Set(
    readJournal<{ sale_id: string; amount_minor: number }>(
      directory,
      "SELECT sale_id, amount_minor FROM refunds WHERE state = 'approved'",
    ).map((row) => `${row.sale_id} ${row.amount_minor}`),
  );
  return [...memory.refunded]
    .filter((refund) => !journaled.has(refund))
    .map((refund) => {
      const [saleId, amountMinor] = refund.split(' ');
      return `a screen showed a refund of ${amountMinor} of sale ${saleId}, the journal does not know it`;
    });
}

/** Every paid sale, sale set aside and approved refund has its paper in the journal, and no paper is of anything else. */
export function papers(directory: string): readonly string[] {
  const without = readJournal<{ receipt_number: string }>(
    directory,
    `SELECT receipt_number FROM sales s WHERE state IN ('paid', 'set_aside') AND 1 <>
       (SELECT COUNT(*) FROM receipts r
        WHERE r.sale_id = s.sale_id AND r.kind = iif(s.state = 'paid', 'sale', 'set_aside'))
     UNION ALL
     SELECT 'refund ' || refund_id FROM refunds f WHERE state = 'approved' AND 1 <>
       (SELECT COUNT(*) FROM receipts r WHERE r.refund_id = f.refund_id AND r.kind = 'refund')`,
  );
  const unfounded = readJournal<{ receipt_id: number; kind: string }>(
    directory,
    `SELECT receipt_id, kind FROM receipts r JOIN sales s USING (sale_id)
     WHERE (r.kind = 'sale' AND s.state <> 'paid') OR (r.kind = 'set_aside' AND s.state <> 'set_aside')
        OR (r.kind = 'refund' AND NOT EXISTS
             (SELECT 1 FROM refunds f WHERE f.refund_id = r.refund_id AND f.state = 'approved'))`,
  );
  return [
    ...without.map((row) => `${row.receipt_number} has not exactly one paper`),
    ...unfounded.map((row) => `paper ${row.receipt_id} (${row.kind}) has nothing in the journal behind it`),
  ];
}

/** Whoever left without paying is owed an answer too. */
export function openSetAsides(directory: string): readonly string[] {
  return readJournal<{ sale_id: string }>(
    directory,
    "SELECT sale_id FROM set_asides WHERE fate = 'open'",
  ).map((row) => `what became of sale ${row.sale_id}, which was set aside, is not known at the till`);
}
