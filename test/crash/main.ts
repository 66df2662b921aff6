/** `npm run crash -- --runs 300 --json`: kill -9 of terminal, gateway and wallet simulator during random sales and refunds,
 *  at chosen points; with `--cards` of terminal, gateway, PIN pad and partner banks during card transactions;
 *  with `--bank-day` of the bank's process in its jobs. Exit 1 on any violation; then the estate is kept and its seed, point and fault are printed. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { CARDS } from './card-trade.ts';
import { crash } from './crash.ts';
import { killBankDays } from './day/bank-day.ts';
import { WALLETS } from './wallet-trade.ts';

requireNode();

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '300' },
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
    parallel: { type: 'string', default: String(Math.min(2, cpus().length)) },
    cards: { type: 'boolean', default: false },
    'bank-day': { type: 'boolean', default: false },
    payments: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stderr.write(`${text}\n`);
/** Fewer runs are for a look, or for one seed again. */
const isWhole = Number(values.runs) >= 300;

const trade = values.cards ? CARDS : WALLETS;
const DEATHS_OF_A_RUN = 3;
const common = {
  runs: Number(values.runs),
  seed: Number(values.seed),
  parallel: Number(values.parallel),
  keep: values.keep,
  say,
};

const report = values['bank-day']
  ? await killBankDays({ ...common, payments: Number(values.payments), hitsAtLeast: isWhole ? 2 : 0 })
  : await crash({
      ...common,
      trade,
      killsPerRun: Number(values.kills ?? Math.ceil(DEATHS_OF_A_RUN / trade.aimsAtOnce)),
      hitsAtLeast: isWhole ? 5 : 0,
    });

if (!values.json) {
  for (const [point, hits] of Object.entries(report.histogram)) {
    process.stdout.write(`${String(hits).padStart(4)}  ${point}\n`);
  }
}
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(report.ok ? 0 : 1);
