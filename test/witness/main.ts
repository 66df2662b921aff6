/** `npm run witness -- [--count 10000] [--seed N] [--json]`: the ISO 8583 codec before tshark, in ASCII
 *  (binary data as bytes and as hexadecimal text) and in BCD. Exit 1
 *  on a disagreement, or when a data element tshark knows came fewer than 100 times in 10,000 messages. */
import { cpus } from 'node:os';
import { JSON_RESULT, readCommandLine } from '../../build/command-line.ts';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { witness } from './iso8583.ts';
import { tsharkVersion } from './tshark.ts';

requireNode();

/** Of a hundred messages. */
const LEAST_SHARE = 1;

const { values } = readCommandLine({
  name: 'npm run witness',
  says: 'Random ISO 8583 messages of ours, read by tshark and compared field by field.',
  options: {
    count: { kind: 'whole', from: 1, default: 10_000, says: 'messages of each encoding' },
    seed: { kind: 'whole', from: 0, default: 1, says: 'of what is in them' },
    ...JSON_RESULT,
  },
});
const { count, seed } = values;

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
