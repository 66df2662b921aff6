/** What the gateway's ledger says the partner banks owe, against what each bank's own books say; and those books in themselves. */
import { join } from 'node:path';
import { query } from './book-file.ts';
import { bankFile } from './card-config.ts';
import { PARTNERS } from './partners.ts';

/** Errors  what SQLite says of a file that cannot be read */
export function cardLedgerFaults(directory: string): readonly string[] {
  const receivable = byAccount(
    join(directory, 'gateway.sqlite'),
    `SELECT account || ' ' || currency AS named, SUM(CASE side WHEN 'debit' THEN amount_minor ELSE -amount_minor END) AS minor
       FROM entry WHERE account LIKE 'bank_receivable:%' GROUP BY account, currency`,
  );
  return PARTNERS.flatMap(({ bank }) => {
    const file = bankFile(directory, bank);
    const owed = byAccount(
      file,
      `SELECT 'bank_receivable:${bank} ' || currency AS named, SUM(amount_minor) AS minor
         FROM entries WHERE account LIKE 'acquirer:%' GROUP BY currency`,
    );
    const names = [...receivable.keys()].filter((named) => named.startsWith(`bank_receivable:${bank} `));
    return [
      ...[...new Set([...names, ...owed.keys()])]
        .filter((named) => (receivable.get(named) ?? 0n) !== (owed.get(named) ?? 0n))
        .map(
          (named) => `${named}: ${receivable.get(named) ?? 0n} here, ${owed.get(named) ?? 0n} at the bank`,
        ),
      ...ownFaults(file, bank),
    ];
  });
}

function byAccount(file: string, sql: string): ReadonlyMap<string, bigint> {
  return new Map(query(file, sql).map((row) => [String(row.named), row.minor as bigint]));
}

function ownFaults(file: string, bank: string): readonly string[] {
  const unbalanced = query(
    file,
    `SELECT COALESCE(transaction_id, 'opening') AS named, currency FROM entries GROUP BY transaction_id, currency
       HAVING SUM(amount_minor) <> 0`,
  );
  const drifted = query(
    file,
    `SELECT account FROM accounts a WHERE balance_minor <>
       (SELECT COALESCE(SUM(amount_minor), 0) FROM entries e WHERE e.account = a.account AND e.currency = a.currency)`,
  );
  return [
    ...unbalanced.map((row) => `${bank}: ${String(row.named)} does not balance in ${String(row.currency)}`),
    ...drifted.map((row) => `${bank}: the balance of ${String(row.account)} is not the sum of its entries`),
  ];
}
