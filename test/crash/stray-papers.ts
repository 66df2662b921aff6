/** Papers that say a sale was paid which was not. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAttemptId, supportNumber } from '../../gateway/kernel/identifiers.ts';
import { readJournal } from './journal-reader.ts';

export function paperViolations(directory: string): readonly string[] {
  const paid = new Set(
    readJournal<{ receipt_number: string }>(
      directory,
      "SELECT receipt_number FROM sales WHERE state IN ('paid', 'set_aside')",
    ).map((row) => row.receipt_number),
  );
  const folder = join(directory, 'counter', 'receipts');
  const undone = takenBack(directory);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .flatMap((name) =>
      strayNumbers(readFileSync(join(folder, name), 'utf8'), paid, undone).map(
        (number) => `paper ${name} is of sale ${number}, which was not paid`,
      ),
    );
}

/** Support numbers of the card transactions that the till took back and made a note of: the printer may have been away for it. */
function takenBack(directory: string): ReadonlySet<string> {
  const rows = readJournal<{ attempt_id: string }>(
    directory,
    `SELECT attempt_id FROM card_attempts a WHERE outcome = 'cancelled'
       AND EXISTS (SELECT 1 FROM receipts r WHERE r.card_attempt_id = a.attempt_id AND r.kind = 'card_note')`,
  );
  return new Set(rows.map(({ attempt_id }) => supportNumber(parseAttemptId(attempt_id))));
}

/** A card note says that nothing was paid: of any sale that is right. */
const CARD_NOTE = /^ *(ОТКЛОНЕНО|ОТМЕНЕНО) /m;
const SUPPORT_NUMBER = /^Номер для поддержки +(\S+)$/m;
/** The shop's copy, printed before the cashier looked at what was signed on it. */
const TO_SIGN = /^Подпись держателя карты$/m;

/** Receipt numbers on a paper whose sales are not among the paid. A slip to sign of a transaction that was taken
 *  back, as where the signature was refused, is none: it stays with the shop, and a note says so. */
export function strayNumbers(
  paper: string,
  paid: ReadonlySet<string>,
  undone: ReadonlySet<string>,
): readonly string[] {
  if (CARD_NOTE.test(paper)) return [];
  if (TO_SIGN.test(paper) && undone.has(SUPPORT_NUMBER.exec(paper)?.[1] ?? '')) return [];
  return [...paper.matchAll(/Чек № (\d+-\d{4})/g)]
    .map(([, number = '']) => number)
    .filter((number) => !paid.has(number));
}
