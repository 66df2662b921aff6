/** `npm run crash -- --runs 300 --json`: kill -9 of terminal, gateway and wallet simulator during random sales and refunds,
 *  at chosen points; with `--cards` of terminal, gateway, PIN pad and partner banks during card transactions;
 *  with `--bank-day` of the bank's process in its jobs. Exit 1 on any violation; then the estate is kept and its seed, point and fault are printed. */
import { cpus } from 'node:os';
import { JSON_RESULT, readCommandLine } from '../../build/command-line.ts';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { CARDS } from './card-trade.ts';
import { crash } from './crash.ts';
import { killBankDays } from './day/bank-day.ts';
import { WALLETS } from './wallet-trade.ts';

requireNode();

const { values } = readCommandLine({
  name: 'npm run crash',
  says: 'kill -9 of every process at every durable state, and the books read from the disk afterwards.',
  options: {
    cards: { kind: 'flag', says: 'of till, gateway, PIN pad and partner banks in card transactions' },
    'bank-day': {
      kind: 'flag',
      says: "of the bank's process in its jobs; without either, of the wallet's processes",
    },
    runs: {
      kind: 'whole',
      from: 1,
      default: 300,
      says: 'estates that are driven; from 300 each point must be hit',
    },
    kills: { kind: 'whole', from: 1, says: 'in a run; few by default' },
    seed: { kind: 'whole', from: 0, default: 1, says: 'of what is sold and when is killed' },
    parallel: { kind: 'whole', from: 1, default: Math.min(2, cpus().length), says: 'runs at once' },
    payments: { kind: 'whole', from: 1, default: 2_000, says: "in the bank's day" },
    keep: { kind: 'flag', says: 'keeps the folders' },
    ...JSON_RESULT,
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);
/** Fewer runs are for a look, or for one seed again. */
const isWhole = values.runs >= 300;

const trade = values.cards ? CARDS : WALLETS;
const DEATHS_OF_A_RUN = 3;
const common = {
  runs: values.runs,
  seed: values.seed,
  parallel: values.parallel,
  keep: values.keep,
  say,
};

const report = values['bank-day']
  ? await killBankDays({ ...common, payments: values.payments, hitsAtLeast: isWhole ? 2 : 0 })
  : await crash({
      ...common,
      trade,
      killsPerRun: values.kills ?? Math.ceil(DEATHS_OF_A_RUN / trade.aimsAtOnce),
      hitsAtLeast: isWhole ? 5 : 0,
    });

if (!values.json) {
  for (const [point, hits] of Object.entries(report.histogram)) {
    process.stdout.write(`${String(hits).padStart(4)}  ${point}\n`);
  }
}
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(report.ok ? 0 : 1);
