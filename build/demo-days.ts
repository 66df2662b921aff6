/** `npm run demo -- --days 5 [--json] [--keep] [--sales N] [--seed N]`: business days over a weekend and a holiday, from the
 *  sale at the counter to the money on the merchant's account, and then a day of faulty files. Exit 1 when anything that
 *  must hold at the end does not.
 *
 *  Days of virtual time: gateway, tills, PIN pads, wallet and card banks run in this one process, and so does the bank's day, which
 *  in life is a process beside the gateway. Its database and its folders are real; `--keep` leaves them to look at. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Check, checkAll } from './days/checks.ts';
import { playDefects } from './days/defects.ts';
import { playDays } from './days/play.ts';
import { printDefects, printPaid, whoWasPaid } from './days/tables.ts';
import { Week } from './days/week.ts';

export interface DaysOptions {
  readonly days: number;
  readonly salesPerDay: number;
  readonly seed: number;
  readonly json: boolean;
  readonly keep: boolean;
}

export interface DaysReport {
  readonly ok: boolean;
  readonly violations: number;
  /** Of the checks that do not hold. */
  readonly violationTexts: readonly string[];
  readonly businessDays: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
  readonly checks: readonly Check[];
  readonly defects: Readonly<Record<string, string>>;
  readonly conditions: Readonly<Record<string, string | number>>;
}

export async function runDays(options: DaysOptions, say: (text: string) => void): Promise<DaysReport> {
  const directory = mkdtempSync(join(tmpdir(), 'amur-days-'));
  const { seed, salesPerDay } = options;
  const startedAt = performance.now();
  const week = await Week.open({ directory, seed, salesPerDay });
  try {
    say(
      'Business days on virtual time: shops, gateway, wallet, card banks and the bank’s day in one process',
    );
    const played = await playDays(week, options.days, say);
    const last = played.businessDays.at(-1) ?? '';
    const checks = [...(await checkAll(week, last))];
    printPaid(await whoWasPaid(week), say);
    printChecks(checks, say);
    const figures = await figuresOf(week);
    say('\nA day of faulty files');
    const report = await playDefects(week, played.next, say);
    printDefects(report, say);
    const after = await checkAll(week, report.day, true);
    const found = report.found.every(({ exceptions, times }) => exceptions.length === times);
    const ownTypes: Check = {
      holds: found && report.unforeseen.length === 0,
      says: `${report.found.length} faults were found, each as its own type and no more often than it was planted; ${report.unforeseen.length} exceptions of other types`,
    };
    say('\nAnd after two persons have ended each of them');
    printChecks([ownTypes, ...after], say);
    const all = [...checks, ownTypes, ...after];
    const violationTexts = all.filter(({ holds }) => !holds).map(({ says }) => says.trim());
    const seconds = Math.round((performance.now() - startedAt) / 100) / 10;
    keepBooks(week, directory);
    return {
      ok: violationTexts.length === 0,
      violations: violationTexts.length,
      violationTexts,
      businessDays: played.businessDays,
      figures: { ...figures, calendarDays: played.calendarDays, seconds },
      checks: all,
      defects: Object.fromEntries(
        report.found.map(({ defect, file, type, exceptions }) => [
          `${file} ${defect}`,
          exceptions.length > 0 ? type : 'not found',
        ]),
      ),
      conditions: {
        ...{ seed, salesPerDay, node: process.version },
        ...{ platform: process.platform, cpu: cpus()[0]?.model ?? '' },
      },
    };
  } finally {
    await week.close();
    if (options.keep)
      say(`\nKept in ${directory}; look at it with: npm run bank -- cycles --config ${directory}/bank.json`);
    else rmSync(directory, { recursive: true, force: true });
  }
}

function printChecks(checks: readonly Check[], say: (text: string) => void): void {
  say('');
  for (const { holds, says } of checks) say(`  ${holds ? 'holds ' : 'FAILS '} ${says.trim()}`);
}

async function figuresOf(week: Week): Promise<Readonly<Record<string, number>>> {
  const { store } = week.bank.context;
  const count = (sql: string) => week.bank.db.prepare(sql).pluck().get() as number;
  return {
    walletPayments: count("SELECT count(*) FROM payment WHERE state = 'approved'"),
    refunds: count("SELECT count(*) FROM refund WHERE state = 'approved'"),
    cardTransactions: count("SELECT count(*) FROM card_transaction WHERE state = 'approved'"),
    transfers: count('SELECT count(*) FROM transfer'),
    cycles: (await store.cycles()).filter(({ state }) => state === 'CLOSED').length,
    filesOut: (await store.files()).filter(({ direction }) => direction === 'out').length,
    filesIn: week.bank.tally.filesIn,
    leavesLogged: week.bank.tally.leavesLogged,
  };
}

/** The other parties' books beside ours, as files. */
function keepBooks({ world }: Week, directory: string): void {
  const write = (name: string, bytes: Uint8Array) =>
    writeFileSync(join(directory, name), bytes, { mode: 0o600 });
  write('wallet.sqlite', world.wallet.db.serialize());
  for (const { plan, db } of world.banks) write(`${plan.bank}.sqlite`, db.serialize());
  for (const { tid, db } of world.tills) write(`till-${tid}.sqlite`, db.serialize());
}

export async function mainDays(options: DaysOptions): Promise<number> {
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const report = await runDays(options, say);
  say(
    `\n${Object.entries(report.figures)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ')}`,
  );
  if (options.json) say(JSON.stringify(report));
  return report.ok ? 0 : 1;
}
