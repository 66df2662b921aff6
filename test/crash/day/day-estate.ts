/** A bank's day on the disk before its cut: configuration, a database with some thousand payments, and the card banks' files
 *  in the inbox. Made once and copied for each run. */
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readBankConfig } from '../../../gateway/bank-config.ts';
import { openBank } from '../../../gateway/bank-process.ts';
import { parseCurrencyCode } from '../../../gateway/kernel/currency.ts';
import { parseMid, parseRrn, parseStan, parseTid } from '../../../gateway/kernel/identifiers.ts';
import { type Money, money } from '../../../gateway/kernel/money.ts';
import type { Runtime } from '../../../gateway/kernel/time.ts';
import { cardRefundTransfer, cardSaleTransfer } from '../../../gateway/ledger/card-postings.ts';
import type { Transfer } from '../../../gateway/ledger/transfer.ts';
import { openCycle } from '../../../gateway/settlement/cycle.ts';
import { type CardClearingLine, writeCardClearing } from '../../../gateway/settlement/files/card-clearing.ts';
import { ledgerTables } from '../../../gateway/store/sqlite/ledger-tables.ts';
import { systemRuntime } from '../../../gateway/system-runtime.ts';
import { BANK_JSON, CLEARING, DAY, MERCHANTS, STARTS_AT } from './day-terms.ts';

const SOLD_AT = Date.parse('2026-11-17T09:00:00Z');
const MDR_BP = 180;
/** Given positions before the day's jobs begin, so that the log has something to write from the first moment. */
const FOLDED = 1_000;

export interface Template {
  readonly directory: string;
  readonly payments: number;
  /** What each card bank pays for its file. */
  readonly credits: readonly Money[];
}

export const SILENT = { info: () => undefined, warn: () => undefined, alarm: () => undefined };

/** The clock of the day that is played, going on from its start. */
export function dayRuntime(startedAt: number): Runtime {
  const own = systemRuntime();
  return { ...own, clock: { now: () => STARTS_AT + Date.now() - startedAt } };
}

export async function prepareDay(directory: string, payments: number): Promise<Template> {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'bank.json'), JSON.stringify(BANK_JSON));
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(join(directory, 'log-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const settings = readBankConfig(join(directory, 'bank.json'));
  const bank = await openBank(settings, {
    ...{ runtime: dayRuntime(Date.now()), log: SILENT, progress: () => undefined },
    defer: (run) => void setImmediate(run),
  });
  for (const partner of settings.partners) {
    for (const currency of partner.currencies) {
      const row = openCycle(partner, currency, DAY, settings.book);
      await bank.store.commit([{ kind: 'cycle.insert', row }]);
    }
  }
  const operations = Array.from({ length: payments }, (_, number) => operationOf(number));
  const ledger = ledgerTables(bank.db);
  bank.db.transaction(() => {
    for (const { transfers } of operations) for (const transfer of transfers) ledger.insert(transfer);
  })();
  await bank.store.foldEntries(Math.min(FOLDED, Math.floor(payments / 3)));
  await bank.close();
  const db = new Database(settings.databaseFile);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const credits = CLEARING.map(({ bank: name, currency }) => {
    const lines = operations.filter((one) => one.bank === name && one.currency === currency);
    return writeClearing(
      settings.inboxFolder,
      name,
      currency,
      lines.flatMap((one) => one.lines),
    );
  });
  return { directory, payments, credits };
}

export function copyDay({ directory }: Template, to: string): void {
  cpSync(directory, to, { recursive: true });
}

interface Operation {
  readonly bank: string;
  readonly currency: 'RUB' | 'CNY';
  readonly transfers: readonly Transfer[];
  readonly lines: readonly CardClearingLine[];
}

/** A sale; every fortieth is refunded in part the same day. */
function operationOf(number: number): Operation {
  const { mid, currencies } = MERCHANTS[number % MERCHANTS.length] ?? { mid: '', currencies: [] };
  const code = number % 6 === 0 && currencies.includes('CNY') ? 'CNY' : 'RUB';
  const bank = code === 'RUB' && number % 5 === 0 ? 'sever' : 'vostok';
  const currency = parseCurrencyCode(code);
  const of = (minor: bigint) => money(minor, currency);
  const amount = of(BigInt(10_000 + ((number * 7_919) % 500_000)));
  const meta = (reference: string) => ({
    ...{ reference, mid: parseMid(mid), bank, businessDate: DAY, postedAt: SOLD_AT },
  });
  const sale = { amount, price: null, mdrBp: MDR_BP };
  const line = (rrn: string, kind: 'payment' | 'refund', sum: Money): CardClearingLine => ({
    ...{ rrn: parseRrn(rrn), stan: parseStan('000001'), tid: parseTid('10000001'), at: SOLD_AT, kind },
    ...{ amount: sum, fee: of(kind === 'payment' ? sum.amountMinor / 100n : 0n), bankReference: `V${rrn}` },
  });
  const rrn = `${600_000_000_000 + number}`;
  const sold = { transfer: cardSaleTransfer(sale, meta(rrn)), line: line(rrn, 'payment', amount) };
  if (number % 40 !== 0) return { bank, currency: code, transfers: [sold.transfer], lines: [sold.line] };
  const refundRrn = `${700_000_000_000 + number}`;
  const part = of(amount.amountMinor / 3n);
  const refund = { sale, part, below: of(0n), mdrReturned: true };
  return {
    ...{ bank, currency: code },
    transfers: [sold.transfer, cardRefundTransfer(refund, meta(refundRrn))],
    lines: [sold.line, line(refundRrn, 'refund', part)],
  };
}

function writeClearing(
  inbox: string,
  bank: string,
  code: 'RUB' | 'CNY',
  lines: readonly CardClearingLine[],
): Money {
  const currency = parseCurrencyCode(code);
  mkdirSync(join(inbox, bank), { recursive: true });
  const pieces = [...writeCardClearing({ bank, businessDate: DAY, currency }, lines)];
  writeFileSync(join(inbox, bank, `clearing-${code}.csv`), Buffer.concat(pieces));
  const net = lines.reduce((sum, { kind, amount, fee }) => {
    const signed = kind === 'payment' ? amount.amountMinor : -amount.amountMinor;
    return sum + signed - fee.amountMinor;
  }, 0n);
  return money(net, currency);
}
