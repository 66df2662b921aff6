/** `npm run sim -- --seed N --days D --json`: shop days on virtual time from one seed, with every fault there is, and a
 *  report of what held, what happened and what never did. Exit 1 when a promise was broken. */
import { availableParallelism, cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { BROKEN_RULES } from './broken/rules.ts';
import { Census } from './census.ts';
import { legalTransitions } from './legal.ts';
import { type PartReport, runParts } from './parts.ts';
import { hashOf, makeKeys, type RunResult, type RunViolation, runDays, TILLS } from './run.ts';
import { newTally } from './weather.ts';

requireNode();

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    days: { type: 'string', default: '8' },
    'sales-per-day': { type: 'string', default: '200' },
    break: { type: 'string' },
    json: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    /** Processes to share the worlds out among; one a core by default. */
    workers: { type: 'string', default: String(availableParallelism()) },
    /** `index/count`: run by another of these, for its share. */
    part: { type: 'string' },
  },
});

function whole(name: 'seed' | 'days' | 'sales-per-day' | 'workers'): number {
  const value = Number(values[name]);
  if (Number.isInteger(value) && value >= 1) return value;
  process.stderr.write(`--${name} must be a whole number from 1.\n`);
  process.exit(2);
}

const seed = whole('seed');
const shopDays = whole('days');
const salesPerDay = whole('sales-per-day');
const broken = values.break;
const breakage = broken === undefined ? {} : BROKEN_RULES[broken];
if (breakage === undefined) {
  process.stderr.write(`--break must be one of ${Object.keys(BROKEN_RULES).join(', ')}.\n`);
  process.exit(2);
}

const census = new Census();
const tally = newTally();
const startedAt = performance.now();
const seconds = (): number => Math.round((performance.now() - startedAt) / 100) / 10;
const command = ['npm run sim -- --seed', seed, '--days', shopDays, '--sales-per-day', salesPerDay]
  .concat(broken === undefined ? [] : ['--break', broken])
  .join(' ');

process.on('unhandledRejection', (error) => {
  process.stderr.write(`${String(error instanceof Error ? error.stack : error)}\nRepeat with: ${command}\n`);
  process.exit(1);
});

function runHere(part: string | undefined): Promise<RunResult> {
  const [index = 0, count = 1] = (part ?? '').split('/', 2).map(Number);
  const name = part === undefined ? '' : `part ${part}: `;
  return runDays({
    ...{ seed, shopDays, salesPerDay, breakage: breakage ?? {}, census, tally },
    keys: makeKeys(),
    part: part === undefined ? { index: 0, count: 1 } : { index, count },
    progress: (line) => {
      if (!values.quiet) process.stderr.write(`${name}${line} of ${shopDays}, ${seconds()} s\n`);
    },
  });
}

if (values.part !== undefined) {
  const report: PartReport = { result: await runHere(values.part), taken: census.taken(), tally };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exit(0);
}

const workers = whole('workers');
const result =
  workers === 1 ? await runHere(undefined) : await runParts(process.argv.slice(2), workers, census, tally);

const legal = legalTransitions();
const unforeseen = census.unforeseen(legal);
const violations: RunViolation[] = result.violation === null ? [] : [result.violation];
if (result.violation === null && broken === undefined && unforeseen.length > 0) {
  violations.push({
    rule: 'a transition was taken that the machines do not allow',
    facts: { transitions: unforeseen.join(', ') },
    ...{ seed, shopDay: result.shopDays },
  });
}
for (const { rule, facts, shopDay } of violations) {
  process.stderr.write(
    `VIOLATION ${rule} ${JSON.stringify(facts)}\nseed ${seed}, shop day ${shopDay}\nRepeat with: ${command}\n`,
  );
}
const report = {
  ok: violations.length === 0,
  violations,
  conditions: {
    ...{ seed, shopDays: result.shopDays, salesPerShopDay: salesPerDay },
    shopDay: `one day of one till; ${TILLS} tills, four merchants, one gateway, one wallet and two partner banks share a world of two days`,
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    workers,
    command,
  },
  salesTotal: result.sales,
  calls: tally.calls,
  callsFaultedShare: tally.calls === 0 ? 0 : Math.round((tally.faulted / tally.calls) * 1_000) / 1_000,
  faults: tally.ills,
  crashes: tally.deaths,
  cards: tally.cards,
  transitions: { taken: census.taken(), never: census.never(legal) },
  booksHash: hashOf(result.hashes),
  wallSeconds: seconds(),
  ...(broken === undefined ? {} : { brokenRule: { name: broken, caught: violations.length > 0 } }),
};
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else {
  const { callsFaultedShare, salesTotal } = report;
  process.stdout.write(
    `${report.ok ? 'held' : 'BROKEN'}: ${report.conditions.shopDays} shop days, ${salesTotal} sales, ${callsFaultedShare * 100}% of calls faulted, ${report.transitions.never.length} transitions never taken, ${report.wallSeconds} s\n`,
  );
}
process.exitCode = report.ok ? 0 : 1;
