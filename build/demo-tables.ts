/** What the demonstration prints at its end: every receipt and slip as text, and the closing tables. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AttemptRow } from './books.ts';
import type { CardRow, CardSums, CardTotal } from './card-books.ts';

type Say = (text: string) => void;

/** How many there were. */
export function printReceipts(directory: string, say: Say): number {
  const folder = join(directory, 'counter', 'receipts');
  const files = readdirSync(folder)
    .filter((name) => name.endsWith('.txt'))
    .sort();
  for (const file of files) {
    const lines = readFileSync(join(folder, file), 'utf8').replace(/\n+$/, '').split('\n');
    say(`\n   ┌${'─'.repeat(50)}`);
    for (const line of lines) say(`   │ ${line}`);
    say(`   └${'─'.repeat(50)}`);
  }
  return files.length;
}

const cell = (value: bigint | undefined | null): string =>
  (value === undefined || value === null ? '—' : value.toString()).padStart(10);

export function printWalletTable(rows: readonly AttemptRow[], say: Say): void {
  say('\nWallet payments, minor units (kopecks of the price, minor units of the order)');
  say(
    'payment      till        price   refunded │ gateway         order   refunded │ wallet            paid   returned',
  );
  for (const { attemptId, till, gateway, wallet } of rows) {
    say(
      [
        attemptId.slice(-10).padEnd(12),
        (till?.outcome ?? '—').padEnd(9),
        cell(till?.priceMinor),
        cell(till?.refundedMinor),
        ' │ ',
        (gateway?.state ?? '—').padEnd(10),
        cell(gateway?.orderMinor),
        cell(gateway?.refundedOrderMinor),
        ' │ ',
        (wallet?.status ?? 'no trade').padEnd(14),
        cell(wallet?.paidMinor),
        cell(wallet?.returnedMinor),
      ].join(''),
    );
  }
}

export function printCardTable(rows: readonly CardRow[], totals: readonly CardTotal[], say: Say): void {
  say('\nCard transactions, minor units of what the card was charged in; below zero went back, () is held');
  say(
    'attempt      operation         cur  till             net │ gateway          net │ bank             net',
  );
  for (const { attemptId, operation, currency, till, gateway, bank } of rows) {
    const book = (one: typeof till): string =>
      one === null
        ? '—'.padEnd(9) + cell(null)
        : one.state.padEnd(9) + (one.heldMinor > 0n ? `(${one.heldMinor})`.padStart(10) : cell(one.netMinor));
    const head = `${attemptId.slice(-10).padEnd(13)}${operation.padEnd(18)}${currency}  `;
    say(`${head}${book(till)} │ ${book(gateway)} │ ${book(bank)}`);
  }
  say(
    '\nCards of the day         till: charged   returned │ gateway: charged   returned │ bank: charged   returned',
  );
  for (const { currency, till, gateway, bank } of totals) {
    const sums = ({ charged, returned }: CardSums): string => `${cell(charged)} ${cell(returned)}`;
    say(`${currency.padEnd(28)}${sums(till)} │      ${sums(gateway)} │   ${sums(bank)}`);
  }
}
