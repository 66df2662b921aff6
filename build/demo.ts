/** `npm run demo [-- --json]`: a scripted day at the counter over the real processes, without a screen: wallet, cash and cards.
 *  Prints what happens and every receipt and slip as text, then tables that compare till, gateway, wallet and banks to the minor
 *  unit. Exit 1 on any difference. `--wallet-converts` runs it under the contract where the wallet converts.
 *  `--days N` plays business days instead, with all that becomes of the money: see demo-days.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireNode } from '../gateway/kernel/node-version.ts';
import { BankClient } from './bank-client.ts';
import { compareBooks } from './books.ts';
import { type CardTotal, compareCardBooks } from './card-books.ts';
import { JSON_RESULT, readCommandLine } from './command-line.ts';
import { CARD_ACTS } from './demo-cards.ts';
import { WALLET_ACTS } from './demo-day.ts';
import { type Counter, openTill } from './demo-steps.ts';
import { printCardTable, printReceipts, printWalletTable } from './demo-tables.ts';
import { Estate, freePorts, scannerPath } from './estate.ts';
import type { EstateTerms } from './estate-config.ts';
import { LineTap } from './line-tap.ts';
import { PaperTray } from './paper-tray.ts';
import { paperKinds } from './papers.ts';
import { PinPadClient } from './pin-pad-client.ts';
import { TillClient } from './till-client.ts';
import { WalletClient } from './wallet-client.ts';

requireNode();

const { values } = readCommandLine({
  name: 'npm run demo',
  says: "A scripted day at the counter, and what till, gateway, wallet and banks have of it; or the bank's days.",
  options: {
    'wallet-converts': { kind: 'flag', says: 'the wallet converts, and not the acquirer' },
    days: { kind: 'whole', from: 1, says: "business days of the bank, to the merchants' accounts" },
    sales: { kind: 'whole', from: 1, default: 8, says: 'with --days: of a till in a day' },
    seed: { kind: 'whole', from: 1, default: 11, says: 'with --days: of what is sold' },
    keep: { kind: 'flag', says: 'keeps the folder and says where it is' },
    ...JSON_RESULT,
  },
});
const say = (text: string) => void process.stdout.write(`${text}\n`);
const ACTS = [...WALLET_ACTS, ...CARD_ACTS];

/** Short patience, so that what stays unknown ends within the demonstration; the rules, and the order of the times, are those
 *  of the real day: a bank's leg is shorter than the gateway's, and that shorter than the till's. */
const QUICK: Pick<EstateTerms, 'payments' | 'policy' | 'cards'> = {
  payments: {
    firstInquiryAfterUnknownMs: 1_000,
    inquiryEveryMs: 1_000,
    inquiriesMost: 4,
    giveUpAfterMs: 6_000,
  },
  policy: { askEveryMs: 1_000 },
  cards: {
    limits: { replyTimeoutMs: 4_000, adviceTimeoutMs: 4_000 },
    timers: { requestBoundMs: 6_000, adviceRetryMs: 500 },
    policy: { replyTimeoutMs: 9_000, repeatFirstMs: 1_000, unknownAfterMs: 2_000 },
  },
};

async function main(): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-demo-'));
  const scanner = scannerPath(directory);
  const line = await LineTap.open();
  const ports = await freePorts();
  line.leadTo(ports.gateway);
  const estate = await Estate.prepare(directory, {
    ...QUICK,
    ports,
    gatewayVia: line.port,
    converter: values['wallet-converts'] ? 'wallet' : 'acquirer',
    ...(scanner === undefined ? {} : { serialScanner: scanner }),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void estate.stopAll().then(() => process.exit(130)));
  let failures: readonly string[] = [];
  try {
    await estate.startAll();
    failures = await playDay(estate, line);
  } finally {
    await estate.stopAll();
    line.close();
  }
  const printed = printReceipts(directory, say);
  const books = compareBooks(directory);
  const cards = compareCardBooks(directory);
  printWalletTable(books.rows, say);
  printCardTable(cards.rows, cards.totals, say);
  const papers = paperKinds(directory);
  const issued = Object.values(papers).reduce((sum, count) => sum + count, 0);
  const violations = [
    ...failures,
    ...books.violations,
    ...cards.violations,
    ...(printed === issued
      ? []
      : [`The till issued ${issued} papers and ${printed} came out of the printer.`]),
  ];
  if (violations.length > 0) say(`\n${violations.length} differences:\n${violations.join('\n')}`);
  else
    say(
      `\nTill, gateway, wallet and banks agree to the minor unit on ${books.rows.length} wallet payments and ${cards.rows.length} card transactions.`,
    );
  if (values.keep) say(`Kept in ${directory}`);
  else rmSync(directory, { recursive: true, force: true });
  if (values.json) {
    say(
      JSON.stringify({
        ok: violations.length === 0,
        violations: violations.length,
        violationTexts: violations,
        acts: ACTS.length,
        payments: books.rows.length,
        cardTransactions: cards.rows.length,
        cardTotals: cards.totals.map(totalJson),
        batchesAgreed: cards.batches,
        receiptsPrinted: printed,
        papers,
        conditions: {
          node: process.version,
          platform: process.platform,
          cpu: cpus()[0]?.model ?? '',
          converter: values['wallet-converts'] ? 'wallet' : 'acquirer',
          processes: 5,
        },
      }),
    );
  }
  return violations.length === 0 ? 0 : 1;
}

/** The first act that fails ends the day: what follows would stand on it. */
async function playDay(estate: Estate, line: LineTap): Promise<readonly string[]> {
  const till = await TillClient.connect(estate.address('terminal', 'cashier'));
  const counter: Counter = {
    till,
    wallet: new WalletClient(estate),
    pinPad: new PinPadClient(estate.address('counter', 'pinPadPage')),
    banks: {
      'mir-bank': new BankClient(estate, 'mir-bank'),
      'unionpay-bank': new BankClient(estate, 'unionpay-bank'),
    },
    paper: new PaperTray(estate.address('counter', 'paper')),
    ...{ line, say },
    receipts: new Map(),
  };
  try {
    await openTill(counter);
    for (const [index, act] of ACTS.entries()) {
      say(`\n${index + 1}. ${act.name}`);
      const failure = await act.play(counter).then(
        (came) => void say(`   ${came}`),
        (error: unknown) => `${act.name}: ${error instanceof Error ? error.message : String(error)}`,
      );
      if (failure === undefined) continue;
      say(`   FAILED: ${failure}`);
      return [failure];
    }
    return [];
  } finally {
    till.close();
  }
}

const totalJson = ({ currency, till, gateway, bank }: CardTotal) => ({
  currency,
  ...Object.fromEntries(
    Object.entries({ till, gateway, bank }).map(([book, { charged, returned }]) => [
      book,
      { charged: charged.toString(), returned: returned.toString() },
    ]),
  ),
});

async function playDays(days: number): Promise<number> {
  const { mainDays } = await import('./demo-days.ts');
  const { sales, seed, json, keep } = values;
  return mainDays({ days, salesPerDay: sales, seed, json, keep });
}

process.exitCode = await (values.days === undefined ? main() : playDays(values.days));
