/** `npm run sim -- --seed N --days D --json`: shop days on virtual time from one seed, with every fault there is, and a
 *  report of what held, what happened and what never did. Exit 1 when a promise was broken. */
import { availableParallelism, cpus } from 'node:os';
import { JSON_RESULT, readCommandLine } from '../../build/command-line.ts';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { BROKEN_RULES } from './broken/rules.ts';
import { Census } from './census.ts';
import { legalTransitions } from './legal.ts';
import { type PartReport, runParts } from './parts.ts';
import { hashOf, makeKeys, type RunResult, type RunViolation, runDays, TILLS } from './run.ts';
import { newTally } from './weather.ts';

requireNode();

const { values } = readCommandLine({
  name: 'npm run sim',
  says: 'Shop days on virtual time from one seed: tills, gateway, wallet and banks, with every fault there is.',
  options: {
    seed: { kind: 'whole', from: 1, default: 1, says: 'what happens follows from it' },
    days: { kind: 'whole', from: 1, default: 8, says: 'shop days, one of one till each' },
    'sales-per-day': { kind: 'whole', from: 1, default: 200, says: 'sales in a shop day' },
    break: {
      kind: 'one',
      of: Object.keys(BROKEN_RULES),
      says: 'a rule broken on purpose, which must be found',
    },
    workers: {
      kind: 'whole',
      from: 1,
      default: availableParallelism(),
      says: 'processes that share the worlds',
    },
    part: { kind: 'text', says: 'index/count of this one of them; they are started with it' },
    quiet: { kind: 'flag', says: 'nothing on how far it is' },
    ...JSON_RESULT,
  },
});
const { seed, days: shopDays, 'sales-per-day': salesPerDay, break: broken, workers } = values;
const breakage = broken === undefined ? {} : BROKEN_RULES[broken];

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

const result =
  workers === 1
    ? await runHere(undefined)
    : await runParts(process.argv.slice(2), workers, seed, census, tally);

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
