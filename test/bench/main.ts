/** `npm run bench -- <name> [--json]`: measures the real processes. Progress goes to stderr; with `--json` the last line
 *  of stdout is the whole result. Exit 1 when a target is missed. */
import { parseArgs } from 'node:util';
import { requireNode } from '../../gateway/kernel/node-version.ts';
import { cardBench } from './card.ts';
import { iso8583Bench } from './iso8583.ts';
import { saleBench } from './sale.ts';
import { settlementBench } from './settlement.ts';

requireNode();

export interface BenchResult {
  /** Every target met. */
  readonly ok: boolean;
  readonly [part: string]: unknown;
}

export interface BenchOptions {
  /** How many of the main measurement, and how many starts; the bench's own numbers when not said. */
  readonly sales?: number;
  readonly starts?: number;
  /** Of `card`: how long, how many a second, and how many steps it is then driven on towards where it no longer holds. */
  readonly seconds?: number;
  readonly rate?: number;
  readonly rampSteps?: number;
  readonly say: (text: string) => void;
}

const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  sale: saleBench,
  iso8583: iso8583Bench,
  card: cardBench,
  settlement: settlementBench,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    sales: { type: 'string' },
    starts: { type: 'string' },
    seconds: { type: 'string' },
    rate: { type: 'string' },
    'no-ramp': { type: 'boolean', default: false },
  },
});
const bench = BENCHES[positionals[0] ?? ''];
if (bench === undefined) {
  process.stderr.write(`Say which: npm run bench -- ${Object.keys(BENCHES).join(' | ')} [--json]\n`);
  process.exit(1);
}
const result = await bench({
  ...(values.sales === undefined ? {} : { sales: Number(values.sales) }),
  ...(values.starts === undefined ? {} : { starts: Number(values.starts) }),
  ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
  ...(values.rate === undefined ? {} : { rate: Number(values.rate) }),
  ...(values['no-ramp'] ? { rampSteps: 0 } : {}),
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${JSON.stringify(result, null, values.json ? undefined : 2)}\n`);
process.exitCode = result.ok ? 0 : 1;
