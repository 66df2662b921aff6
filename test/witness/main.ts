/** `npm run witness -- [--count 10000] [--seed N] [--json]`: the ISO 8583 codec before tshark, in ASCII
 *  (binary data as bytes and as hexadecimal text) and in BCD. Exit 1
 *  on a disagreement, or when a data element tshark knows came fewer than 100 times in 10,000 messages. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { witness } from './iso8583.ts';
import { tsharkVersion } from './tshark.ts';

requireNode();

/** Of a hundred messages. */
const LEAST_SHARE = 1;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const count = Number(values.count);
const seed = Number(values.seed);
if (!Number.isSafeInteger(count) || count < 1 || !Number.isSafeInteger(seed)) {
  process.stderr.write('--count takes a whole number from 1, --seed a whole number.\n');
  process.exit(2);
}

const startedAt = performance.now();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const runs = (['ascii', 'ascii-hex', 'bcd'] as const).map((encoding) => witness(encoding, count, seed, say));
const ok = runs.every(
  ({ disagreements, least }) => disagreements === 0 && least.times * 100 >= count * LEAST_SHARE,
);
const report = {
  ok,
  count,
  seed,
  runs,
  conditions: { tshark: tsharkVersion(), node: process.version, processors: cpus().length },
  wallSeconds: Math.round((performance.now() - startedAt) / 100) / 10,
};
if (values.json) process.stdout.write(`${JSON.stringify(report)}\n`);
else {
  for (const run of runs) {
    process.stdout.write(
      `${run.encoding}: ${run.messages} messages, ${run.values} values, ${run.disagreements} disagreements; least often DE${run.least.de}, ${run.least.times} times\n`,
    );
    for (const [de, why] of Object.entries(run.unknown))
      process.stdout.write(`  DE${de} not known: ${why}\n`);
    for (const [de, why] of Object.entries(run.narrowed)) process.stdout.write(`  DE${de} in part: ${why}\n`);
    for (const found of run.first) process.stdout.write(`  DISAGREES ${JSON.stringify(found)}\n`);
  }
}
process.exitCode = ok ? 0 : 1;
