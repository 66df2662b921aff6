/** `npm run fuzz -- --count 100000 --seed N --json`: spoilt messages of every kind, or with `--only iso8583` of one. Exit 1
 *  on any violation. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { fuzz, TARGET_NAMES } from './run.ts';

requireNode();

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--count takes a whole number from 1, --seed a whole number.\n');
  process.exit(2);
}
if (values.only !== undefined && !TARGET_NAMES.includes(values.only)) {
  process.stderr.write(`--only takes one of: ${TARGET_NAMES.join(' ')}\n`);
  process.exit(2);
}

const startedAt = performance.now();
const tally = await fuzz(count, seed, (line) => process.stderr.write(`${line}\n`), values.only);
const report = {
  ok: tally.violationCount === 0,
  count,
  seed,
  ...(values.only === undefined ? {} : { only: values.only }),
  violations: tally.violationCount,
  kinds: tally.kinds,
  first: tally.violations,
  conditions: { node: process.version, platform: process.platform, processors: cpus().length },
  wallSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
};
if (values.json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
else {
  for (const [kind, row] of Object.entries(report.kinds)) {
    const answers = Object.entries(row.answers).map(([answer, made]) => `${answer} ${made}`);
    process.stdout.write(`${kind}: ${row.total}, still valid ${row.stillValid}; ${answers.join(', ')}\n`);
  }
  for (const violation of report.first) process.stdout.write(`VIOLATION ${JSON.stringify(violation)}\n`);
  process.stdout.write(
    `${count} messages, seed ${seed}, ${report.violations} violations, ${report.wallSeconds} s\n`,
  );
}
process.exit(report.ok ? 0 : 1);
