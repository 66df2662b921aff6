/** The papers that a till's journal says it issued, by kind. */
import { join } from 'node:path';
import { query } from './book-file.ts';

export function paperKinds(directory: string): Readonly<Record<string, number>> {
  const rows = query(
    join(directory, 'terminal', 'journal.db'),
    'SELECT kind, COUNT(*) AS n FROM receipts GROUP BY kind ORDER BY kind',
  );
  return Object.fromEntries(rows.map(({ kind, n }) => [String(kind), Number(n)]));
}
