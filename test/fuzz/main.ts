/** `npm run fuzz -- --count 100000 --seed N --json`: spoilt messages of every kind, or with `--only iso8583` of one. Exit 1
 *  on any violation. */
import { cpus } from 'node:os';
import { JSON_RESULT, readCommandLine } from '../../build/command-line.ts';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { fuzz, TARGET_NAMES } from './run.ts';

requireNode();

const { values } = readCommandLine({
  name: 'npm run fuzz',
  says: 'Spoilt messages of every kind, before and after signing; only typed errors may come of them.',
  options: {
    count: { kind: 'whole', from: 1, default: 100_000, says: 'messages' },
    seed: { kind: 'whole', from: 0, default: 1, says: 'of what is spoilt and how' },
    only: { kind: 'one', of: TARGET_NAMES, says: 'messages of one kind' },
    ...JSON_RESULT,
  },
});
const { count, seed } = values;

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
