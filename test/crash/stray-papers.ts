/** Papers in the customers' hands that say a sale was paid which was not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJournal } from './journal-reader.ts';

export function paperViolations(directory: string): readonly string[] {
  const paid = new Set(
    readJournal<{ receipt_number: string }>(
      directory,
      "SELECT receipt_number FROM sales WHERE state IN ('paid', 'set_aside')",
    ).map((row) => row.receipt_number),
  );
  const folder = join(directory, 'counter', 'receipts');
  const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));
  return files.flatMap((name) =>
    strayNumbers(readFileSync(join(folder, name), 'utf8'), paid).map(
      (number) => `paper ${name} is of sale ${number}, which was not paid`,
    ),
  );
}

/** A card note says that nothing was paid: of any sale that is right. */
const CARD_NOTE = /^ *(ОТКЛОНЕНО|ОТМЕНЕНО) /m;

/** Receipt numbers on a paper whose sales are not among the paid. */
export function strayNumbers(paper: string, paid: ReadonlySet<string>): readonly string[] {
  if (CARD_NOTE.test(paper)) return [];
  return [...paper.matchAll(/Чек № (\d+-\d{4})/g)]
    .map(([, number = '']) => number)
    .filter((number) => !paid.has(number));
}
