/** One size of the bench of settlement, in a process of its own, so that its peak of memory is its own:
 *
 *  node settlement-run.ts --payments 100000 --folder DIR     prints one JSON line
 *
 *  A database with that many card sales of a day, and the card bank's clearing file over them, are made first and not timed.
 *  Timed: giving positions, cut, calculation, approval and files of the cycle; import of the file; reconciliation. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Database from 'better-sqlite3';
import { openInboxFolder } from '../../gateway/inbox-folder.ts';
import { RUB } from '../../gateway/kernel/currency.ts';
import { parseRrn, parseStan, parseTid } from '../../gateway/kernel/identifiers.ts';
import { money } from '../../gateway/kernel/money.ts';
import { MOSCOW_OFFSET_MINUTES } from '../../gateway/kernel/time.ts';
import { cardSaleTransfer } from '../../gateway/ledger/card-postings.ts';
import { openOutboxFolder } from '../../gateway/outbox-folder.ts';
import { approveCycle } from '../../gateway/run/day/approve.ts';
import { calculateCycle } from '../../gateway/run/day/calculate.ts';
import { type DayContext, DEFAULT_DAY_LIMITS } from '../../gateway/run/day/context.ts';
import { cutCycle, openCycles } from '../../gateway/run/day/cut.ts';
import { importFiles } from '../../gateway/run/day/import.ts';
import { reconcileAll } from '../../gateway/run/day/reconcile.ts';
import { sendCycle } from '../../gateway/run/day/send.ts';
import type { CycleRecord } from '../../gateway/settlement/contract.ts';
import { writeCardClearing } from '../../gateway/settlement/files/card-clearing.ts';
import type { DayChange } from '../../gateway/settlement/ports.ts';
import { openDayStore } from '../../gateway/store/sqlite/day-store.ts';
import { ledgerTables } from '../../gateway/store/sqlite/ledger-tables.ts';
import { openReconStore } from '../../gateway/store/sqlite/recon-store.ts';
import { systemRuntime } from '../../gateway/system-runtime.ts';
import { bankOf, TERMS } from '../gateway/run/day/day-world.ts';
import { BOOK, payeeRow } from '../gateway/settlement/parties.ts';

const MERCHANTS = 2_000;
const BANK = 'vostok';
const { values } = parseArgs({ options: { payments: { type: 'string' }, folder: { type: 'string' } } });
const payments = Number(values.payments ?? '1000');
const folder = values.folder ?? '.';

const runtime = systemRuntime();
const silent = { info: () => undefined, warn: () => undefined, alarm: () => undefined };
const db = new Database(join(folder, 'books.db'));
const store = openDayStore(db, runtime, { defer: (run) => void setImmediate(run) });
const context: DayContext = {
  store,
  outbox: openOutboxFolder(join(folder, 'outbox'), runtime.random),
  inbox: openInboxFolder(join(folder, 'inbox'), runtime.clock, 0),
  runtime,
  log: silent,
  book: BOOK,
  terms: TERMS,
  limits: DEFAULT_DAY_LIMITS,
  progress: () => undefined,
  obstacles: async () => [],
};
const steps: Record<string, { readonly seconds: number; readonly cpuSeconds: number }> = {};

async function timed<T>(name: string, work: () => Promise<T>): Promise<T> {
  const [at, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const used = process.cpuUsage(cpu);
  const cpuSeconds = (used.user + used.system) / 1e6;
  steps[name] = { seconds: round((performance.now() - at) / 1000), cpuSeconds: round(cpuSeconds) };
  return result;
}

const round = (value: number) => Math.round(value * 1000) / 1000;
const midOf = (number: number) => `${100_000_000_000_000 + (number % MERCHANTS)}`;
const rrnOf = (number: number) => `${600_000_000_000 + number}`;
const minorOf = (number: number) => BigInt(10_000 + ((number * 7_919) % 500_000));

async function parties(): Promise<void> {
  const partner = bankOf('amurbank');
  const changes: DayChange[] = [{ kind: 'partner.set', row: partner }];
  for (let number = 0; number < MERCHANTS; number += 1) {
    const id = midOf(number);
    changes.push({ kind: 'payee.set', row: payeeRow({ id, name: `Магазин ${number}` }) });
    changes.push({ kind: 'payee.assign', payee: { kind: 'merchant', id, partner: partner.partner } });
  }
  for (let from = 0; from < changes.length; from += 500) await store.commit(changes.slice(from, from + 500));
  await openCycles(context);
}

/** With the gateway's own templates and tables, in large transactions, because nobody waits for these. */
function sell(at: number): void {
  const ledger = ledgerTables(db);
  const businessDate = new Date(at + MOSCOW_OFFSET_MINUTES * 60_000).toISOString().slice(0, 10);
  const write = db.transaction((from: number, to: number) => {
    for (let number = from; number < to; number += 1) {
      const meta = {
        reference: rrnOf(number),
        mid: midOf(number) as never,
        bank: BANK,
        businessDate,
        postedAt: at,
      };
      ledger.insert(cardSaleTransfer({ amount: money(minorOf(number), RUB), price: null, mdrBp: 180 }, meta));
    }
  });
  for (let from = 0; from < payments; from += 50_000) write(from, Math.min(payments, from + 50_000));
}

