/** `npm run demo [-- --json]`: a scripted day at the counter over the real processes, without a screen. Prints what
 *  happens and every receipt as text, then a table that compares till, gateway and wallet to the minor unit. Exit 1 on
 *  any difference. `--wallet-converts` runs it under the contract where the wallet converts. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { requireNode } from '../gateway/kernel/node-version.ts';
import { type AttemptRow, compareBooks } from './books.ts';
import { ACTS, openTill } from './demo-day.ts';
import { Estate, freePorts, scannerPath } from './estate.ts';
import { TillClient } from './till-client.ts';
import { WalletClient } from './wallet-client.ts';

requireNode();

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    'wallet-converts': { type: 'boolean', default: false },
  },
});
const say = (text: string) => process.stdout.write(`${text}\n`);

/** Short patience, so that the unknown payment ends within the demonstration; the rules are those of the real day. */
const QUICK = {
  firstInquiryAfterUnknownMs: 1_000,
  inquiryEveryMs: 1_000,
  inquiriesMost: 4,
  giveUpAfterMs: 6_000,
};

async function main(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-demo-'));
  const scanner = scannerPath(directory);
  const estate = await Estate.prepare(directory, {
    ports: await freePorts(),
    converter: values['wallet-converts'] ? 'wallet' : 'acquirer',
    payments: QUICK,
    policy: { askEveryMs: 1_000 },
    ...(scanner === undefined ? {} : { serialScanner: scanner }),
  });
  const failures: string[] = [];
  try {
    await estate.startAll();
    const till = await TillClient.connect(estate.address('terminal', 'cashier'));
    const counter = { till, wallet: new WalletClient(estate), say };
    await openTill(counter);
    for (const [index, act] of ACTS.entries()) {
      say(`\n${index + 1}. ${act.name}`);
      try {
        say(`   ${await act.play(counter)}`);
      } catch (error) {
        failures.push(`${act.name}: ${error instanceof Error ? error.message : String(error)}`);
        say(`   FAILED: ${failures.at(-1)}`);
        break;
      }
    }
    till.close();
  } finally {
    await estate.stopAll();
  }
  const printed = printReceipts(directory);
  const books = compareBooks(directory);
  printTable(books.rows);
  const violations = [...failures, ...books.violations];
  if (violations.length > 0) say(`\n${violations.length} differences:\n${violations.join('\n')}`);
  else say(`\nTill, gateway and wallet agree to the minor unit on ${books.rows.length} payments.`);
  if (values.json) {
    say(
      JSON.stringify({
        ok: violations.length === 0,
        violations: violations.length,
        violationTexts: violations,
        acts: ACTS.length,
        payments: books.rows.length,
        receiptsPrinted: printed,
        conditions: {
          node: process.version,
          platform: process.platform,
          cpu: cpus()[0]?.model ?? '',
          converter: values['wallet-converts'] ? 'wallet' : 'acquirer',
          processes: 4,
        },
      }),
    );
  }
  if (values.keep) say(`Kept in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
  return violations.length === 0 ? 0 : 1;
}

function printReceipts(directory: string): number {
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

function printTable(rows: readonly AttemptRow[]): void {
  const cell = (value: bigint | undefined | null) =>
    (value === undefined || value === null ? '—' : value.toString()).padStart(10);
  say('\nClosing table, minor units (kopecks of the price, minor units of the order)');
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

process.exitCode = await main();
