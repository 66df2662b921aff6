/** `npm run crash -- --bank-day --runs 300 --json`: kill -9 of the bank's process during cut, calculation, writing and delivery of
 *  files, import, confirmation. Exit 1 on any violation; then the folder is kept and its seed is printed. */
import { parseArgs } from 'node:util';
import { requireNode } from '../../../gateway/kernel/node-version.ts';
import { crashBankDay } from './crash.ts';

requireNode();

const { values } = parseArgs({
  options: {
    'bank-day': { type: 'boolean', default: true },
    runs: { type: 'string', default: '300' },
    deaths: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});

const report = await crashBankDay({
  runs: Number(values.runs),
  deaths: Number(values.deaths),
  seed: Number(values.seed),
  say: (text) => {
    if (!values.json) process.stderr.write(`${text}\n`);
  },
});
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(report.ok ? 0 : 1);