function writeClearing(at: number): number {
  const [stan, tid] = [parseStan('000001'), parseTid('10000001')];
  function* lines() {
    for (let number = 0; number < payments; number += 1) {
      const amount = money(minorOf(number), RUB);
      const fee = money(amount.amountMinor / 100n, RUB);
      yield {
        rrn: parseRrn(rrnOf(number)),
        stan,
        tid,
        at,
        kind: 'payment' as const,
        amount,
        fee,
        bankReference: `V${number}`,
      };
    }
  }
  const businessDate = new Date(at + MOSCOW_OFFSET_MINUTES * 60_000).toISOString().slice(0, 10);
  mkdirSync(join(folder, 'inbox', BANK), { recursive: true });
  const file = join(folder, 'inbox', BANK, 'clearing.csv');
  const pieces = [...writeCardClearing({ bank: BANK, businessDate, currency: RUB }, lines())];
  writeFileSync(file, Buffer.concat(pieces));
  return statSync(file).size;
}

const startedAt = runtime.clock.now();
db.pragma('synchronous = OFF');
await parties();
sell(startedAt);
const fileBytes = writeClearing(startedAt);
db.pragma('synchronous = FULL');
db.pragma('wal_checkpoint(TRUNCATE)');
const preparedMb = Math.round(process.resourceUsage().maxRSS / 1024);

await timed('positions', async () => {
  while ((await store.foldEntries(DEFAULT_DAY_LIMITS.foldMost)) > 0);
});
const [open] = (await store.cycles({ states: ['OPEN'] })).filter(({ currency }) => currency === RUB);
if (open === undefined) throw new Error('There is no open cycle.');
const cut: CycleRecord = await timed('cut', () => cutCycle(context, open));
const calculated = await timed('calculate', () => calculateCycle(context, cut, 'maker'));
const approved = await timed('approve', () => approveCycle(context, calculated, 'checker'));
const sent = await timed('writeFiles', () => sendCycle(context, approved));
const imported = await timed('import', () => importFiles(context));
const payer = {
  party: BANK,
  kind: 'bank',
  settlementKinds: ['card_clearing'],
  offsetMinutes: MOSCOW_OFFSET_MINUTES,
  calendar: 'ru.payments',
  fileDays: 1,
  paymentDays: 2,
  owner: 'settlement',
} as const;
const report = await timed('reconcile', () =>
  reconcileAll({ ...context, recon: openReconStore(db), payers: [payer] }),
);
const files = await store.files({ direction: 'out' });
process.stdout.write(
  `${JSON.stringify({
    payments,
    steps,
    peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
    preparedMb,
    databaseMb: Math.round(statSync(join(folder, 'books.db')).size / 1_048_576),
    clearingFileMb: Math.round(fileBytes / 1_048_576),
    netMinor: `${sent.net?.amountMinor ?? 0n}`,
    filesWritten: files.length,
    imported: imported.map(({ result }) => result),
    matched: report.matched,
    exceptions: report.exceptions,
    agrees: report.checks.every(({ agrees }) => agrees),
  })}\n`,
);
await store.close();
db.close();
